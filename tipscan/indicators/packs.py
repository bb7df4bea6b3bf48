"""Rule packs: TOML data that an analyst can read, argue with and extend without code.

A rule is a short ordered list of *parts*; each part is a list of alternative literals. All parts have to stand in that
order within ``within`` characters and inside one sentence. There are no regular expressions: every literal of every
pack is found in one linear pass, and the same rule form works in scripts that write no spaces.

Literals are matched on normalized, lower-cased text, as whole words where the script has words. ``*`` at the start or
end of a literal lets the word go on there (``contrat*``); ``#`` as a literal of its own stands for any number.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from tipscan.errors import PackError

DEFAULT_WITHIN = 60
MAX_WITHIN = 200
MAX_PARTS = 4
_KINDS = {str: "a string", list: "a list", dict: "a table", int: "a whole number", bool: "true or false"}


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
    #: Found and counted, but without a say in score, decision and assessment: for rules on trial.
    shadow: bool = False


class Pack:
    """The rules of one language (or ``languages = ["*"]`` for all), with its words of negation.

    Name, version and languages stand at the head of the file and are read at once; the rules, a hundred times as much,
    when they are first asked for: a scanner needs those of the languages it meets.

    Raises:
        PackError: Not TOML, or a field is missing or of the wrong kind; names the file and the field.
    """

    def __init__(self, source: str, text: str, *, own: bool = False) -> None:
        self.source = source
        self.own = own
        self._text = text
        head = self._parsed(text.partition("\n[")[0])
        with _named(source):
            self.name: str = _of(str, "pack", head["pack"])
            self.version: str = _of(str, "version", head["version"])
            self.languages = tuple(_strings("languages", head["languages"]))

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PackError(f"{self.source}: not valid TOML: {error}") from None

    @property
    def identity(self) -> str:
        """Name, version and the start of the sha256 of the text."""
        digest = hashlib.sha256(self._text.encode("utf-8")).hexdigest()
        return f"{self.name}@{self.version} ({digest[:8]})"

    @cached_property
    def _data(self) -> dict[str, Any]:
        return self._parsed(self._text)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        with _named(self.source):
            return tuple(_rule(self.name, self.version, entry) for entry in _of(list, "rule", self._data["rule"]))

    @property
    def negation_before(self) -> tuple[str, ...]:
        return self._negation("before")

    @property
    def negation_after(self) -> tuple[str, ...]:
        return self._negation("after")

    def _negation(self, side: str) -> tuple[str, ...]:
        with _named(self.source):
            words = _of(dict, "negation", self._data.get("negation", {}))
            return tuple(_strings(f"negation.{side}", words.get(side, [])))


def builtin_sources() -> list[tuple[str, str]]:
    """(file name, TOML text) of the packs that ship with tipscan."""
    folder = files("tipscan.indicators").joinpath("packs")
    found = [
        (entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".toml")
    ]
    return sorted(found)


def own_packs(path: Path) -> tuple[Pack, ...]:
    """A user's own packs: one ``*.toml`` file, or all of a directory.

    Raises:
        PackError: There are none, or one cannot be read.
    """
    paths = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not paths:
        raise PackError(f"{path}: no *.toml rule packs here")
    try:
        return tuple(Pack(str(one), one.read_text(encoding="utf-8"), own=True) for one in paths)
    except OSError as error:
        raise PackError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PackError(f"{path}: not valid UTF-8") from None


@contextmanager
def _named(source: str) -> Iterator[None]:
    """Turns a missing field, and one of the wrong kind, into a fault of the file."""
    try:
        yield
    except KeyError as error:
        raise PackError(f"{source}: the field {error} is missing") from None
    except TypeError as error:
        raise PackError(f"{source}: {error}") from None


def _rule(pack: str, version: str, entry: Any) -> Rule:
    _of(dict, "every entry of rule", entry)
    parts = entry["parts"] if "parts" in entry else [entry["phrases"]]
    return Rule(
        name=f"{pack}.{entry['id']}@{version}",
        id=_of(str, "id", entry["id"]),
        code=_of(str, "code", entry["code"]),
        strength=_of(str, "strength", entry.get("strength", "")),
        parts=tuple(tuple(_strings("parts", part)) for part in _of(list, "parts", parts)),
        within=_of(int, "within", entry.get("within", DEFAULT_WITHIN)),
        negatable=_of(bool, "negatable", entry.get("negatable", True)),
        hits=tuple(_strings("hits", entry["hits"])),
        misses=tuple(_strings("misses", entry["misses"])),
        shadow=_of(bool, "shadow", entry.get("shadow", False)),
    )


def _of(kind: type, name: str, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{name} is {_KINDS[kind]}")
    return value


def _strings(name: str, values: Any) -> list[str]:
    return [_of(str, f"every entry of {name}", value) for value in _of(list, name, values)]


@cache
def _builtin() -> tuple[Pack, ...]:
    return tuple(Pack(name, text) for name, text in builtin_sources())


def load_packs(own: Path | None = None) -> tuple[Pack, ...]:
    """The built-in packs, followed by the user's own (a file or a directory), which are read anew on each call.

    Raises:
        PackError: A pack of the user's has faults; the message lists them all.
    """
    from tipscan.indicators.lint import lint

    if own is None:
        return _builtin()
    added = own_packs(own)
    if faults := lint(added, beside=_builtin()):
        raise PackError("\n".join(map(str, faults)))
    return _builtin() + added


def version_of(packs: Iterable[Pack]) -> str:
    """One string that names the packs that made a finding.

    Of the built-in ones the newest version and their number, of a user's own each with the digest of its text.
    """
    packs = tuple(packs)
    builtin = [pack for pack in packs if not pack.own]
    names = [f"{max(pack.version for pack in builtin)}+{len(builtin)}"] if builtin else []
    return ", ".join([*names, *(pack.identity for pack in packs if pack.own)])
