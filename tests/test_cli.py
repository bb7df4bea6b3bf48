"""The command line: what it prints, where, and with which status it ends."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
from fakes import FakeScanner

import tipscan
from tipscan.cli import main
from tipscan.errors import BundleError

SLOW_SCAN = Path(__file__).parent / "batch" / "slow_scan.py"


def explained(finding: Any, text: str, lang: str, *, countries: list[str], directory: Path | None) -> str:
    places = f" in {','.join(countries)} ({directory})" if countries else ""
    return f"{lang}: {finding.decision}: {text}{places}"


@pytest.fixture(autouse=True)
def fake_parts(monkeypatch: pytest.MonkeyPatch) -> type[FakeScanner]:
    """A scanner without a model, a version, and an explanation that names its arguments."""

    class Scanner(FakeScanner):
        made: ClassVar[list[dict[str, Any]]] = []

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.made.append(settings)

    monkeypatch.setattr(tipscan, "__version__", "1.2.3", raising=False)
    provide(monkeypatch, "tipscan.scanner", Scanner=Scanner)
    provide(monkeypatch, "tipscan.explain", explain=explained)
    return Scanner


def provide(monkeypatch: pytest.MonkeyPatch, name: str, **members: Any) -> None:
    module = ModuleType(name)
    for member, value in members.items():
        setattr(module, member, value)
    monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def adverts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of three rows in the working directory."""
    monkeypatch.chdir(tmp_path)
    path = Path("in.csv")
    path.write_text("id,text\nx,flag me\ny,fine\nz,fine too\n")
    return path


