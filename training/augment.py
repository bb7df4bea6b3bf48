"""What an epoch varies: gaps in a text, and another scene around what is decisive in a pair of twins.

The scene around a decisive phrase comes and goes and changes; the phrase and the label stay.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

from training.batches import Encoded


@dataclass(frozen=True, slots=True)
class Variation:
    """How much of it there is.

    Attributes:
        whole: Share of texts that an epoch reads without gaps.
        sentences: Of the others, the largest share of their sentences left out, ...
        tokens: ... and of their tokens.
        moved: Share of pairs set into another scene, of those whose difference stands in sentences of its own.
        longest: Tokens of a scene at most.
        public: Share of scenes that are adverts of public sources, in languages that have them.
    """

    whole: float = 0.3
    sentences: float = 0.5
    tokens: float = 0.1
    moved: float = 0.4
    longest: int = 140
    public: float = 0.3


def thin(text: Encoded, how: Variation, rng: random.Random) -> Encoded:
    """The text with gaps: whole sentences and single tokens left out, never an annotated phrase or its sentence.

    Whatever is left of an ordinary text is ordinary, and a lure with its decisive phrase is a lure; of one without
    annotation only tokens go, as no one can tell which sentence makes it one.
    """
    if rng.random() < how.whole:
        return text
    tokens = rng.uniform(0, how.tokens)
    dropped: set[int] = set()
    if any(text.marks) or not text.row["label"]:
        share = rng.uniform(0, how.sentences)
        telling = {number for number, mark in zip(text.sentences, text.marks, strict=True) if mark}
        dropped = {number for number in set(text.sentences) - telling if rng.random() < share}
    kept = [
        place
        for place, mark in enumerate(text.marks)
        if mark or (text.sentences[place] not in dropped and rng.random() >= tokens)
    ]
    if len(kept) < len(text.ids) // 3:
        return text
    return Encoded(text.row, *([part[place] for place in kept] for part in (text.ids, text.marks, text.sentences)))


@dataclass(frozen=True, slots=True)
class Difference:
    """What two twins do not share: places of the tokens of whole sentences, in the lure and in its twin."""

    lure: list[int]
    twin: list[int]


def difference(lure: Encoded, twin: Encoded) -> Difference | None:
    """The sentences that are a lure's or its twin's own; None if a decisive phrase is shared or most differs."""

    def sentences(text: Encoded) -> dict[int, list[int]]:
        places: dict[int, list[int]] = defaultdict(list)
        for place, number in enumerate(text.sentences):
            places[number].append(place)
        return places

    def own(text: Encoded, other: Encoded) -> list[int]:
        known = {tuple(other.ids[place] for place in part) for part in sentences(other).values()}
        return [
            place
            for part in sentences(text).values()
            if tuple(text.ids[place] for place in part) not in known
            for place in part
        ]

    found = Difference(own(lure, twin), own(twin, lure))
    telling = {place for place, mark in enumerate(lure.marks) if mark > 0}
    if not telling <= set(found.lure) or not 3 < len(found.lure) < 0.7 * len(lure.ids):
        return None
    return found


class Scenes:
    """Ordinary texts by language, to set the decisive sentences of twins into.

    The sentences that make a lure make another ordinary advert one; those of its twin leave it ordinary. So the
    scene, which otherwise comes with one pair alone, tells nothing.
    """

    def __init__(self, texts: list[Encoded], how: Variation) -> None:
        self.how = how
        self.texts: dict[tuple[str, bool], list[Encoded]] = defaultdict(list)
        self.differences: dict[str, Difference] = {}
        pairs: dict[str, list[Encoded]] = defaultdict(list)
        for text in texts:
            row = text.row
            if row["pair"]:
                pairs[row["pair"]].append(text)
            if not row["label"] and row["recruits"] and text.ids:
                self.texts[row["lang"], row["source"] == "corpus"].append(text)
        for name, pair in pairs.items():
            # Of a pair in one's own data that has more than two texts nobody knows which differ in what.
            twin, *lure = sorted(pair, key=lambda text: text.row["label"])
            if [text.row["label"] for text in (twin, *lure)] == [0, 1] and (found := difference(*lure, twin)):
                self.differences[name] = found

    def move(self, unit: list[Encoded], rng: random.Random) -> list[Encoded]:
        """The unit with the sentences of its twins in another scene of their language; unchanged where none fits."""
        name, language = unit[0].row["pair"], unit[0].row["lang"]
        found = self.differences.get(name) if name else None
        hosts = self.texts[language, not (rng.random() < self.how.public and self.texts[language, False])]
        host = rng.choice(hosts) if hosts else None
        if found is None or host is None or host.row["pair"] == name:
            return unit
        scene = self._part(host, rng)
        ends = [n for n in range(1, len(scene.ids)) if scene.sentences[n] != scene.sentences[n - 1]]
        place = rng.choice([0, *ends, len(scene.ids)])
        return [_set(text, found.lure if text.row["label"] else found.twin, scene, place) for text in unit]

    def _part(self, text: Encoded, rng: random.Random) -> Encoded:
        longest = self.how.longest
        if len(text.ids) <= longest:
            return text
        starts = [n for n in range(len(text.ids) - longest) if not n or text.sentences[n] != text.sentences[n - 1]]
        start = rng.choice(starts)
        part = slice(start, start + rng.randint(longest // 3, longest))
        return Encoded(text.row, text.ids[part], text.marks[part], text.sentences[part])


def _set(text: Encoded, places: list[int], scene: Encoded, at: int) -> Encoded:
    """``scene`` with some tokens of ``text`` set into it before its token ``at``; the row is that of ``text``."""
    after = 1 + max(scene.sentences)
    inside = [after + text.sentences[place] for place in places]
    return Encoded(
        text.row,
        scene.ids[:at] + [text.ids[place] for place in places] + scene.ids[at:],
        scene.marks[:at] + [text.marks[place] for place in places] + scene.marks[at:],
        scene.sentences[:at] + inside + scene.sentences[at:],
    )


def vary(unit: list[Encoded], scenes: Scenes, rng: random.Random) -> list[Encoded]:
    """A unit of an epoch as this epoch reads it."""
    if rng.random() < scenes.how.moved:
        unit = scenes.move(unit, rng)
    return [thin(text, scenes.how, rng) for text in unit]
