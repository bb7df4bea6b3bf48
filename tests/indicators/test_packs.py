"""The packs that ship pass lint, and lint finds what is wrong with a pack, with its place."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from tipscan import Scanner
from tipscan.batch.tally import Tally
from tipscan.errors import PackError
from tipscan.indicators.lint import lint
from tipscan.indicators.packs import Pack, load_packs, version_of
from tipscan.indicators.trial import try_rules
from tipscan.reading import Reader
from tipscan.text import normalize

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
    (('languages = ["en"]', "languages = []"), "languages is empty"),
    # nothing is left of these words once they are normalized
    (("[[rule]]", '[negation]\nbefore = [""]\n[[rule]]'), "negation.before: the literal '' is too short"),
    (("[[rule]]", '[negation]\nafter = ["*"]\n[[rule]]'), "negation.after: the literal '*' is too short"),
    (("[[rule]]", '[negation]\nbefore = ["#"]\n[[rule]]'), "negation.before: a bare number"),
]


WRONG_KINDS = [
    (('version = "2026.1.1"', "version = 2026"), "version is a string"),
    (('languages = ["en"]', "languages = 5"), "languages is a list"),
    (('languages = ["en"]', "languages = [1]"), "every entry of languages is a string"),
    (('languages = ["en"]', 'languages = ["en"]\nnegation = []'), "negation is a table"),
    (('languages = ["en"]', 'languages = ["en"]\nnegation = 1'), "negation is a table"),
    # a string is a row of letters, each of which would be a word of negation
    (("[[rule]]", '[negation]\nbefore = "not"\n[[rule]]'), r"negation\.before is a list"),
    (("[[rule]]", '[negation]\nafter = "not"\n[[rule]]'), r"negation\.after is a list"),
    (("[[rule]]", "[negation]\nbefore = [1]\n[[rule]]"), r"every entry of negation\.before is a string"),
    ((GOOD[GOOD.index("[[rule]]") :], "rule = [1]"), "every entry of rule is a table"),
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
    with pytest.raises(PackError, match="another pack is called 'en'"):
        load_packs(tmp_path)
    with pytest.raises(PackError, match="No such file"):
        load_packs(tmp_path / "absent.toml")


def test_an_edited_pack_is_read_again(tmp_path: Path) -> None:
    """The next reader has the pack as it is now; one that has read keeps rules and identity of the same load."""
    path, text = tmp_path / "mine.toml", normalize("A joining fee of 5. An entry fee of 5.")
    path.write_text(GOOD, encoding="utf-8")

    def read(reader: Reader) -> tuple[list[str], str]:
        return [one.text for one in reader.read(text).indicators if one.rule.startswith("mine.")], reader.rules

    reader = Reader(path)
    assert [one.text for one in reader.read(text).indicators if one.rule.startswith("mine.")] == ["joining fee"]
    edited = GOOD.replace("joining fee", "entry fee").replace("Joining fee", "Entry fee")
    path.write_text(edited, encoding="utf-8")
    assert read(reader) == (["joining fee"], version_of([*load_packs(), Pack("mine.toml", GOOD, own=True)]))
    now = ["entry fee"], version_of([*load_packs(), Pack("mine.toml", edited, own=True)])
    assert read(Reader(path)) == now
    assert read(pickle.loads(pickle.dumps(reader))) == now


def test_a_relative_path_is_of_the_directory_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same relative path names another pack after a change of directory."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.toml").write_text(GOOD.replace('"mine"', f'"{name}"'), encoding="utf-8")
        monkeypatch.chdir(tmp_path / name)
        assert load_packs(Path("mine.toml"))[-1].name == name


def test_built_in_packs_are_read_once(tmp_path: Path) -> None:
    """Those that stand beside a pack of one's own are the same objects: their rules are parsed once in a process."""
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    assert all(one is other for one, other in zip(load_packs(tmp_path)[:-1], load_packs(), strict=True))


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