def test_scan_to_a_file(adverts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows go to the file, the summary to stderr, nothing to stdout; the status is 0."""
    assert main(["scan", "in.csv", "-o", "out.jsonl"]) == 0
    rows = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [(row["id"], row["decision"]) for row in rows] == [("x", "flag"), ("y", "clear"), ("z", "clear")]
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("3 rows, ")
    assert err.splitlines()[1:] == ["decisions: 2 clear, 1 flag", "languages: 3 en"]


@pytest.mark.parametrize("output", [[], ["-o", "-"]])
def test_scan_to_standard_output(adverts: Path, capsys: pytest.CaptureFixture[str], output: list[str]) -> None:
    """Without OUT, or with -, the rows are JSON lines on stdout, and no file is written."""
    assert main(["scan", "in.csv", *output, "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["x", "y", "z"]
    assert (err, list(Path().iterdir())) == ("", [adverts])


def test_scan_to_csv_on_standard_output(adverts: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """The format of stdout can be chosen; --with-text adds the text as the last column."""
    assert main(["scan", "in.csv", "--output-format", "csv", "--with-text"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsysbinary.readouterr().out.decode(), newline="")))
    assert [row["text"] for row in rows] == ["flag me", "fine", "fine too"]
    assert json.loads(rows[0]["contacts"])[0]["kind"] == "phone"


def test_standard_output_and_files_carry_the_same_rows(
    adverts: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Byte for byte."""
    for output_format in ("jsonl", "csv", "parquet"):
        assert main(["scan", "in.csv", "-o", f"out.{output_format}", "--quiet"]) == 0
        assert main(["scan", "in.csv", "--output-format", output_format, "--quiet"]) == 0
        assert capsysbinary.readouterr().out == Path(f"out.{output_format}").read_bytes()


def test_rows_with_errors_end_in_status_1(adverts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The run is finished, the status tells that some rows could not be scored, the summary why."""
    adverts.write_bytes(b"id,text\nx,\ny,fine\nz,\xff\n")
    assert main(["scan", "in.csv", "-o", "out.jsonl"]) == 1
    assert len(Path("out.jsonl").read_text().splitlines()) == 3
    rejects = [json.loads(line) for line in Path("out.jsonl.rejects.jsonl").read_text().splitlines()]
    assert [(reject["line"], reject["id"], reject["reason"]) for reject in rejects] == [
        (2, "x", "empty"),
        (4, "z", "bad_encoding"),
    ]
    assert "errors: 1 bad_encoding, 1 empty\n" in capsys.readouterr().err


def test_an_empty_file_ends_in_status_0(adverts: Path) -> None:
    """No rows are no fault."""
    adverts.write_bytes(b"")
    assert main(["scan", "in.csv", "-o", "out.jsonl", "--quiet"]) == 0
    assert Path("out.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no.csv"], "tipscan: no.csv: no such file\n"),
        (["in.csv", "--text-column", "x"], "tipscan: in.csv: no column 'x'; found: 'id', 'text'\n"),
        (["in.csv", "-o", "in.csv"], "tipscan: in.csv exists: choose another name, or delete it first\n"),
        (
            ["in.csv", "--with-text", "--redact"],
            "tipscan: --with-text would print the contacts that --redact hides: choose one of them\n",
        ),
    ],
)
def test_unusable_input_is_one_line_and_status_2(
    adverts: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """What the user can mend is told in one line, without a traceback."""
    assert main(["scan", *arguments]) == 2
    assert capsys.readouterr() == ("", message)


@pytest.mark.parametrize("arguments", [[], ["scan"], ["scan", "a", "--threads", "0"], ["scan", "a", "--tier", "x"]])
def test_usage_is_status_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """Wrong arguments end before anything is read."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: tipscan" in capsys.readouterr().err


def test_the_scanner_gets_the_settings(adverts: Path, fake_parts: Any) -> None:
    """Options of the scanner reach it unchanged."""
    main(["scan", "in.csv", "--tier", "fast", "--policy", "strict", "--threads", "2", "--redact", "--quiet"])
    assert fake_parts.made == [{"tier": "fast", "policy": "strict", "threads": 2, "redact": True, "packs": None}]


def test_one_text_is_read_by_the_tier_that_reads_best(fake_parts: Any) -> None:
    """A worried person's "nothing found" never rests on the screening tier; a hotline may ask for its own policy."""
    assert main(["check", "flag me", "--policy", "sensitive"]) == 0
    assert fake_parts.made == [{"tier": "accurate", "policy": "sensitive", "packs": None}]


def test_an_interruption_shows_how_to_go_on(
    adverts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C is status 3 and prints the command that resumes, which works."""
    arguments = ["scan", "in.csv", "-o", "my out.jsonl", "--tier", "fast"]
    stopping: Any = lambda **settings: FakeScanner(stop_after=2, **settings)  # noqa: E731
    with monkeypatch.context() as patch:
        provide(patch, "tipscan.scanner", Scanner=stopping)
        assert main(arguments) == 3
    command = "tipscan scan --resume in.csv -o 'my out.jsonl' --tier fast"
    assert capsys.readouterr().err == f"tipscan: interrupted\nto go on, run: {command}\n"
    assert main(["scan", "--resume", *arguments[1:]]) == 0


def test_a_full_disk_is_status_2_and_shows_how_to_go_on(
    adverts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of the system, the file, and the command that resumes."""
    calls = iter([None, OSError(errno.ENOSPC, "No space left on device")])

    def full(_: int) -> None:
        if (fault := next(calls)) is not None:
            raise fault

    monkeypatch.setattr(os, "fsync", full)
    assert main(["scan", "in.csv", "-o", "out.jsonl"]) == 2
    assert capsys.readouterr().err == (
        "tipscan: cannot write out.jsonl.parts/000000.jsonl: No space left on device\n"
        "to go on, run: tipscan scan --resume in.csv -o out.jsonl\n"
    )


def test_an_unforeseen_error_hides_its_message(
    adverts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message may hold a piece of an advert; kind and place are printed, with status 2, never 1."""
    advert = "call +66 81 234 5678"

    def fail(**_: Any) -> None:
        raise KeyError(advert)

    provide(monkeypatch, "tipscan.scanner", Scanner=fail)
    assert main(["scan", "in.csv"]) == 2
    err = capsys.readouterr().err
    assert "internal error (KeyError)" in err
    assert "cli.py" in err
    assert advert not in err


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    """``tipscan scan … | head -1`` prints one row, no complaint, and ends with status 0."""
    (tmp_path / "in.txt").write_text("text\n" * 5000)
    environment = os.environ | {"PAUSE": "0", "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, str(SLOW_SCAN), "scan", "in.txt", "--quiet"]
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    for output_format in ("jsonl", "csv"):
        arguments = [*command, "--output-format", output_format]
        with subprocess.Popen(arguments, cwd=tmp_path, env=environment, **streams) as process:
            assert process.stdout is not None and process.stderr is not None
            assert len(process.stdout.readline()) > 10
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0


def test_check_explains(capsys: pytest.CaptureFixture[str]) -> None:
    """The explanation is of this text, in the reader's language, English by default."""
    assert main(["check", "flag me"]) == 0
    assert main(["check", "flag me", "--lang", "th"]) == 0
    assert capsys.readouterr().out == "en: flag: flag me\nth: flag: flag me\n"
    assert main(["check", "flag me", "--country", "VN", "--country", "TH", "--referrals", "own.toml"]) == 0
    assert capsys.readouterr().out == "en: flag: flag me in VN,TH (own.toml)\n"


@pytest.mark.parametrize("arguments", [["check"], ["check", "-"]])
def test_check_reads_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """Without a text, or with -, the whole of stdin is one text."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("a\nក".encode())))
    assert main(arguments) == 0
    assert capsys.readouterr().out == "en: clear: a\nក\n"


def test_check_refuses_bytes_that_are_no_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard input has to be UTF-8."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    assert main(["check"]) == 2
    assert capsys.readouterr().err == "tipscan: standard input is not valid UTF-8\n"


def test_check_json(capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints the finding on one line."""
    assert main(["check", "--json", "flag me"]) == 0
    assert json.loads(capsys.readouterr().out) == FakeScanner().scan("flag me").to_dict()


def test_check_of_nothing_is_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    """A text that cannot be scored shows in the status."""
    assert main(["check", " "]) == 1


PACK = """
pack = "mine"
version = "2026.1.1"
languages = ["en"]
[[rule]]
id = "fee"
code = "FEE.upfront"
phrases = ["joining fee"]
hits = ["a joining fee of 5", "Joining fee!"]
misses = ["joining us is free", "no fees"]
"""


def test_rules_lint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults are printed, one a line, with status 1; without faults nothing is, with status 0."""
    pack = tmp_path / "mine.toml"
    pack.write_text(PACK)
    assert (main(["rules", "lint", str(pack)]), capsys.readouterr().out) == (0, "")
    pack.write_text(PACK.replace('"no fees"', '"no joining fees but a joining fee"'))
    assert main(["rules", "lint", str(pack)]) == 1
    fault = "fee: finds the near-miss 'no joining fees but a joining fee'"
    assert capsys.readouterr().out == f"{pack}: {fault}\n"


def test_rules_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One rule a line: name, indicator, strength (of the code where the rule has none), languages."""
    pack = tmp_path / "mine.toml"
    pack.write_text(PACK)
    assert main(["rules", "list", str(pack)]) == 0
    assert capsys.readouterr().out == "mine.fee@2026.1.1\tFEE.upfront\tmedium\ten\n"
    assert main(["rules", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 1500
    pack.write_text(PACK.replace("FEE.upfront", "FEE.nonsense"))
    assert main(["rules", "list", str(pack)]) == 2
    assert "unknown indicator code 'FEE.nonsense'" in capsys.readouterr().err


def test_rules_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each rule with its examples, and with the places it finds in the texts of a table."""
    pack, texts = tmp_path / "mine.toml", tmp_path / "texts.csv"
    pack.write_text(PACK)
    texts.write_text("id,text\n1,They want a joining fee from you\n2,No fee at all\n")
    assert main(["rules", "test", str(pack), str(texts)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "mine.fee@2026.1.1  FEE.upfront: finds 2 of 2 hits, 0 of 2 near-misses; 1 texts",
        "  They want a [joining fee] from you",
    ]


def test_rules_test_runs_no_rule_of_a_broken_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pack that cannot be run is told of and not tried; one whose examples fail is tried and told of."""
    pack = tmp_path / "mine.toml"
    pack.write_text(PACK.replace('["joining fee"]', '["*"]'))
    assert main(["rules", "test", str(pack)]) == 1
    assert capsys.readouterr() == ("", f"{pack}: fee: the literal '*' is too short to mean anything\n")
    pack.write_text(PACK.replace('"no fees"', '"a joining fee"'))
    assert main(["rules", "test", str(pack)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("mine.fee@2026.1.1  FEE.upfront: finds 2 of 2 hits, 1 of 2 near-misses")
    assert err == f"{pack}: fee: finds the near-miss 'a joining fee'\n"
    pack.write_text(PACK.replace("[[rule]]", "[negation]\nbefore = [1]\n[[rule]]"))
    assert main(["rules", "test", str(pack)]) == 2
    assert capsys.readouterr() == ("", f"tipscan: {pack}: every entry of negation.before is a string\n")


def test_model_show_and_verify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest of each tier is printed as JSON; a bundle that is not its manifest's is status 2."""

    class Bundle:
        def __init__(self, path: Path | None) -> None:
            self.manifest = {"name": "tiny", "path": None if path is None else path.name}
            self.identity = {"name": "tiny", "version": "1", "sha256": "0" * 12}

        def verify(self) -> None:
            if self.manifest["path"]:
                raise BundleError("model.onnx does not match its manifest")

    provide(monkeypatch, "tipscan.classify.bundle", find_bundles=lambda path: {"fast": Bundle(path)})
    assert main(["model", "show"]) == 0
    assert json.loads(capsys.readouterr().out) == {"fast": {"name": "tiny", "path": None}}
    assert main(["model", "verify"]) == 0
    assert capsys.readouterr().out == "tiny 1 (000000000000) is complete and unchanged\n"
    assert main(["model", "verify", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "tipscan: model.onnx does not match its manifest\n"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the name and the version."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (0, "tipscan 1.2.3\n")


def test_help_loads_nothing_heavy() -> None:
    """The help of every command comes without numpy, pyarrow, the scanner or the model."""
    code = (
        "import sys, tipscan; tipscan.__version__ = '0'\n"
        "from tipscan.cli import main\n"
        "try: main(['scan', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pyarrow', 'onnxruntime', 'tokenizers', 'tipscan.scanner', 'phonenumbers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
