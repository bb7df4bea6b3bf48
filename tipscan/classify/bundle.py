"""A model bundle: a folder whose manifest names every file with its sha256.

``manifest.json`` holds ``name``, ``tier``, ``version``, ``format``, ``files`` {file: sha256}, ``outputs`` (order of the
logits), ``window`` (content tokens a window holds), ``languages``, ``base``, ``trained_on`` and ``metrics``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from tipscan.errors import BundleError

FORMAT = 4
MANIFEST = "manifest.json"
#: What every bundle holds beside it.
FILES = ("model.onnx", "tokenizer.json", "ngrams.npz", "scoring.json")
#: What a manifest has to say for its bundle to be run.
KINDS = {"name": str, "version": str, "files": dict, "window": int, "languages": list, "head_bias": float}
DEFAULT = "accurate"
TIERS = ("fast", "accurate")


def shipped() -> Path:
    """The folder of the bundles that ship with tipscan: inside the installed package, or beside it in a checkout."""
    package = Path(str(files("tipscan")))
    for folder in (package / "models", package.parent / "models"):
        if (folder / DEFAULT / MANIFEST).is_file():
            return folder
    raise BundleError("this installation of tipscan holds no model: reinstall it")


def find_bundles(path: str | Path | None = None) -> dict[str, Bundle]:
    """The bundle of each tier: of one bundle directory, of a directory of bundles, or of those that ship.

    Raises:
        BundleError: The directory is neither, or a bundle is damaged.
    """
    folder = shipped() if path is None else Path(path)
    inside = sorted(folder.glob(f"*/{MANIFEST}"))
    if (folder / MANIFEST).is_file() or not inside:
        bundles = [Bundle.load(folder)]
    else:
        bundles = [Bundle.load(manifest.parent) for manifest in inside]
    tiers: dict[str, Bundle] = {}
    for bundle in bundles:
        tier = bundle.manifest.get("tier")
        if tier not in TIERS:
            raise BundleError(f"{bundle.path}: tier {tier!r} is not one of {', '.join(TIERS)}")
        if tier in tiers:
            raise BundleError(
                f"{folder}: both {tiers[tier].path.name} and {bundle.path.name} are for the tier {tier!r}"
            )
        tiers[tier] = bundle
    return tiers


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle on disk. ``load`` reads the manifest only; ``verify`` hashes every file."""

    path: Path
    manifest: Mapping[str, Any]

    @classmethod
    def load(cls, path: str | Path | None = None) -> Bundle:
        """Open a bundle directory, or the accurate bundle that ships.

        Raises:
            BundleError: No manifest, one that lacks something, an unknown format, or a file is missing.
        """
        folder = shipped() / DEFAULT if path is None else Path(path)
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BundleError(f"{folder}: no {MANIFEST}: not a tipscan model bundle") from None
        except ValueError as error:
            raise BundleError(f"{folder}/{MANIFEST}: {error}") from None
        if not isinstance(manifest, dict):
            raise BundleError(f"{folder}/{MANIFEST}: holds no table")
        if manifest.get("format") != FORMAT:
            raise BundleError(f"{folder}: bundle format {manifest.get('format')!r}, this tipscan reads {FORMAT}")
        if wrong := [name for name, kind in KINDS.items() if not isinstance(manifest.get(name), kind)]:
            raise BundleError(f"{folder}/{MANIFEST}: without {', '.join(wrong)}, or of another kind")
        if unlisted := [name for name in FILES if name not in manifest["files"]]:
            raise BundleError(f"{folder}/{MANIFEST}: does not list {', '.join(unlisted)}")
        missing = [name for name in manifest["files"] if not (folder / name).is_file()]
        if missing:
            raise BundleError(f"{folder}: missing {', '.join(missing)}")
        return cls(folder, manifest)

    def verify(self) -> None:
        """Check every file against its sha256.

        Raises:
            BundleError: Names the files that differ.
        """
        wrong = [name for name, digest in self.manifest["files"].items() if sha256(self.path / name) != digest]
        if wrong:
            raise BundleError(f"{self.path}: changed since it was built: {', '.join(wrong)}")

    @property
    def identity(self) -> dict[str, str]:
        """What findings carry: name, version, and a prefix of the sha256 over the hashes of all files."""
        digests = json.dumps(self.manifest["files"], sort_keys=True)
        digest = hashlib.sha256(digests.encode("utf-8")).hexdigest()
        return {"name": self.manifest["name"], "version": self.manifest["version"], "sha256": digest[:12]}

    def read_json(self, name: str) -> Any:
        return json.loads((self.path / name).read_text(encoding="utf-8"))


def sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
