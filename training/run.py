"""Fine-tune the encoder.

    python -m training.run --shared ../shared/data --output build/accurate

Writes checkpoints (``--resume`` continues from the last one), the trimmed ``tokenizer.json``, ``training.json``
(configuration, rows per source, figures by epoch) and at the end ``weights.safetensors`` and ``ngrams.npz`` to the
output folder, which ``training.export`` turns into the bundle tipscan ships.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch import nn

from training import augment, batches, encoder, ngrams, sources, stages, vocabulary
from training.heads import fit_side_heads, pooled_states
from training.model import ATTENTION, LossWeights, RowDropout, TokenScorer, loss

if TYPE_CHECKING:
    from transformers import BertModel

log = logging.getLogger("training")

EMBEDDINGS = "encoder.embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a run depends on; stored with its results."""

    base: str = encoder.BASE
    epochs: int = 8
    rate: float = 1e-4
    layer_decay: float = 0.88
    budget: int = 2304
    max_tokens: int = 192
    vocabulary: int = 65_000
    seed: int = 20261121
    without_licence: tuple[str, ...] = ()
    losses: LossWeights = field(default_factory=LossWeights)
    # Windows an epoch draws from a long text.
    windows: int = 3
    # Of a run that continues an earlier one: pieces chosen anew from the texts, with the base's embeddings.
    new_vocabulary: bool = False
    variation: augment.Variation = field(default_factory=augment.Variation)
    # Texts of a source an epoch draws at most: the public sources are large, narrow and easy to recognise.
    caps: dict[str, int] = field(
        default_factory=lambda: {"corpus": 10**6, "own": 10**6, "emscad": 10**6, "default": 100}
    )
    weights: dict[str, float] = field(default_factory=lambda: {"telegram-ru": 0.3, "default": 1.0})


def build(
    config: Config, rows: list[batches.Row], start: Path | None = None
) -> tuple[TokenScorer, Tokenizer, dict[str, Any]]:
    """The network on the trimmed vocabulary, its tokenizer, and the tokenizer's JSON.

    With ``start``, the weights and layers of an earlier run or of a bundle, and its vocabulary, unless the
    configuration asks for a new one.
    """
    base, wrapped = encoder.load_base(config.base)
    weights = stages.load(start) if start else {}
    if start is None or config.new_vocabulary:
        keep = vocabulary.choose(wrapped.backend_tokenizer, rows, config.vocabulary)
        data = vocabulary.trim(json.loads(wrapped.backend_tokenizer.to_str()), keep)
        table = base.embeddings.word_embeddings.weight.data[torch.from_numpy(keep)]
        # What ships is the table in 4-bit blocks; for the default base, which comes in them, this changes nothing.
        table = torch.from_numpy(encoder.dequantize(encoder.quantize(table.numpy())).reshape(table.shape))
    else:
        data = json.loads((start / "tokenizer.json").read_text(encoding="utf-8"))
        table = weights[EMBEDDINGS]
    if start is not None:
        keep_layers(base, len({name.split(".")[3] for name in weights if name.startswith("encoder.encoder.layer.")}))
    base.embeddings.word_embeddings = nn.Embedding.from_pretrained(table, freeze=True)
    base.config.vocab_size = len(table)
    base.set_attn_implementation(ATTENTION)
    for layer in base.encoder.layer:
        layer.attention.output.dropout = RowDropout(base.config.hidden_dropout_prob)
        layer.output.dropout = RowDropout(base.config.hidden_dropout_prob)
    for frozen in base.embeddings.parameters():
        frozen.requires_grad = False
    model = TokenScorer(base)
    if start is not None:
        # A bundle holds the positions of a window alone, with the token type added.
        positions = "encoder.embeddings.position_embeddings.weight"
        state = model.state_dict()
        whole, held = state[positions].clone(), weights[positions]
        first = encoder.first_position(base.config.model_type) if len(held) < len(whole) else 0
        whole[first : first + len(held)] = held
        kind = "encoder.embeddings.token_type_embeddings.weight"
        model.load_state_dict({kind: torch.zeros_like(state[kind])} | weights | {positions: whole, EMBEDDINGS: table})
    return model, Tokenizer.from_str(json.dumps(data)), data


def keep_layers(base: BertModel, count: int) -> None:
    """Leave an encoder its lowest layers."""
    base.encoder.layer = base.encoder.layer[:count]
    base.config.num_hidden_layers = count


