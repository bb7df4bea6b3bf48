"""What the table of rules counts."""

from __future__ import annotations

from typing import Any

from evaluation.rules import doubtful, measure


def row(text: str, label: int, source: str = "corpus", lang: str = "en") -> dict[str, Any]:
    return {"text": text, "label": label, "source": source, "lang": lang, "weak": False}


KEPT = "We keep your passport at the office until the contract ends."


def test_hits_are_counted_by_kind_of_text() -> None:
    """Lures, ordinary and public texts apart; precision and recall follow from them."""
    result = measure([row(KEPT, 1), row("A quiet room with a view.", 1), row(KEPT, 0), row(KEPT, 0, "board")])
    hit = {name: one for name, one in result["rules"].items() if one["code"] == "DOC.passport_kept" and one["lures"]}
    assert hit
    for one in hit.values():
        assert (one["lures"], one["ordinary"], one["public"]) == (1, 1, 1)
        assert (one["precision"], one["recall"]) == (0.5, 0.5)
    assert result["languages"]["en"] == {"lures": 2, "lures_hit": 1, "ordinary": 1, "ordinary_hit": 1}


def test_a_rule_that_hits_both_alike_is_doubtful() -> None:
    """With enough hits, unless it is a mitigation."""
    rules = {
        "a": {"code": "FEE.upfront", "lures": 2, "ordinary": 2},
        "b": {"code": "FEE.upfront", "lures": 3, "ordinary": 1},
        "c": {"code": "MITIGATION.licence", "lures": 2, "ordinary": 2},
        "d": {"code": "FEE.upfront", "lures": 1, "ordinary": 1},
    }
    assert doubtful(rules) == ["a"]
