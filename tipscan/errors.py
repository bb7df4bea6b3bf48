"""Every fault tipscan reports, with a stable code.

A fault of one text becomes ``Finding.error`` (a code of ``TEXT_ERRORS``) and never stops a batch; everything else
is raised as a :class:`TipscanError`, whose message names the place and the way out.
"""

from __future__ import annotations

#: Codes a ``Finding.error`` or a rejected row can carry, with their meaning for a person.
TEXT_ERRORS = {
    "empty": "the text is empty or holds only white space and invisible characters",
    "missing": "the row has no value in the text column",
    "not_a_string": "the value in the text column is not a text",
    "too_long": "the text is longer than the limit of 1,000,000 characters",
    "unsupported_language": "the text is in a language the model has not learned; rules and extractors still read it",
    "bad_encoding": "the row is not valid UTF-8",
    "bad_row": "the row could not be parsed",
}


class TipscanError(Exception):
    """Base of all exceptions raised by tipscan."""


class InputError(TipscanError):
    """Unreadable or unusable input: a missing file, an unknown column, an unknown format."""


class BundleError(TipscanError):
    """A model bundle is missing, incomplete or does not match its manifest."""


class PackError(TipscanError):
    """A rule pack failed lint; the message lists every fault with its place."""


class MissingExtraError(TipscanError, ImportError):
    """An optional dependency is not installed; the message names the extra and the command."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed: run  pip install 'tipscan[{extra}]'")
