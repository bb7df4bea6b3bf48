"""Hooks of MkDocs: pages made from the data of the project, and the output of code blocks.

``python -m mkdocs build`` from the root of the repository, which finds ``docs`` and ``evaluation`` there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docs import blocks, results, tables


def pages() -> dict[str, str]:
    """Every generated page: path below ``docs`` -> Markdown."""
    made = {
        "reference/taxonomy.md": tables.taxonomy(),
        "reference/rules.md": tables.rules(),
        "reference/languages.md": tables.languages(),
        "reference/hotlines.md": tables.hotlines(),
        "reference/commands.md": tables.commands(),
        "reference/results.md": results.results(),
        "reference/models.md": results.models(),
        "reference/data.md": results.data_index(),
        "changelog.md": results.changelog(),
        "contributing.md": results.contributing(),
    }
    made |= {f"reference/rules/{name}.md": page for name, page in tables.rule_pages().items()}
    return made | {f"reference/data/{name}.md": card for name, card in results.data_cards().items()}


def on_files(files: Any, *, config: Any) -> Any:
    """Adds the generated pages, and the files they link to."""
    from mkdocs.structure.files import File

    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    for path, source in results.assets().items():
        files.append(File.generated(config, path, abs_src_path=str(source)))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Runs the blocks of a page whose output it shows."""
    source = Path(page.file.abs_src_path) if page.file.abs_src_path else None
    if source is None or blocks.OUTPUT_MARK not in markdown:
        return markdown
    if lacking := blocks.missing(source.read_text(encoding="utf-8")):
        print(f"{page.file.src_uri}: shown without outputs, for want of {', '.join(lacking)}")
        return markdown
    return blocks.with_outputs(markdown, page.file.src_uri)
