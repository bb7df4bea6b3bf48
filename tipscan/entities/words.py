"""The word tables of ``data/*.toml``, found in one pass over the text.

Every table is ``[table.value]`` with lists of words by language. Words of every language count in every text, since
adverts mix languages; where a word means different things, the language of the text decides. ``data/README.md`` has
the conventions for those who add words.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from tipscan.text.normalize import normalize

#: Table -> language -> value: what one word means.
Senses = dict[str, dict[str, str]]

# Scripts written without spaces; a word may begin and end anywhere in them.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_REST_OF_WORD = re.compile(r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{0,20}")
# Arabic and Ethiopic write short words together with the next, the scripts of South Asia endings with the word: words
# of some length are found with them.
_PREFIXING = re.compile("[\u0600-\u06ff\u1200-\u137f]")
_SUFFIXING = re.compile("[\u0900-\u0dff]")
_LONG = 4
#: So much longer than the match that hid it a word may be.
_LONGER = 16
#: Tables read off beside something found, and plain lists.
_NOT_SEARCHED = {"lead", "host", "list", "numeral"}
_SHORT_LATIN = re.compile(r"[a-z]{1,3}")


class Hit(NamedTuple):  # not a frozen dataclass: a text has dozens, and those take three times as long to make
    """A word of a table at ``[start, end)`` of the normalized text."""

    start: int
    end: int
    value: str


class Hits(list[Hit]):
    """The hits of one table in the order of the text; they never overlap."""

    __slots__ = ()

    def next(self, position: int, reach: int) -> Hit | None:
        """The first hit that starts in ``[position, position + reach]``."""
        index = bisect_left(self, (position,))
        return self[index] if index < len(self) and self[index].start <= position + reach else None

    def last(self, position: int, reach: int) -> Hit | None:
        """The last hit that ends in ``[position - reach, position]``."""
        index = bisect_left(self, (position,)) - 1
        if index >= 0 and self[index].end > position:
            index -= 1
        return self[index] if index >= 0 and self[index].end >= position - reach else None


class Words(dict[str, Hits]):
    """Table -> its hits; a table without hits reads as empty."""

    def __missing__(self, table: str) -> Hits:
        self[table] = _NO_HITS  # so that the next look is a plain one
        return _NO_HITS


_NO_HITS = Hits()


@dataclass(frozen=True, slots=True)
class _Literal:
    text: str
    open_left: bool
    open_right: bool
    stem: bool  # the hit runs to the end of the word
    senses: Senses

    def stands_at(self, text: str, letters: bytes, start: int) -> bool:
        """Whether a match at ``start`` is a whole word; ``letters`` says where the text has some: none at -1."""
        if letters[start - 1] and not self.open_left:
            return False
        end = start + len(self.text)
        return not letters[end] or self.stem or (self.open_right and not _is_mark(text[end]))


@dataclass(frozen=True, slots=True)
class _Lexicon:
    literals: tuple[_Literal, ...]
    shorter: tuple[int, ...]  # the longest other literal that is a prefix of this one, or -1
    # By literal 1 for those that nothing may stand before in their word, that run to its end, that may hide another.
    closed: bytes
    stems: bytes
    hiding: bytes
    letters: Mapping[str, Senses]
    automaton: AhoCorasick
    languages: frozenset[str]

    def recover(self, index: int, text: str, letters: bytes, start: int) -> tuple[int, int]:
        """The word at a match that is no whole word: a shorter one, or one that it hides; -1 if there is none.

        In "for over" the words "or over" hide "over".
        """
        literal = self.literals[index].text
        while (index := self.shorter[index]) >= 0:
            if self.literals[index].stands_at(text, letters, start):
                return index, start
        second = literal.find(" ") + 1
        if second:
            inside = start + second
            for index, offset, _ in self.automaton.find_matches_as_indexes(
                text[inside : start + len(literal) + _LONGER]
            ):
                if offset == 0 and self.literals[index].stands_at(text, letters, inside):
                    return index, inside
                break
        return -1, start


def find_words(folded: str, letters: bytes, language: str) -> Words:
    """All table words of a folded normalized text, in time linear in its length.

    >>> text = normalize("salary 800 usd per month")
    >>> [hit.value for hit in find_words(text.folded, text.letters, "en")["period"]]
    ['month']
    """
    lexicon = _lexicon()
    literals, closed, stems, hiding = lexicon.literals, lexicon.closed, lexicon.stems, lexicon.hiding
    meanings = _meanings(language if language in lexicon.languages else "und")
    found = Words()
    for longest, place, behind in lexicon.automaton.find_matches_as_indexes(folded):
        index, start, end = longest, place, behind
        # Nearly half of the matches are parts of other words: these tables tell so without a look at the literal.
        if (letters[start - 1] and closed[index]) or (
            letters[end] and not stems[index] and not literals[index].stands_at(folded, letters, start)
        ):
            index, start = lexicon.recover(index, folded, letters, start) if hiding[index] else (-1, start)
            if index < 0:
                continue
            end = start + len(literals[index].text)
        senses = meanings[index]
        if senses and letters[end] and stems[index] and (rest := _REST_OF_WORD.match(folded, end)):
            end = rest.end()
        for table_name, value in senses:
            if table_name not in found:
                found[table_name] = Hits()
            found[table_name].append(Hit(start, end, value))
    return found


def glued_letter(table_name: str, folded: str, position: int, language: str) -> Hit | None:
    """A word of one letter at ``position``; such words are only looked for beside a number, as in ``5k``."""
    senses = _lexicon().letters.get(folded[position : position + 1])
    following = folded[position + 1 : position + 2]
    if senses is None or (following and (_is_letter(following) or following.isdigit())):
        return None
    value = _choose(senses.get(table_name, {}), language, short=True)
    return None if value is None else Hit(position, position + 1, value)


@cache
def table(name: str) -> dict[str, dict[str, list[str]]]:
    """One table as written: value -> language -> words."""
    merged: dict[str, dict[str, list[str]]] = {}
    for tables in _files():
        merged.update(tables.get(name, {}))
    return merged


@cache
def neighbours(name: str) -> tuple[str, ...]:
    """The words of ``[lead.name]``, which are read off beside something found; spaced ones carry a leading space."""
    words = {normalize(word).folded for words in table("lead")[name].values() for word in words}
    return tuple(sorted(word if is_unspaced(word) or not word[0].isalpha() else f" {word}" for word in words))


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script without spaces, where it may begin anywhere."""
    return _UNSPACED.match(word) is not None


