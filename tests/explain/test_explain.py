"""What a person reads: complete, in their language, with the quotes of the text and no verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fakes import FakeScanner

from tipscan.errors import InputError
from tipscan.explain import LANGUAGES, explain, not_stated
from tipscan.explain import messages as english
from tipscan.explain.catalog import LOCALE, faults, translator
from tipscan.finding import Fact, Finding, Indicator, Money
from tipscan.indicators.pay import HIGH_PAY, PAY_RULE, figures

TEXT = "flag: we keep your passport"


def finding(**changed: Any) -> Finding:
    made = FakeScanner().scan(TEXT)
    signs = (Indicator("DOC.passport_kept", 6, 27, TEXT[6:27], "en.keeps@1", "strong", 1.2, "rule"),)
    return replace(made, indicators=signs, contacts=(), money=(), facts={}, **changed)


def test_a_terminal_is_not_steered_by_an_advert() -> None:
    """Codes that clear a screen or turn the direction of writing are shown as what cannot be shown."""
    text = "flag: we\x1b[2J keep\u202e your passport"
    signs = (Indicator("DOC.passport_kept", 6, len(text), text[6:], "en.keeps@1", "strong", 1.2, "rule"),)
    said = explain(replace(finding(), indicators=signs), text)
    assert "\x1b" not in said and "\u202e" not in said
    assert "we\ufffd[2J keep\ufffd your passport" in said


def test_at_least_twenty_languages() -> None:
    """The reader's own language, for most readers of the corpus' languages."""
    assert len(LANGUAGES) >= 20


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_exists_in_every_language(lang: str) -> None:
    """No message falls back to English, and placeholders are kept."""
    say = translator(lang)
    for message, _ in english.every():
        said = say(message)
        assert said
        for name in "risk language reason strong medium weak name rules ratio year source".split():
            assert said.count(f"{{{name}}}") == message.count(f"{{{name}}}")
    sentences = [*english.OPENINGS.values(), *english.QUESTIONS, *english.ADVICE]
    assert lang == "en" or not any(say(sentence) == sentence for sentence in sentences)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_explanation_quotes_and_asks(lang: str) -> None:
    """The quote, the sentence for its code, its source, the questions and the advice stand in the reader's language."""
    page, say = explain(finding(), TEXT, lang), translator(lang)
    flat = "".join(page.split())
    assert "wekeepyourpassport" in flat
    assert "DOC.passport_kept" in page
    for wanted in (english.HEADLINES["flag"], english.sign("DOC.passport_kept"), *english.ADVICE):
        assert "".join(say(wanted).split()) in flat
    asked = not_stated(finding())
    assert len(asked) >= 5
    assert all("".join(say(question).split()) in flat for question in asked)
    assert "".join(say("Will you hold your own passport every day?").split()) not in flat


def test_pieces_of_other_directions_are_isolated() -> None:
    """In Arabic, a quote and a code keep their own direction; in English nothing is added."""
    assert "\u2068“we keep your passport”\u2069" in explain(finding(), TEXT, "ar")
    assert "\u2068" not in explain(finding(), TEXT, "en")


def promise(sector: str, destination: str, amount: float, currency: str) -> Finding:
    """A finding with pay far above the figure of the sector and the country."""
    sign = Indicator(HIGH_PAY, 0, 4, TEXT[:4], PAY_RULE, "medium", 1.0, "rule")
    facts = {"sector": Fact(sector, 0, 4), "destination": Fact(destination, 0, 4)}
    return replace(finding(), indicators=(sign,), money=(Money(amount, currency, "month", "pay", 0, 4),), facts=facts)


COMPARED = [
    # the figure's key and measure, the promise, the multiple, the sentence
    (("KH", None), "minimum", promise("retail", "KH", 2080, "USD"), "10.0", english.PAY_RATIO_MINIMUM),
    (("HK", "domestic"), "minimum", promise("domestic", "HK", 24950, "HKD"), "5.0", english.PAY_RATIO_MINIMUM),
    (("AE", "domestic"), "typical", promise("domestic", "AE", 5400, "AED"), "3.0", english.PAY_RATIO),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("key", "measure", "promised", "ratio", "said"), COMPARED)
