"""False flags are counted among genuine adverts of public sources alone, by language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evaluation.run import flag_rates
from tipscan import Scanner


def test_only_genuine_public_adverts_count() -> None:
    finding = Scanner(tier="fast").scan("Bakers wanted, day shift.")
    flagged, clear = (replace(finding, decision=decision) for decision in ("flag", "clear"))
    advert: dict[str, Any] = {"label": 0, "recruits": True, "source": "board", "lang": "en"}
    cases = [
        (advert, flagged),
        *[(advert, clear)] * 3,
        (advert | {"lang": "es"}, clear),
        (advert | {"source": "corpus"}, flagged),
        (advert | {"recruits": False}, flagged),
        (advert | {"label": 1}, flagged),
    ]
    rates = flag_rates([row for row, _ in cases], [finding for _, finding in cases])
    assert rates == {"en": {"texts": 4, "flags_per_1000": 250.0}, "es": {"texts": 1, "flags_per_1000": 0.0}}
