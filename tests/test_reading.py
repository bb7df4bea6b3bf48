"""What only the reading of a whole text can tell: pay beside the published figures."""

from __future__ import annotations

import pytest

from tipscan.explain import explain
from tipscan.finding import Finding
from tipscan.indicators.pay import PAY_RULE
from tipscan.reading import Reader
from tipscan.scanner import Scanner
from tipscan.text import normalize

PROMISES = [
    # text, the sum that is far above the figures (None: it is not)
    ("Waitress wanted in Thailand, no experience needed, salary 150,000 THB a month", "150,000 THB"),
    ("Waitress wanted in Thailand, no experience needed, salary 15,000 THB a month", None),
    ("Cleaner wanted in Warsaw, Poland. Salary 9000 EUR a month", "9000 EUR"),
    # no figure for the place, no period, a deposit: the table cannot say
    ("Cleaner wanted in Kinshasa, salary 9000 EUR a month", None),
    ("Cleaner wanted in Warsaw, Poland. You pay a deposit of 9000 EUR", None),
]


@pytest.mark.parametrize(("text", "promised"), PROMISES)
def test_pay_far_above_the_figures(text: str, promised: str | None) -> None:
    """The indicator stands on the sum, names the table as its rule, and counts in the assessment."""
    reading = Reader().read(normalize(text))
    found = [one for one in reading.indicators if one.rule == PAY_RULE]
    assert [text[one.start : one.end] for one in found] == ([promised] if promised else [])
    if promised:
        assert reading.assessment["deceptive_recruitment"]["medium"] >= 1


@pytest.fixture(scope="module")
def finding() -> Finding:
    return Scanner().scan(PROMISES[0][0] + ". Your passport is kept by the manager until you have paid the debt.")


def test_the_explanation_names_figure_and_referrals(finding: Finding) -> None:
    """How many times the figure, with year and source; hotlines of the destination and the reader's country, dated."""
    told = explain(finding, None, countries=["VN"])
    flat = " ".join(told.split())
    assert "times the published minimum wage there (2025: https://" in flat
    places = told.partition("Where to call or ask")[2]
    lines = [line for line in places.splitlines() if line.startswith("  ·")]
    assert "111" in lines[0]
    assert any("1300" in line for line in lines)
    assert all("(as of 20" in line for line in lines)


def test_referrals_speak_the_readers_language(finding: Finding) -> None:
    """The section has a translated title and date word in every language."""
    english = explain(finding, None, countries=["VN"])
    for lang in ("th", "ar", "ru"):
        told = explain(finding, None, lang, countries=["VN"])
        assert "Where to call" not in told
        assert "(as of " not in told
        assert "111" in told
    assert "(as of " in english
