"""Whether promised pay is usual for the work and the place, from the sourced figures of ``data/pay.toml``.

The answer is a multiple with its source, never a verdict alone; where the table cannot say there is no answer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tipscan.finding import Fact, Money

#: From here on pay for work that asks for no skill is out of the ordinary. A minimum wage is 46 to 66 per cent of the
#: median gross earnings of a country (Eurostat, 2022), so that this is about twice what the middle of all workers has.
HIGH_OVER_MINIMUM = 4.0
#: The same for usual pay: twice the upper end of what such work brings there.
HIGH_OVER_TYPICAL = 2.0
#: Sectors in which pay follows skill: a minimum wage says nothing about them unless no experience is asked for.
SKILLED = frozenset({"education", "finance", "it_office", "medical"})
#: Periods in a month of the longest ordinary week, six days of eight hours (ILO Convention 1, 1919).
PER_MONTH = {"hour": 208.0, "day": 26.0, "week": 52 / 12, "month": 1.0, "year": 1 / 12}
#: Tether is meant to be a dollar, and adverts use it as one.
_SAME = {"USDT": "USD"}


#: The indicator of a promise far above the figures, and what findings name as its rule.
HIGH_PAY = "PAY.too_high"
PAY_RULE = "pay.figures@2026.11.1"


@dataclass(frozen=True, slots=True)
class Figure:
    """What work of a sector pays in a country, from one source.

    Attributes:
        country: ISO 3166.
        sector: A sector code, or None for all work except ``not_for``.
        measure: ``"minimum"`` for a legal floor, ``"typical"`` for the upper end of usual pay.
        monthly: Amount per month in ``currency``.
        currency: ISO 4217.
        year: The year the figure is for.
        source: The page it is from.
        not_for: Sectors that a figure for all work leaves out.
    """

    country: str
    sector: str | None
    measure: str
    monthly: float
    currency: str
    year: int
    source: str
    not_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pay:
    """Promised pay beside the figure for such work.

    Attributes:
        money: The promise.
        monthly: The promise per month, in the currency of the figure.
        ratio: How many times the figure that is.
        figure: What it is compared with, and its source.
    """

    money: Money
    monthly: float
    ratio: float
    figure: Figure

    @property
    def too_high(self) -> bool:
        """Whether the promise is far above what such work usually brings."""
        return self.ratio >= (HIGH_OVER_MINIMUM if self.figure.measure == "minimum" else HIGH_OVER_TYPICAL)


def plausibility(
    money: Money, *, sector: str | None, destination: str | None, no_experience: bool = False
) -> Pay | None:
    """Promised pay as a multiple of the figure for the sector and the country, or None when the table cannot say.

    Args:
        money: A sum with the role of pay; the lower end of a range.
        sector: The sector the text states.
        destination: ISO 3166 country of the work.
        no_experience: Whether the text says that no experience or skill is needed.
    """
    if money.role != "pay" or money.currency is None or money.period not in PER_MONTH or destination is None:
        return None
    currency = _SAME.get(money.currency, money.currency)
    figure = _figure(destination, sector, currency)
    if figure is None or not (figure.measure == "typical" or no_experience or _is_plain_work(sector)):
        return None
    monthly = _converted(money.amount * PER_MONTH[money.period], currency, figure.currency)
    return None if monthly is None else Pay(money, monthly, monthly / figure.monthly, figure)


def too_high(money: Sequence[Money], facts: Mapping[str, Fact], codes: Collection[str]) -> Pay | None:
    """The first promise of a text that is far above the figures, given its facts and the codes of its indicators."""
    sector, destination = (str(facts[name].value) if name in facts else None for name in ("sector", "destination"))
    unskilled = "REQ.no_experience" in codes
    promises = (plausibility(one, sector=sector, destination=destination, no_experience=unskilled) for one in money)
    return next((pay for pay in promises if pay is not None and pay.too_high), None)


def _is_plain_work(sector: str | None) -> bool:
    return sector is not None and sector not in SKILLED


def _figure(country: str, sector: str | None, currency: str) -> Figure | None:
    """The figure of the sector, else of all work; of several the one in the currency of the promise, else the last."""
    found = figures().get((country, sector)) or figures().get((country, None), ())
    fitting = [one for one in found if sector not in one.not_for]
    same = [one for one in fitting if one.currency == currency]
    best = same or fitting
    return best[-1] if best else None


def _converted(amount: float, currency: str, into: str) -> float | None:
    if currency == into:
        return amount
    known = rates()
    return amount / known[currency] * known[into] if currency in known and into in known else None


@cache
def figures() -> dict[tuple[str, str | None], tuple[Figure, ...]]:
    """All figures by country and sector."""
    table: dict[tuple[str, str | None], tuple[Figure, ...]] = {}
    for figure in _read_figures():
        key = (figure.country, figure.sector)
        table[key] = (*table.get(key, ()), figure)
    return table


@cache
def rates() -> dict[str, float]:
    """Units of a currency per US dollar."""
    return {"USD": 1.0} | {code: rate for block in _data()["rates"] for code, rate in block["per_usd"].items()}


def _read_figures() -> Iterator[Figure]:
    for block in _data()["figures"]:
        for country, amount in block["amounts"].items():
            upper = amount[1] if block["measure"] == "typical" else amount
            left_out = frozenset(block.get("not_for", ()))
            for sector in block.get("sectors", [None]):
                yield Figure(
                    country=country,
                    sector=sector,
                    measure=block["measure"],
                    monthly=upper * PER_MONTH[block["period"]],
                    currency=block["currency"],
                    year=block["year"],
                    source=block["source"],
                    not_for=left_out,
                )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("tipscan.indicators").joinpath("data/pay.toml").read_text(encoding="utf-8"))
