"""The whole house on real input, with the model that ships."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tipscan import Finding, Policy, Scanner
from tipscan.classify import Classifier
from tipscan.errors import TEXT_ERRORS, BundleError
from tipscan.indicators import SCHEMES, codes

ROOT = Path(__file__).parent.parent
CORPUS = sorted((ROOT / "training" / "corpus").glob("*.jsonl"))
EXAMPLES = [json.loads(line) for line in (ROOT / "examples" / "adverts.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(policy="sensitive", threads=2)


def first_texts(path: Path, count: int = 4) -> list[str]:
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line, _ in zip(lines, range(count), strict=False)]


def assert_consistent(finding: Finding, text: str) -> None:
    """Spans slice back, numbers are in their ranges, the dictionary is JSON."""
    for indicator in finding.indicators:
        assert text[indicator.start : indicator.end] == indicator.text
        assert indicator.text
        assert indicator.code in codes()
        assert (indicator.weight <= 0) if indicator.code.startswith("MITIGATION.") else (indicator.weight >= 0)
    for contact in finding.contacts:
        assert text[contact.start : contact.end] == contact.value
    for place in (*finding.money, *finding.facts.values()):
        assert 0 <= place.start < place.end <= len(text)
    assert json.loads(finding.to_json())["error"] == finding.error
    if finding.error is None:
        assert finding.risk is not None and 0 <= finding.risk <= 1
        assert list(finding.schemes) == list(SCHEMES)
        assert (finding.harm is None) is (finding.decision == "clear")
    else:
        assert finding.error in TEXT_ERRORS
        assert finding.risk is None


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_spans_slice_back_in_every_language(scanner: Scanner, path: Path) -> None:
    """In each language of the corpus, everything a finding points to is where it says."""
    texts = first_texts(path)
    for text, finding in zip(texts, scanner.scan_many(texts), strict=True):
        assert_consistent(finding, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.one_of(st.characters(), st.sampled_from("ထကແกអ兼职\u200b0️⃣ +855@.,$₹")), max_size=80))
def test_any_text_gives_a_consistent_finding(scanner: Scanner, text: str) -> None:
    """Nothing a person can type is lost or raises."""
    assert_consistent(scanner.scan(text), text)


def test_one_text_scores_the_same_in_any_company(scanner: Scanner) -> None:
    """``scan`` and ``scan_many`` agree to the last bit, whatever stands beside a text and however many threads work."""
    texts = [text for path in CORPUS[::6] for text in first_texts(path, 3)] + ["short", "long " * 3000]
    together = list(scanner.scan_many(texts))
    assert [scanner.scan(text) for text in texts] == together
    assert list(Scanner(policy="sensitive", threads=1).scan_many(reversed(texts)))[::-1] == together


BAD = [
    (None, "missing"),
    (7, "not_a_string"),
    (["a"], "not_a_string"),
    (float("nan"), "not_a_string"),
    ("", "empty"),
    (" \n\t\u200b\u00ad", "empty"),
    ("\x00\x01", "empty"),
    ("x" * 5_000_000, "too_long"),
]


@pytest.mark.parametrize(("value", "code"), BAD, ids=[code + str(i) for i, (_, code) in enumerate(BAD)])
def test_what_cannot_be_scored_says_why(scanner: Scanner, value: str, code: str) -> None:
    """A bad value is a finding with an error code and no risk, and its neighbours are scored as ever."""
    before, bad, after = scanner.scan_many(["good day", value, "good day"])
    assert (bad.error, bad.risk, bad.decision) == (code, None, None)
    assert before == after
    assert before.error is None


ODD = ["\ud800 lone surrogate", "a", "🙂", "A\x00B\x1b[31m red", "1" * 999_999, "م" * 5_000, "क्" * 5_000]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_scored(scanner: Scanner, text: str) -> None:
    """Surrogates, controls, one letter, an emoji and a megabyte of digits get a score."""
    finding = scanner.scan(text)
    assert finding.error is None
    assert_consistent(finding, text)


def test_streams_are_read_in_bounded_steps(scanner: Scanner) -> None:
    """The first finding comes before an endless stream has been read far."""
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        while True:
            read += 1
            yield f"advert number {read}"

    findings = scanner.scan_many(endless())
    assert next(findings).error is None
    assert read <= 64


def test_long_texts_are_not_gathered(scanner: Scanner) -> None:
    """How far a stream is read ahead is bounded by characters too, and every text still meets the tiers it should."""
    lure = "Work in Dubai, we keep your passport, pay the visa fee first. "
    texts = [f"{number} {lure}" + "good day " * 70_000 for number in range(6)]
    read = 0

    def long() -> Iterator[str]:
        nonlocal read
        for text in texts:
            read += 1
            yield text

    findings = scanner.scan_many(long())
    first = next(findings)
    assert read == 4  # 630,000 characters each; three are below the bound of two million
    assert first == scanner.scan(texts[0])
    assert len(list(findings)) == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_used_scanner_scores_in_a_forked_child() -> None:
    """Servers that load before they fork: the child has none of the parent's threads and makes its own."""
    script = (
        "import os; from tipscan import Scanner\n"
        "scanner = Scanner(tier='fast', threads=2); before = scanner.scan('cook wanted in Oslo').risk\n"
        "if (child := os.fork()) == 0:\n"
        "    os._exit(7 if scanner.scan('cook wanted in Oslo').risk == before else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
    )
    assert run.stdout.strip() == "7", run.stderr