def test_pay_is_compared_with_what_the_figure_is(
    lang: str, key: tuple[str, str | None], measure: str, promised: Finding, ratio: str, said: str
) -> None:
    """A minimum wage is called one, usual pay for the work is not, in every language."""
    figure = figures()[key][0]
    assert figure.measure == measure
    say, isolates = translator(lang), str.maketrans("", "", "\u2068\u2069")
    flat = "".join(explain(promised, TEXT, lang).translate(isolates).split())
    for sentence in (english.PAY_RATIO, english.PAY_RATIO_MINIMUM):
        filled = say(sentence).format(ratio=ratio, year=figure.year, source=figure.source)
        assert ("".join(filled.split()) in flat) is (sentence == said)


def test_a_minimum_wage_is_named_in_words() -> None:
    """The English sentences, as read; pieces of the Arabic one keep their own direction."""
    least, usual = promise("retail", "KH", 2080, "USD"), promise("domestic", "AE", 5400, "AED")
    assert "That is 10.0 times the published minimum wage there (2025:" in " ".join(explain(least, TEXT).split())
    told = " ".join(explain(usual, TEXT).split())
    assert "That is 3.0 times the published figure for such work there (2025:" in told
    assert "minimum wage there" not in told
    assert "\u206810.0\u2069" in explain(least, TEXT, "ar")


@pytest.mark.parametrize("lang", ["pt-BR", "zh_Hans", "SW"])
def test_regional_codes_are_served(lang: str) -> None:
    """A region or script falls back to its language."""
    assert translator(lang)(english.CLOSING) != english.CLOSING


def test_an_unknown_language_is_named_with_those_there_are() -> None:
    """No silent English."""
    with pytest.raises(InputError, match=r"explanations exist in .*en.*; not yet in 'tlh'"):
        explain(finding(), TEXT, "tlh")


def test_an_age_under_18_is_always_said() -> None:
    """Whatever the decision."""
    clear = finding(decision="clear", harm=None)
    young = replace(clear, facts={"age_min": Fact(16, 0, 2), "age_max": Fact(25, 0, 2)})
    assert english.UNDER_AGE in explain(young, TEXT)
    assert english.UNDER_AGE not in explain(replace(young, facts={"age_min": Fact(18, 0, 2)}), TEXT)


@pytest.mark.parametrize(("value", "young"), [("16", True), ("18", False), ("██", False)])
def test_an_age_that_came_from_a_file_is_read(value: str, young: bool) -> None:
    """Facts of a findings file are strings, and one that was masked tells no age."""
    page = explain(replace(finding(), facts={"age_min": Fact(value, 0, 2)}), TEXT)
    assert (english.UNDER_AGE in page) is young


def test_a_finding_explains_itself() -> None:
    """With the text money is quoted, without it the amount is named; all else is the same."""
    paid = replace(FakeScanner().scan(TEXT), contacts=(), facts={})
    assert paid.explain("en", TEXT) == explain(paid, TEXT, "en")
    assert "pay: flag a month" in paid.explain("en", TEXT)
    assert "pay: 12.50 a month" in paid.explain()


def test_a_sign_is_never_under_nothing_found() -> None:
    """Below the threshold for review, a reader is still told to look where a sign more than weak was seen."""
    clear = finding(decision="clear", harm=None)
    page = explain(clear, TEXT)
    assert page.startswith(english.HEADLINES["review"])
    assert english.ADVICE_TITLE in page
    weak = replace(clear, indicators=tuple(replace(one, strength="weak") for one in clear.indicators))
    assert explain(weak, TEXT).startswith(english.HEADLINES["clear"])


def test_clear_is_never_safe() -> None:
    """Nothing found is no verdict: questions stay, advice for danger does not."""
    page = explain(replace(finding(decision="clear", harm=None), indicators=()), TEXT)
    assert page.startswith("NOTHING FOUND")
    assert "no proof that the offer is good" in page
    assert english.ADVICE_TITLE not in page
    assert " safe" not in page


def test_what_could_not_be_scored_says_why() -> None:
    """The reason in words and as a code."""
    page = explain(FakeScanner().scan(" "), " ")
    assert page.startswith("Could not be scored: the text is empty")
    assert "(empty)" in page


def test_the_catalogues_are_complete_and_compiled() -> None:
    """Each .po has every message and nothing else, and its .mo holds the same."""
    pofile = pytest.importorskip("babel.messages.pofile")
    mofile = pytest.importorskip("babel.messages.mofile")
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/tipscan.po")):
        with path.open("rb") as source, path.with_suffix(".mo").open("rb") as compiled:
            catalogue, shipped = pofile.read_po(source), mofile.read_mo(compiled)
        assert faults(catalogue) == [], path
        assert {m.id: m.string for m in catalogue if m.id} == {m.id: m.string for m in shipped if m.id}, path
