"""The translations: gettext catalogues in ``locale/<language>/LC_MESSAGES/tipscan.po``, compiled beside them.

No native speaker has reviewed them yet; each file says so.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tipscan.errors import InputError

LOCALE = Path(str(files("tipscan.explain"))) / "locale"
SOURCE = "en"
#: Languages explanations exist in, as BCP-47 codes.
LANGUAGES: tuple[str, ...] = tuple(sorted({SOURCE, *(path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/*.mo"))}))
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur", "he", "ps"})
_PLACEHOLDER = re.compile(r"\{\w+\}")


def base(language: str) -> str:
    """The language of a code, without region or script."""
    return language.replace("_", "-").split("-")[0].casefold()


@cache
def translator(language: str) -> Callable[[str], str]:
    """A function from an English message to the reader's language; ``pt-BR`` is served by ``pt``.

    Raises:
        InputError: No explanations exist in the language.
    """
    code = base(language)
    if code == SOURCE:
        return str
    if code not in LANGUAGES:
        raise InputError(f"explanations exist in {', '.join(LANGUAGES)}; not yet in {language!r}")
    return gettext.translation("tipscan", LOCALE, [code]).gettext


def faults(catalogue: Any) -> list[str]:
    """What is wrong with a Babel catalogue: messages missing, empty, unknown, or with other placeholders."""
    from tipscan.explain.messages import every

    wanted = dict.fromkeys(message for message, _ in every())
    found = {message.id: message.string for message in catalogue if message.id}
    wrong = [f"missing: {message}" for message in wanted if not found.get(message)]
    wrong += [f"unknown: {message}" for message in found if message not in wanted]
    for message in wanted:
        given = found.get(message) or message
        if sorted(_PLACEHOLDER.findall(message)) != sorted(_PLACEHOLDER.findall(given)):
            wrong.append(f"other placeholders: {message}")
    return wrong
