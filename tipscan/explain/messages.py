"""Everything an explanation can say, in English: the source of the translations in ``locale/``.

Victim-centred: no blame, no verdict on anybody, no word that something is harmless. Translators see each message with
the note beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tipscan.errors import TEXT_ERRORS
from tipscan.indicators import codes

HEADLINES = {"flag": "LOOK CLOSELY", "review": "WORTH A LOOK", "clear": "NOTHING FOUND"}
RISK = "risk {risk}"
LANGUAGE = "language {language}"
OPENINGS = {
    "flag": "Several things here, taken together, are known from offers that harm people. "
    "Please look closely before anyone answers, pays or travels.",
    "review": "Some things here are worth a closer look before anyone answers, pays or travels.",
    "clear": "Nothing was found. That is no proof that the offer is good: the questions below still help.",
}
HARM = {
    "worker": "A person may be at risk, not only money.",
    "money": "As far as the text shows, money or data are at risk.",
    "both": "A person may be at risk, and money too.",
}
RECRUITS_NOBODY = "The text reads like one that recruits nobody: news, a warning, a question or a chat."
UNDER_AGE = "The ages in this text include someone under 18."
SEEN = "What was seen"
MITIGATING = "What speaks for the offer"
SCHEMES_TITLE = "What it may point to"
DIMENSIONS_TITLE = "The ILO–EC indicators"
ENTITIES = "Contacts, money and facts"
NOT_STATED = "Not stated, worth asking (this is no sign against the offer)"
ADVICE_TITLE = "What one can do"
REFERRALS_TITLE = "Where to call or ask"
REFERRALS_NOTE = "Numbers change: check them before you rely on them."
AS_OF = "as of"
PAY_RATIO = "That is {ratio} times the published figure for such work there ({year}: {source})."
PAY_RATIO_MINIMUM = "That is {ratio} times the published minimum wage there ({year}: {source})."
SCHEMES = {
    "forced_criminality": "being made to commit scams or other crime",
    "forced_labour": "forced labour",
    "sexual_exploitation": "sexual exploitation",
    "forced_marriage": "forced marriage",
    "organ_removal": "removal of an organ for money",
    "smuggling": "a crossing without papers",
    "advance_fee": "a fee for work that may not exist",
    "task_scam": "a task scam, where money paid in is lost",
    "identity_theft": "theft of identity or account data",
    "money_mule": "use of one's account or address to move others' money or goods",
}
#: What an offer of work ordinarily states: the question to ask if none of these signs stands in the text.
QUESTIONS: dict[str, frozenset[str]] = {
    "What is the employer's registered name?": frozenset({"MITIGATION.employer", "fact.employer"}),
    "What is the full address of the place of work?": frozenset({"fact.destination"}),
    "What is the pay per month, and on which day does it reach your own account?": frozenset({"money.pay"}),
    "Can you have the signed contract, in your language, before you travel?": frozenset(
        {"MITIGATION.contract_first", "CONTROL.late_contract"}
    ),
    "Who pays for visa, travel and placement, and is anything taken from the wage later?": frozenset(
        {"MITIGATION.employer_pays", "family.FEE"}
    ),
    "Will you hold your own passport every day?": frozenset({"MITIGATION.documents_kept", "DOC.passport_kept"}),
    "May you leave the job, and does leaving cost anything?": frozenset(
        {"MITIGATION.free_to_leave", "family.DEBT", "CONTROL.movement"}
    ),
    "Is the recruiter in the official register of licensed agencies?": frozenset(
        {"MITIGATION.licence", "fact.licence", "IDENT.no_licence"}
    ),
}
ADVICE = (
    "Keep the text and the numbers; a screenshot is enough.",
    "Show the offer to somebody you trust, or to a hotline, before you answer. There is time for that.",
    "Look the employer and the agency up yourself, on a number or page you found elsewhere.",
    "A worker does not owe money for a job: under the ILO's principles the employer pays recruitment costs.",
)
GRADES = ("strong", "medium", "weak")
COUNTS = "{strong} strong, {medium} medium, {weak} weak"
POSITIVE, NOT_POSITIVE = "adds up", "does not add up"
DIMENSIONS = {
    "deceptive_recruitment": "deceptive recruitment",
    "coercive_recruitment": "coercive recruitment",
    "vulnerability": "vulnerability",
    "exploitation": "exploitation",
}
ROLES = {"pay": "pay", "fee": "fee", "deposit": "deposit", "debt": "debt", "other": "other"}
PERIODS = {
    name: f"a{'n' if name == 'hour' else ''} {name}" for name in ("hour", "day", "week", "month", "year", "task")
}
FACTS = {
    "sector": "sector",
    "destination": "destination",
    "transit": "transit",
    "age_min": "youngest age",
    "age_max": "oldest age",
    "gender": "gender",
    "looks": "looks",
    "documents": "documents",
    "hours": "hours",
    "accommodation": "accommodation",
    "licence": "licence number",
    "employer": "named employer",
}
#: Kinds of contact that are words; the others are names of services.
CONTACTS = {"phone": "phone", "email": "email", "url": "web address", "wallet": "wallet", "other": "other contact"}
VERSIONS = "model {name}, rules {rules}"
CLOSING = "A score is a reason to look, not a fact about anybody."
NOT_SCORED = "Could not be scored: {reason}."


def sign(code: str) -> str:
    """The sentence that says what an indicator code stands for."""
    return f"The text {codes()[code].seen}."


def every() -> Iterator[tuple[str, str]]:
    """(message, note for translators) of all messages; some messages come twice."""
    for decision, message in HEADLINES.items():
        yield message, f"headline for the decision {decision}"
    yield RISK, "after the headline; {risk} is a number like 0.93"
    yield LANGUAGE, "{language} is a language code"
    for decision, message in OPENINGS.items():
        yield message, f"opening, decision {decision}"
    yield from ((message, "who or what is at stake") for message in HARM.values())
    yield RECRUITS_NOBODY, ""
    yield UNDER_AGE, "always said when an age below 18 is in the text"
    titles = (SEEN, MITIGATING, SCHEMES_TITLE, DIMENSIONS_TITLE, ENTITIES, NOT_STATED, ADVICE_TITLE, REFERRALS_TITLE)
    yield from ((message, "section title") for message in titles)
    for scheme, message in SCHEMES.items():
        yield message, f"what it may point to: {scheme}; a noun phrase"
    yield from ((message, "question to ask the recruiter; to the worker, politely") for message in QUESTIONS)
    yield from ((message, "advice") for message in ADVICE)
    yield REFERRALS_NOTE, "under the list of hotlines and registers"
    yield AS_OF, "before a date"
    yield PAY_RATIO, "after a quoted promise of pay; {ratio} is a number, {year} a year, {source} a web address"
    yield PAY_RATIO_MINIMUM, "the same, where the figure is a legal minimum wage"
    yield CLOSING, ""
    yield NOT_SCORED, "{reason} is one of the reasons"
    yield from ((message, "reason, a clause") for message in TEXT_ERRORS.values())
    for code in codes():
        yield sign(code), code
    yield from ((message, "grade of an indicator") for message in GRADES)
    yield COUNTS, "counts of indicators by grade"
    yield POSITIVE, "the indicators of a dimension reach the threshold of the ILO–EC rule"
    yield NOT_POSITIVE, "the opposite"
    yield from ((message, "dimension of the ILO–EC Operational Indicators") for message in DIMENSIONS.values())
    yield from ((message, "role of an amount of money") for message in ROLES.values())
    yield from ((message, "after an amount") for message in PERIODS.values())
    yield from ((message, "label of a fact") for message in FACTS.values())
    yield from ((message, "kind of contact") for message in CONTACTS.values())
    yield VERSIONS, "last line: versions"
