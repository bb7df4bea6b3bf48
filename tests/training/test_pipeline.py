"""From labelled texts to a bundle, with a small random base in place of the real one. Needs the extra "train"."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
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
    from training import batches, export, run, stages

    config = run.Config(base=str(base), epochs=2, rate=1e-3, vocabulary=30_000, max_tokens=64)
    result = run.train(config, rows(), tmp_path / "run")
    assert [epoch["texts"] for epoch in result["epochs"]] == [31, 31]
    assert result["epochs"][1]["loss"] < result["epochs"][0]["loss"]
    export.export(tmp_path / "run", tmp_path / "bundle")
    bias = float(stages.load(tmp_path / "run")["head.bias"][0])
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


@pytest.mark.skipif(not shutil.which("g++"), reason="no C++ compiler")
@pytest.mark.filterwarnings("ignore")  # torch warns of its own code while it compiles
def test_compiled_layers_learn_the_same(base: Path, tmp_path: Path) -> None:
    """The same epoch with and without compiling: the losses differ by rounding, the weights have the same names."""
    from training import run, stages

    config = run.Config(base=str(base), epochs=1, rate=1e-4, vocabulary=30_000, max_tokens=64)
    losses, names = [], []
    for compiled in (False, True):
        output = tmp_path / f"compiled {compiled}"
        losses.append(run.train(config, rows(), output, compiled=compiled)["epochs"][0]["loss"])
        names.append(sorted(stages.load(output)))
    assert losses[1] == pytest.approx(losses[0], rel=0.02)
    assert names[0] == names[1]


def test_what_a_broken_off_run_leaves_can_be_continued_from(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weights after its last epoch and its history, never the weights of the run it goes over."""
    from training import run, stages

    config = run.Config(base=str(base), epochs=1, rate=1e-3, vocabulary=30_000, max_tokens=64)
    run.train(config, rows(), tmp_path)
    before = stages.load(tmp_path)

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "fit_side_heads", stop)
    with pytest.raises(KeyboardInterrupt):
        run.train(replace(config, seed=7), rows(), tmp_path)
    left = stages.load(tmp_path)
    checkpoint = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert all(torch.equal(value, checkpoint["model"][name]) for name, value in left.items())
    assert not torch.equal(left["head.weight"], before["head.weight"])
    assert stages.origin(tmp_path)["config"]["seed"] == 7
    assert stages.origin(tmp_path)["epochs"] == checkpoint["history"]


