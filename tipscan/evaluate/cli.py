"""The command ``evaluate``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final, get_args

from tipscan.batch.source import InputFormat
from tipscan.errors import InputError

OK: Final = 0
FAULTS: Final = 1
_TIERS: Final = ("fast", "accurate", "auto")


def add_parser(commands: Any) -> None:
    """Adds ``evaluate`` to the parser of ``tipscan``."""
    parser = commands.add_parser("evaluate", help="measure on labeled texts of your own")
    parser.set_defaults(command=evaluate)
    parser.add_argument("file", metavar="FILE", help="CSV, TSV, JSON lines or Parquet")
    parser.add_argument(
        "--label-column", required=True, metavar="NAME", help="labels 1/0, true/false, yes/no, lure/ordinary"
    )
    parser.add_argument("--text-column", metavar="NAME", help="as for scan")
    parser.add_argument("--id-column", metavar="NAME", help="as for scan")
    parser.add_argument("--group-column", metavar="NAME", help="figures for each value of this column too")
    parser.add_argument("--input-format", choices=get_args(InputFormat), help="default: by the name of the file")
    parser.add_argument("--tier", choices=_TIERS, default="auto", help="default: auto")
    parser.add_argument("--policy", default="balanced", metavar="NAME", help="operating point; default: balanced")
    parser.add_argument("--model", type=Path, metavar="BUNDLE", help="directory of a bundle, or of several")
    parser.add_argument("--packs", type=Path, metavar="PACK", help="rule packs of your own, beside ours")
    parser.add_argument("--compare", metavar="BUNDLE", help="a second bundle, or the name of a tier, on the same texts")
    parser.add_argument(
        "--false-positives", type=_rate, default=0.01, metavar="RATE", help="advise a threshold for it; default: 0.01"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="write report.html and report.json there")
    parser.add_argument("--with-text", action="store_true", help="show the texts of the worst errors in the report")
    parser.add_argument("--threads", type=int, metavar="N", help="default: all processors")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def evaluate(args: argparse.Namespace) -> int:
    """``tipscan evaluate``: figures in the terminal, everything in the report."""
    from tipscan.evaluate import page, summary, tables
    from tipscan.evaluate.labeled import Table

    columns = (args.label_column, args.text_column, args.id_column, args.group_column)
    result = summary.evaluate(
        Table(args.file, *columns, input_format=args.input_format),
        _scanner(args, args.model, args.tier),
        options=summary.Options(args.false_positives, args.with_text),
        compare=_second(args),
        terminal=sys.stderr if sys.stderr.isatty() and not args.quiet else None,
    )
    if args.output is not None:
        page.write(result, args.output)
    print(tables.short(result))
    return FAULTS if result["unscored"] else OK


def _second(args: argparse.Namespace) -> Any:
    if args.compare is None:
        return None
    if args.compare in _TIERS:
        return _scanner(args, args.model, args.compare)
    return _scanner(args, Path(args.compare), args.tier)


def _scanner(args: argparse.Namespace, model: Path | None, tier: str) -> Any:
    from tipscan.scanner import Scanner

    try:
        return Scanner(model, tier, args.policy, threads=args.threads, packs=args.packs)
    except ValueError as error:
        raise InputError(str(error)) from None


def _rate(value: str) -> float:
    rate = float(value)
    if not 0 < rate < 1:
        raise argparse.ArgumentTypeError(f"{value} is not between 0 and 1")
    return rate
