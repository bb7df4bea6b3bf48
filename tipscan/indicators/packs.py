"""Rule packs: TOML data that an analyst can read, argue with and extend without code.

A rule is a short ordered list of *parts*; each part is a list of alternative literals. All parts have to stand in that
order within ``within`` characters and inside one sentence. There are no regular expressions: every literal of every
pack is found in one linear pass, and the same rule form works in scripts that write no spaces.

Literals are matched on normalized, lower-cased text, as whole words where the script has words. ``*`` at the start or
end of a literal lets the word go on there (``contrat*``); ``#`` as a literal of its own stands for any number.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from tipscan.errors import PackError

DEFAULT_WITHIN = 60
MAX_WITHIN = 200
MAX_PARTS = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack. ``name`` is ``pack.id@version``, the form findings carry."""

    name: str
    id: str
    code: str
    strength: str
    parts: tuple[tuple[str, ...], ...]
    within: int
    negatable: bool
    hits: tuple[str, ...]
    misses: tuple[str, ...]


class Pack:
    """The rules of one language (or ``languages = ["*"]`` for all), with its words of negation.

    Name, version and languages stand at the head of the file and are read at once; the rules, a hundred times as much,
    when they are first asked for: a scanner needs those of the languages it meets.

    Raises:
        PackError: Not TOML, or a field is missing or of the wrong kind; names the file and the rule.
    """

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self._text = text
        head = self._parsed(text.partition("\n[")[0])
        self.name: str = self._field(head, "pack")
        self.version: str = self._field(head, "version")
        self.languages: tuple[str, ...] = tuple(self._field(head, "languages"))

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PackError(f"{self.source}: not valid TOML: {error}") from None

    def _field(self, data: dict[str, Any], name: str) -> Any:
        if name not in data:
            raise PackError(f"{self.source}: the field {name!r} is missing")
        return data[name]

    @cached_property
    def _data(self) -> dict[str, Any]:
        return self._parsed(self._text)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        try:
            return tuple(_rule(self.name, self.version, entry) for entry in self._field(self._data, "rule"))
        except KeyError as error:
            raise PackError(f"{self.source}: the field {error} is missing") from None
        except TypeError as error:
            raise PackError(f"{self.source}: {error}") from None

    @property
    def negation_before(self) -> tuple[str, ...]:
        return tuple(self._data.get("negation", {}).get("before", ()))

    @property
    def negation_after(self) -> tuple[str, ...]:
        return tuple(self._data.get("negation", {}).get("after", ()))


def builtin_sources() -> list[tuple[str, str]]:
    """(file name, TOML text) of the packs that ship with tipscan."""
    folder = files("tipscan.indicators").joinpath("packs")
    found = [
        (entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".toml")
    ]
    return sorted(found)


def directory_sources(directory: Path) -> list[tuple[str, str]]:
    """(file name, TOML text) of every ``*.toml`` in a user's own pack directory."""
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        raise PackError(f"{directory}: no *.toml rule packs here")
    return [(str(path), path.read_text(encoding="utf-8")) for path in paths]


def _rule(pack: str, version: str, entry: dict[str, Any]) -> Rule:
    parts = entry["parts"] if "parts" in entry else [entry["phrases"]]
    return Rule(
        name=f"{pack}.{entry['id']}@{version}",
        id=entry["id"],
        code=entry["code"],
        strength=entry.get("strength", ""),
        parts=tuple(tuple(part) for part in parts),
        within=entry.get("within", DEFAULT_WITHIN),
        negatable=entry.get("negatable", True),
        hits=tuple(entry["hits"]),
        misses=tuple(entry["misses"]),
    )


@cache
def load_packs(directory: Path | None = None) -> tuple[Pack, ...]:
    """The built-in packs, followed by those of ``directory``.

    Raises:
        PackError: A pack has faults; the message lists them all.
    """
    from tipscan.indicators.lint import lint

    sources = builtin_sources() if directory is None else [*builtin_sources(), *directory_sources(directory)]
    packs = tuple(Pack(name, text) for name, text in sources)
    faults = [] if directory is None else lint(packs)
    if faults:
        raise PackError("\n".join(map(str, faults)))
    return packs


def version_of(packs: Iterable[Pack]) -> str:
    """One string that names the packs that made a finding: the newest version among them and their number."""
    packs = tuple(packs)
    return f"{max(pack.version for pack in packs)}+{len(packs)}" if packs else "none"
