"""How far annotators agree: on the label, on each scheme, on the signs and their places.

Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), nominal data; Cohen, "A coefficient of agreement for
nominal scales" (1960). A coefficient is None where it is not defined: nobody to compare, or nothing that varies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Final

from tipscan.errors import InputError
from tipscan.export.annotated import Annotated, Span, ordered_schemes

#: The versions of one text by annotator.
Versions = Mapping[str, Annotated]
Pair = tuple[str, str]
#: What all versions of a text share.
_COMMON: Final = ("id", "text")


def krippendorff_alpha(units: Iterable[Sequence[Hashable | None]]) -> float | None:
    """Alpha for nominal data: 1 for perfect agreement, 0 for chance.

    Args:
        units: The values each unit was given, by any number of annotators, None where one gave none.
    """
    together: defaultdict[tuple[Hashable, Hashable], float] = defaultdict(float)
    for unit in units:
        counts = Counter(value for value in unit if value is not None)
        if counts.total() > 1:
            for one, other in product(counts, repeat=2):
                together[one, other] += counts[one] * (counts[other] - (one == other)) / (counts.total() - 1)
    totals: defaultdict[Hashable, float] = defaultdict(float)
    for (one, _), count in together.items():
        totals[one] += count
    size = sum(totals.values())
    expected = size * size - sum(count * count for count in totals.values())
    if not expected:
        return None
    observed = sum(count for (one, other), count in together.items() if one != other)
    return 1 - (size - 1) * observed / expected


def cohen_kappa(pairs: Iterable[tuple[Hashable, Hashable]]) -> float | None:
    """Kappa of two annotators, from the two values of each unit that both judged."""
    both = list(pairs)
    first, second = Counter(one for one, _ in both), Counter(other for _, other in both)
    expected = sum(first[value] * second[value] for value in first) / (len(both) ** 2) if both else 1.0
    if expected == 1:
        return None
    return (sum(one == other for one, other in both) / len(both) - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two annotators over the texts both did; ``exact`` is F1 of spans, ``overlap`` F1 of code points under a code."""

    texts: int
    kappa: float | None
    exact: float | None
    overlap: float | None

    def to_dict(self) -> dict[str, Any]:
        return {"texts": self.texts, "kappa": self.kappa, "exact": self.exact, "overlap": self.overlap}


@dataclass(frozen=True, slots=True)
class Agreement:
    """The whole comparison; ``texts`` counts those with two annotators at least."""

    annotators: tuple[str, ...]
    texts: int
    label: float | None
    schemes: Mapping[str, float | None]
    pairs: Mapping[Pair, PairAgreement]

    def to_dict(self) -> dict[str, Any]:
        return {
            "annotators": list(self.annotators),
            "texts": self.texts,
            "label_alpha": self.label,
            "scheme_alpha": dict(self.schemes),
            "pairs": [{"annotators": list(pair), **result.to_dict()} for pair, result in self.pairs.items()],
        }

    def __str__(self) -> str:
        lines = [f"{self.texts:,} texts, {len(self.annotators)} annotators"]
        lines.append(f"label: alpha {_number(self.label)}")
        lines += [f"{scheme}: alpha {_number(alpha)}" for scheme, alpha in self.schemes.items()]
        for (one, other), pair in self.pairs.items():
            lines.append(
                f"{one} and {other}: {pair.texts:,} texts, label kappa {_number(pair.kappa)}, "
                f"signs exact F1 {_number(pair.exact)}, overlap F1 {_number(pair.overlap)}"
            )
        return "\n".join(lines)


def group(items: Iterable[Annotated]) -> dict[str, dict[str, Annotated]]:
    """Versions by text and annotator.

    Raises:
        InputError: An annotation without an annotator, two by the same one, or two texts under one id.
    """
    texts: dict[str, dict[str, Annotated]] = defaultdict(dict)
    for item in items:
        if item.annotator is None:
            raise InputError(f"{item.id}: nobody is named as its annotator")
        versions = texts[item.id]
        if item.annotator in versions:
            raise InputError(f"{item.id}: {item.annotator} has annotated it twice")
        if versions and next(iter(versions.values())).text != item.text:
            raise InputError(f"{item.id}: the annotators had different texts")
        versions[item.annotator] = item
    return dict(texts)


def measure(texts: Mapping[str, Versions]) -> Agreement:
    """Agreement over grouped versions."""
    annotators = sorted({name for versions in texts.values() for name in versions})
    shared = [versions for versions in texts.values() if len(versions) > 1]
    schemes = ordered_schemes(scheme for versions in shared for item in versions.values() for scheme in item.schemes)
    return Agreement(
        annotators=tuple(annotators),
        texts=len(shared),
        label=krippendorff_alpha([item.label for item in versions.values()] for versions in shared),
        schemes={
            scheme: krippendorff_alpha([scheme in item.schemes for item in versions.values()] for versions in shared)
            for scheme in schemes
        },
        pairs={
            (one, other): _compare([(texts[one], texts[other]) for texts in shared if one in texts and other in texts])
            for one, other in combinations(annotators, 2)
        },
    )


def to_adjudicate(texts: Mapping[str, Versions]) -> Iterator[dict[str, Any]]:
    """A row for each text that its annotators see differently, with all versions and what differs in them."""
    for name, versions in texts.items():
        items = list(versions.values())
        views: dict[str, set[Any]] = {
            "label": {item.label for item in items},
            "schemes": {item.schemes for item in items},
            "spans": {frozenset(_places(item.spans)) for item in items},
        }
        if differs := [part for part, seen in views.items() if len(seen) > 1]:
            plain = [{part: seen for part, seen in item.to_dict().items() if part not in _COMMON} for item in items]
            yield {"id": name, "text": items[0].text, "differs": differs, "versions": plain}


def _compare(pairs: Sequence[tuple[Annotated, Annotated]]) -> PairAgreement:
    labels = [(a.label, b.label) for a, b in pairs if a.label is not None and b.label is not None]
    exact = [(_places(a.spans), _places(b.spans)) for a, b in pairs]
    overlap = [(_points(a.spans), _points(b.spans)) for a, b in pairs]
    return PairAgreement(len(pairs), cohen_kappa(labels), _f1(exact), _f1(overlap))


def _f1(pairs: Iterable[tuple[set[Any], set[Any]]]) -> float | None:
    """F1 over all texts together, the same whoever is taken for the reference; None where nobody marked anything."""
    same = size = 0
    for one, other in pairs:
        same += len(one & other)
        size += len(one) + len(other)
    return 2 * same / size if size else None


def _places(spans: Iterable[Span]) -> set[tuple[int, int, str]]:
    return {(span.start, span.end, span.code) for span in spans}


def _points(spans: Iterable[Span]) -> set[tuple[int, str]]:
    return {(point, span.code) for span in spans for point in range(span.start, span.end)}


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"
