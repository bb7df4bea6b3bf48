"""The command line: arguments to calls, faults to exit statuses. The work is done elsewhere.

Exit status: 0 all rows scored · 1 finished, some rows or rules have faults · 2 usage, or something that cannot be read
or written · 3 interrupted. A reader that closes the pipe (``| head``) ends a command quietly, with status 0.
"""

from __future__ import annotations

import argparse
import io
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, get_args

from tipscan.errors import InputError, TipscanError

OK: Final = 0
FAULTS: Final = 1
UNUSABLE: Final = 2
INTERRUPTED: Final = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    _print_any_character()
    given = sys.argv[1:] if argv is None else list(argv)
    args = _parser().parse_args(given, argparse.Namespace(given=given))
    try:
        status: int = args.command(args)
        sys.stdout.flush()
    except TipscanError as error:
        _say(f"tipscan: {error}", *_notes(error))
        return UNUSABLE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the flush at exit fails once more
        return OK
    except KeyboardInterrupt as error:
        _say("tipscan: interrupted", *_notes(error))
        return INTERRUPTED
    except Exception as error:
        # The message of an unforeseen error can hold a piece of an advert: the place and the kind tell enough.
        traceback.print_tb(error.__traceback__)
        _say(f"tipscan: internal error ({type(error).__name__}), please report the lines above")
        return UNUSABLE
    return status


def scan(args: argparse.Namespace) -> int:
    """``tipscan scan``: the batch job."""
    from tipscan.batch.run import run

    if args.with_text and args.redact:
        raise InputError("--with-text would print the contacts that --redact hides: choose one of them")
    scanner = _scanner(tier=args.tier, policy=args.policy, threads=args.threads, redact=args.redact, packs=args.packs)
    try:
        summary = run(_job(args), scanner, terminal=sys.stderr if _shows_progress(args) else None)
    except (TipscanError, KeyboardInterrupt) as error:
        if not isinstance(error, InputError):  # which has to be mended first
            _note_how_to_resume(args, error)
        raise
    if not args.quiet:
        _say(str(summary))
    return FAULTS if summary.tally.errors else OK


def check(args: argparse.Namespace) -> int:
    """``tipscan check``: one text, explained."""
    text = _read_stdin() if args.text == "-" else args.text
    # One text can wait for the tier that reads best.
    finding = _scanner(tier="accurate", policy=args.policy, packs=args.packs).scan(text)
    if args.json:
        print(finding.to_json())
    else:
        from tipscan.explain import explain

        print(explain(finding, text, args.lang, countries=args.country, directory=args.referrals))
    return FAULTS if finding.error else OK


def rules_lint(args: argparse.Namespace) -> int:
    """``tipscan rules lint [PACK]``: every fault of the built-in rule packs, or of one's own."""
    from tipscan.indicators.lint import lint
    from tipscan.indicators.packs import load_packs, own_packs

    faults = lint(load_packs()) if args.pack is None else lint(own_packs(args.pack), beside=load_packs())
    for fault in faults:
        print(fault)
    return FAULTS if faults else OK


def rules_list(args: argparse.Namespace) -> int:
    """``tipscan rules list [PACK]``: rule, indicator, strength and languages, separated by tabs."""
    from tipscan.indicators.packs import load_packs
    from tipscan.indicators.taxonomy import codes

    packs = load_packs(args.pack)
    for pack in packs if args.pack is None else [pack for pack in packs if pack.own]:
        for rule in pack.rules:
            print(rule.name, rule.code, rule.strength or codes()[rule.code].strength, *pack.languages, sep="\t")
    return OK


def rules_test(args: argparse.Namespace) -> int:
    """``tipscan rules test PACK [INPUT...]``: what each rule finds in its own examples, and in texts."""
    from tipscan.batch.rows import read_rows
    from tipscan.indicators.lint import lint
    from tipscan.indicators.packs import load_packs, own_packs
    from tipscan.indicators.trial import try_rules

    packs = own_packs(args.pack)
    faults = lint(packs, beside=load_packs())
    if not any(fault.structural for fault in faults):
        rows = read_rows(args.inputs, text_column=args.text_column) if args.inputs else ()
        for trial in try_rules(packs, (row.text for row in rows if row.text is not None)):
            print(*trial.lines(), sep="\n")
    for fault in faults:
        _say(str(fault))
    return FAULTS if faults else OK


def model_show(args: argparse.Namespace) -> int:
    """``tipscan model show``: the manifest of each tier's bundle."""
    import json

    from tipscan.classify.bundle import find_bundles

    manifests = {tier: bundle.manifest for tier, bundle in find_bundles(args.bundle).items()}
    print(json.dumps(manifests, ensure_ascii=False, indent=2))
    return OK


def model_verify(args: argparse.Namespace) -> int:
    """``tipscan model verify``: whether the files of each bundle are those of its manifest."""
    from tipscan.classify.bundle import find_bundles

    for bundle in find_bundles(args.bundle).values():
        bundle.verify()
        identity = bundle.identity
        print(f"{identity['name']} {identity['version']} ({identity['sha256']}) is complete and unchanged")
    return OK


