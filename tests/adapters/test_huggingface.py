"""Data sets scanned, the corpus as a data set, the accurate network in transformers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("datasets")

from datasets import Dataset

from tipscan import Scanner
from tipscan.adapters.huggingface import export_transformers, load_corpus, scan_dataset
from tipscan.classify import Bundle, Classifier, Workers
from tipscan.classify.bundle import shipped
from tipscan.errors import BundleError, InputError
from tipscan.indicators import SCHEMES
from tipscan.text import normalize

CORPUS = Path(__file__).parents[2] / "training" / "corpus"
FAST = {"tier": "fast", "threads": 1}
TEXTS = ["😀 The office keeps your passport", None, "", "ការិយាល័យទុកលិខិតឆ្លងដែន", "Cook wanted, 18+"]


def test_a_scanned_data_set() -> None:
    """Its own columns stay, those of the scored rows follow under declared types, equal to the scanner's."""
    own = Dataset.from_dict({"language": list("abcde"), "text": TEXTS})
    scanned = scan_dataset(own, "text", **FAST)
    assert scanned.column_names[:2] == ["language", "text"]
    assert scanned.features["tipscan_risk"].dtype == "float64"
    for row, finding in zip(scanned, Scanner(**FAST).scan_many(TEXTS), strict=True):
        expected = finding.to_dict()
        assert (row["tipscan_risk"], row["tipscan_error"]) == (expected["risk"], expected["error"])
        assert row["tipscan_indicators"] == expected["indicators"]
        assert row["tipscan_schemes"] == (expected["schemes"] or None)
        assert {fact["name"] for fact in row["tipscan_facts"]} == expected["facts"].keys()
    with pytest.raises(InputError, match="no column 'advert'; found: language, text"):
        scan_dataset(own, "advert")


def test_a_streamed_data_set() -> None:
    """An iterable data set is scanned as it is read."""
    streamed = scan_dataset(Dataset.from_dict({"text": TEXTS}).to_iterable_dataset(), "text", **FAST)
    assert [row["tipscan_error"] for row in streamed] == [None, "missing", "empty", None, None]


def test_processes_score_as_one_does() -> None:
    """Forked processes make scanners of their own, though the parent has one at work."""
    own = Dataset.from_dict({"text": TEXTS})
    assert (
        scan_dataset(own, "text", num_proc=2, **FAST)["tipscan_risk"][:]
        == scan_dataset(own, "text", **FAST)["tipscan_risk"][:]
    )


def test_the_corpus_with_splits() -> None:
    """Every row of the files is in the split it is meant for, its spans inside its text."""
    corpus = load_corpus(CORPUS)
    lines = [line for path in CORPUS.glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    assert sum(corpus.num_rows.values()) == len(lines)
    assert {use for part in corpus.values() for use in part.unique("use")} == {"learn", "calibrate", "test"}
    assert corpus["train"].features["label"].names == ["genuine", "deceptive"]
    for row in corpus["calibrate"]:
        assert all(row["text"][span["start"] : span["end"]].strip() for span in row["indicators"])
        assert set(row["schemes"]) <= set(SCHEMES)


def test_no_corpus(tmp_path: Path) -> None:
    """The fault names the folder."""
    with pytest.raises(InputError, match="no corpus here"):
        load_corpus(tmp_path)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Any:
    for name in ("torch", "transformers", "onnx", "safetensors"):
        pytest.importorskip(name)
    folder = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        # The code that comes with a model is copied into a cache; the tests leave none in the user's home.
        patch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(folder / "modules"))
        yield export_transformers(None, folder / "model")


def test_transformers_say_what_the_bundle_says(exported: Path) -> None:
    """Logits of texts in every language, and of one with many windows, follow those of the bundle."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    paths = sorted(CORPUS.glob("*.jsonl"))
    texts = [json.loads(path.read_text(encoding="utf-8").splitlines()[5])["text"] for path in paths]
    texts = [normalize(text) for text in [*texts, "\n\n".join(texts[:20])]]
    theirs = np.array([score.logits for score in Classifier(Bundle.load(), Workers(1)).score(texts)])
    tokenizer = AutoTokenizer.from_pretrained(exported, trust_remote_code=True)
    model = AutoModelForSequenceClassification.from_pretrained(exported, trust_remote_code=True).eval()
    ours = []
    with torch.inference_mode():
        for start in range(0, len(texts), 4):
            batch = [text.text.rstrip() for text in texts[start : start + 4]]
            ours += model(**tokenizer(batch, padding=True, return_tensors="pt")).logits.tolist()
    assert np.corrcoef(np.array(ours)[:, 0], theirs[:, 0])[0, 1] > 0.98
    assert np.corrcoef(np.array(ours)[:, 2:].ravel(), theirs[:, 2:].ravel())[0, 1] > 0.98
    assert abs(ours[-1][0] - theirs[-1, 0]) < 1


def test_the_onnx_graph_gives_the_same_logits(exported: Path) -> None:
    """The graph for Optimum pools as tipscan does: the logits of a text of one window are the bundle's."""
    import onnxruntime

    session = onnxruntime.InferenceSession(exported / "model.onnx", providers=["CPUExecutionProvider"])
    classifier = Classifier(Bundle.load(), Workers(1))
    for text in (one for one in TEXTS if one):
        ids = [0, *classifier.tokenizer.encode(normalize(text).text, add_special_tokens=False).ids, 2]
        [logits] = session.run(["logits"], {"input_ids": np.array([ids])})
        [score] = classifier.score([normalize(text)])
        np.testing.assert_allclose(logits[0], score.logits, atol=1e-4)


def test_the_pipeline_names_the_outputs(exported: Path) -> None:
    """``pipeline("text-classification")`` gives each output under its name, independent of the others."""
    from transformers import pipeline

    classify = pipeline("text-classification", model=str(exported), trust_remote_code=True, top_k=None)
    [lure, other] = classify(
        ["The office keeps your passport until your debt is paid.", "The cat sleeps."], batch_size=2
    )
    risks = [next(one["score"] for one in found if one["label"] == "risk") for found in (lure, other)]
    assert risks[0] > 0.5 > risks[1]
    assert {one["label"] for one in lure} == {"risk", "recruits", *SCHEMES}


def test_only_the_accurate_tier_is_exported(tmp_path: Path) -> None:
    """The fast tier is no network of transformers, and the fault says so."""
    pytest.importorskip("safetensors")
    with pytest.raises(BundleError, match="only the accurate tier"):
        export_transformers(shipped() / "fast", tmp_path)
