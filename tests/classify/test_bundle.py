"""A bundle says what it is, and a damaged one is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tipscan import Scanner
from tipscan.classify import Bundle
from tipscan.classify.bundle import find_bundles, shipped
from tipscan.errors import BundleError
from tipscan.indicators import SCHEMES
from tipscan.scoring import FEATURES, POLICIES


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped() / "accurate", tmp_path / "bundle"))


def test_the_shipped_bundle_is_whole() -> None:
    """Every file has the sha256 of the manifest, and the outputs are those the contract names."""
    bundle = Bundle.load()
    bundle.verify()
    assert bundle.manifest["outputs"] == ["risk", "recruits", *SCHEMES]
    assert bundle.manifest["base"]["licence"] == "MIT"


@pytest.mark.parametrize(("tier", "megabytes"), [("accurate", 40), ("fast", 25)])
def test_bundles_keep_their_size(tier: str, megabytes: int) -> None:
    """Each tier ships within its limit, with network, tokenizer, numbers and card."""
    bundle = find_bundles()[tier]
    assert bundle.manifest["tier"] == tier
    assert sum(path.stat().st_size for path in bundle.path.iterdir()) <= megabytes * 1_000_000


@pytest.mark.parametrize("tier", ["accurate", "fast"])
def test_the_shipped_scoring_is_complete(tier: str) -> None:
    """Every feature has a weight of the right sign, every policy has ordered thresholds, stricter ones higher."""
    bundle = find_bundles()[tier]
    scoring = bundle.read_json("scoring.json")
    grouped = [language for group in scoring["fusion"]["groups"].values() for language in group["languages"]]
    assert sorted(grouped) == sorted(bundle.manifest["languages"])
    weights = scoring["fusion"]["weights"]
    assert list(weights) == list(FEATURES)
    assert weights["MITIGATION"] <= 0
    assert all(weights[name] >= 0 for name in FEATURES if name not in ("MITIGATION", "model.recruits"))
    flags = [scoring["policies"][name]["flag"] for name in POLICIES]
    assert flags == sorted(flags, reverse=True)


def test_a_changed_file_is_refused_before_it_is_used(copy: Path) -> None:
    """One byte more in the network, and nothing is scored."""
    with open(copy / "model.onnx", "ab") as stream:
        stream.write(b"\0")
    with pytest.raises(BundleError, match=r"changed since it was built: model\.onnx"):
        Scanner(copy).scan("hello there")


def test_missing_files_are_named(copy: Path) -> None:
    """A file that the manifest lists and the folder lacks is named."""
    (copy / "tokenizer.json").unlink()
    with pytest.raises(BundleError, match=r"missing tokenizer\.json"):
        Bundle.load(copy)


def test_an_unknown_format_is_refused(copy: Path) -> None:
    """A bundle of a later format says so instead of scoring wrongly."""
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    with pytest.raises(BundleError, match="bundle format 99"):
        Bundle.load(copy)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [("[]", "holds no table"), ('{"format": 4}', "without name, version, files, window, languages, head_bias")],
)
def test_a_manifest_of_another_kind_is_refused(copy: Path, manifest: str, message: str) -> None:
    """What is JSON and still no manifest is told, not run into."""
    (copy / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(BundleError, match=message):
        Bundle.load(copy)


def test_a_folder_that_is_no_bundle(tmp_path: Path) -> None:
    """The error names the folder and what it lacks."""
    with pytest.raises(BundleError, match=r"no manifest\.json"):
        Scanner(tmp_path)
