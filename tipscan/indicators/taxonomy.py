"""The vocabulary of the house: schemes, indicator codes, strengths, and the frameworks they rest on.

The codes with their wording live in ``taxonomy.toml``. Sources: Palermo Protocol (2000) Art. 3; ILO Indicators of
Forced Labour (2012); ILO–EC Operational Indicators of Trafficking in Human Beings (2009); ILO General Principles for
Fair Recruitment (2016) and definition of recruitment fees (2018).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

SCHEMES: tuple[str, ...] = (
    "forced_criminality",
    "forced_labour",
    "sexual_exploitation",
    "forced_marriage",
    "organ_removal",
    "smuggling",
    "advance_fee",
    "task_scam",
    "identity_theft",
    "money_mule",
)
#: Schemes in which a person may be exploited; in the others only money is at stake.
WORKER_SCHEMES = frozenset(SCHEMES[:6])
STRENGTHS = ("strong", "medium", "weak")
#: Families of the indicator codes, in the order reports use; ``MODEL`` is evidence the model found by itself.
FAMILIES: tuple[str, ...] = (
    "PAY",
    "FEE",
    "DOC",
    "VISA",
    "TRAVEL",
    "HOUSE",
    "ROLE",
    "REQ",
    "CONTACT",
    "PRESSURE",
    "IDENT",
    "DEBT",
    "CONTROL",
    "TASK",
    "EVADE",
    "MITIGATION",
    "MODEL",
)
MODEL_EVIDENCE = "MODEL.phrase"


@dataclass(frozen=True, slots=True)
class Code:
    """One indicator code.

    Attributes:
        name: ``FAMILY.name``, stable.
        seen: Completes the sentence "The text …".
        ask: A question to put to whoever offers the work; empty for mitigations and model evidence.
        strength: Grade in the ILO–EC operational indicators.
        dimension: The dimension it counts in, or None for red flags outside that framework.
        cites: The framework items it rests on, in full.
    """

    name: str
    seen: str
    ask: str
    strength: str
    dimension: str | None
    cites: tuple[str, ...]

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]


@cache
def codes() -> Mapping[str, Code]:
    """All indicator codes by name, read once from ``taxonomy.toml``."""
    data = tomllib.loads(files("tipscan.indicators").joinpath("taxonomy.toml").read_text(encoding="utf-8"))
    frameworks = data["frameworks"]
    return MappingProxyType(
        {
            name: Code(
                name=name,
                seen=entry["seen"],
                ask=entry.get("ask", ""),
                strength=entry["strength"],
                dimension=entry.get("dimension"),
                cites=tuple(frameworks[item] for item in entry["cites"]),
            )
            for name, entry in data["code"].items()
        }
    )