def test_equal_texts_are_scored_once(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that comes again, near or far, gets the finding it had; the number remembered is bounded."""
    submitted: list[str] = []
    submit = Classifier.submit
    monkeypatch.setattr(Classifier, "submit", lambda self, text: (submitted.append(text.text), submit(self, text))[1])
    alone = {text: scanner.scan(text) for text in ("a cook for our inn", "cleaners wanted", "")}
    submitted.clear()
    stream = ["a cook for our inn", "cleaners wanted", "", "a cook for our inn"] * 50
    assert list(scanner.scan_many(stream)) == [alone[text] for text in stream]
    tiers = len(scanner.tiers)
    assert all(1 <= submitted.count(text) <= tiers for text in ("a cook for our inn", "cleaners wanted"))
    submitted.clear()
    monkeypatch.setattr("tipscan.scanner.REMEMBERED", 2)
    list(scanner.scan_many(["one cook", "two cooks", "three cooks", "one cook"]))
    assert submitted.count("one cook") >= 2


def test_a_pickled_scanner_scores_the_same(scanner: Scanner) -> None:
    """Configuration travels to worker processes; the loaded network does not, and comes back by itself."""
    scanner.scan("warm")
    data = pickle.dumps(scanner)
    assert len(data) < 100_000
    assert pickle.loads(data).scan(EXAMPLES[0]["text"]) == scanner.scan(EXAMPLES[0]["text"])


def test_auto_is_the_accurate_tier_wherever_there_may_be_something() -> None:
    """What auto hands on gets the accurate tier's finding; the rest is clear, and says that the fast tier decided."""
    texts = [text for path in CORPUS[::3] for text in first_texts(path, 6)]
    texts += ["See you at seven, bring the salad 🙂", "Monthly water bill is ready, 42.10, due on Friday"]
    accurate, fast, auto = (list(Scanner(tier=tier).scan_many(texts)) for tier in ("accurate", "fast", "auto"))
    limit = Scanner().tiers[0].scoring["cascade"]["clear_below"]
    assert {finding.tier for finding in auto} == {"fast", "accurate"}
    for one, quick, cascaded in zip(accurate, fast, auto, strict=True):
        assert cascaded == (quick if quick.risk is not None and quick.risk < limit else one)
        assert cascaded.tier == "accurate" or cascaded.decision == "clear"


FOREIGN = [
    (
        "nl",
        "Gezocht: schoonmakers voor kantoren in Rotterdam, drie avonden per week, goed loon en een vast "
        "contract. Stuur ons een mail met uw gegevens en wij bellen u volgende week terug.",
    ),
    (
        "el",
        "Ζητείται προσωπικό καθαρισμού για γραφεία στη Θεσσαλονίκη, τρία βράδια την εβδομάδα, με ασφάλιση και "
        "σταθερό μισθό από την πρώτη ημέρα. Για πληροφορίες καλέστε μας στο τηλ. +30 210 555 0123",
    ),
    (
        "sv",
        "Vi söker städare till kontor i Göteborg, tre kvällar i veckan, bra lön och fast "
        "anställning. Ring oss eller skicka ett mejl så hör vi av oss nästa vecka.",
    ),
]


@pytest.mark.parametrize(("language", "text"), FOREIGN, ids=[language for language, _ in FOREIGN])
def test_a_language_nobody_measured_gets_no_score(scanner: Scanner, language: str, text: str) -> None:
    """The model says nothing about it; what extractors found is kept."""
    finding = scanner.scan(text)
    assert (finding.error, finding.risk, finding.language) == ("unsupported_language", None, language)
    assert_consistent(finding, text)
    assert [contact.kind for contact in finding.contacts] == (["phone"] if "+30" in text else [])


@pytest.mark.parametrize("text", ["Gezocht: schoonmakers, goed loon", "Traže se radnici za gradilište u Beču. " * 5])
def test_a_short_text_or_a_close_relative_is_scored(scanner: Scanner, text: str) -> None:
    """An identifier is often wrong about a short text, and Serbian is read as Russian is: neither is turned away."""
    assert scanner.scan(text).error is None


def test_a_text_hidden_letter_by_letter_says_so_fifty_times(scanner: Scanner) -> None:
    """However long it is, the finding stays small."""
    hidden = [one for one in scanner.scan("a\u200b" * 3_000).indicators if one.code == "EVADE.spacing"]
    assert [one.start for one in hidden] == sorted(one.start for one in hidden)
    assert len(hidden) == 50


def test_a_stricter_policy_never_decides_more(scanner: Scanner) -> None:
    """From sensitive to strict, decisions can only fall, and the risk stays what it is."""
    order = {"clear": 0, "review": 1, "flag": 2, None: -1}
    texts = [row["text"] for row in EXAMPLES]
    columns = [list(Scanner(policy=name).scan_many(texts)) for name in ("strict", "balanced", "sensitive")]
    for strict, balanced, sensitive in zip(*columns, strict=True):
        assert order[strict.decision] <= order[balanced.decision] <= order[sensitive.decision]
        assert strict.risk == balanced.risk == sensitive.risk


def test_a_policy_of_ones_own() -> None:
    """Thresholds of a ``Policy`` decide as they say."""
    text = EXAMPLES[0]["text"]
    assert Scanner(policy=Policy("none", review=1.0, flag=1.0)).scan(text).decision == "clear"
    assert Scanner(policy=Policy("all", review=0.0, flag=0.0)).scan(text).decision == "flag"


WRONG = [
    ({"policy": "lenient"}, ValueError, "policy 'lenient' is not one of strict, balanced, sensitive"),
    ({"tier": "turbo"}, ValueError, "tier 'turbo' is not one of"),
    ({"threads": 0}, ValueError, "threads"),
    ({"languages": "en"}, ValueError, "languages has to be a list of codes, not the text 'en'"),
    (
        {"model": ROOT / "models" / "accurate", "tier": "fast"},
        BundleError,
        "no bundle for the tier 'fast' here, only for accu",
    ),
    ({"model": "nowhere"}, BundleError, r"no manifest\.json"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG, ids=[str(list(a)) for a, _, _ in WRONG])
def test_wrong_arguments_are_refused(arguments: dict[str, object], error: type[Exception], message: str) -> None:
    """Each wrong argument is named, with what would be right."""
    with pytest.raises(error, match=message):
        Scanner(**arguments)  # type: ignore[arg-type]


def test_the_example_file_comes_out_as_a_reader_would_expect() -> None:
    """The lures of the example file score above its genuine adverts, warning and question."""
    findings = {
        row["id"]: finding
        for row, finding in zip(EXAMPLES, Scanner().scan_many(row["text"] for row in EXAMPLES), strict=True)
    }
    lures = ("a01", "a03", "a05", "a06", "a08", "a10", "a11")
    ordinary = ("a02", "a04", "a07", "a09", "a12")
    assert min(findings[i].risk or 0 for i in lures) > max(findings[i].risk or 0 for i in ordinary)
    assert {findings[i].decision for i in ordinary} == {"clear"}
    assert "clear" not in {findings[i].decision for i in lures}
    assert findings["a13"].error == "empty"
