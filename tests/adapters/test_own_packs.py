"""Rule packs of one's own go wherever the scanner goes, and their files need not."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tipscan import Scanner
from tipscan.adapters.arrow import scan_batches
from tipscan.adapters.options import Options, scanner_of
from tipscan.errors import PackError

FAST = {"tier": "fast", "threads": 1}
PACK = """
pack = "mine"
version = "2026.11.1"
languages = ["*"]

[[rule]]
id = "laptop_bond"
code = "FEE.deposit"
phrases = ["laptop bond", "ប្រាក់កក់កុំព្យូទ័រ"]
hits = ["You send us the laptop bond today.", "សូមបង់ប្រាក់កក់កុំព្យូទ័រ"]
misses = ["You get a laptop.", "Bond, James Bond"]
"""
RULE = "mine.laptop_bond@2026.11.1"
TEXTS = ["😀 Typist. Pay the laptop bond today.", "សូមបង់ប្រាក់កក់កុំព្យូទ័រ 😀", None, "Cook wanted, 18+"]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "packs" / "mine.toml"
    path.parent.mkdir()
    path.write_text(PACK, encoding="utf-8")
    return path


def local(pack: Path) -> list[Any]:
    """What a scanner with the pack finds."""
    found = list(Scanner(**FAST, packs=pack).scan_many(TEXTS))
    assert [RULE in {one.rule for one in finding.indicators} for finding in found] == [True, True, False, False]
    return found


def test_arrow(pack: Path) -> None:
    """A file and its directory are the same pack: risks, rules and the version of the rules are the scanner's."""
    expected = [finding.to_dict() for finding in local(pack)]
    for packs in (pack, str(pack), pack.parent):
        [batch] = scan_batches([pa.record_batch({"text": TEXTS})], "text", **FAST, packs=packs)
        for row, finding in zip(batch.to_pylist(), expected, strict=True):
            assert (row["risk"], row["indicators"], row["rules"]) == tuple(
                finding[name] for name in ("risk", "indicators", "rules")
            )


def test_data_sets(pack: Path) -> None:
    """Forked processes find what the pack finds; a stream does after the file is gone; a new pack is scanned anew."""
    datasets = pytest.importorskip("datasets")
    from tipscan.adapters.huggingface import scan_dataset

    expected = [[one.to_dict() for one in finding.indicators] for finding in local(pack)]
    own = datasets.Dataset.from_dict({"text": TEXTS})
    assert scan_dataset(own, "text", num_proc=2, **FAST, packs=pack)["tipscan_indicators"][:] == expected
    streamed = scan_dataset(own.to_iterable_dataset(), "text", **FAST, packs=pack)
    fingerprint = scan_dataset(own, "text", **FAST, packs=pack)._fingerprint
    pack.write_text(PACK.replace("laptop bond", "notebook fee"), encoding="utf-8")
    assert scan_dataset(own, "text", **FAST, packs=pack)._fingerprint != fingerprint
    pack.unlink()
    assert [row["tipscan_indicators"] for row in streamed] == expected


def test_scikit_learn(pack: Path) -> None:
    """The classifier takes packs as a parameter, so that it clones."""
    sklearn = pytest.importorskip("sklearn.base")
    from tipscan.adapters.sklearn import TipscanClassifier, TipscanFeatures

    texts, expected = TEXTS[:2], [finding.risk for finding in local(pack)][:2]
    classifier = sklearn.clone(TipscanClassifier(**FAST, packs=pack))
    assert classifier.predict_proba(texts)[:, 1].tolist() == expected
    features = TipscanFeatures(**FAST, packs=pack)
    column = list(features.get_feature_names_out()).index("indicators_FEE")
    plain = TipscanFeatures(**FAST)
    assert (features.transform(texts)[:, column] > plain.transform(texts)[:, column]).all()


def test_spacy(pack: Path, tmp_path: Path) -> None:
    """A saved pipeline holds the texts of its packs, and works where their files are not."""
    spacy = pytest.importorskip("spacy")
    import tipscan.adapters.spacy  # noqa: F401 - registers the component where tipscan is not installed

    expected = local(pack)
    nlp = spacy.blank("xx")
    nlp.add_pipe("tipscan", config=FAST | {"packs": str(pack)})
    assert nlp(TEXTS[0])._.tipscan == expected[0]
    nlp.to_disk(tmp_path / "saved")
    pack.unlink()
    loaded = spacy.load(tmp_path / "saved", config={"components.tipscan.packs": None})
    assert [doc._.tipscan for doc in loaded.pipe(TEXTS[:2])] == expected[:2]


def test_a_process_without_the_files(pack: Path) -> None:
    """Options sent to another process make the same scanner there though no pack is on its disk."""
    expected = local(pack)[0].risk
    options = Options.of(**FAST, packs=pack).pinned()
    pack.unlink()
    code = (
        "import pickle, sys; from tipscan.adapters.options import scanner_of; "
        f"print(scanner_of(pickle.load(sys.stdin.buffer)).scan({TEXTS[0]!r}).risk)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(options), capture_output=True, check=True)
    assert float(done.stdout) == expected


def test_a_pack_with_faults(pack: Path) -> None:
    """Faults are told by the process that names the pack, under the file's own name."""
    with pytest.raises(PackError, match=r"no\.toml: No such file"):
        Options.of(packs=pack.with_name("no.toml"))
    pack.write_text(PACK.replace("FEE.deposit", "FEE.nonsense"), encoding="utf-8")
    with pytest.raises(PackError, match=r"^mine\.toml: laptop_bond: unknown indicator code 'FEE\.nonsense'"):
        scanner_of(Options.of(**FAST, packs=pack))
