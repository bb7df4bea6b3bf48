"""A model bundle: a folder whose manifest names every file with its sha256.

``manifest.json`` holds ``name``, ``version``, ``format``, ``files`` {file: sha256}, ``outputs`` (order of the logits),
``window`` (content tokens a window holds), ``languages``, ``base``, ``trained_on`` and ``metrics``.
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

FORMAT = 1
DEFAULT = "accurate"


def bundled(name: str = DEFAULT) -> Path:
    """The folder of a bundle that ships with tipscan: inside the installed package, or beside it in a checkout."""
    package = Path(str(files("tipscan")))
    for folder in (package / "models" / name, package.parent / "models" / name):
        if (folder / "manifest.json").is_file():
            return folder
    raise BundleError(f"the bundle {name!r} is not in this installation of tipscan: reinstall it")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle on disk. ``load`` reads the manifest only; ``verify`` hashes every file."""

    path: Path
    manifest: Mapping[str, Any]

    @classmethod
    def load(cls, path: str | Path | None = None) -> Bundle:
        """Open a bundle directory, or the bundled one.

        Raises:
            BundleError: No manifest, an unknown format, or a file is missing.
        """
        folder = bundled() if path is None else Path(path)
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BundleError(f"{folder}: no manifest.json: not a tipscan model bundle") from None
        except ValueError as error:
            raise BundleError(f"{folder}/manifest.json: {error}") from None
        if manifest.get("format") != FORMAT:
            raise BundleError(f"{folder}: bundle format {manifest.get('format')!r}, this tipscan reads {FORMAT}")
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
