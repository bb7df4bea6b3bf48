"""The component in pipelines of spaCy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("spacy")

import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Example

from tipscan import Scanner
from tipscan.adapters.spacy import options
from tipscan.errors import BundleError

FAST = {"tier": "fast", "threads": 1}
LURE = "😀 Typists wanted in Poipet, driver meets you, contract signed there, the office keeps your passport. Pay $20."
KHMER = "ត្រូវការកម្មករសំណង់ ២០នាក់ ទៅធ្វើការនៅរ៉ាយ៉ង ប្រទេសថៃ។ ក្រុមហ៊ុនធ្វើឯកសារឱ្យ ប៉ាស្ព័រថៅកែទុក បងទុកតែថតចម្លង។ 😀"


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = spacy.blank("xx")
    made.add_pipe("tipscan", config=FAST)
    return made


@pytest.mark.parametrize("text", [LURE, KHMER])
def test_a_doc_carries_the_finding(nlp: Language, text: str) -> None:
    """The finding is the scanner's; each indicator has a span that holds it, with its code and rule."""
    doc, finding = nlp(text), Scanner(**FAST).scan(text)
    assert doc._.tipscan == finding
    spans = doc.spans["tipscan"]
    assert [(span.label_, span.id_) for span in spans] == [(one.code, one.rule) for one in finding.indicators]
    assert finding.indicators
    for span, indicator in zip(spans, finding.indicators, strict=True):
        assert span.start_char <= indicator.start < indicator.end <= span.end_char
        assert indicator in span._.tipscan


def test_spans_that_cut_a_token(nlp: Language) -> None:
    """Khmer writes no spaces: the span is the whole token, and the finding keeps the exact characters."""
    doc = nlp(KHMER)
    cut = [span for span in doc.spans["tipscan"] if span._.tipscan[0].text != span.text]
    assert cut
    for span in cut:
        [indicator] = span._.tipscan
        assert KHMER[indicator.start : indicator.end] == indicator.text
        assert indicator.text in span.text


def test_pipe_gives_what_single_calls_give(nlp: Language) -> None:
    """In order, with texts that cannot be scored among them, whatever the size of the batches."""
    texts = [LURE, "", KHMER, "Cook wanted", " \n"] * 30
    docs = list(nlp.pipe(texts, batch_size=7))
    assert [doc.text for doc in docs] == texts
    singles = {text: nlp(text)._.tipscan for text in set(texts)}
    assert all(doc._.tipscan == singles[doc.text] for doc in docs)
    assert docs[1]._.tipscan.error == "empty" and not docs[1].spans["tipscan"]


def test_docs_survive_a_doc_bin(nlp: Language) -> None:
    """Stored and read again, also into another vocabulary, a doc has the same finding, spans and weights."""
    doc = nlp(LURE)
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    [again] = DocBin().from_bytes(stored).get_docs(spacy.blank("xx").vocab)
    assert again._.tipscan == doc._.tipscan
    assert [(s.start, s.end, s.label_, s.id_, s._.tipscan) for s in again.spans["tipscan"]] == [
        (s.start, s.end, s.label_, s.id_, s._.tipscan) for s in doc.spans["tipscan"]
    ]


def test_a_pipeline_is_saved_by_its_configuration(nlp: Language, tmp_path: Path) -> None:
    """A folder of a few kilobytes, or bytes, makes a pipeline with the same options and findings."""
    nlp.to_disk(tmp_path)
    assert sum(path.stat().st_size for path in (tmp_path / "tipscan").iterdir()) < 1_000
    loaded, copied = spacy.load(tmp_path), spacy.blank("xx")
    copied.add_pipe("tipscan")
    copied.from_bytes(nlp.to_bytes())
    for other in (loaded, copied):
        assert other.get_pipe("tipscan").options == nlp.get_pipe("tipscan").options
        assert other(LURE)._.tipscan == nlp(LURE)._.tipscan


def test_a_wrong_configuration_is_told_at_once(tmp_path: Path) -> None:
    """Not with the first text, but when the component is added."""
    with pytest.raises(BundleError):
        spacy.blank("xx").add_pipe("tipscan", config={"model": str(tmp_path)})


def test_beside_a_trained_component(nlp: Language) -> None:
    """A text classifier learns in a pipeline with tipscan in it, and both say their part."""
    spacy.util.fix_random_seed(1)
    both = spacy.blank("en")
    both.add_pipe("tipscan", config=FAST)
    classifier = both.add_pipe("textcat")
    rows = [("cook wanted in our kitchen", "kitchen"), ("driver wanted for the truck", "road")] * 4
    for _, label in rows[:2]:
        classifier.add_label(label)
    cats = {label: {name: float(name == label) for _, name in rows} for _, label in rows}
    examples = [Example.from_dict(both.make_doc(text), {"cats": cats[label]}) for text, label in rows]
    optimizer = both.initialize(lambda: examples)
    for _ in range(20):
        both.update(examples, sgd=optimizer)
    [doc] = both.pipe(["A driver wanted for a truck. The office keeps your passport."])
    assert doc.cats["road"] > doc.cats["kitchen"]
    assert doc._.tipscan == Scanner(**FAST).scan(doc.text)
    assert "DOC.passport_kept" in [span.label_ for span in doc.spans["tipscan"]]


def test_displacy_shows_the_evidence(nlp: Language) -> None:
    """Every code has a color by its strength, and the page shows each code that was found."""
    doc = nlp(LURE)
    page = displacy.render(doc, style="span", options=options(), jupyter=False)
    assert all(f"{span.label_}\n" in page for span in doc.spans["tipscan"])
    colors = options()["colors"]
    assert colors["DOC.passport_kept"] in page
    assert colors["MITIGATION.licence"] not in {colors[span.label_] for span in doc.spans["tipscan"]}


def test_user_data_holds_the_public_form(nlp: Language) -> None:
    """What is stored on a doc is JSON with the fields of ``Finding.to_dict``."""
    doc = nlp(LURE)
    assert json.loads(doc.user_data["tipscan"]).keys() == doc._.tipscan.to_dict().keys()
