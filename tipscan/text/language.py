"""Which language a text is written in: by its script where that decides, by statistics where it does not.

Measured on the authored corpus (41 languages, ``python -m evaluation.language``): pycld2 is right as often as
py3langid, in a tenth of its time, and loads in milliseconds; langdetect knows no Burmese, Khmer, Lao, Amharic
or Sinhala and stays an option for a second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from tipscan.errors import MissingExtraError

UNKNOWN = "und"
#: Languages near to a supported one, which identifiers confuse with it and a model of its neighbour reads.
RELATIVES = frozenset(
    "sr bg mk be kk ky gl ca oc ast ceb war ilo jv su min ban bh bho mai mr kok sa as az tk ug ps ku gn rw rn lg ny sn "
    "zu xh sco".split()
)
#: Statistics need no more than this many characters, and 1 MB of text would cost milliseconds.
MAX_READ = 4_000
# Scripts, and the language of those that have one for our purposes; "" where statistics must decide.
_SCRIPTS = {
    "thai": ("\u0e01-\u0e5b", "th"),
    "lao": ("\u0e81-\u0edf", "lo"),
    "khmer": ("\u1780-\u17ff", "km"),
    "myanmar": ("\u1000-\u109f\uaa60-\uaa7f", "my"),
    "sinhala": ("\u0d80-\u0dff", "si"),
    "tamil": ("\u0b80-\u0bff", "ta"),
    "telugu": ("\u0c00-\u0c7f", "te"),
    "malayalam": ("\u0d00-\u0d7f", "ml"),
    "kannada": ("\u0c80-\u0cff", "kn"),
    "gujarati": ("\u0a80-\u0aff", "gu"),
    "gurmukhi": ("\u0a00-\u0a7f", "pa"),
    "odia": ("\u0b00-\u0b7f", "or"),
    "georgian": ("\u10a0-\u10ff", "ka"),
    "armenian": ("\u0530-\u058f", "hy"),
    "greek": ("\u0370-\u03ff", "el"),
    "hebrew": ("\u0590-\u05ff", "he"),
    "hangul": ("\u1100-\u11ff\uac00-\ud7af", "ko"),
    "kana": ("\u3041-\u30ff", "ja"),
    "han": ("\u3400-\u4dbf\u4e00-\u9fff", "zh"),
    "ethiopic": ("\u1200-\u139f", ""),
    "bengali": ("\u0980-\u09ff", ""),
    "devanagari": ("\u0900-\u097f", ""),
    "arabic": ("\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff", ""),
    "cyrillic": ("\u0400-\u04ff", ""),
    "latin": ("A-Za-z\u00aa-\u024f\u1e00-\u1eff", ""),
}
_RUNS = re.compile("|".join(f"(?P<{name}>[{ranges}]+)" for name, (ranges, _) in _SCRIPTS.items()))
# Where statistics fail on a script, its most spoken language is the better guess than none.
_FALLBACK = {"ethiopic": "am", "bengali": "bn", "devanagari": "hi", "arabic": "ar", "cyrillic": "ru"}
# Names that identifiers use -> BCP-47.
_ALIASES = {"iw": "he", "in": "id", "jw": "jv", "no": "nb", "fil": "tl", "zh-Hant": "zh", "zh-cn": "zh", "zh-tw": "zh"}
LETTERS_NEEDED = 6


@dataclass(frozen=True, slots=True)
class Language:
    """A BCP-47 code (``und`` when unsure) with a confidence in [0, 1]."""

    code: str
    confidence: float


class Identifier(Protocol):
    """A statistical identifier: BCP-47 code and confidence; never raises."""

    def identify(self, text: str) -> Language: ...


class Cld2:
    """Compact Language Detector 2: 18 µs a message, no state, no model to load."""

    def identify(self, text: str) -> Language:
        import pycld2

        try:
            _, _, details = pycld2.detect(text.encode("utf-8", "replace"), isPlainText=True, bestEffort=True)
        except pycld2.error:
            return Language(UNKNOWN, 0.0)
        known = [(code, percent) for _, code, percent, _ in details if code != "un"]
        if not known:
            return Language(UNKNOWN, 0.0)
        # Adverts mix English into everything; a third of another language makes the text one of that language.
        if known[0][0] == "en" and len(known) > 1 and known[1][1] >= 30:
            known = known[1:]
        code, percent = known[0]
        return Language(_ALIASES.get(code, code), percent / 100)


class Langdetect:
    """The langdetect package, seeded so that a text always gets the same answer. About 1.2 ms a message."""

    def __init__(self, seed: int = 0) -> None:
        try:
            from langdetect import DetectorFactory
        except ImportError:
            raise MissingExtraError("langdetect", "train") from None
        DetectorFactory.seed = seed

    def identify(self, text: str) -> Language:
        from langdetect import LangDetectException, detect_langs

        try:
            best = detect_langs(text)[0]
        except LangDetectException:
            return Language(UNKNOWN, 0.0)
        return Language(_ALIASES.get(best.lang, best.lang), float(best.prob))


def scripts(text: str) -> dict[str, int]:
    """Letters and marks of ``text`` by script, most frequent first."""
    counts: dict[str, int] = {}
    for run in _RUNS.finditer(text):
        name = run.lastgroup or ""
        counts[name] = counts.get(name, 0) + run.end() - run.start()
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def identify(text: str, *, identifier: Identifier | None = None, languages: Collection[str] | None = None) -> Language:
    """The language of a normalized text.

    Args:
        text: Normalized text; only its first ``MAX_READ`` characters are read.
        identifier: Statistical second step; CLD2 by default.
        languages: Languages that can occur; an answer outside them becomes ``und``.

    Returns:
        ``und`` with confidence 0 where there are too few letters to tell.
    """
    head = text[:MAX_READ]
    counts = scripts(head)
    total = sum(counts.values())
    if total < LETTERS_NEEDED and not any(_SCRIPTS[name][1] for name in counts):
        return Language(UNKNOWN, 0.0)
    answer = _by_script(counts, total) or _by_statistics(head, counts, total, identifier or Cld2())
    if languages is not None and answer.code not in languages:
        return Language(UNKNOWN, 0.0)
    return answer


def _by_script(counts: dict[str, int], total: int) -> Language | None:
    # Kana settles Japanese even where Han prevails, and other scripts outweigh the Latin of brands and handles.
    if counts.get("kana", 0) * 10 >= counts.get("han", 0) + counts.get("kana", 0) > 0:
        counts = counts | {"kana": counts["kana"] + counts.get("han", 0), "han": 0}
    telling = {name: count for name, count in counts.items() if _SCRIPTS[name][1]}
    if not telling:
        return None
    name = max(telling, key=lambda script: telling[script])
    # One letter of these scripts is a syllable or a word of Latin.
    weighted = telling[name] * (3 if name in ("han", "kana", "hangul") else 1.5)
    others = total - sum(telling.values())
    if weighted < others:
        return None
    return Language(_SCRIPTS[name][1], weighted / (weighted + others))


def _by_statistics(text: str, counts: dict[str, int], total: int, identifier: Identifier) -> Language:
    answer = identifier.identify(text)
    leading = next(iter(counts))
    if answer.code == UNKNOWN and leading in _FALLBACK:
        return Language(_FALLBACK[leading], 0.5 * counts[leading] / total)
    return answer
