"""Round sums in words: "five thousand dollars", "dua juta", "ห้าหมื่นบาท"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple

from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, table
from tipscan.text.normalize import normalize

#: Places tried per text, words per number.
_MAX_PLACES, _MAX_WORDS = 500, 8
_THOUSAND = 1000


class _Word(NamedTuple):
    value: int
    #: Whether the word is a number by itself; "thousand" needs one before it, "mil" does not.
    alone: bool
    #: Whether it multiplies what stands before it.
    scale: bool


class _Numerals(NamedTuple):
    words: dict[str, _Word]
    longest: int


def find_numerals(reading: Reading) -> Iterator[Hit]:
    """Numbers in words that stand before a scale word or a currency, as digits.

    The last scale word is left to whoever reads digits, unless there are several: "dos mil quinientos" is one number.
    """
    words = reading.words
    if not (words["scale"] or words["currency"] or words["scale_before"]):
        return
    numerals = _numerals(reading.language)
    if not numerals.words:
        return
    yield from _before_scales(reading, numerals)
    for scale in islice(words["scale_before"], _MAX_PLACES):
        following = reading.folded[scale.end + 1 : scale.end + 1 + numerals.longest].partition(" ")[0].rstrip(".,;:/")
        word = numerals.words.get(following)
        if word is not None and word.value and not word.scale:
            yield Hit(scale.end + 1, scale.end + 1 + len(following), str(word.value))


def _before_scales(reading: Reading, numerals: _Numerals) -> Iterator[Hit]:
    text = reading.folded
    scales = {hit.start: hit.end for hit in reading.words["scale"] if not _is_digit_before(text, hit.start)}
    currencies = (hit.start for hit in reading.words["currency"] if not _is_digit_before(text, hit.start))
    ends = sorted({*scales.values(), *currencies})
    pending: Hit | None = None
    for end in islice(ends, _MAX_PLACES):
        hit = _number_before(text, end, numerals, scales)
        if hit is None:
            continue
        if pending is not None and pending.end <= hit.start:
            yield pending
        pending = hit  # of two that overlap, the later one is the longer
    if pending is not None:
        yield pending


def _number_before(text: str, end: int, numerals: _Numerals, scales: Mapping[int, int]) -> Hit | None:
    """The number whose last word ends at ``end``, give or take a space."""
    found = _words_before(text, end, numerals)
    if not any(word.alone and word.value for _, _, word in found) or _is_digit_before(text, found[0][0]):
        return None  # no number, or "20 thousand"
    start, _, last = found[-1]
    if last.scale and start in scales and len(found) > 1 and sum(word.scale for _, _, word in found) == 1:
        return Hit(found[0][0], found[-2][1], str(_compose(found[:-1])))
    value = _compose(found)
    return Hit(found[0][0], found[-1][1], str(value)) if value > 1 else None


def _words_before(text: str, end: int, numerals: _Numerals) -> list[tuple[int, int, _Word]]:
    """The number words that end at ``end``, in the order of the text; the first is a whole word."""
    found: list[tuple[int, int, _Word]] = []
    while len(found) < _MAX_WORDS:
        stop = end - (text[end - 1 : end] in (" ", "-"))
        start, word = _word_before(text, stop, numerals)
        if word is None:
            break
        found.append((start, stop, word))
        end = start
    while found and (not found[-1][2].value or not _begins_word(text, found[-1][0])):
        found.pop()
    return found[::-1]


def _is_digit_before(text: str, position: int) -> bool:
    return text[max(0, position - 2) : position].rstrip()[-1:].isdigit()


def _compose(found: list[tuple[int, int, _Word]]) -> int:
    """What number words in a row make: 2, 100, 50, 1000 are 250,000."""
    total, current = 0, 0
    for _, _, word in found:
        value = word.value
        if value >= _THOUSAND:
            total, current = total + (current or 1) * value, 0
        elif value in (10, 100) and 0 < current % value == current:
            current *= value
        elif value == 10 and current % 10 > 0:
            current += current % 10 * 9  # "dua ratus lima puluh"
        else:
            current += value
    return total + current


def _word_before(text: str, end: int, numerals: _Numerals) -> tuple[int, _Word | None]:
    for length in range(min(numerals.longest, end), 0, -1):
        word = numerals.words.get(text[end - length : end])
        if word is not None:
            return end - length, word
    return end, None


def _begins_word(text: str, start: int) -> bool:
    return start == 0 or not text[start - 1].isalpha() or "\u0e00" <= text[start] <= "\u17ff" or text[start] >= "\uac00"


@cache
def _numerals(language: str) -> _Numerals:
    """The number words of a language and, where it has some, its scale words."""
    words: dict[str, _Word] = {}
    for value, languages in table("numeral").items():
        for word in languages.get(language, ()):
            words[normalize(word).folded] = _Word(int(value), True, False)
    if not words:
        return _Numerals({}, 0)
    for value, languages in table("scale").items():
        for word in (*languages.get(language, ()), *languages.get("any", ())):
            folded = normalize(word.strip("*")).folded
            if len(folded) > 1 or not folded.isascii():
                words[folded] = _Word(int(value), folded in words, True)
    return _Numerals(words, max(map(len, words)))
