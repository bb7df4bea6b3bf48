"""Pages made from ``evaluation/results`` and the cards: nobody types a number."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docs.tables import ROOT, table

FOLDER = ROOT / "evaluation" / "results"
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
_LINK = re.compile(r"!?\[([^\]]*)\]\((?!https?:)[^)]*\)")


def results() -> str:
    """The measured figures."""
    from evaluation.report import alarm_table, slice_table, targets
    from evaluation.report import table as headline

    metrics = _read("metrics")
    models = ", ".join(
        f"{one['name']} {one['version']} ({one['sha256']})" for one in metrics["systems"]["auto"]["models"]
    )
    slices = {kind: slice_table(metrics, kind) for kind in ("language", "scheme", "register", "form", "set")}
    return f"""# Results

Made from the files in `evaluation/results`, which the commands named below have written. No number on this page was
typed. Models: {models};
rules {metrics["systems"]["auto"]["rules"]}; {metrics["texts"]:,} texts, digest {metrics["digest"]}. [The whole
report](results/report.html) has intervals, curves, calibration and the
worst errors.

Read the figures with the [limits](../ethics.md#what-the-figures-do-not-say) in mind: outside the public sets the
texts are authored for this
project and **no native speaker has reviewed them**.

## Headline

`{metrics["command"]}`

{headline(metrics)}

## Wanted and reached

What the project set out to reach before there was a model, on the accurate one where no other is named. What is not
reached is what there is to do.

{targets(metrics)}

## Languages

Test batch two, by language.

{slices["language"]}

## Schemes

{slices["scheme"]}

## Kinds of text

{slices["register"]}

{slices["form"]}

## Sets

{slices["set"]}

## Alarms on ordinary texts

Texts sent to review, and flagged, under the `balanced` policy.

{alarm_table(metrics)}

{_robustness()}
{_fairness()}
{_cascade()}
{_evidence(metrics)}
{_speed()}"""


def _robustness() -> str:
    found = _read("robustness")
    strengths = list(next(iter(found["operators"].values())))
    rows = [
        (name, *(f"{by_strength[strength]['loss']:.3f}" for strength in strengths))
        for name, by_strength in found["operators"].items()
    ]
    return f"""## Hidden and disturbed writing

`{found["command"]}`. Loss of AUROC on {found["texts"]} texts of batch two ({found["plain"]:.3f} undisturbed) when
both classes are disturbed alike, by strength.

{table(("operator", *strengths), rows)}"""


def _fairness() -> str:
    found = _read("fairness")
    rows = [
        (
            name,
            one["texts"],
            f"{one['largest_gap']:.2f}",
            one["lowest"],
            one["highest"],
            f"{one['decisions_changed']:.0%}",
        )
        for name, one in found["swaps"].items()
    ]
    head = ("swap", "texts", "largest gap", "lowest", "highest", "decisions changed")
    return f"""## Nationality, gender, religion and place

`{found["command"]}`. One neutral sentence of an ordinary text names another group; the gap is in log-odds of the
risk. A fair score would not move.

{table(head, rows)}"""


def _cascade() -> str:
    found = _read("cascade")
    public = next(iter(found["streams"].values()))
    rates = ", ".join(f"{name} {rate:.0f}" for name, rate in public.get("texts_per_second", {}).items())
    return f"""## The cascade

`{found["command"]}`. Below a fast risk of {found["clear_below"]:.2f} the tier `auto` does not hand a text on to
`accurate`. Texts a second on public
texts: {rates}.

![Two curves: the share of texts handed on to the accurate tier against recall and AUROC.](results/cascade.svg)
"""


def _evidence(metrics: Mapping[str, Any]) -> str:
    found = metrics["systems"]["accurate"]["evidence"]
    return f"""## Evidence

Phrases the accurate model shows, against the signs marked in {found["texts"]:,} authored lures:
{found["touching"]:.0%} of the texts have a phrase that touches a mark;
{found["precision"]:.0%} of the characters shown are marked (by chance it would be {found["expected_precision"]:.0%}),
{found["recall"]:.0%} of those marked are shown.
"""


def _speed() -> str:
    """What the benchmark wrote, if it was run."""
    path = FOLDER / "speed.md"
    return f"## Speed\n\n{path.read_text(encoding='utf-8')}" if path.exists() else ""


def assets() -> dict[str, Path]:
    """Files of the results that the pages link to."""
    return {
        f"reference/results/{name}": FOLDER / name
        for name in ("report.html", "cascade.svg")
        if (FOLDER / name).exists()
    }


def models() -> str:
    """The model cards."""
    cards = [_deeper(_card(ROOT / "models" / tier / "README.md")) for tier in ("accurate", "fast")]
    return "# Model cards\n\n" + "\n".join(cards)


def data_cards() -> dict[str, str]:
    """The data cards by name."""
    return {path.stem: _card(path) for path in sorted((ROOT / "data_cards").glob("*.md"))}


def data_index() -> str:
    cards = data_cards()
    rows = [(f"[{name}](data/{name}.md)", card.partition("\n")[0].removeprefix("# ")) for name, card in cards.items()]
    return f"""# Data cards

What the models learned from and are measured on. The texts of public sources are not part of the repository; the
authored corpus is.

{table(("card", "what"), rows)}"""


def changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def contributing() -> str:
    return _without_links((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


def _card(path: Path) -> str:
    return _without_links(_FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))).lstrip()


def _without_links(markdown: str) -> str:
    """Links to files of the repository lead nowhere on the site; their words stay."""
    return _LINK.sub(r"\1", markdown)


def _deeper(markdown: str) -> str:
    """Headings one level down, to stand below the heading of a page."""
    return re.sub(r"^(#+ )", r"#\1", markdown, flags=re.M)


def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
