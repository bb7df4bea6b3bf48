"""What a student is asked for."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")


def test_which_side_matters_more_than_how_sure() -> None:
    """A teacher's 20 against a student's 8 costs next to nothing; 8 on the wrong side, or states of its own, cost."""
    from training import batches, distill

    torch.manual_seed(0)
    state = torch.randn(5, 8)
    text = batches.Encoded({"whole": True, "source": "corpus"}, [0] * 5, [0] * 5, [0] * 5)
    target = torch.cat([torch.tensor([20.0]), torch.full((11,), -20.0)])
    lesson = distill.Lesson([text], [state], target)
    batch = {"label": torch.tensor([1.0]), "pairs": (torch.tensor([], dtype=int), torch.tensor([], dtype=int))}
    hidden = torch.zeros(1, 7, 8)
    hidden[0, 1:6] = state

    def cost(risk: float, hidden: torch.Tensor = hidden) -> float:
        said = torch.cat([torch.tensor([risk]), target[1:]])[None]
        return float(distill.loss(hidden, said, batch, [lesson], distill.Config()))

    assert cost(20.0) < cost(8.0) < 0.1
    assert cost(-8.0) > 10
    assert cost(20.0, torch.zeros(1, 7, 8)) > cost(20.0) + 0.1
