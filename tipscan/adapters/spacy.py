"""spaCy: the pipeline component ``tipscan``.

nlp = spacy.blank("xx")
nlp.add_pipe("tipscan", config={"tier": "fast"})
doc = nlp(text)
doc._.tipscan                    # the Finding
doc.spans["tipscan"]             # a Span for every indicator: label_ is its code, id_ its rule
doc.spans["tipscan"][0]._.tipscan  # the indicators behind a span, with weight, strength and exact characters
displacy.render(doc, style="span", options=options())
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import tee
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

from tipscan.adapters.options import Options, scanner_of
from tipscan.errors import MissingExtraError
from tipscan.finding import Fact, Finding, Indicator
from tipscan.indicators import codes

try:
    from spacy.language import Language
    from spacy.tokens import Doc, Span
except ImportError:
    raise MissingExtraError("spacy", "spacy") from None

KEY: Final = "tipscan"
_SETTINGS = "tipscan.json"
#: Fill of displacy's spans: the stronger the sign the redder; mitigations green.
_COLORS = {"strong": "#f4a3a3", "medium": "#f9c98b", "weak": "#f6ea9a"}
_MITIGATION, _MODEL = "#a8dcae", "#a9c9f5"


class TipscanComponent:
    """Adds the finding to each ``Doc``; what is saved of it is its configuration, not the model."""

    def __init__(self, options: Options) -> None:
        self.options = options
        scanner_of(options)  # a wrong configuration is told here, not with the first text

    def __call__(self, doc: Doc) -> Doc:
        return _annotate(doc, scanner_of(self.options).scan(doc.text))

    def pipe(self, stream: Iterable[Doc], **_: Any) -> Iterator[Doc]:
        """Docs in order; the scanner reads ahead by itself, whatever batch size ``nlp.pipe`` has."""
        docs, texts = tee(stream)
        findings = scanner_of(self.options).scan_many(doc.text for doc in texts)
        yield from map(_annotate, docs, findings)

    def to_bytes(self, **_: Any) -> bytes:
        settings = asdict(self.options)
        del settings["versions"]  # of this process; the one that loads it has its own
        return json.dumps(settings).encode()

    def from_bytes(self, data: bytes, **_: Any) -> TipscanComponent:
        settings = json.loads(data)
        packs = tuple((name, text) for name, text in settings.pop("packs", ()))
        self.options = replace(Options.of(**settings), packs=packs)
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _SETTINGS).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> TipscanComponent:
        return self.from_bytes((Path(path) / _SETTINGS).read_bytes())


@Language.factory(
    KEY,
    assigns=["doc._.tipscan", "doc.spans", "span._.tipscan"],
    default_config={
        "model": None,
        "tier": "auto",
        "policy": "balanced",
        "languages": None,
        "threads": None,
        "packs": None,
    },
)
def make_component(
    nlp: Language,
    name: str,
    model: str | None,
    tier: str,
    policy: str,
    languages: list[str] | None,
    threads: int | None,
    packs: str | None,
) -> TipscanComponent:
    """The factory behind ``nlp.add_pipe("tipscan")``; its options are those of ``Scanner``."""
    options = Options.of(model=model, tier=tier, policy=policy, languages=languages, threads=threads, packs=packs)
    return TipscanComponent(options)


def options() -> dict[str, Any]:
    """Options for ``displacy.render(doc, style="span")``: the evidence, colored by strength."""
    colors = {name: _color(name, code.strength) for name, code in codes().items()}
    return {"spans_key": KEY, "colors": colors}


def _color(name: str, strength: str) -> str:
    return {"MITIGATION": _MITIGATION, "MODEL": _MODEL}.get(name.partition(".")[0], _COLORS[strength])


def _annotate(doc: Doc, finding: Finding) -> Doc:
    # JSON, because user data has to survive Doc.to_bytes and DocBin.
    doc.user_data[KEY] = json.dumps(asdict(finding))
    doc.spans[KEY] = [_span(doc, indicator) for indicator in finding.indicators]
    return doc


def _span(doc: Doc, indicator: Indicator) -> Span:
    """The tokens that hold the indicator: it may begin and end inside one."""
    span = doc.char_span(
        indicator.start, indicator.end, label=indicator.code, span_id=indicator.rule, alignment_mode="expand"
    )
    assert span is not None  # an indicator is never empty and never outside its text
    return span


def _finding_of(doc: Doc) -> Finding | None:
    """The finding on the doc; None where the component has not been."""
    stored = doc.user_data.get(KEY)
    if stored is None:
        return None
    values = json.loads(stored)
    for name, hint in get_type_hints(Finding).items():
        if get_origin(hint) is tuple:
            kind = get_args(hint)[0]
            values[name] = tuple(kind(**value) for value in values[name])
    values["facts"] = {name: Fact(**fact) for name, fact in values["facts"].items()}
    return Finding(**values)


def _indicators_of(span: Span) -> tuple[Indicator, ...]:
    """The indicators that a span of the group stands for: two in the same tokens, of one rule, share theirs."""
    finding = _finding_of(span.doc)
    return tuple(
        indicator
        for indicator in (finding.indicators if finding else ())
        if indicator.code == span.label_ and indicator.rule == span.id_ and _same_tokens(span, indicator)
    )


def _same_tokens(span: Span, indicator: Indicator) -> bool:
    own = _span(span.doc, indicator)
    return (own.start, own.end) == (span.start, span.end)


Doc.set_extension(KEY, getter=_finding_of, force=True)
Span.set_extension(KEY, getter=_indicators_of, force=True)
