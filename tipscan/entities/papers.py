"""The licence and the employer a text names, as written."""

from __future__ import annotations

import re

from tipscan.entities.reading import Reading
from tipscan.finding import Fact

_NUMBER = re.compile(
    r"[ :.#\-(]{0,4}(?:(?:no|nos|num|number|nr|nomor|số|номер|№|号|號|番号)(?![^\W\d_])[ .:#\-]{0,4})?"
    r"(?P<number>(?:[ก-ฮ]{1,3}\.)?[A-Z0-9](?:[A-Z0-9À-ɏẠ-ỹА-Я]|[./–-](?=[A-Z0-9À-ɏẠ-ỹА-Я])){2,39})",
    re.IGNORECASE,
)
_HAS_DIGIT = re.compile(r"\d")
# Up to five capitalized words before "Ltd"; joiners and initials may stand between them.
_NAME_BEFORE = re.compile(
    r"(?<!\w)(?:(?:[A-ZÀ-ÞА-Я0-9][\w&'.’-]{0,24}|&|and|of|de|y|e) ){0,5}[A-ZÀ-ÞА-Я0-9][\w&'.’-]{0,24},? $"
)
_NOT_LIMITED = re.compile(r"\b(?:not|no|never|nothing|but) $", re.IGNORECASE)
#: A name in capitals of up to so many letters may go on in small ones: "PT ABC Indonesia".
_ACRONYM = 4
_HAN_NAME_BEFORE = re.compile(r"[\u4e00-\u9fff（）()A-Za-z0-9]{2,24}$")
_HAN_SENTENCE = re.compile(r".*(?:本公司|我司|我们是|(?:公司|单位|企业|雇主|名称):|招聘|[是在])")
_NAME_AFTER = re.compile(
    r" ?[«\"“'](?P<quoted>[^«»\"“”'\n]{2,48})[»\"”']"
    r"| (?P<capitals>[A-ZÀ-ÞĐА-Я][\w&'.’-]{0,24}(?: (?:[A-ZÀ-ɏẠ-ỹА-Я][\w&'.’-]{0,24}|&)){0,6})"
    r"| ?(?P<own>[\u0600-\u06ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff][^\n,.;،:!?()0-9]{1,40})"
)
_CLOSING = re.compile(r"\s{0,2}(?:จำกัด|ຈຳກັດ)")


def find_licence(reading: Reading) -> dict[str, Fact]:
    """The number that follows the name of a licence, permit or registration."""
    for word in reading.words["licence"]:
        match = _NUMBER.match(reading.plain, word.end)
        if match is not None and _HAS_DIGIT.search(match["number"]):
            return {"licence": reading.fact(match["number"], *match.span("number"))}
    return {}


def find_employer(reading: Reading) -> dict[str, Fact]:
    """The first name with a legal form: ``… Ltd``, ``… 有限公司``, ``PT …``, ``ООО «…»``."""
    for form in reading.words["legal_form"]:
        find_name = _before if form.value == "suffix" else _after
        span = find_name(reading.plain, form.start, form.end)
        if span is not None:
            return {"employer": reading.fact(reading.plain[slice(*span)], *span)}
    return {}


def _before(text: str, start: int, end: int) -> tuple[int, int] | None:
    if text[start].islower() or _NOT_LIMITED.search(text, max(0, start - 8), start):
        return None  # "places limited", "NOT LIMITED TO"
    han = "\u3040" <= text[start] <= "\u9fff"
    window = text[max(0, start - (24 if han else 96)) : start]
    match = (_HAN_NAME_BEFORE if han else _NAME_BEFORE).search(window)
    if match is None:
        return None
    name = match[0]
    if han and (lead := _HAN_SENTENCE.match(name)):
        name = name[lead.end() :]
    return (start - len(name), end) if len(name) >= 2 else None


def _after(text: str, start: int, end: int) -> tuple[int, int] | None:
    match = _NAME_AFTER.match(text, end)
    if match is None:
        return None
    if match["capitals"] is not None:
        return start, match.start("capitals") + _same_case(match["capitals"])
    if match["own"] is None:
        return start, match.end()
    closing = _CLOSING.search(text, end, end + 60)
    if closing is not None:
        return start, closing.end()
    # Without capitals a name's end is unknown: two words are kept.
    words = re.match(r" ?\S{2,30}(?: \S{2,30})?", text[end : match.end()])
    return (start, end + words.end()) if words and "\u0600" <= text[start] <= "\u06ff" else None


def _same_case(name: str) -> int:
    """The length of a name up to where capitals begin or end: "DJARUM" of "DJARUM Penempatan"."""
    words = re.findall(r"\S+", name)
    if len(words[0]) <= _ACRONYM and words[0].isupper():
        words = words[1:] or words  # "PT ABC Indonesia"
    capitals = words[0].isupper()
    position = name.find(words[0])
    for word in words:
        if capitals and not word.isupper() and word[0].isalpha():
            return len(name[:position].rstrip())
        if not capitals and word.isupper() and len(word) >= _ACRONYM:
            return len(name[:position].rstrip())
        position = name.find(word, position) + len(word) + 1
    return len(name)
