"""The fast tier: a small network that learns from the accurate one.

    python -m training.distill --teacher models/accurate --run build/accurate --shared DIR --output build/fast

The student sees the teacher's own frozen token vectors, narrowed, and a few convolutions over them: it knows words
and short phrases, not what one sentence means for another. It learns the teacher's logits on every text of the training
fold, and on pieces of them: the teacher can label whatever text there is. Figures by epoch go to ``training.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import random
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from tipscan.classify import Bundle, Classifier, Workers
from tipscan.text import normalize
from training import batches, sources
from training.model import GATES, OUTPUTS, pool, weights_of
from training.run import report

log = logging.getLogger("training")


@dataclass(frozen=True, slots=True)
class Config:
    width: int = 192
    blocks: int = 3
    kernel: int = 5
    epochs: int = 9
    rate: float = 2e-3
    budget: int = 8192
    max_tokens: int = 384
    #: Characters of a text the teacher reads, and the share of texts it also reads a piece of.
    characters: int = 1_200
    #: Texts of one public source the teacher reads at most.
    cap: int = 300
    pieces: float = 0.3
    labels: float = 0.5
    seed: int = 20261121


class TokenConvolutions(nn.Module):
    """Token ids -> values and gates like ``TokenScorer``, by residual convolutions over narrowed token vectors."""

    def __init__(self, table: Tensor, config: Config) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(table, freeze=True)
        self.narrow = nn.Linear(table.shape[1], config.width)
        self.norms = nn.ModuleList(nn.LayerNorm(config.width) for _ in range(config.blocks + 1))
        self.convolutions = nn.ModuleList(
            nn.Conv1d(config.width, config.width, config.kernel, padding=config.kernel // 2)
            for _ in range(config.blocks)
        )
        self.context = nn.Linear(config.width, config.width)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(config.width, len(OUTPUTS))
        self.gate = nn.Linear(config.width, GATES)
        nn.init.zeros_(self.gate.weight)
        nn.init.zeros_(self.gate.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T) ids -> (B, T, 12) values and (B, T, 2) gates; padding is zero to the convolutions, as are the ends."""
        inside = attention_mask[..., None].to(self.narrow.weight.dtype)
        state = self.norms[0](self.narrow(self.words(input_ids))) * inside
        for number, (convolution, norm) in enumerate(zip(self.convolutions, self.norms[1:], strict=True)):
            mixed = convolution(self.dropout(state).transpose(1, 2)).transpose(1, 2)
            if number == 0:  # every token learns what the whole text is about
                mixed = mixed + self.context((state * inside).sum(1, keepdim=True) / inside.sum(1, keepdim=True))
            state = norm(state + nn.functional.gelu(mixed)) * inside
        state = self.dropout(state)
        return self.head(state), self.gate(state)