def _parser() -> argparse.ArgumentParser:
    from tipscan import __version__
    from tipscan.evaluate.cli import add_parser as add_evaluate
    from tipscan.export.cli import add_parsers as add_annotation

    parser = argparse.ArgumentParser(
        prog="tipscan", description="Finds signs of deceptive or exploitative recruitment in adverts and messages."
    )
    parser.add_argument("--version", action="version", version=f"tipscan {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_scan(commands)
    _add_check(commands)
    add_evaluate(commands)
    _add_rules(commands)
    _add_model(commands)
    add_annotation(commands)
    return parser


def _add_scan(commands: Any) -> None:
    from tipscan.batch.columns import ID_COLUMNS, TEXT_COLUMNS
    from tipscan.batch.source import InputFormat
    from tipscan.batch.writers import OutputFormat

    parser = _command(commands, "scan", scan, "score every row of a table")
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="file, glob, directory, or - for standard input")
    parser.add_argument("-o", "--output", metavar="OUT", help="file to write; default: JSON lines on standard output")
    parser.add_argument("--text-column", metavar="NAME", help=f"default: the first of {', '.join(TEXT_COLUMNS)}")
    parser.add_argument("--id-column", metavar="NAME", help=f"default: {ID_COLUMNS[0]}, or else the row number")
    parser.add_argument("--input-format", choices=get_args(InputFormat), help="default: by the name of the file")
    parser.add_argument("--output-format", choices=get_args(OutputFormat), help="default: by the name of OUT")
    parser.add_argument("--tier", choices=("fast", "accurate", "auto"), default="auto", help="default: auto")
    _add_policy(parser)
    _add_packs(parser)
    parser.add_argument("--threads", type=_positive, metavar="N", help="default: all processors")
    parser.add_argument("--resume", action="store_true", help="go on with the run that was interrupted")
    parser.add_argument("--with-text", action="store_true", help="repeat the text in every row of the output")
    parser.add_argument("--redact", action="store_true", help="hide contacts in the output")
    parser.add_argument("--quiet", action="store_true", help="neither progress nor summary, only errors")


def _add_packs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--packs", type=Path, metavar="PACK", help="rule packs of your own, a file or a directory, beside ours"
    )


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policy", default="balanced", metavar="NAME", help="operating point; default: balanced")


def _add_check(commands: Any) -> None:
    parser = _command(commands, "check", check, "explain one text")
    parser.add_argument("text", nargs="?", default="-", metavar="TEXT", help="the text, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print the finding as JSON")
    _add_policy(parser)
    _add_packs(parser)
    parser.add_argument("--lang", default="en", help="language of the explanation; default: en")
    parser.add_argument(
        "--country",
        action="append",
        default=[],
        metavar="CC",
        help="a country whose hotlines and registers help you, beside destination and transit (ISO 3166; repeatable)",
    )
    parser.add_argument("--referrals", type=Path, metavar="PATH", help="hotlines and registers of your own (TOML)")


def _add_rules(commands: Any) -> None:
    actions = _group(commands, "rules", "the rule packs")
    help_text = "a rule pack of your own, or a directory of them; default: the built-in packs"
    for name, command, purpose in (
        ("lint", rules_lint, "check packs and the examples in them"),
        ("list", rules_list, "list the rules"),
    ):
        parser = _command(actions, name, command, purpose)
        parser.add_argument("pack", nargs="?", type=Path, metavar="PACK", help=help_text)
    parser = _command(actions, "test", rules_test, "show what the rules of your own pack find")
    parser.add_argument("pack", type=Path, metavar="PACK", help="a rule pack, or a directory of them")
    parser.add_argument("inputs", nargs="*", metavar="INPUT", help="texts to try the rules on, as for scan")
    parser.add_argument("--text-column", metavar="NAME", help="as for scan")


def _add_model(commands: Any) -> None:
    actions = _group(commands, "model", "the model bundle")
    for name, command, help_text in (
        ("show", model_show, "print the manifest"),
        ("verify", model_verify, "compare the files with the manifest"),
    ):
        parser = _command(actions, name, command, help_text)
        parser.add_argument(
            "bundle", nargs="?", type=Path, metavar="BUNDLE", help="directory of a bundle, or of several; default: ours"
        )


def _command(commands: Any, name: str, command: Any, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text)
    parser.set_defaults(command=command)
    return parser


def _group(commands: Any, name: str, help_text: str) -> Any:
    return commands.add_parser(name, help=help_text).add_subparsers(required=True, metavar="ACTION")


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError
    return number


def _scanner(**settings: Any) -> Any:
    from tipscan.scanner import Scanner

    try:
        return Scanner(**settings)
    except ValueError as error:
        raise InputError(str(error)) from None


def _job(args: argparse.Namespace) -> Any:
    from tipscan.batch.run import Job

    return Job(
        inputs=tuple(args.inputs),
        output=_output(args),
        text_column=args.text_column,
        id_column=args.id_column,
        input_format=args.input_format,
        output_format=args.output_format,
        with_text=args.with_text,
        resume=args.resume,
        settings={"tier": args.tier, "policy": args.policy, "redact": args.redact},
    )


def _output(args: argparse.Namespace) -> Path | None:
    return None if args.output in (None, "-") else Path(args.output)


def _shows_progress(args: argparse.Namespace) -> bool:
    rows_on_terminal = _output(args) is None and sys.stdout.isatty()
    return sys.stderr.isatty() and not args.quiet and not rows_on_terminal


def _note_how_to_resume(args: argparse.Namespace, error: BaseException) -> None:
    from tipscan.batch.parts import parts_of

    output = _output(args)
    if output is not None and parts_of(output).exists():
        given = [word for word in args.given[1:] if word != "--resume"]
        error.add_note(f"to go on, run: {shlex.join(['tipscan', 'scan', '--resume', *given])}")


def _notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


def _read_stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("standard input is not valid UTF-8") from None


def _print_any_character() -> None:
    """Standard output is UTF-8 whatever the terminal says, and a lone surrogate is escaped instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _say(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr)
