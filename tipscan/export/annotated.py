"""One text with its signs, its label and its schemes: the shape every annotation tool is written from and read into."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tipscan.errors import InputError
from tipscan.indicators.taxonomy import MODEL_EVIDENCE, SCHEMES, codes

#: What a text can be, as training/guidelines.md asks: its label 1 and 0, and the way out of a forced choice.
DECEPTIVE, ORDINARY, UNSURE = "deceptive", "ordinary", "unsure"
LABELS: Final = (DECEPTIVE, ORDINARY, UNSURE)
#: Families of the two things that are said of a whole text, in tools that know spans or one list of labels only.
LABEL_TAG, SCHEME_TAG = "LABEL.", "SCHEME."

_OF_DECISION: Final = {"flag": DECEPTIVE, "review": UNSURE, "clear": ORDINARY}
_LIKELY: Final = 0.5
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A sign at ``text[start:end]``, in code points; ``score`` in [0, 1] where a model proposed it."""

    start: int
    end: int
    code: str
    score: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Annotated:
    """One text as one annotator, or one model, sees it.

    ``label`` is one of ``LABELS`` or None; ``model`` names the model where it is a proposal, ``score`` is its risk.
    """

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    label: str | None = None
    schemes: tuple[str, ...] = ()
    annotator: str | None = None
    score: float | None = None
    model: str | None = None

    def __post_init__(self) -> None:
        for span in self.spans:
            if not 0 <= span.start < span.end <= len(self.text):
                raise InputError(f"{self.id}: {span.code} at {span.start}-{span.end} is empty or lies outside the text")

    @property
    def tags(self) -> tuple[str, ...]:
        """Label and schemes as one list, ``("LABEL.deceptive", "SCHEME.forced_labour")``."""
        label = () if self.label is None else (LABEL_TAG + self.label,)
        return (*label, *(SCHEME_TAG + scheme for scheme in self.schemes))

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "text": self.text,
            "spans": [span.to_dict() for span in self.spans],
            "label": self.label,
            "schemes": list(self.schemes),
            "annotator": self.annotator,
        }


def tag_codes() -> tuple[str, ...]:
    """Every tag an annotator can give to a whole text."""
    return (*(LABEL_TAG + label for label in LABELS), *(SCHEME_TAG + scheme for scheme in SCHEMES))


def sign_codes() -> tuple[str, ...]:
    """Every code an annotator can give to a span; what the model found by itself is not theirs to confirm."""
    return tuple(code for code in codes() if code != MODEL_EVIDENCE)


def without_tags(names: Iterable[str], place: str) -> tuple[str | None, tuple[str, ...]]:
    """Label and schemes out of tags.

    Raises:
        InputError: Two labels; the message names the place.
    """
    given = list(dict.fromkeys(names))
    labels = [name.removeprefix(LABEL_TAG) for name in given if name.startswith(LABEL_TAG)]
    if len(labels) > 1:
        raise InputError(f"{place}: {len(labels)} labels for one text ({', '.join(labels)})")
    schemes = (name.removeprefix(SCHEME_TAG) for name in given if name.startswith(SCHEME_TAG))
    return (labels[0] if labels else None), ordered_schemes(schemes)


def ordered_schemes(schemes: Iterable[str]) -> tuple[str, ...]:
    """In the order of the taxonomy, names of the annotators' own after them."""
    return tuple(
        sorted(set(schemes), key=lambda name: (SCHEMES.index(name) if name in SCHEMES else len(SCHEMES), name))
    )


def documents(row: Mapping[str, Any]) -> list[Annotated]:
    """The documents of one row: a scored row, an annotation, or all versions of a text to adjudicate.

    None for a row without a text.

    Raises:
        InputError: The row lacks what its kind has to have.
    """
    try:
        if "versions" in row:
            return [_annotation({"id": row["id"], "text": row["text"], **version}) for version in row["versions"]]
        if "spans" in row:
            return [_annotation(row)]
        return [_proposal(row)] if isinstance(row.get("text"), str) and row["text"].strip() else []
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{row.get('id')}: neither a scored row nor an annotation ({type(error).__name__})") from None


def _annotation(row: Mapping[str, Any]) -> Annotated:
    spans = (Span(int(span["start"]), int(span["end"]), str(span["code"])) for span in row["spans"])
    return Annotated(
        id=well_formed(str(row["id"])),
        text=well_formed(row["text"]),
        spans=tuple(sorted(spans)),
        label=row["label"],
        schemes=tuple(row["schemes"]),
        annotator=row.get("annotator"),
    )


def _proposal(row: Mapping[str, Any]) -> Annotated:
    """What a scored row proposes: signs the rules found, a label after the decision, the likely schemes."""
    label = _OF_DECISION.get(row["decision"])
    likely = (code for code, value in (row["schemes"] or {}).items() if value is not None and value >= _LIKELY)
    signs = (sign for sign in row["indicators"] if sign["source"] == "rule")
    return Annotated(
        id=well_formed(str(row["id"])),
        text=well_formed(row["text"]),
        spans=tuple(sorted({Span(s["start"], s["end"], s["code"], round(_logistic(s["weight"]), 4)) for s in signs})),
        label=label,
        schemes=() if label in (None, ORDINARY) else ordered_schemes(likely),
        score=row["risk"],
        model=" ".join(str(row["model"][part]) for part in ("name", "version")),
    )


def well_formed(text: str) -> str:
    """Lone surrogates, which no file can hold, become U+FFFD one for one, so that spans stay true."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _logistic(weight: float) -> float:
    """The weight of a sign, its share in log-odds, as a score tools can show: 0.5 says nothing, 1 warns, 0 clears."""
    return 1 / (1 + math.exp(-weight))
