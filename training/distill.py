"""The fast tier: the lower layers of the accurate network, taught to say at once what it says after twelve.

    python -m training.distill --teacher models/accurate --shared DIR --output build/fast

The student starts as the teacher's first layers with its heads on top, and learns the teacher's last hidden states
token by token, its logits text by text, and the labels. It reads every text of the training fold, pieces of them, and
twins in other scenes (``training.augment``): the teacher can label whatever text there is. With ``--from`` an earlier
student learns on, perhaps from a newer teacher. ``training.export`` turns the folder into a bundle like any other run.
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import random
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tipscan.classify import Bundle
from tipscan.classify.bundle import sha256
from training import augment, batches, run, sources, stages
from training.model import TokenScorer, pool, weights_of

log = logging.getLogger("training")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a student depends on beside its teacher; stored with its results."""

    layers: int = 3
    epochs: int = 4
    rate: float = 4e-4
    budget: int = 4096
    max_tokens: int = 192
    windows: int = 2
    #: Texts of one public source the teacher reads at most, the share of the corpus it also reads a piece of, and the
    #: pairs it also reads in another scene.
    cap: int = 300
    pieces: float = 0.3
    variation: augment.Variation = field(default_factory=lambda: augment.Variation(moved=0.5))
    #: Logits are compared at this temperature: how sure the teacher is of what it knows by heart matters little.
    temperature: float = 2.0
    #: Weights in the loss, beside the 1 of the teacher's risk.
    states: float = 0.2
    others: float = 3.0
    labels: float = 0.5
    pair: float = 0.3
    margin: float = 2.0
    seed: int = 20261121
    without_licence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text with what the teacher makes of it: (T, H) states of the tokens of each window, (12,) logits."""

    windows: batches.Windows
    states: list[Tensor]
    logits: Tensor


def pieces_of(rows: list[batches.Row], config: Config) -> list[batches.Row]:
    """Every row, of a public source a draw, and for a share of the longer ones a piece from anywhere, without label."""
    rng = random.Random(config.seed)
    by_source: dict[str, list[batches.Row]] = {}
    for row in rows:
        by_source.setdefault(row["source"], []).append(row)
    kept = [
        row
        for source, group in by_source.items()
        for row in (group if source == "corpus" or len(group) <= config.cap else rng.sample(group, config.cap))
    ]
    made = [row | {"whole": True} for row in kept]
    for row in kept:
        words = row["text"].split(" ")
        if len(words) >= 12 and rng.random() < config.pieces:
            size = rng.randint(6, max(6, len(words) // 2))
            start = rng.randint(0, len(words) - size)
            piece = " ".join(words[start : start + size])
            made.append(row | {"text": piece, "whole": False, "pair": None, "indicators": []})
    return made


def moved_twins(texts: list[batches.Encoded], config: Config) -> list[batches.Encoded]:
    """For a share of the pairs the same twins in another scene: pairs of their own, for the teacher to label."""
    rng = random.Random(config.seed)
    scenes = augment.Scenes(texts, config.variation)
    pairs: dict[str, list[batches.Encoded]] = {}
    for text in texts:
        if text.row["pair"]:
            pairs.setdefault(text.row["pair"], []).append(text)
    found: list[batches.Encoded] = []
    for name, pair in pairs.items():
        if rng.random() < config.variation.moved and (unit := scenes.move(pair, rng)) is not pair:
            found += [replace(text, row=text.row | {"pair": f"{name} moved", "whole": False}) for text in unit]
    return found


def _run(model: TokenScorer, batch: dict[str, Any]) -> tuple[Tensor, Tensor]:
    """(W, T, H) last hidden states and (N, 12) logits."""
    with torch.autocast(batch["input_ids"].device.type, dtype=torch.bfloat16):
        hidden = model.dropout(
            model.encoder(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
        )
        values, gates = model.head(hidden), model.gate(hidden)
    shares = weights_of(gates, batch["content"], batch["owner"])
    return hidden, pool(values.float(), shares, batch["owner"])


@torch.inference_mode()
def teach(teacher: TokenScorer, texts: list[batches.Encoded], config: Config) -> list[Lesson]:
    """What the teacher makes of each text, in order; states are kept in bfloat16, some 800 bytes a token."""
    teacher.eval()
    device = next(teacher.parameters()).device
    cut = [batches.cut(text, config.max_tokens, config.windows) for text in texts]
    order = sorted(range(len(cut)), key=lambda number: len(cut[number][0].ids))
    lessons: dict[int, Lesson] = {}
    for begin in range(0, len(order), 32):
        part = order[begin : begin + 32]
        batch = batches.to_device(batches.collate([cut[number] for number in part], {"default": 1.0}), device)
        hidden, logits = _run(teacher, batch)
        states = iter(hidden.to(torch.bfloat16).cpu())
        for number, told in zip(part, logits.cpu(), strict=True):
            own = [next(states)[1 : len(window.ids) + 1].clone() for window in cut[number]]
            lessons[number] = Lesson(cut[number], own, told.clone())
        if begin % 3200 == 0:
            log.info("taught %d of %d texts", begin, len(order))
    return [lessons[number] for number in range(len(texts))]


def loss(hidden: Tensor, logits: Tensor, batch: dict[str, Any], lessons: list[Lesson], config: Config) -> Tensor:
    """Distance to the teacher's states and logits; for whole texts that a person labelled, also to the label."""
    states = [state for lesson in lessons for state in lesson.states]
    taught = torch.cat(states).to(hidden.device).float()
    said = torch.cat([row[1 : len(state) + 1] for row, state in zip(hidden, states, strict=True)]).float()
    target = torch.stack([lesson.logits for lesson in lessons]).to(logits.device)
    known = torch.tensor(
        [float(row["whole"] and row["source"] == "corpus") for row in (lesson.windows[0].row for lesson in lessons)]
    )
    bce = nn.functional.binary_cross_entropy_with_logits
    temperature = config.temperature
    total = (
        config.states * (said - taught).square().mean() / taught.var()
        + temperature**2 * bce(logits[:, 0] / temperature, (target[:, 0] / temperature).sigmoid())
        + config.others * bce(logits[:, 1:], target[:, 1:].sigmoid())
        + config.labels * bce(logits[:, 0], batch["label"], weight=known.to(logits.device))
    )
    lures, twins = batch["pairs"]
    if len(lures):
        gap = logits[lures, 0] - logits[twins, 0]
        total = total + config.pair * nn.functional.softplus(config.margin - gap).mean()
    return total


