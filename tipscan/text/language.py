"""Which language a text is written in: by its script where that decides, by statistics where it does not.

Measured on the authored corpus (41 languages, ``python -m evaluation.language``): pycld2 is right as often as
py3langid, in a tenth of its time, and loads in milliseconds; langdetect knows no Burmese, Khmer, Lao, Amharic
or Sinhala and stays an option for a second opinion.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from tipscan.errors import MissingExtraError
from tipscan.text import characters
from tipscan.text.normalize import NormalizedText

UNKNOWN = "und"
#: Languages near to a supported one, which identifiers confuse with it and a model of its neighbour reads.
RELATIVES = frozenset(
    "sr bg mk be kk ky gl ca oc ast ceb war ilo jv su min ban bh bho mai mr kok sa as az tk ug ps ku gn rw rn lg ny sn "
    "zu xh sco".split()
)
#: Statistics need no more than this many characters, and 1 MB of text would cost milliseconds.
MAX_READ = 4_000
# The language of the scripts that have one for our purposes; statistics must decide on the others.
_OF_SCRIPT = {
    "thai": "th",
    "lao": "lo",
    "khmer": "km",
    "myanmar": "my",
    "sinhala": "si",
    "tamil": "ta",
    "telugu": "te",
    "malayalam": "ml",
    "kannada": "kn",
    "gujarati": "gu",
    "gurmukhi": "pa",
    "odia": "or",
    "georgian": "ka",
    "armenian": "hy",
    "greek": "el",
    "hebrew": "he",
    "hangul": "ko",
    "kana": "ja",
    "han": "zh",
}
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


def identify(
    text: str | NormalizedText, *, identifier: Identifier | None = None, languages: Collection[str] | None = None
) -> Language:
    """The language of a normalized text.

    Args:
        text: Normalized text, as such or as a string; only its first ``MAX_READ`` characters are read.
        identifier: Statistical second step; CLD2 by default.
        languages: Languages that can occur; an answer outside them becomes ``und``.

    Returns:
        ``und`` with confidence 0 where there are too few letters to tell.
    """
    if isinstance(text, str):
        head = text[:MAX_READ]
        classes = characters.classes(head)
    else:
        head, classes = text.text[:MAX_READ], text.classes[:MAX_READ]
    counts = characters.scripts(classes)
    total = sum(counts.values())
    if total < LETTERS_NEEDED and _OF_SCRIPT.keys().isdisjoint(counts):
        return Language(UNKNOWN, 0.0)
    answer = _by_script(counts, total) or _by_statistics(head, counts, total, identifier or Cld2())
    if languages is not None and answer.code not in languages:
        return Language(UNKNOWN, 0.0)
    return answer


def _by_script(counts: dict[str, int], total: int) -> Language | None:
    # Kana settles Japanese even where Han prevails, and other scripts outweigh the Latin of brands and handles.
    if counts.get("kana", 0) * 10 >= counts.get("han", 0) + counts.get("kana", 0) > 0:
        counts = counts | {"kana": counts["kana"] + counts.get("han", 0), "han": 0}
    telling = {name: count for name, count in counts.items() if name in _OF_SCRIPT}
    if not telling:
        return None
    name = max(telling, key=lambda script: telling[script])
    # One letter of these scripts is a syllable or a word of Latin.
    weighted = telling[name] * (3 if name in ("han", "kana", "hangul") else 1.5)
    others = total - sum(telling.values())
    if weighted < others:
        return None
    return Language(_OF_SCRIPT[name], weighted / (weighted + others))


def _by_statistics(text: str, counts: dict[str, int], total: int, identifier: Identifier) -> Language:
    answer = identifier.identify(text)
    leading = next(iter(counts))
    if answer.code == UNKNOWN and leading in _FALLBACK:
        return Language(_FALLBACK[leading], 0.5 * counts[leading] / total)
    return answer
