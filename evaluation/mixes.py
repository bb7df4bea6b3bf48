"""Texts to measure speed with: endless streams of distinct ones, and texts made to be slow.

A mix goes round twenty languages, one text of each in turn, and one text in five is a lure; so does every part of it,
for a slow system sees the beginning only. ``messages`` are the texts of the authored corpus as they are. ``adverts``
have the lengths of EMSCAD's adverts: where the shared data is given the English ones are EMSCAD's own, the others are
corpus texts of one language and one label joined up.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, count, islice
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "training" / "corpus"
LANGUAGES = tuple("en zh vi th id tl my km hi bn ur ta ar fa tr ru es pt fr sw".split())
#: Deciles of the lengths of EMSCAD's adverts, in characters.
LENGTHS = (520, 838, 1150, 1497, 1891, 2338, 2728, 3160, 4169)
LURE_EVERY = 5
MIXES = ("messages", "adverts")
#: Pieces to repeat, each meant to make some pattern of the extractors or some rule look again and again.
PIECES = {"digit": "7", "at": "@", "dot": ".", "letter and dot": "a.", "plus": "+", "brackets": "[[", "space": " "}


def messages() -> Iterator[str]:
    """Corpus texts, without end."""
    streams = _streams()
    for number in count():
        yield next(_stream_of(streams, number))


def reposts(count: int, texts: int) -> Iterator[str]:
    """``count`` messages, of which only ``texts`` are distinct, the way adverts are posted again and again.

    The distinct ones come first, each once; of the rest the nth most common has a share in proportion to 1/n.
    """
    known = list(islice(messages(), texts))
    yield from known[:count]
    shares, draw = list(accumulate(1 / rank for rank in range(1, texts + 1))), random.Random(0)
    for _ in range(count - texts):
        yield from draw.choices(known, cum_weights=shares)


def adverts(shared: Path | None = None) -> Iterator[str]:
    """Texts as long as EMSCAD's adverts, without end."""
    streams = _streams()
    english = None if shared is None else distinct(_texts(shared / "emscad.jsonl"))
    for number in count():
        if english is not None and LANGUAGES[number % len(LANGUAGES)] == "en":
            yield next(english)
        else:
            yield joined(_stream_of(streams, number), LENGTHS[number % len(LENGTHS)])


def of_length(language: str, length: int) -> str:
    """Ordinary texts of a language, joined and cut to ``length`` characters."""
    return joined(_streams()[language, 0], length)


def joined(texts: Iterator[str], length: int) -> str:
    parts: list[str] = []
    room = length
    while room > 0:
        parts.append(next(texts))
        room -= len(parts[-1]) + 1
    return "\n".join(parts)[:length]


def distinct(texts: Sequence[str]) -> Iterator[str]:
    """The texts again and again, in another order every time and numbered from the second time on.

    A scanner remembers texts it has just seen, so a text that comes twice would measure its memory.
    """
    order = list(texts)
    for lap in count():
        random.Random(lap).shuffle(order)
        yield from (f"{text}\n{lap}" if lap else text for text in order)


def attacks(size: int) -> dict[str, str]:
    """Texts of ``size`` characters that try to take more than linear time, by what they repeat."""
    return {name: (piece * (size // len(piece) + 1))[:size] for name, piece in (PIECES | _literals()).items()}


def _literals() -> dict[str, str]:
    """Literals of the English pack: those of its longest rule, and one of every part of every rule."""
    from tipscan.indicators.packs import load_packs

    rules = next(pack for pack in load_packs(None) if "en" in pack.languages).rules
    longest = max(rules, key=lambda rule: (len(rule.parts), rule.within))
    every = [part[0] for rule in rules for part in rule.parts]
    return {"one rule": _words(part[0] for part in longest.parts), "all rules": _words(every)}


def _words(literals: Iterator[str] | Sequence[str]) -> str:
    return "".join(f"{literal.strip('*').replace('#', '5')} " for literal in literals)


def _streams() -> dict[tuple[str, int], Iterator[str]]:
    """A stream of texts for each language and label."""
    found: dict[tuple[str, int], Iterator[str]] = {}
    for language in LANGUAGES:
        path = CORPUS / f"{language}.jsonl"
        for label in (0, 1):
            found[language, label] = distinct(_texts(path, label))
    return found


def _stream_of(streams: Mapping[tuple[str, int], Iterator[str]], number: int) -> Iterator[str]:
    """The stream that text ``number`` of a mix comes from."""
    lap, place = divmod(number, len(LANGUAGES))
    return streams[LANGUAGES[place], int((lap + place) % LURE_EVERY == 0)]


def _texts(path: Path, label: int | None = None) -> list[str]:
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows if label is None or row["label"] == label]