def optimizer_of(model: TokenScorer, config: Config) -> torch.optim.Optimizer:
    """AdamW with a rate that falls from the head down through the layers."""
    depth = model.encoder.config.num_hidden_layers
    groups: list[dict[str, Any]] = [
        {"params": [*model.head.parameters(), *model.gate.parameters()], "lr": config.rate * 5}
    ]
    for number, layer in enumerate(model.encoder.encoder.layer):
        rate = config.rate * config.layer_decay ** (depth - 1 - number)
        groups.append({"params": list(layer.parameters()), "lr": rate})
    for group in groups:
        group["peak"] = group["lr"]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def set_rate(optimizer: torch.optim.Optimizer, progress: float, warmup: float = 0.06) -> None:
    factor = progress / warmup if progress < warmup else (1 - progress) / (1 - warmup)
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * max(0.02, factor)


@torch.inference_mode()
def score(model: TokenScorer, texts: list[batches.Encoded], config: Config) -> np.ndarray:
    """Logits (N, 12) in the order given."""
    states = torch.from_numpy(pooled_states(model, texts, config.max_tokens)).to(model.head.weight.device)
    # The head is linear: its value on a pooled state is the pool of its values.
    return np.asarray(torch.cat([model.head(states[0])[:, :1], model.head(states[1])[:, 1:]], dim=1).cpu())


def held_out(rows: list[batches.Row]) -> list[batches.Row]:
    """What the figures of an epoch are of: authored texts and EMSCAD kept apart, and the authored calibration texts."""
    return [
        row
        for row in rows
        if (row["fold"] == "dev" and row["source"] in ("corpus", "emscad"))
        or (row["use"] == "calibrate" and row["source"] == "corpus")
    ]


def report(logits: np.ndarray, rows: list[batches.Row]) -> dict[str, Any]:
    """AUROC per group that has both classes, and the share of twins ordered right."""
    risk = logits[:, 0]
    labels = np.array([row["label"] for row in rows])
    groups = {
        "emscad": np.array([row["source"] == "emscad" for row in rows]),
        "corpus": np.array([row["source"] == "corpus" and row["fold"] == "dev" for row in rows]),
        "unseen": np.array([row["fold"] == "calibrate" for row in rows]),
    }
    figures: dict[str, Any] = {}
    for name, mask in groups.items():
        if 0 < labels[mask].sum() < mask.sum():
            figures[f"auroc_{name}"] = round(float(roc_auc_score(labels[mask], risk[mask])), 4)
    twins: dict[str, dict[int, float]] = {}
    for row, value in zip(rows, risk, strict=True):
        if row["pair"]:
            twins.setdefault(row["pair"], {})[row["label"]] = float(value)
    ordered = [pair[1] > pair[0] for pair in twins.values() if len(pair) == 2]
    figures["twins_ordered"] = round(float(np.mean(ordered)), 4) if ordered else None
    figures["twins"] = len(ordered)
    return figures