def student_of(teacher: TokenScorer, config: Config, shape: run.Config, start: Path | None) -> TokenScorer:
    """The teacher's lowest layers with its heads, or an earlier student, a run or a bundle, on the teacher's pieces."""
    if start is None:
        student = copy.deepcopy(teacher)
        run.keep_layers(student.encoder, config.layers)
        return student
    student, _, _ = run.build(shape, [], start)
    if (held := student.encoder.config.num_hidden_layers) != config.layers:
        raise SystemExit(f"{start} has {held} layers, not {config.layers}: --layers {held} goes on with it")
    # The pieces are the teacher's, which may be others than the earlier student's.
    student.encoder.embeddings.word_embeddings = copy.deepcopy(teacher.encoder.embeddings.word_embeddings)
    student.encoder.config.vocab_size = teacher.encoder.config.vocab_size
    return student.to(next(teacher.parameters()).device)


def distil(
    config: Config,
    teacher: Bundle,
    rows: list[batches.Row],
    output: Path,
    *,
    start: Path | None = None,
    resume: bool = False,
) -> dict[str, Any]:
    """Train the student; writes what ``training.run`` writes. The teacher reads its texts anew when a run resumes."""
    torch.manual_seed(config.seed)
    output.mkdir(parents=True, exist_ok=True)
    rows = sources.without(rows, config.without_licence)
    shape = run.Config(base=teacher.manifest["base"]["name"], max_tokens=config.max_tokens)
    model, tokenizer, tokenizer_json = run.build(shape, [], teacher.path)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)
    student = student_of(model, config, shape, start)
    (output / "tokenizer.json").write_text(json.dumps(tokenizer_json, ensure_ascii=False), encoding="utf-8")
    (output / "encoder.json").write_text(student.encoder.config.to_json_string(), encoding="utf-8")
    fit = [row for row in rows if row["fold"] == "train"]
    texts = batches.encode(tokenizer, pieces_of(fit, config))
    texts += moved_twins(texts, config)
    lessons = teach(model, texts, config)
    dev = batches.encode(tokenizer, run.held_out(rows))
    by_text = {id(lesson.windows): lesson for lesson in lessons}
    optimizer = run.optimizer_of(student, run.Config(rate=config.rate, layer_decay=1.0))
    checkpoint = output / "checkpoint.pt"
    began = stages.origin(start) if start is not None else None
    # The same network under a version of another day is the same teacher.
    depends = [sha256(teacher.path / "model.onnx"), asdict(config), began]
    digest = stages.digest_of(depends, [text.row for text in texts], tokenizer_json)
    history = stages.restore(checkpoint, student, optimizer, digest) if resume and checkpoint.exists() else []
    for epoch in range(len(history), config.epochs):
        rng = random.Random(config.seed + epoch)
        started, total = time.perf_counter(), 0.0
        units: dict[str, list[batches.Windows]] = {}
        for number, lesson in enumerate(lessons):
            units.setdefault(lesson.windows[0].row["pair"] or str(number), []).append(lesson.windows)
        packed = list(batches.pack(rng.sample(list(units.values()), len(units)), config.budget, rng))
        student.train()
        for step, batch in enumerate(packed):
            run.set_rate(optimizer, (epoch + step / len(packed)) / config.epochs)
            tensors = batches.to_device(batches.collate(batch, {"default": 1.0}), device)
            value = loss(*_run(student, tensors), tensors, [by_text[id(text)] for text in batch], config)
            value.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            total += value.item()
        figures = {"loss": round(total / len(packed), 4), "seconds": round(time.perf_counter() - started, 1)}
        scored = run.score(student, dev, shape)
        history.append(figures | run.report(scored, [text.row for text in dev]))
        log.info("epoch %d %s", epoch, history[-1])
        stages.save(checkpoint, student, optimizer, digest, history)
    # A piece of a text need not hold what the labels of the whole say.
    known = [text for text in texts if text.row["whole"] or text.row["pair"]]
    run.complete(student, known, fit, output, replace(shape, seed=config.seed))
    counts: dict[str, int] = {}
    for row in (text.row for text in texts if text.row["whole"]):
        counts[row["source"]] = counts.get(row["source"], 0) + 1
    result: dict[str, Any] = {
        "teacher": teacher.identity,
        "config": asdict(config) | {"base": shape.base},
        "device": run.name_of(device),
        "rows": counts,
        "epochs": history,
    }
    if start is not None:
        result["start"] = began
    (output / "training.json").write_text(json.dumps(result, indent=2), encoding="utf-8")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True, help="bundle of the accurate tier")
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument(
        "--from", dest="start", type=Path, help="an earlier student (a run or a bundle) of as many layers"
    )
    parser.add_argument("--layers", type=int, default=Config().layers)
    parser.add_argument("--epochs", type=int, default=Config().epochs)
    parser.add_argument("--seed", type=int, default=Config().seed, help="another one draws other pieces and scenes")
    parser.add_argument("--without-licence", nargs="*", default=(), help="as for training.run")
    parser.add_argument("--resume", action="store_true", help="continue this run after its last finished epoch")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    rows = sources.load(args.shared, cache=args.output / "clusters.json")
    sources.check_licences(rows, args.without_licence)
    config = Config(layers=args.layers, epochs=args.epochs, seed=args.seed, without_licence=tuple(args.without_licence))
    distil(config, Bundle.load(args.teacher), rows, args.output, start=args.start, resume=args.resume)


if __name__ == "__main__":
    main()