def pieces_of(rows: list[batches.Row], config: Config) -> list[batches.Row]:
    """Every row, cut to what the teacher reads, and for a share of the longer ones a piece from anywhere."""
    rng = random.Random(config.seed)
    by_source: dict[str, list[batches.Row]] = {}
    for row in rows:
        by_source.setdefault(row["source"], []).append(row)
    rows = [
        row
        for source, group in by_source.items()
        for row in (group if source == "corpus" or len(group) <= config.cap else rng.sample(group, config.cap))
    ]
    made = [row | {"text": row["text"][: config.characters], "whole": True} for row in rows]
    for row in rows:
        words = row["text"].split(" ")
        if len(words) >= 12 and rng.random() < config.pieces:
            size = rng.randint(6, max(6, len(words) // 2))
            start = rng.randint(0, len(words) - size)
            piece = " ".join(words[start : start + size])[: config.characters]
            made.append(row | {"text": piece, "whole": False, "pair": None, "indicators": []})
    return made


def teach(teacher: Bundle, rows: list[batches.Row]) -> np.ndarray:
    """(N, 12) logits of the teacher."""
    classifier = Classifier(teacher, Workers(torch.get_num_threads()))
    logits = np.zeros((len(rows), len(OUTPUTS)), dtype=np.float32)
    for begin in range(0, len(rows), 1000):
        part = rows[begin : begin + 1000]
        logits[begin : begin + len(part)] = [s.logits for s in classifier.score([normalize(r["text"]) for r in part])]
        log.info("taught %d of %d texts", begin + len(part), len(rows))
    return logits


def taught_by(teacher: Bundle, lessons: list[batches.Row], cache: Path | None) -> np.ndarray:
    """The teacher's logits, from the cache where the same teacher has read the same lessons before."""
    told = json.dumps([teacher.identity, [row["text"] for row in lessons]])
    digest = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
    if cache and cache.exists():
        kept = np.load(cache)
        if str(kept["digest"]) == digest:
            return np.asarray(kept["logits"])
    logits = teach(teacher, lessons)
    if cache:
        np.savez(cache, logits=logits, digest=np.array(digest))
    return logits


def loss(logits: Tensor, taught: Tensor, labels: Tensor, known: Tensor, weight: float) -> Tensor:
    """Distance to the teacher's logits; where a person labelled the whole text, also to the label."""
    risk = nn.functional.smooth_l1_loss(logits[:, 0], taught[:, 0])
    others = nn.functional.binary_cross_entropy_with_logits(logits[:, 1:], taught[:, 1:].sigmoid())
    told = nn.functional.binary_cross_entropy_with_logits(logits[:, 0], labels, weight=known)
    return risk + 3.0 * others + weight * told


@torch.inference_mode()
def score(model: TokenConvolutions, texts: list[batches.Encoded], length: int) -> np.ndarray:
    """(N, 12) logits in the order given."""
    model.eval()
    logits = np.zeros((len(texts), len(OUTPUTS)), dtype=np.float32)
    order = sorted(range(len(texts)), key=lambda number: len(texts[number].ids))
    for begin in range(0, len(order), 32):
        part = order[begin : begin + 32]
        cut = [batches.Encoded(texts[n].row, texts[n].ids[:length], texts[n].marks[:length]) for n in part]
        batch = batches.collate(cut, {"default": 1.0})
        values, gates = model(batch["input_ids"], batch["attention_mask"])
        logits[part] = pool(values, weights_of(gates, batch["content"])).numpy()
    return logits


def distil(
    config: Config, run: Path, teacher: Bundle, rows: list[batches.Row], output: Path, cache: Path | None
) -> dict[str, Any]:
    """Train the student; writes ``weights.safetensors``, ``tokenizer.json``, ``training.json``."""
    torch.manual_seed(config.seed)
    output.mkdir(parents=True, exist_ok=True)
    shutil.copy(run / "tokenizer.json", output / "tokenizer.json")
    tokenizer = Tokenizer.from_file(str(output / "tokenizer.json"))
    table = load_file(run / "weights.safetensors")["encoder.embeddings.word_embeddings.weight"]
    earlier = json.loads((run / "training.json").read_text(encoding="utf-8"))["config"]
    rows = sources.without(rows, earlier.get("without_licence", ()))
    lessons = pieces_of([row for row in rows if row["fold"] == "train"], config)
    taught = taught_by(teacher, lessons, cache)
    encoded = batches.encode(tokenizer, lessons)
    held_out = batches.encode(tokenizer, [row for row in rows if row["fold"] in ("dev", "calibrate")])
    held_out = [text for text in held_out if text.row["source"] in ("corpus", "emscad")]
    places = {id(text): number for number, text in enumerate(encoded)}
    model = TokenConvolutions(table, config)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=config.rate, weight_decay=0.05)
    history, rng = [], random.Random(config.seed)
    for epoch in range(config.epochs):
        started, total = time.perf_counter(), 0.0
        units = [[batches.window(text, config.max_tokens, rng)] for text in encoded]
        origin = {id(unit[0]): places[id(text)] for unit, text in zip(units, encoded, strict=True)}
        rng.shuffle(units)
        packed = list(batches.pack(units, config.budget, rng))
        model.train()
        for step, batch in enumerate(packed):
            progress = (epoch + step / len(packed)) / config.epochs
            for group in optimizer.param_groups:
                group["lr"] = config.rate * max(0.01, min(1.0, progress / 0.05) * (1 - progress))
            tensors = batches.collate(batch, {"default": 1.0})
            values, gates = model(tensors["input_ids"], tensors["attention_mask"])
            logits = pool(values, weights_of(gates, tensors["content"]))
            target = torch.from_numpy(taught[[origin[id(text)] for text in batch]])
            known = torch.tensor([float(t.row["whole"] and t.row["source"] == "corpus") for t in batch])
            value = loss(logits, target, tensors["label"], known, config.labels)
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += value.item()
        figures = {"loss": round(total / len(packed), 4), "seconds": round(time.perf_counter() - started, 1)}
        history.append(figures | report(score(model, held_out, config.max_tokens), [text.row for text in held_out]))
        log.info("epoch %d %s", epoch, history[-1])
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, output / "weights.safetensors")
    counts: dict[str, int] = {}
    for row in (row for row in lessons if row["whole"]):
        counts[row["source"]] = counts.get(row["source"], 0) + 1
    result = {
        "student": "convolutions",
        "teacher": teacher.identity,
        "config": asdict(config),
        "rows": counts,
        "epochs": history,
    }
    (output / "training.json").write_text(json.dumps(result, indent=2), encoding="utf-8")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True, help="bundle of the accurate tier")
    parser.add_argument("--run", type=Path, required=True, help="training run the bundle was made from")
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--width", type=int, default=Config().width)
    parser.add_argument("--blocks", type=int, default=Config().blocks)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    rows = sources.load(args.shared, cache=args.output / "clusters.json")
    config = Config(width=args.width, blocks=args.blocks)
    distil(config, args.run, Bundle.load(args.teacher), rows, args.output, args.output / "taught.npz")


if __name__ == "__main__":
    main()