def train(
    config: Config,
    rows: list[batches.Row],
    output: Path,
    *,
    start: Path | None = None,
    resume: bool = False,
    compiled: bool = False,
) -> dict[str, Any]:
    """Run the epochs, if asked with compiled layers; returns what is written to ``training.json``."""
    torch.manual_seed(config.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    fit = [row for row in rows if row["fold"] == "train"]
    model, tokenizer, tokenizer_json = build(config, fit, start)
    output.mkdir(parents=True, exist_ok=True)
    (output / "tokenizer.json").write_text(json.dumps(tokenizer_json, ensure_ascii=False), encoding="utf-8")
    (output / "encoder.json").write_text(model.encoder.config.to_json_string(), encoding="utf-8")
    model.to(device)
    if compiled:
        for layer in model.encoder.encoder.layer:
            layer.compile(dynamic=True)
    optimizer = optimizer_of(model, config)
    texts = batches.encode(tokenizer, fit)
    scenes = augment.Scenes(texts, config.variation)
    dev = batches.encode(tokenizer, held_out(rows))
    checkpoint, began = output / "checkpoint.pt", None if start is None else stages.origin(start)
    digest = stages.digest_of([asdict(config), began], fit, tokenizer_json)
    history = stages.restore(checkpoint, model, optimizer, digest) if resume and checkpoint.exists() else []
    result: dict[str, Any] = {
        "config": asdict(config),
        "device": name_of(device),
        "rows": dict(Counter(row["source"] for row in fit)),
        "epochs": history,
    }
    if start is not None:
        result["start"] = began
    log.info("rows %d, dev %d, vocabulary %d, device %s", len(texts), len(dev), tokenizer.get_vocab_size(), device)
    for epoch in range(len(history), config.epochs):
        history.append(
            run_epoch(model, optimizer, texts, scenes, config, epoch)
            | report(score(model, dev, config), [t.row for t in dev])
        )
        log.info("epoch %d %s", epoch, history[-1])
        stages.save(checkpoint, model, optimizer, digest, history)
        # An earlier run's, if this one goes over it: what can be continued from is now the checkpoint.
        (output / "weights.safetensors").unlink(missing_ok=True)
        (output / "training.json").write_text(json.dumps(result, indent=2), encoding="utf-8")
    complete(model, texts, fit, output, config)
    return result


def complete(
    model: TokenScorer, texts: list[batches.Encoded], rows: list[batches.Row], output: Path, config: Config
) -> None:
    """When the epochs are over: fit the side heads on ``texts`` and the n-grams on ``rows``, and write the weights."""
    fit_side_heads(model, texts, length=config.max_tokens, seed=config.seed)
    ngrams.fit(rows, Tokenizer.from_file(str(output / "tokenizer.json"))).save(output / "ngrams.npz")
    save_file(
        {name: value.contiguous().cpu() for name, value in model.state_dict().items()}, output / "weights.safetensors"
    )


def name_of(device: torch.device) -> str:
    """What a run was made on, for the card."""
    return torch.cuda.get_device_name() if device.type == "cuda" else f"{torch.get_num_threads()} CPU threads"


def run_epoch(
    model: TokenScorer,
    optimizer: torch.optim.Optimizer,
    texts: list[batches.Encoded],
    scenes: augment.Scenes,
    config: Config,
    epoch: int,
) -> dict[str, Any]:
    rng = random.Random(config.seed + epoch)
    device = next(model.parameters()).device
    units = [
        [batches.cut(text, config.max_tokens, config.windows, rng) for text in augment.vary(unit, scenes, rng)]
        for unit in batches.sample_epoch(texts, config.caps, rng)
    ]
    packed = list(batches.pack(units, config.budget, rng))
    model.train()
    started, total, tokens = time.perf_counter(), 0.0, 0
    for step, batch in enumerate(packed):
        set_rate(optimizer, (epoch + step / len(packed)) / config.epochs)
        tensors = batches.to_device(batches.collate(batch, config.weights), device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            values, gates = model(tensors["input_ids"], tensors["attention_mask"])
        value = loss(values.float(), gates, tensors, config.losses)
        value.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        total += value.item()
        tokens += int(tensors["content"].sum())
        if step % 50 == 49:
            log.info(
                "epoch %d step %d/%d loss %.4f tokens/s %.0f",
                epoch,
                step + 1,
                len(packed),
                total / (step + 1),
                tokens / (time.perf_counter() - started),
            )
    return {
        "loss": round(total / max(1, len(packed)), 4),
        "seconds": round(time.perf_counter() - started, 1),
        "texts": sum(map(len, packed)),
        "tokens": tokens,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="folder of the shared data; without it, the corpus alone")
    parser.add_argument("--output", type=Path, default=Path("build/run"), help="default: build/run")
    parser.add_argument("--base", help=f"Hub name of the base encoder (default: that of --from, else {encoder.BASE})")
    parser.add_argument("--epochs", type=int, default=Config().epochs)
    parser.add_argument("--rate", type=float, default=Config().rate, help="peak learning rate of the top layer")
    parser.add_argument(
        "--seed", type=int, default=Config().seed, help="another one draws other gaps and scenes than an earlier stage"
    )
    parser.add_argument(
        "--data", type=Path, help="your own labelled texts, JSON Lines with text and label, beside the rest"
    )
    parser.add_argument(
        "--without-licence", nargs="*", default=(), help="leave out sources under these licences; see data_cards/"
    )
    parser.add_argument("--from", dest="start", type=Path, help="continue from an earlier run or a bundle")
    parser.add_argument(
        "--new-vocabulary", action="store_true", help="with --from: choose the vocabulary anew from the texts"
    )
    parser.add_argument("--resume", action="store_true", help="continue this run after its last finished epoch")
    parser.add_argument("--compile", action="store_true", help="compile the layers first: faster, needs a C++ compiler")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    rows = sources.load(args.shared, own=args.data, cache=args.output / "clusters.json")
    sources.check_licences(rows, args.without_licence)
    rows = sources.without(rows, args.without_licence)
    train(
        Config(
            base=args.base or (stages.base_of(args.start) if args.start else encoder.BASE),
            epochs=args.epochs,
            rate=args.rate,
            seed=args.seed,
            without_licence=tuple(args.without_licence),
            new_vocabulary=args.new_vocabulary,
        ),
        rows,
        args.output,
        start=args.start,
        resume=args.resume,
        compiled=args.compile,
    )


if __name__ == "__main__":
    main()
