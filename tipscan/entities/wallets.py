"""Wallet addresses whose own checksum confirms them: Bitcoin, Ethereum, TRON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58 = {char: value for value, char in enumerate(_ALPHABET)}
_BECH32 = {char: value for value, char in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_BECH32_CONSTANTS = (1, 0x2BC830A3)  # BIP 173 and BIP 350
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
#: Version bytes: Bitcoin pay-to-key and pay-to-script, TRON.
_VERSIONS = {0x00, 0x05, 0x41}
# The first letter comes before the look-behinds, so that the search skips to it.
_ADDRESS = re.compile(
    r"[013TbB](?<![0-9A-Za-z].)(?:(?<=0)(?P<eth>x[0-9a-fA-F]{40})|(?<=b)(?P<low>c1[a-z0-9]{11,71})"
    r"|(?<=B)(?P<high>C1[A-Z0-9]{11,71})|(?<=[13T])(?P<base>[1-9A-HJ-NP-Za-km-z]{25,33}))(?![0-9A-Za-z])"
)


def find_wallets(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield ``(start, end, normalized)``; Ethereum and bech32 addresses are normalized to lower case."""
    for match in _ADDRESS.finditer(text):
        address = match[0]
        if match["eth"] or ((match["low"] or match["high"]) and is_bech32(address.lower())):
            yield match.start(), match.end(), address.lower()
        elif match["base"] and is_base58check(address):
            yield match.start(), match.end(), address


def is_base58check(address: str) -> bool:
    """Whether the last four bytes are the double SHA-256 of the rest and the version is a known one."""
    number = 0
    for char in address:
        number = number * 58 + _BASE58[char]
    if number >= 1 << 200:
        return False
    raw = number.to_bytes(25, "big")
    return raw[0] in _VERSIONS and sha256(sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def is_bech32(address: str) -> bool:
    """Whether a lower-case ``bc1…`` address has the checksum of BIP 173 or BIP 350."""
    data = address[3:]
    if any(char not in _BECH32 for char in data):
        return False
    check = 1
    for value in (3, 3, 0, 2, 3, *(_BECH32[char] for char in data)):  # "bc" expanded, then the data
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check in _BECH32_CONSTANTS
