"""What a training run leaves behind for the next: checkpoints, weights, and how it was made."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import load_file

from tipscan.adapters.weights import read_network
from tipscan.classify import Bundle

if TYPE_CHECKING:
    from training.batches import Row
    from training.model import TokenScorer

#: What a network learns of a row.
LEARNED = "id text label recruits schemes schemes_known pair indicators source".split()


def save(
    path: Path, model: TokenScorer, optimizer: torch.optim.Optimizer, digest: str, history: list[dict[str, Any]]
) -> None:
    """Write a checkpoint: all that a run needs to go on after its last finished epoch."""
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "digest": digest, "history": history}
    torch.save(state, path)


def restore(path: Path, model: TokenScorer, optimizer: torch.optim.Optimizer, digest: str) -> list[dict[str, Any]]:
    """Take up a checkpoint; returns the figures of the epochs that are done.

    Raises:
        SystemExit: The checkpoint is of a run with another ``digest``.
    """
    state = torch.load(path, map_location=next(model.parameters()).device, weights_only=True)
    if state["digest"] != digest:
        raise SystemExit(f"{path} is of other texts or another configuration: remove it to start anew")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return list(state["history"])


def digest_of(config: Any, rows: list[Row], tokenizer_json: dict[str, Any]) -> str:
    """Identity of a run: configuration (what JSON can hold), texts with their labels in order, vocabulary."""
    texts = [[row[column] for column in LEARNED] for row in rows]
    told = json.dumps([config, texts, tokenizer_json["model"]["vocab"]])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def origin(start: Path) -> Any:
    """How the run, or the bundle, that training continued from was made."""
    if (start / "training.json").exists():
        return json.loads((start / "training.json").read_text(encoding="utf-8"))
    return Bundle.load(start).identity


def base_of(start: Path) -> str:
    """Hub name of the encoder that an earlier run, or a bundle, began with."""
    if (start / "training.json").exists():
        return str(json.loads((start / "training.json").read_text(encoding="utf-8"))["config"]["base"])
    return str(Bundle.load(start).manifest["base"]["name"])


def load(start: Path) -> dict[str, torch.Tensor]:
    """The weights of a run, at its end or after its last epoch, or of a bundle."""
    if (start / "weights.safetensors").exists():
        return load_file(start / "weights.safetensors")
    if (start / "checkpoint.pt").exists():
        return dict(torch.load(start / "checkpoint.pt", map_location="cpu", weights_only=True)["model"])
    return {name: torch.from_numpy(np.array(value)) for name, value in read_network(start).weights.items()}
