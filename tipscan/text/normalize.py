"""Undo what recruiters do to hide words, and keep the way back to the original.

Four stages, each skipped where a look-up of all characters at once finds nothing for it: invisible characters and
emoji digits, NFKC, spaced-out letters, look-alike letters inside a word of another script. Every stage is a list of
edits; a span of the normalized text is carried back through them to code points of the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from tipscan.text import characters
from tipscan.text.characters import (
    COMPOSES,
    CONTROL,
    HAN,
    INVISIBLE,
    LETTER,
    LOOKALIKE,
    OVERLAY,
    SIMPLE,
    SURFACE,
    SYMBOL_DIGITS,
    SYMBOL_LETTERS,
)
from tipscan.text.edits import Edit, OffsetMap, apply_edits

if TYPE_CHECKING:
    from tipscan.text.characters import Classes

EvasionKind = Literal["spacing", "homoglyph", "digits"]

_SYMBOLS = SYMBOL_DIGITS | SYMBOL_LETTERS
_KEYCAP = re.compile(rf"([0-9#*])[{INVISIBLE}]{{0,2}}\u20e3")
_SURFACE = re.compile(
    rf"(?P<symbol>[{''.join(_SYMBOLS)}])|(?P<drop>[{INVISIBLE}{OVERLAY}]+)|(?P<control>[{CONTROL}])"
    r"|(?P<surrogate>[\ud800-\udfff])|(?<=[\u0300-\u036f]{2})(?P<zalgo>[\u0300-\u036f]+)"
)
# The class comes before the look-behind, so that the search skips to it.
_DROPPED_IN_WORD = re.compile(rf"[{INVISIBLE}{OVERLAY}](?<=[^\W\d_].)[{INVISIBLE}{OVERLAY}]*(?=[^\W\d_])")
_DIGIT_SIGN = re.compile(rf"[{''.join(SYMBOL_DIGITS)}\u2460-\u2473\u24ea\u20e3]")
_EMOJI_DIGITS = re.compile(
    rf"(?:(?:[0-9][{INVISIBLE}]{{0,2}}\u20e3|[{''.join(SYMBOL_DIGITS)}\u2460-\u2473\u24ea])[ \-.]?){{3,20}}"
)
#: Marks on one letter. No script stacks as many, and putting them in order takes the square of their number.
_MAX_MARKS = 30
# Thai and Lao AM are one letter to their readers; NFKC would split them and move every span.
_KEPT = "\u0e33\u0eb3"
_SPACED = re.compile(
    rf"(?<![\w])[{SIMPLE}](?P<gap>[ .\-_*·•|/]{{1,2}})[{SIMPLE}](?:(?P=gap)[{SIMPLE}]){{2,40}}(?![\w])"
    r"|(?<![\u4e00-\u9fff] )(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?P<han>[ .\-_*·•|/])[\u4e00-\u9fff]"
    r"(?:(?P=han)[\u4e00-\u9fff]){2,40}(?![\u4e00-\u9fff])"
)
_SIMPLE_LETTER = re.compile(rf"[{SIMPLE}]")
# Look-alikes, Latin on the left. The second table holds what Russian writers also swap; it maps towards Cyrillic only.
_LATIN_CYRILLIC = dict(zip("AaBCcEeHIiJjKkMOoPpSsTXxYy", "АаВСсЕеНІіЈјКкМОоРрЅѕТХхУу", strict=True))
_LATIN_TO_CYRILLIC = _LATIN_CYRILLIC | dict(zip("mtunrbgh3", "мтипгьдн" + "з", strict=True)) | {"ë": "ё", "Ë": "Ё"}
_CYRILLIC_TO_LATIN = {cyrillic: latin for latin, cyrillic in _LATIN_CYRILLIC.items()}
_CYRILLIC_TO_LATIN |= dict(zip("ԁԛԝһѵгпит", "dqwhvrnut", strict=True))
_GREEK_TO_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχ", "ABEZHIKMNOPTYXaeikvoptux", strict=True))
_MIXED = re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z]")
_LATIN, _CYRILLIC = re.compile(r"[A-Za-z]"), re.compile(r"[\u0400-\u04ff]")
_WORD = re.compile(r"[A-Za-zëË\u0370-\u03ff\u0400-\u04ff]{2,40}")
_ONE_SWITCH = re.compile(
    r"[A-Za-z]{3,40}[\u0400-\u04ff]{1,40}|[\u0400-\u04ff]{3,40}[A-Za-z]{3,40}|[A-Za-z]{3,40}[\u0370-\u03ff]{1,40}"
)


@dataclass(frozen=True, slots=True)
class Evasion:
    """A place where the original hides a word or number; ``start`` and ``end`` in the original."""

    kind: EvasionKind
    start: int
    end: int


class NormalizedText:
    """A text as matchers and the classifier read it, with the way back.

    Attributes:
        original: The text as it came.
        text: Normalized, case kept.
        evasions: Places of the original where something was hidden.
    """

    def __init__(
        self, original: str, text: str, classes: Classes, maps: tuple[OffsetMap, ...], evasions: tuple[Evasion, ...]
    ) -> None:
        self.original = original
        self.text = text
        #: What each character of ``text`` is, for ``tipscan.text.characters``.
        self.classes = classes
        self.evasions = evasions
        self._maps = maps

    @cached_property
    def flags(self) -> int:
        """What any character of ``text`` is."""
        return characters.flags(self.classes)

    @cached_property
    def folded(self) -> str:
        """``text`` in lower case, character for character: offsets are those of ``text``.

        The dotless ı of Turkish is an i here: a capital I does not tell which of the two it was.
        """
        lower = self.text.lower()
        if len(lower) != len(self.text):
            # Only the Turkish capital İ has a lower case of two characters: an i and a dot that nobody writes.
            lower = "".join(char.lower()[0] for char in self.text)
        return lower.replace("ı", "i")

    @cached_property
    def edges(self) -> bytes:
        """For each place between characters of ``text``, ends included: 1 where a word can start or end."""
        return characters.edges(self.classes)

    @cached_property
    def letters(self) -> bytes:
        """1 for each letter or mark of ``text``, 0 for all else and behind its end."""
        return characters.letters(self.classes)

    def rewritten(self, text: str) -> NormalizedText:
        """The same original with another normalized text of the same length."""
        return NormalizedText(self.original, text, characters.classes(text), self._maps, ())

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Code points ``[start, end)`` of ``text`` -> code points of ``original``."""
        for offsets in reversed(self._maps):
            start, end = offsets.start(start), offsets.end(end)
        return start, max(start, end)


