"""The documentation: its code runs, its links lead somewhere, its figures are not typed, its words take care."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

pytest.importorskip("babel")
pytest.importorskip("sklearn")

from docs import blocks, generate

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
WRITTEN = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
README = "README.md"
SVG = "{http://www.w3.org/2000/svg}"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s\"[^\"]*\")?\)")


@cache
def generated() -> dict[str, str]:
    return generate.pages()


def prose(page: str) -> str:
    """A page without its code, fenced or inline."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S))


def anchors(page: str) -> set[str]:
    """The anchors of the headings of a page, as MkDocs makes them."""
    found: set[str] = set()
    for title in re.findall(r"^#{1,6} (.+)$", re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S), re.M):
        plain = unicodedata.normalize("NFKD", title.replace("`", "")).encode("ascii", "ignore").decode()
        slug = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
        found.add(slug if slug not in found else f"{slug}_{sum(one.startswith(slug) for one in found)}")
    return found


@pytest.mark.filterwarnings("ignore")  # of the frameworks that pages show
@pytest.mark.parametrize("name", [README, *(name for name, page in WRITTEN.items() if blocks.blocks(page))])
def test_code_runs(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The Python blocks and ``tipscan`` lines of a page run in order, each with the exit status the page states."""
    page = (ROOT / README).read_text(encoding="utf-8") if name == README else WRITTEN[name]
    if lacking := blocks.missing(page):
        pytest.skip(f"{name} needs {', '.join(lacking)}")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    blocks.run(page, name)


def test_every_language_of_a_block_is_known() -> None:
    """What is neither run nor written to a file says that it is text."""
    for name, page in WRITTEN.items():
        for block in blocks.blocks(page):
            known = block.language in ("python", "shell", "text") or block.title is not None
            assert known, f"{name}, line {block.line}: a block of {block.language or 'no language'!r}"


def test_a_wrong_exit_status_fails() -> None:
    """The runner of blocks fails a page whose command ends otherwise than it says, or that no test runs."""
    with pytest.raises(blocks.BlockError, match=r"page, line 1: .* ended with 2, not 0"):
        blocks.run("```shell\ntipscan scan nothing.csv\n```\n", "page")
    with pytest.raises(blocks.BlockError, match="'rm' is a command that no test runs"):
        blocks.run("```shell\nrm -r .\n```\n", "page")
    with pytest.raises(ZeroDivisionError):
        blocks.run("```python\nx = 1\n```\n\n```python\nx / 0\n```\n", "page")


def test_outputs_stand_where_they_are_asked_for() -> None:
    """The mark is replaced by what the block before it printed, and by nothing else."""
    page = "```python\nprint(6 * 7)\n```\n\n<!-- output -->\n\n```python\nprint('unseen')\n```\n"
    shown = blocks.with_outputs(page, "page")
    assert '```text title="output"\n42\n```' in shown
    assert "unseen\n```" not in shown


def test_training_commands_exist() -> None:
    """Modules that pages run with ``python -m`` are there and know the options shown."""
    for name, page in WRITTEN.items():
        for module, rest in re.findall(r"^python -m ((?:training|evaluation)\.\w+)(.*)$", page, re.M):
            spec = find_spec(module)
            assert spec is not None and spec.origin is not None, f"{name}: {module}"
            literals = {
                node.value
                for node in ast.walk(ast.parse(Path(spec.origin).read_text()))
                if isinstance(node, ast.Constant)
            }
            assert set(re.findall(r"--[a-z-]+", rest)) <= literals, f"{name}: {module}"


@pytest.mark.parametrize("name", WRITTEN)
def test_links_lead_somewhere(name: str) -> None:
    """Links to pages, files and headings of the site resolve; those to the web are whole addresses."""
    check_links(name, WRITTEN[name])


def test_links_of_generated_pages() -> None:
    """The same holds for pages made from data."""
    for name, page in generated().items():
        check_links(name, page)


def check_links(name: str, page: str) -> None:
    every = WRITTEN | generated()
    for target in LINK.findall(re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S)):
        if re.match(r"https?://[^\s/]+\.", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        place = (DOCS / name).parent / path if path else DOCS / name
        found = Path(place.resolve()).relative_to(DOCS).as_posix()
        assert found in every or (DOCS / found).is_file() or found in generate.results.assets(), f"{name}: {target}"
        assert not anchor or anchor in anchors(every[found]), f"{name}: no heading {target}"


def test_every_page_is_in_the_navigation() -> None:
    """mkdocs.yml names each page once, and no page that is not there."""
    named = re.findall(r"^ +- [^:\n]+: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    beside = ("reference/rules/", "reference/data/")
    assert sorted(named) == sorted(name for name in WRITTEN | generated() if not name.startswith(beside))


def test_no_figure_is_typed() -> None:
    """Measured figures come from the results: no page outside its code has one like 0.87."""
    for name, page in WRITTEN.items():
        assert not re.findall(r"\b0\.\d{2,}|\b\d{2}\.\d{2} ?%", prose(page)), name


def test_no_offer_is_called_safe() -> None:
    """The word stands where it is said that it is not used, and nowhere else."""
    uses = [
        (name, line)
        for name, page in WRITTEN.items()
        for line in page.splitlines()
        if re.search(r"\bsafe\b", line, re.I)
    ]
    assert uses == [
        ("ethics.md", line) for line in WRITTEN["ethics.md"].splitlines() if "No offer is ever called safe" in line
    ]


def test_pages_say_what_nobody_has_reviewed() -> None:
    """No page claims a review by native speakers."""
    for name, page in (WRITTEN | generated()).items():
        for sentence in re.split(r"(?<=[.:|])\s", " ".join(page.split())):
            if "native speaker" in sentence:
                assert re.search(r"\b(no|none|not|nothing)\b", sentence, re.I), f"{name}: {sentence}"


@pytest.mark.parametrize("path", sorted((DOCS / "images").glob("*.svg")), ids=lambda path: path.name)
def test_pictures_can_be_heard(path: Path) -> None:
    """A picture has title and description, loads nothing, is small, and every page that shows it says what it shows."""
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    assert root.get("role") == "img"
    assert {child.get("id") for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")} == {"title", "desc"}
    assert all((root.findtext(f"{SVG}{tag}") or "").strip() for tag in ("title", "desc"))
    assert not re.search(r"<script|href=|url\(http", path.read_text(encoding="utf-8"))
    assert path.stat().st_size < 10_000
    shown = [alt for page in WRITTEN.values() for alt in re.findall(rf"!\[([^\]]*)\]\([^)]*{path.name}\)", page)]
    assert shown and all(len(alt) > 40 for alt in shown)


def test_tables_hold_the_whole_data() -> None:
    """Each code, rule pack and error of the package is on its page."""
    from tipscan.errors import TEXT_ERRORS
    from tipscan.indicators import SCHEMES, codes
    from tipscan.indicators.packs import load_packs

    pages = generated()
    assert all(f"| `{name}` |" in pages["reference/taxonomy.md"] for name in (*codes(), *SCHEMES))
    for pack in load_packs():
        assert pages[f"reference/rules/{pack.name}.md"].count("\n| `") == len(pack.rules)
    assert all(f"`{code}`" in WRITTEN["errors.md"] for code in TEXT_ERRORS)


def test_hotlines_have_dates() -> None:
    """Every row of the directory says when it was true."""
    rows = [
        line
        for line in generated()["reference/hotlines.md"].splitlines()
        if re.match(r"\| (hotline|register|ngo|embassy)", line)
    ]
    assert len(rows) > 25
    assert all(re.search(r"\| (19|20)\d\d(-\d\d){0,2} \|", row) for row in rows)


def test_the_notebook_runs(tmp_path: Path) -> None:
    """The researcher's notebook runs from top to bottom, and no output is stored in it."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()


def test_the_site_builds(tmp_path: Path) -> None:
    """MkDocs finds nothing to warn of."""
    for name in ("mkdocs", "material", "mkdocstrings_handlers"):
        pytest.importorskip(name)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "reference" / "rules" / "km.html").is_file()
