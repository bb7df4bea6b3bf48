"""The dictionary form of a finding, and the schema that ships with it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from tipscan import Finding, Indicator, Scanner
from tipscan.errors import TEXT_ERRORS
from tipscan.indicators import SCHEMES

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads(files("tipscan").joinpath("finding.schema.json").read_text(encoding="utf-8"))
EXAMPLES = [json.loads(line) for line in (ROOT / "examples" / "adverts.jsonl").read_text(encoding="utf-8").splitlines()]


def test_findings_follow_the_schema_that_ships() -> None:
    """Every finding of the example file, the failed one included, is valid, and the schema allows nothing more."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for finding in Scanner().scan_many(row["text"] for row in EXAMPLES):
        data = json.loads(finding.to_json())
        validator.validate(data)
        assert list(validator.iter_errors(data | {"verdict": "safe"}))


def test_the_schema_names_what_the_code_names() -> None:
    """Schemes and error codes of the schema are those of the code, in its order."""
    assert list(SCHEMA["properties"]["schemes"]["properties"]) == list(SCHEMES)
    assert SCHEMA["properties"]["error"]["enum"] == [None, *TEXT_ERRORS]


def test_the_errors_page_lists_every_code() -> None:
    """docs/errors.md has a row for each code, with its meaning."""
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    for code, meaning in TEXT_ERRORS.items():
        assert f"| `{code}` | {meaning} |" in page


def indicator(code: str, start: int, weight: float) -> Indicator:
    return Indicator(code, start, start + 1, "x", "r", "weak", weight, "rule")


def test_top_evidence_is_the_heaviest_first_without_mitigations(finding: Finding) -> None:
    """Weights decide, then place; what lowers the score is no evidence for it."""
    assert [(i.code, i.weight) for i in finding.top_evidence(2)] == [("B.b", 0.9), ("C.c", 0.4)]


def test_json_always_encodes(finding: Finding) -> None:
    """A lone surrogate in a quote is escaped, so that the line is valid UTF-8, and reads back as it was."""
    assert json.loads(finding.to_json().encode("utf-8"))["indicators"][3]["text"] == "\ud800"


@pytest.fixture
def finding() -> Finding:
    lone = Indicator("A.a", 9, 10, "\ud800", "r", "weak", 0.1, "rule")
    return Finding(
        risk=0.5,
        decision="review",
        harm="worker",
        recruits=0.9,
        schemes=dict.fromkeys(SCHEMES, 0.1),
        indicators=(
            indicator("C.c", 1, 0.4),
            indicator("D.d", 2, 0.4),
            indicator("B.b", 3, 0.9),
            lone,
            indicator("MITIGATION.licence", 12, -2.0),
        ),
        contacts=(),
        money=(),
        facts={},
        language="en",
        language_confidence=1.0,
        tier="accurate",
        model={"name": "m", "version": "1", "sha256": "0"},
        rules="1",
    )