@cache
def _files() -> tuple[dict[str, Any], ...]:
    folder = resources.files(__package__).joinpath("data")
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")) for path in paths)


@cache
def _lexicon() -> _Lexicon:
    senses: dict[str, Senses] = {}
    for name in sorted({name for tables in _files() for name in tables} - _NOT_SEARCHED):
        for value, languages in table(name).items():
            for language, words in languages.items():
                for word in words:
                    senses.setdefault(word, {}).setdefault(name, {}).setdefault(language, value)
    letters = {word: senses.pop(word) for word in list(senses) if _is_one_letter(word)}
    literals = _literals(senses)
    texts = {literal.text: index for index, literal in enumerate(literals)}
    shorter = tuple(_longest_prefix(literal.text, texts) for literal in literals)
    automaton = AhoCorasick([literal.text for literal in literals], matchkind=MatchKind.LeftmostLongest)
    spoken = {language for tables in senses.values() for values in tables.values() for language in values}
    hiding = bytes(prefix >= 0 or " " in literal.text for prefix, literal in zip(shorter, literals, strict=True))
    closed = bytes(not literal.open_left for literal in literals)
    stems = bytes(literal.stem for literal in literals)
    return _Lexicon(literals, shorter, closed, stems, hiding, letters, automaton, frozenset(spoken))


def _is_one_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha() and not _UNSPACED.match(word) and not _HANGUL.match(word)


def _literals(senses: Mapping[str, Senses]) -> tuple[_Literal, ...]:
    """One literal for all spellings of a word that normalize to the same text."""
    spellings: dict[str, list[str]] = {}
    for word in senses:
        spellings.setdefault(normalize(word.strip("*")).folded, []).append(word)
    return tuple(_literal(text, words, senses) for text, words in sorted(spellings.items()))


def _literal(text: str, words: list[str], senses: Mapping[str, Senses]) -> _Literal:
    merged: Senses = {}
    for name, values in (item for word in words for item in senses[word].items()):
        merged[name] = values | merged.get(name, {})
    long = len(text) >= _LONG
    open_left = not _is_letter(text[0]) or bool(_UNSPACED.match(text[0])) or (long and bool(_PREFIXING.match(text)))
    open_left |= any(word.startswith("*") for word in words)
    stem = any(word.endswith("*") for word in words) or (long and bool(_SUFFIXING.match(text)))
    free_end = not _is_letter(text[-1]) or bool(_UNSPACED.match(text[-1])) or bool(_HANGUL.match(text[-1]))
    return _Literal(text, open_left, stem or free_end, stem, merged)


def _longest_prefix(text: str, texts: Mapping[str, int]) -> int:
    return next((texts[text[:length]] for length in range(len(text) - 1, 0, -1) if text[:length] in texts), -1)


@cache
def _meanings(language: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Per literal what it means in a text of ``language``: (table, value) pairs."""
    # Most words mean the same in every language: the same objects then, which stay in the processor's cache.
    common = _meanings("und") if language != "und" else ()
    meanings = []
    for number, literal in enumerate(_lexicon().literals):
        short = bool(_SHORT_LATIN.fullmatch(literal.text))
        chosen = ((name, _choose(values, language, short=short)) for name, values in literal.senses.items())
        meaning = tuple((name, value) for name, value in chosen if value is not None)
        meanings.append(common[number] if common and common[number] == meaning else meaning)
    return tuple(meanings)


def _choose(values: Mapping[str, str], language: str, *, short: bool) -> str | None:
    # A Latin word of up to three letters is some other word elsewhere ("an", "mes"): only its own language reads it.
    chosen = values.get(language, values.get("any"))
    return chosen if chosen is not None or short else next(iter(values.values()), None)


def _is_mark(char: str) -> bool:
    return char > "\u02ff" and unicodedata.category(char)[0] == "M"


def _is_letter(char: str) -> bool:
    return char.isalpha() or _is_mark(char)
