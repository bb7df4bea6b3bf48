"""The rooms of the house keep to themselves, and the door stays light."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import tipscan

PACKAGE = Path(tipscan.__file__).parent
SHARED = {"errors", "finding"}
# Who may import whom, inside the package. Nothing imports cli.
ALLOWED = {
    "errors": set(),
    "finding": {"explain"},  # when asked to explain itself
    "text": set(),
    "indicators": {"text"},
    "entities": {"text"},
    "classify": {"text"},
    # scoring sees what was found and the vocabulary it is found in, not the finders
    "scoring": {"indicators.taxonomy"},
    "progress": set(),
    "redact": set(),
    "reading": {"text", "indicators", "entities"},
    "tiers": {"indicators", "classify", "scoring", "reading"},
    "scanner": {"text", "classify", "scoring", "reading", "tiers", "redact", "progress"},
    "explain": {"indicators", "text.printable"},
    "batch": {"indicators.taxonomy", "progress"},
    "evaluate": {"batch", "scanner", "scoring", "progress"},
    "export": {"batch", "indicators.taxonomy", "redact"},
    "adapters": {"scanner", "scoring", "batch", "classify", "indicators"},
    "__init__": {"scanner", "scoring"},
    "cli": {"batch", "scanner", "explain", "export", "evaluate", "indicators", "classify", "__init__"},
    "__main__": {"cli"},
}
HEAVY = (
    "torch transformers spacy sklearn pyspark pandas pyarrow fastapi onnxruntime tokenizers numpy phonenumbers datasets"
).split()


def imports_of(path: Path) -> set[str]:
    """Dotted names below ``tipscan`` that a file imports; ``""`` for the package itself."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tipscan":
            found.add(node.module.partition(".")[2])
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[2] for alias in node.names if alias.name.split(".")[0] == "tipscan"}
    return found


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_who_imports_whom(path: Path) -> None:
    """A module imports its own room, results and errors, and the rooms its own is allowed to see."""
    room = room_of(path)
    for name in imports_of(path):
        target = name.split(".")[0] or "__init__"
        allowed = target in {room, *SHARED, *ALLOWED[room]} or any(
            name == door or name.startswith(f"{door}.") for door in ALLOWED[room]
        )
        assert allowed, f"{path.relative_to(PACKAGE)} may not import tipscan.{name}"


@pytest.mark.parametrize("folder", ["training", "evaluation"])
def test_training_and_evaluation_never_meet(folder: str) -> None:
    """Both import tipscan, neither imports the other, and tipscan imports neither."""
    other = {"training": "evaluation", "evaluation": "training"}[folder]
    for path in (PACKAGE.parent / folder).rglob("*.py"):
        names = {
            (node.module or "").split(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
        }
        assert other not in names, path.name


def test_the_root_exports_these_names_only() -> None:
    """At most ten names at the root, and this test pins them."""
    assert sorted(tipscan.__all__) == [
        "Contact",
        "Fact",
        "Finding",
        "Indicator",
        "Money",
        "Policy",
        "Scanner",
        "TipscanError",
        "__version__",
    ]
    assert all(hasattr(tipscan, name) for name in tipscan.__all__)


def test_import_is_light() -> None:
    """``import tipscan`` loads none of the heavy packages."""
    code = f"import sys, json, tipscan; print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_stay_small(path: Path) -> None:
    """No module over 350 lines: a crowded room is redesigned."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350
