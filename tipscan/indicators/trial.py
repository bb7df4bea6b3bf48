"""Rules on trial: what each rule of a pack finds, in its own examples and in texts at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tipscan.indicators.matcher import Matcher
from tipscan.indicators.packs import Pack, Rule
from tipscan.text import identify, normalize
from tipscan.text.printable import printable

#: Places kept of each rule, and characters shown around one.
EXAMPLES = 3
AROUND = 40


@dataclass(slots=True)
class Trial:
    """One rule: which of its own hits it misses and near-misses it takes, and what it finds elsewhere."""

    rule: Rule
    missed: list[str]
    taken: list[str]
    texts: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.missed and not self.taken

    def lines(self) -> Iterator[str]:
        """The trial as an analyst reads it."""
        hits, misses = len(self.rule.hits), len(self.rule.misses)
        own = f"finds {hits - len(self.missed)} of {hits} hits, {len(self.taken)} of {misses} near-misses"
        mode = ", shadow" if self.rule.shadow else ""
        yield f"{self.rule.name}  {self.rule.code}{mode}: {own}; {self.texts} texts"
        yield from (f"  does not find {example!r}" for example in self.missed)
        yield from (f"  finds the near-miss {example!r}" for example in self.taken)
        yield from (f"  {example}" for example in self.examples)


def try_rules(packs: Sequence[Pack], texts: Iterable[str] = ()) -> list[Trial]:
    """Every rule of ``packs`` on its own examples and on ``texts``, in the order of the packs.

    A text is read in the language it is identified as, as a scanner would: a pack of another language finds nothing in
    it, unless it is English, which adverts of every language mix in.
    """
    trials = {id(trial.rule): trial for pack in packs for trial in own_examples(pack)}
    matcher = Matcher(packs)
    for original in texts:
        text = normalize(original)
        hit: set[int] = set()
        for match in matcher.find(text, identify(text.text).code):
            trial = trials[id(match.rule)]
            trial.texts += id(match.rule) not in hit
            hit.add(id(match.rule))
            if len(trial.examples) < EXAMPLES:
                trial.examples.append(_in_context(original, match.start, match.end))
    return list(trials.values())


def own_examples(pack: Pack) -> Iterator[Trial]:
    """The rules of one pack on the examples they bring, in the pack's first language."""
    matcher = Matcher([pack])
    language = "und" if "*" in pack.languages else pack.languages[0]

    def finds(rule: Rule, example: str) -> bool:
        return any(match.rule is rule for match in matcher.find(normalize(example), language))

    for rule in pack.rules:
        missed = [example for example in rule.hits if not finds(rule, example)]
        taken = [example for example in rule.misses if finds(rule, example)]
        yield Trial(rule, missed, taken)


def _in_context(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return printable(f"{before}[{text[start:end]}]{after}")
