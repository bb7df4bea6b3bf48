"""Wallet addresses: the checksum decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.entities.wallets import find_wallets, is_base58check, is_bech32

# The genesis block's address, the examples of BIP 173, BIP 350 and EIP 55, and a TRON contract.
ADDRESSES = [
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_found_where_it_stands(address: str) -> None:
    """A valid address is found whole between other words."""
    text = f"USDT: {address}, send now"
    assert [address] == [text[start:end] for start, end, _ in find_wallets(text)]


@pytest.mark.parametrize("address", [address for address in ADDRESSES if not address.startswith("0x")])
def test_a_changed_character_breaks_the_checksum(address: str) -> None:
    """One character changed, and the address is no longer one."""
    last = "3" if address[-1] not in "3" else "4"
    assert list(find_wallets(address[:-1] + last)) == []


def test_an_address_inside_a_longer_word_is_none() -> None:
    """Letters right before or after mean that the run is something else."""
    assert list(find_wallets(f"x{ADDRESSES[0]} {ADDRESSES[4]}f")) == []


@given(st.text(alphabet="123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", min_size=26, max_size=35))
def test_random_base58_never_raises(address: str) -> None:
    """Any base58 string is either valid or not."""
    assert is_base58check(address) in (True, False)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=11, max_size=71))
def test_random_bech32_never_raises(data: str) -> None:
    """Any string after the prefix is either valid or not."""
    assert is_bech32(f"bc1{data}") in (True, False)
