"""The packs that ship pass lint, and lint finds what is wrong with a pack, with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tipscan import Scanner
from tipscan.batch.tally import Tally
from tipscan.errors import PackError
from tipscan.indicators.lint import lint
from tipscan.indicators.packs import Pack, load_packs
from tipscan.indicators.trial import try_rules

MAIN_LANGUAGES = set("en zh vi th id ms tl my km lo hi bn ur ne ta si ar fa tr ru uk es pt fr sw am".split())


def test_built_in_packs_have_no_faults() -> None:
    """Every rule finds its hits, leaves its near-misses and cites a known code."""
    assert [str(fault) for fault in lint(load_packs())] == []


def test_the_promised_languages_are_there() -> None:
    """Each main language has a pack of its own with at least 30 rules."""
    sizes = {language: len(pack.rules) for pack in load_packs() for language in pack.languages}
    assert {language for language, size in sizes.items() if size >= 30} >= MAIN_LANGUAGES


GOOD = """
pack = "mine"
version = "2026.1.1"
languages = ["en"]
[[rule]]
id = "fee"
code = "FEE.upfront"
phrases = ["joining fee"]
hits = ["a joining fee of 5", "Joining fee!"]
misses = ["joining us is free", "no fees"]
"""

FAULTY = [
    # what is changed, the word the fault has to name
    (("FEE.upfront", "FEE.nonsense"), "unknown indicator code 'FEE.nonsense'"),
    (('"joining fee"]', '"a"]'), "too short"),
    (("2026.1.1", "one"), "version 'one'"),
    (('["a joining fee of 5", "Joining fee!"]', '["nothing here", "Joining fee!"]'), "does not find 'nothing here'"),
    (('"no fees"', '"the joining fee"'), "finds the near-miss 'the joining fee'"),
    (('["a joining fee of 5", "Joining fee!"]', '["a joining fee of 5"]'), "at least 2 hits"),
    (('id = "fee"', 'id = "Fee!"'), "lower-case"),
    (('phrases = ["joining fee"]', "parts = [[]]"), "none of them empty"),
]


WRONG_KINDS = [
    (('version = "2026.1.1"', "version = 2026"), "version is a string"),
    (('languages = ["en"]', "languages = 5"), "languages is a list"),
    (('id = "fee"', "id = 5"), "id is a string"),
    (('phrases = ["joining fee"]', "phrases = [5]"), "every entry of parts is a string"),
    (('misses = ["joining us is free", "no fees"]', "misses = [1]"), "every entry of misses is a string"),
    (('code = "FEE.upfront"', 'code = "FEE.upfront"\nwithin = "60"'), "within is a whole number"),
    (('code = "FEE.upfront"', 'code = "FEE.upfront"\nshadow = 1'), "shadow is true or false"),
]


@pytest.mark.parametrize(("change", "message"), WRONG_KINDS)
def test_a_field_of_the_wrong_kind_is_named(change: tuple[str, str], message: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(PackError, match=rf"mine\.toml: {message}"):
        lint([Pack("mine.toml", GOOD.replace(*change))])


@pytest.mark.parametrize(("change", "message"), FAULTY)
def test_lint_names_the_fault(change: tuple[str, str], message: str) -> None:
    """One change to a good pack gives exactly one fault, with the file and the reason."""
    faults = lint([Pack("mine.toml", GOOD.replace(*change))])
    assert [message in str(fault) and "mine.toml" in str(fault) for fault in faults] == [True]


def test_a_good_pack_has_no_faults() -> None:
    """The pack the faulty ones are made from is good."""
    assert lint([Pack("mine.toml", GOOD)]) == []


def test_a_faulty_directory_is_refused(tmp_path: Path) -> None:
    """A pack directory that fails lint cannot be loaded, and the error lists the faults."""
    (tmp_path / "mine.toml").write_text(GOOD.replace("FEE.upfront", "FEE.nonsense"), encoding="utf-8")
    with pytest.raises(PackError, match="unknown indicator code"):
        load_packs(tmp_path)


def test_broken_toml_is_named(tmp_path: Path) -> None:
    """A file that is not TOML is named in the error."""
    (tmp_path / "mine.toml").write_text("pack = ", encoding="utf-8")
    with pytest.raises(PackError, match=r"mine\.toml: not valid TOML"):
        load_packs(tmp_path)


def test_an_own_pack_stands_beside_ours(tmp_path: Path) -> None:
    """A file or its directory is added behind the built-in packs; a name of ours is refused."""
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    for own in (tmp_path, tmp_path / "mine.toml"):
        assert [pack.name for pack in load_packs(own)][-2:] == ["zh", "mine"]
    (tmp_path / "mine.toml").write_text(GOOD.replace('"mine"', '"en"'), encoding="utf-8")
    load_packs.cache_clear()
    with pytest.raises(PackError, match="another pack is called 'en'"):
        load_packs(tmp_path)
    with pytest.raises(PackError, match="No such file"):
        load_packs(tmp_path / "absent.toml")


def test_a_rule_on_trial_decides_nothing(tmp_path: Path) -> None:
    """With ``shadow = true`` a match is told apart; score, decision, indicators and assessment stay what they were."""
    text = "Cook wanted in Riga. A joining fee of 5 is asked, the passport is returned the same day."
    (tmp_path / "mine.toml").write_text(GOOD.replace("phrases", "shadow = true\nphrases"), encoding="utf-8")
    plain, tried = Scanner().scan(text), Scanner(packs=tmp_path).scan(text)
    assert [(sign.rule, sign.text, sign.weight) for sign in tried.shadow] == [("mine.fee@2026.1.1", "joining fee", 0.0)]
    assert tried.rules == f"{plain.rules}, mine@2026.1.1 ({tried.rules[-9:-1]})"
    assert re.fullmatch(r"[\d.]+\+\d+, mine@2026\.1\.1 \([0-9a-f]{8}\)", tried.rules)
    for name in ("risk", "decision", "indicators", "assessment", "schemes"):
        assert getattr(tried, name) == getattr(plain, name), name
    tally = Tally()
    tally.add(tried)
    assert tally.to_dict()["shadow"] == {f"mine.fee@2026.1.1 {tried.decision}": 1}


def test_rules_are_tried_on_texts() -> None:
    """Each rule with what it finds in its own examples and in texts, with the place."""
    pack = Pack("mine.toml", GOOD.replace('"no fees"', '"the joining fee"'))
    (trial,) = try_rules([pack], ["No fee at all.", "They ask a joining fee, and then the joining fee again."])
    assert (trial.passed, trial.missed, trial.taken, trial.texts) == (False, [], ["the joining fee"], 1)
    assert trial.examples[0] == "They ask a [joining fee], and then the joining fee again."
    assert next(trial.lines()) == "mine.fee@2026.1.1  FEE.upfront: finds 2 of 2 hits, 1 of 2 near-misses; 1 texts"