def normalize(text: str) -> NormalizedText:
    r"""Normalize one text; see the module for the stages. Linear in the length of the text.

    >>> hidden = normalize("p\u0430ssport via W-h-a-t-s-A-p-p")
    >>> hidden.text
    'passport via WhatsApp'
    >>> hidden.span(13, 21)
    (13, 28)
    """
    original = text
    maps: list[OffsetMap] = []
    evasions: list[Evasion] = []

    def original_span(start: int, end: int) -> tuple[int, int]:
        for offsets in reversed(maps):
            start, end = offsets.start(start), offsets.end(end)
        return start, end

    found = characters.classes(text)
    flags = characters.flags(found)
    if flags & SURFACE:
        evasions += [
            Evasion("spacing", *hit.span()) for hit in _DROPPED_IN_WORD.finditer(text) if _in_simple_script(hit)
        ]
        if _DIGIT_SIGN.search(text):
            evasions += [Evasion("digits", *hit.span()) for hit in _EMOJI_DIGITS.finditer(text)]
    for needed, find_edits, kind in _STAGES:
        edits = find_edits(text, found) if flags & needed else ()
        if not edits:
            continue
        if kind is not None:
            evasions += [Evasion(kind, *original_span(start, end)) for start, end, _ in edits]
        text = apply_edits(text, edits)
        found = characters.classes(text)
        flags = characters.flags(found)
        maps.append(OffsetMap(edits))
    if evasions:
        evasions = sorted(set(evasions), key=lambda evasion: (evasion.start, evasion.end))
    return NormalizedText(original, text, found, tuple(maps), tuple(evasions))


def _in_simple_script(hit: re.Match[str]) -> bool:
    # Joiners spell words in Arabic, Persian and the scripts of India and South-East Asia: what they split is hidden
    # only between letters of scripts that never need them.
    return bool(_SIMPLE_LETTER.match(hit.string[hit.start() - 1]))


def _surface_edits(text: str, found: Classes) -> list[Edit]:
    edits: list[Edit] = []
    end = 0
    for place in characters.places(found, SURFACE):
        if place < end:
            continue
        if place and (keycap := _KEYCAP.match(text, place - 1)):
            hit, replacement = keycap, keycap[1]
        elif surface := _SURFACE.match(text, place):
            hit, replacement = surface, _plain(surface)
        else:
            continue
        end = hit.end()
        edits.append((hit.start(), end, replacement))
    return edits


