"""Promised pay beside published figures: multiples that can be checked by hand, and no answer where there is none."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tipscan
from tipscan.finding import Money
from tipscan.indicators.pay import HIGH_OVER_MINIMUM, PER_MONTH, SKILLED, figures, plausibility, rates

PACKAGE = Path(tipscan.__file__).parent
DATA = tomllib.loads((PACKAGE / "indicators/data/pay.toml").read_text(encoding="utf-8"))
SECTORS = set(tomllib.loads((PACKAGE / "entities/data/work.toml").read_text(encoding="utf-8"))["sector"])
CURRENCIES = set(tomllib.loads((PACKAGE / "entities/data/currencies.toml").read_text(encoding="utf-8"))["currency"])


def pay(amount: float, currency: str | None, period: str | None = "month") -> Money:
    return Money(amount, currency, period, "pay", 0, 1)


RATIOS = [
    # promise, sector, destination, multiple, too high
    (pay(1500, "USD"), "customer_service", "KH", 1500 / 208, True),
    (pay(400, "USD"), "manufacturing", "KH", 400 / 208, False),
    (pay(1500, "USDT"), "customer_service", "KH", 1500 / 208, True),
    (pay(30_000, "THB"), "customer_service", "MM", 30_000 / 31.3 / (3.72 * 26), True),
    (pay(202_800, "MMK"), "manufacturing", "MM", 1.0, False),
    (pay(20_000, "CNY"), "customer_service", "MM", 20_000 / 7.33 / (3.72 * 26), True),
    (pay(15_000, "THB"), "hospitality", "TH", 15_000 / 10_400, False),
    (pay(400, "THB", "day"), "construction", "TH", 1.0, False),
    (pay(2161, "EUR"), "care", "DE", 1.0, False),
    (pay(4996.2, "PLN"), "agriculture", "PL", 4996.2 / 4.15 * 0.971 / 1091, False),
    (pay(12.21, "GBP", "hour"), "care", "GB", 1.0, False),
    (pay(1800, "AED"), "domestic", "AE", 1.0, False),
    (pay(4000, "AED"), "domestic", "AE", 4000 / 1800, True),
    (pay(5000, "AED"), "it_office", "AE", 1.0, False),
    (pay(1875, "SAR"), "domestic", "SA", 1.0, False),
    (pay(12_000_000, "IDR"), "customer_service", "KH", 12_000_000 / 16_700 / 208, False),
]


@pytest.mark.parametrize(("money", "sector", "destination", "ratio", "high"), RATIOS)
def test_the_multiple_is_that_of_the_figure(
    money: Money, sector: str, destination: str, ratio: float, high: bool
) -> None:
    """The promise per month, converted, over the figure of its sector or of all work; high from a fixed multiple on."""
    found = plausibility(money, sector=sector, destination=destination)
    assert found is not None
    assert found.ratio == pytest.approx(ratio)
    assert found.ratio == pytest.approx(found.monthly / found.figure.monthly)
    assert found.too_high is high
    assert found.figure.country == destination
    assert found.figure.source.startswith("http")


SILENT = [
    # why, promise, sector, destination
    ("another role", replace(pay(9999, "USD"), role="fee"), "domestic", "KH"),
    ("no currency", pay(9999, None), "domestic", "KH"),
    ("no period", pay(9999, "USD", None), "domestic", "KH"),
    ("pay by the task", pay(9999, "USD", "task"), "domestic", "KH"),
    ("no destination", pay(9999, "USD"), "domestic", None),
    ("a country without figures", pay(9999, "USD"), "domestic", "ZW"),
    ("a currency without a rate", pay(9999, "LBP"), "domestic", "KH"),
    ("a floating coin", pay(1, "BTC"), "domestic", "KH"),
    ("no sector, so that it may be skilled work", pay(9999, "USD"), None, "KH"),
    ("skilled work", pay(9999, "USD"), "medical", "KH"),
    ("work the minimum wage leaves out", pay(9999, "MYR"), "domestic", "MY"),
    ("a country with figures for other work only", pay(9999, "HKD"), "construction", "HK"),
]


@pytest.mark.parametrize(
    ("money", "sector", "destination"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT]
)
def test_the_table_says_when_it_cannot_say(money: Money, sector: str | None, destination: str | None) -> None:
    """None rather than a guess."""
    assert plausibility(money, sector=sector, destination=destination) is None


@pytest.mark.parametrize("sector", [None, *sorted(SKILLED)])
def test_a_job_for_anybody_is_measured_by_the_minimum(sector: str | None) -> None:
    """Where no experience is asked for, the minimum wage speaks about every sector."""
    found = plausibility(pay(2000, "USD"), sector=sector, destination="KH", no_experience=True)
    assert found is not None
    assert found.too_high


@given(st.floats(0, 1e9), st.sampled_from(sorted(PER_MONTH)), st.sampled_from(sorted(rates())))
def test_more_pay_is_never_less_high(amount: float, period: str, currency: str) -> None:
    """Twice the promise is twice the multiple, in every currency and period."""
    once = plausibility(pay(amount, currency, period), sector="retail", destination="MY")
    twice = plausibility(pay(2 * amount, currency, period), sector="retail", destination="MY")
    assert once is not None
    assert twice is not None
    assert twice.ratio == pytest.approx(2 * once.ratio)
    assert twice.too_high or not once.too_high


def test_every_block_has_its_source_and_year() -> None:
    """A page and a year for each number, known codes, and ranges that rise."""
    for block in [*DATA["figures"], *DATA["rates"]]:
        assert re.fullmatch(r"https?://\S+", block["source"])
        assert 2010 <= block["year"] <= 2100
    for block in DATA["figures"]:
        assert set(block.get("sectors", [])) | set(block.get("not_for", [])) <= SECTORS
        assert block["currency"] in CURRENCIES
        assert block["period"] in PER_MONTH
        assert all(re.fullmatch("[A-Z]{2}", country) for country in block["amounts"])
        if block["measure"] == "typical":
            assert all(0 < low <= high for low, high in block["amounts"].values())
        else:
            assert block["measure"] == "minimum"
            assert all(amount > 0 for amount in block["amounts"].values())
    assert all(rate > 0 for rate in rates().values())


def test_no_figure_stands_twice() -> None:
    """One figure a country, sector and currency; at least forty countries."""
    for (country, sector), found in figures().items():
        assert len({one.currency for one in found}) == len(found), (country, sector)
    assert len({country for country, _ in figures()}) >= 40
    assert SKILLED <= SECTORS


def test_a_second_currency_has_a_rate_to_fall_back_on() -> None:
    """Whatever currency a promise is in, the figure it is converted into has an exchange rate."""
    without = {key for key, found in figures().items() if found[-1].currency not in rates()}
    assert without == {("TR", None)}, "lira are compared with lira only"
    assert HIGH_OVER_MINIMUM > 1