def test_a_student_learns_what_its_teacher_says(base: Path, tmp_path: Path) -> None:
    """One layer of two, from the teacher's bundle: it nears the teacher, and what is exported is what was trained."""
    from training import batches, distill, export, run, stages

    config = run.Config(base=str(base), epochs=2, rate=1e-3, vocabulary=30_000, max_tokens=64)
    run.train(config, rows(), tmp_path / "teacher")
    export.export(tmp_path / "teacher", tmp_path / "bundle")
    names = {"name": "teacher", "version": "1", "base": {"name": str(base)}, "files": {}}
    teacher = Bundle(tmp_path / "bundle", names | {"format": FORMAT, "window": 64})
    lessons = distill.Config(layers=1, epochs=14, budget=512, rate=2e-3, max_tokens=64)
    result = distill.distil(lessons, teacher, rows(), tmp_path / "student")
    assert result["device"] == run.name_of(torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    assert result["epochs"][-1]["loss"] < 0.9 * result["epochs"][0]["loss"]
    again = distill.distil(lessons, teacher, rows(), tmp_path / "student", resume=True)
    assert again["epochs"] == result["epochs"]  # nothing is learned twice
    export.export(tmp_path / "student", tmp_path / "fast")
    student, tokenizer, _ = run.build(config, [], tmp_path / "student")
    assert len(student.encoder.encoder.layer) == 1
    restored, _, _ = run.build(config, [], tmp_path / "fast")
    texts = batches.encode(tokenizer, rows())
    ours, theirs = (run.score(model, texts, config)[:, 0] for model in (student, restored))
    assert np.corrcoef(ours, theirs)[0, 1] > 0.95  # rounded to int8 and back
    idle = distill.Config(layers=1, epochs=0, max_tokens=64)
    on = distill.distil(idle, teacher, rows(), tmp_path / "again", start=tmp_path / "student")
    assert on["start"]["epochs"] == result["epochs"]
    before, after = (stages.load(tmp_path / name) for name in ("student", "again"))
    encoder = [name for name in before if name.startswith("encoder.encoder.")]
    assert encoder
    assert all(np.array_equal(before[name], after[name]) for name in encoder)  # it goes on from where it was
    shape = run.Config(base=str(base), max_tokens=64)
    bundled = distill.student_of(student, idle, shape, tmp_path / "fast")  # a bundle is as good a start as a run
    theirs = run.score(bundled, texts, config)[:, 0]
    assert np.corrcoef(ours, theirs)[0, 1] > 0.95
    with pytest.raises(SystemExit, match="has 1 layers"):
        distill.student_of(student, distill.Config(layers=2), shape, tmp_path / "fast")


def test_a_run_goes_on_with_a_new_vocabulary(base: Path, tmp_path: Path) -> None:
    """The layers are those of the start, the pieces and their embeddings those that the texts of now ask for."""
    from training import run, stages

    config = run.Config(base=str(base), epochs=0, vocabulary=20_000, max_tokens=64)
    run.train(config, rows(), tmp_path / "run")
    anew = run.Config(base=str(base), vocabulary=21_000, new_vocabulary=True)
    before = stages.load(tmp_path / "run")
    model, tokenizer, _ = run.build(anew, rows(), tmp_path / "run")
    same, kept, _ = run.build(config, rows(), tmp_path / "run")
    assert tokenizer.get_vocab_size() == len(model.state_dict()[run.EMBEDDINGS]) > kept.get_vocab_size()
    for name, value in same.state_dict().items():
        assert torch.equal(value, before[name])
        if name != run.EMBEDDINGS:
            assert torch.equal(value, model.state_dict()[name])
    old, new = kept.get_vocab(), tokenizer.get_vocab()
    piece = next(piece for piece in old if len(piece) > 3 and piece in new and old[piece] != new[piece])
    assert torch.equal(before[run.EMBEDDINGS][old[piece]], model.state_dict()[run.EMBEDDINGS][new[piece]])


def test_a_language_with_few_texts_keeps_its_pieces(base: Path) -> None:
    """One Telugu text beside many English ones is not spelled out letter by letter, however small the vocabulary."""
    from training import vocabulary

    tokenizer = transformers.AutoTokenizer.from_pretrained(base).backend_tokenizer
    telugu = json.loads((CORPUS / "te.jsonl").read_text(encoding="utf-8").splitlines()[0])
    texts = [*rows() * 20, telugu | {"source": "corpus"}]
    keep = set(vocabulary.choose(tokenizer, texts, 16_000).tolist())
    needed = set(tokenizer.encode(telugu["text"]).ids)
    assert len(needed & keep) >= 0.9 * len(needed)


def test_a_checkpoint_of_other_labels_is_refused(base: Path, tmp_path: Path) -> None:
    """A corrected label is another run, and so is another start."""
    from training import run, stages

    config = run.Config(base=str(base), epochs=1, rate=1e-3, vocabulary=30_000, max_tokens=64)
    texts = rows()
    first = stages.digest_of([], texts, {"model": {"vocab": []}})
    assert first == stages.digest_of([], [dict(row) for row in texts], {"model": {"vocab": []}})
    for change in ({"label": 1 - texts[0]["label"]}, {"pair": "other"}, {"schemes": ["smuggling"]}):
        assert stages.digest_of([], [texts[0] | change, *texts[1:]], {"model": {"vocab": []}}) != first
    run.train(config, texts, tmp_path / "start")
    assert stages.base_of(tmp_path / "start") == str(base)
    once = run.Config(base=str(base), epochs=1, rate=1e-4, vocabulary=30_000, max_tokens=64)
    run.train(once, texts, tmp_path / "run", start=tmp_path / "start")
    with pytest.raises(SystemExit, match="other texts or another configuration"):
        run.train(once, texts, tmp_path / "run", resume=True)


def test_side_heads_learn_from_no_piece_of_a_text(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece need not hold what the labels of its whole say; twins in another scene do."""
    from training import distill, export, run

    config = run.Config(base=str(base), epochs=1, rate=1e-3, vocabulary=30_000, max_tokens=64)
    run.train(config, rows(), tmp_path / "teacher")
    export.export(tmp_path / "teacher", tmp_path / "bundle")
    names = {"name": "teacher", "version": "1", "base": {"name": str(base)}, "files": {}}
    teacher = Bundle(tmp_path / "bundle", names | {"format": FORMAT, "window": 64})
    seen: list[Any] = []
    monkeypatch.setattr(run, "fit_side_heads", lambda model, texts, **_: seen.extend(texts))
    read: list[Any] = []
    monkeypatch.setattr(distill, "teach", lambda model, texts, config: read.extend(texts) or [])
    distill.distil(distill.Config(layers=1, epochs=0, max_tokens=64, pieces=1.0), teacher, rows(), tmp_path / "student")
    pieces = [text for text in read if not text.row["whole"] and not text.row["pair"]]
    assert pieces
    assert len(seen) == len(read) - len(pieces)
    assert all(text.row["whole"] or text.row["pair"] for text in seen)