def _plain(hit: re.Match[str]) -> str:
    """What stands for a hit of ``_SURFACE``."""
    if hit.lastgroup == "symbol":
        return _SYMBOLS[hit[0]]
    return {"control": " ", "surrogate": "\ufffd"}.get(hit.lastgroup or "", "")


def _stacked_edits(text: str, found: Classes) -> list[Edit]:
    """Drops the marks that stand on a letter beyond ``_MAX_MARKS``."""
    places = characters.places(found, COMPOSES)
    if not (
        len(places) > _MAX_MARKS and any(b - a == _MAX_MARKS for a, b in zip(places, places[_MAX_MARKS:], strict=False))
    ):
        return []
    edits: list[Edit] = []
    run, last = 0, -1
    for place in places:
        marks = unicodedata.combining(text[place]) > 0
        run = (run + 1 if place == last + 1 else 1) if marks else 0
        last = place
        if run > _MAX_MARKS:
            edits.append((place, place + 1, ""))
    return edits


def _nfkc_edits(text: str, found: Classes) -> list[Edit]:
    if _is_composed(text):
        return []
    edits: list[Edit] = []
    end = 0
    for place in characters.places(found, COMPOSES):
        if place < end:
            continue
        start, end = _cluster(text, place, end)
        cluster = text[start:end]
        composed = "".join(part if part in _KEPT else unicodedata.normalize("NFKC", part) for part in _am(cluster))
        if composed != cluster:
            edits.append((start, end, composed))
    return edits


def _is_composed(text: str) -> bool:
    """Whether a text is in NFKC but for the letters that are kept."""
    for letter in _KEPT:
        text = text.replace(letter, "x")
    return unicodedata.is_normalized("NFKC", text)


def _am(cluster: str) -> list[str]:
    return [part for part in re.split(f"([{_KEPT}])", cluster) if part]


def _cluster(text: str, place: int, least: int) -> tuple[int, int]:
    """The base at or before ``place``, though not before ``least``, with the marks that may combine with it."""
    start = place
    while start > least and _extends(text[start]):
        start -= 1
    if start < place and text[start] <= " ":
        start += 1
    end = place + 1
    while end < len(text) and _extends(text[end]):
        end += 1
    return start, end


def _extends(char: str) -> bool:
    return char > "\x7f" and (
        unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff" or char in "\uff9e\uff9f"
    )


def _spacing_edits(text: str, found: Classes) -> list[Edit]:
    edits: list[Edit] = []
    if not (characters.lone(found, LETTER) or characters.lone(found, HAN)):
        return edits
    for hit in _SPACED.finditer(text):
        gap = hit["gap"] or hit["han"]
        edits.append((hit.start(), hit.end(), hit[0].replace(gap, "")))
    return edits


def _homoglyph_edits(text: str, _: Classes) -> list[Edit]:
    if not _MIXED.search(text):
        return []
    edits: list[Edit] = []
    mostly_cyrillic = len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text))
    for hit in _WORD.finditer(text):
        word = hit[0]
        if (
            _MIXED.search(word)
            and not _ONE_SWITCH.fullmatch(word)
            and (plain := _one_script(word, mostly_cyrillic=mostly_cyrillic)) is not None
        ):
            edits.append((hit.start(), hit.end(), plain))
    return edits


def _one_script(word: str, *, mostly_cyrillic: bool) -> str | None:
    """The word in the one script its letters can all belong to, or None; where both can spell it, in the text's."""
    cyrillic = "".join(_LATIN_TO_CYRILLIC.get(char, char) for char in word)
    latin = "".join(_CYRILLIC_TO_LATIN.get(char, _GREEK_TO_LATIN.get(char, char)) for char in word)
    all_cyrillic = all("\u0400" <= char <= "\u04ff" for char in cyrillic)
    all_latin = latin.isascii()
    if all_cyrillic and all_latin:
        return cyrillic if mostly_cyrillic else latin
    return cyrillic if all_cyrillic else latin if all_latin else None


#: The flags without which a stage has nothing to do, its edits, and what they give away.
_STAGES: tuple[tuple[int, Callable[[str, Classes], list[Edit]], EvasionKind | None], ...] = (
    (SURFACE, _surface_edits, None),
    (COMPOSES, _stacked_edits, None),
    (COMPOSES, _nfkc_edits, None),
    (LETTER | HAN, _spacing_edits, "spacing"),
    (LOOKALIKE, _homoglyph_edits, "homoglyph"),
)
