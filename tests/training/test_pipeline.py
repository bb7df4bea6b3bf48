"""From labelled texts to a bundle, with a small random base in place of the real one. Needs the extra "train"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tipscan.classify import Bundle, Classifier, Workers
from tipscan.classify.bundle import FORMAT, shipped
from tipscan.text import normalize

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx")
pytest.importorskip("safetensors")

CORPUS = Path(__file__).parents[2] / "training" / "corpus"
SHAPE: dict[str, Any] = {
    "hidden_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 256,
    "max_position_embeddings": 210,
    "type_vocab_size": 1,
}


@pytest.fixture(scope="module", params=["xlm-roberta", "bert"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model of a kind, as a Hub name would give it."""
    folder = tmp_path_factory.mktemp(request.param)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(shipped() / "accurate" / "tokenizer.json"), pad_token="<pad>", unk_token="<unk>"
    )
    kinds = {
        "xlm-roberta": (transformers.XLMRobertaConfig, transformers.XLMRobertaModel),
        "bert": (transformers.BertConfig, transformers.BertModel),
    }
    config, model = kinds[request.param]
    torch.manual_seed(1)
    model(config(vocab_size=len(tokenizer), pad_token_id=1, **SHAPE), add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def rows() -> list[dict[str, Any]]:
    texts = [json.loads(line) for line in (CORPUS / "en.jsonl").read_text(encoding="utf-8").splitlines()]
    learn = [row for row in texts if row["use"] == "learn"][:40]
    extra = {"source": "corpus", "schemes_known": True, "weak": False, "licence": "Apache-2.0"}
    return [row | extra | {"fold": "dev" if number > 30 else "train"} for number, row in enumerate(learn)]


def test_the_exported_network_is_the_trained_one(base: Path, tmp_path: Path) -> None:
    """One epoch, export, and the float graph says what torch says; a checkpoint resumes into the same figures."""
    from training import batches, export, run

    config = run.Config(base=str(base), epochs=2, rate=1e-3, vocabulary=30_000, max_tokens=64)
    result = run.train(config, rows(), tmp_path / "run")
    assert [epoch["texts"] for epoch in result["epochs"]] == [31, 31]
    assert result["epochs"][1]["loss"] < result["epochs"][0]["loss"]
    export.export(tmp_path / "run", tmp_path / "bundle")
    bias = float(run.load_file(tmp_path / "run" / "weights.safetensors")["head.bias"][0])
    manifest = {"format": FORMAT, "window": 64, "head_bias": bias, "files": {}}
    classifier = Classifier(Bundle(tmp_path / "bundle", manifest), Workers(1))
    import onnxruntime

    classifier.session = onnxruntime.InferenceSession(str(tmp_path / "run" / "model.float.onnx"))
    model, tokenizer, _ = run.build(config, [], tmp_path / "run")
    whole = [row for row in rows() if len(row["text"]) < 900]
    assert max(len(tokenizer.encode(row["text"]).ids) for row in whole) > 2 * 64  # windows are pooled together
    ours = run.score(model, batches.encode(tokenizer, whole), config)
    theirs = np.array([s.logits for s in classifier.score(normalize(row["text"]) for row in whole)])
    np.testing.assert_allclose(ours, theirs, atol=0.05)  # torch works in bfloat16
    again = run.train(config, rows(), tmp_path / "run", resume=True)
    assert again["epochs"] == result["epochs"]


def test_a_student_learns_what_its_teacher_says(base: Path, tmp_path: Path) -> None:
    """One layer of two, from the teacher's bundle: it nears the teacher, and what is exported is what was trained."""
    from training import batches, distill, export, run

    config = run.Config(base=str(base), epochs=2, rate=1e-3, vocabulary=30_000, max_tokens=64)
    run.train(config, rows(), tmp_path / "teacher")
    export.export(tmp_path / "teacher", tmp_path / "bundle")
    names = {"name": "teacher", "version": "1", "base": {"name": str(base)}, "files": {}}
    teacher = Bundle(tmp_path / "bundle", names | {"format": FORMAT, "window": 64})
    result = distill.distil(
        distill.Config(layers=1, epochs=8, budget=512, rate=2e-3, max_tokens=64), teacher, rows(), tmp_path / "student"
    )
    assert result["epochs"][-1]["loss"] < 0.9 * result["epochs"][0]["loss"]
    export.export(tmp_path / "student", tmp_path / "fast")
    student, tokenizer, _ = run.build(config, [], tmp_path / "student")
    assert len(student.encoder.encoder.layer) == 1
    restored, _, _ = run.build(config, [], tmp_path / "fast")
    texts = batches.encode(tokenizer, rows())
    ours, theirs = (run.score(model, texts, config)[:, 0] for model in (student, restored))
    assert np.corrcoef(ours, theirs)[0, 1] > 0.95  # rounded to int8 and back
    idle = distill.Config(layers=1, epochs=0, max_tokens=64)
    distill.distil(idle, teacher, rows(), tmp_path / "again", start=tmp_path / "student")
    before, after = (run.load(tmp_path / name) for name in ("student", "again"))
    encoder = [name for name in before if name.startswith("encoder.encoder.")]
    assert encoder
    assert all(np.array_equal(before[name], after[name]) for name in encoder)  # it goes on from where it was


def test_own_texts_are_read_or_named(tmp_path: Path) -> None:
    """Own rows need a text and a label, and get defaults for the rest; a fault names its line."""
    from training.sources import own_rows

    path = tmp_path / "mine.jsonl"
    path.write_text('{"text": "a job", "label": 0}\n{"text": "pay first", "label": 1, "schemes": ["advance_fee"]}\n')
    first, second = own_rows(path)
    assert (first["source"], first["schemes_known"], second["schemes_known"]) == ("own", True, True)
    path.write_text('{"text": "a job", "label": 0}\n{"text": "no label"}\n')
    with pytest.raises(ValueError, match=r"mine\.jsonl, line 2: needs a text and a label"):
        list(own_rows(path))
