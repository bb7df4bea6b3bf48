"""Label and schemes as spans on the first word, for tools that annotate spans only."""

from __future__ import annotations

from collections.abc import Iterable

from tipscan.export.annotated import LABEL_TAG, SCHEME_TAG, Annotated, Span, without_tags
from tipscan.export.units import tokens


def tagged_spans(item: Annotated) -> list[Span]:
    """The spans, before them the tags on the first word."""
    word = next(((token.start, token.end) for token in tokens(item.text) if not token.white), None)
    tags = [] if word is None else [Span(*word, tag) for tag in item.tags]
    return [*tags, *item.spans]


def untagged(spans: Iterable[Span], place: str) -> tuple[tuple[Span, ...], str | None, tuple[str, ...]]:
    """Spans, label and schemes again, wherever in the text the tags stand."""
    given = set(spans)
    tags = {span for span in given if span.code.startswith((LABEL_TAG, SCHEME_TAG))}
    label, schemes = without_tags(sorted(span.code for span in tags), place)
    return tuple(sorted(given - tags)), label, schemes
