"""The commands ``export``, ``import``, ``agreement`` and ``sample``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tipscan.batch.rows import read_rows
from tipscan.export import FORMATS, Annotated, export, load
from tipscan.export.annotated import documents
from tipscan.export.files import files_below, read_lines, write_lines
from tipscan.export.rows import Finding, read_findings, with_texts

OK: Final = 0


def add_parsers(subparsers: Any) -> None:
    """Adds the four commands to the parser of ``tipscan``; each sets ``command``."""
    _add_export(subparsers)
    _add_import(subparsers)
    _add_agreement(subparsers)
    _add_sample(subparsers)


def export_findings(args: argparse.Namespace) -> int:
    """``tipscan export``: findings for a tool."""
    print(export(_findings(args), args.to, Path(args.output)), file=sys.stderr)
    return OK


def import_annotations(args: argparse.Namespace) -> int:
    """``tipscan import``: annotations of a tool as JSON lines."""
    count = write_lines(Path(args.output), (item.to_dict() for item in load(Path(args.path), args.from_)))
    print(f"{count:,} annotations read", file=sys.stderr)
    return OK


def agreement(args: argparse.Namespace) -> int:
    """``tipscan agreement``: how far annotators agree."""
    from tipscan.export.agreement import group, measure, to_adjudicate

    texts = group(_annotations(args.files, args.from_))
    result = measure(texts)
    print(json.dumps(result.to_dict(), ensure_ascii=False, indent=2) if args.json else result)
    if args.adjudicate:
        count = write_lines(Path(args.adjudicate), to_adjudicate(texts))
        print(f"{count:,} texts to adjudicate", file=sys.stderr)
    return OK


def sample(args: argparse.Namespace) -> int:
    """``tipscan sample``: what to annotate next, as rows that ``export`` takes."""
    from tipscan.export.sampling import STRATEGIES, choose

    findings = list(_findings(args))
    picks = choose(findings, args.count, by=args.by or list(STRATEGIES), quotas=dict(args.quota))
    rows = (findings[pick.index] | {"pick": {"by": pick.by, "reason": pick.reason}} for pick in picks)
    print(f"{write_lines(Path(args.output), rows):,} of {len(findings):,} rows chosen", file=sys.stderr)
    return OK


def _add_export(subparsers: Any) -> None:
    parser = subparsers.add_parser("export", help="write findings for an annotation tool")
    parser.set_defaults(command=export_findings)
    _add_findings(parser)
    parser.add_argument("--to", required=True, choices=FORMATS, help="the tool")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="file, or folder for brat and webanno")


def _add_import(subparsers: Any) -> None:
    parser = subparsers.add_parser("import", help="read annotations of an annotation tool")
    parser.set_defaults(command=import_annotations)
    parser.add_argument("path", metavar="PATH", help="file or folder that the tool exported")
    parser.add_argument("--from", dest="from_", required=True, choices=FORMATS, help="the tool")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="JSON lines, one annotation each")


def _add_agreement(subparsers: Any) -> None:
    parser = subparsers.add_parser("agreement", help="compare annotators")
    parser.set_defaults(command=agreement)
    parser.add_argument("files", nargs="+", metavar="FILE", help="annotations; a file without names is one annotator's")
    parser.add_argument("--from", dest="from_", choices=FORMATS, help="the tool; default: what import wrote")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument("--adjudicate", metavar="OUT", help="write the texts on which they differ, for export")


def _add_sample(subparsers: Any) -> None:
    parser = subparsers.add_parser("sample", help="choose what to annotate next")
    parser.set_defaults(command=sample)
    _add_findings(parser)
    parser.add_argument("-n", "--count", type=int, default=100, metavar="N", help="how many rows; default: 100")
    parser.add_argument(
        "--by", nargs="+", metavar="STRATEGY", help="uncertainty, disagreement, diversity; default: all"
    )
    parser.add_argument(
        "--quota",
        action="append",
        type=_quota,
        default=[],
        metavar="LANGUAGE=N",
        help="most rows of a language, * for each other",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT", help="JSON lines: the rows, each with its reason"
    )


def _add_findings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("findings", metavar="FINDINGS", help="what scan wrote")
    parser.add_argument("--texts", metavar="INPUT", help="what scan read; not needed after scan --with-text")
    parser.add_argument("--text-column", metavar="NAME", help="column of the texts in INPUT")
    parser.add_argument("--id-column", metavar="NAME", help="column of the ids in INPUT")


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    findings = read_findings(args.findings)
    if args.texts is None:
        return findings
    return with_texts(findings, read_rows([args.texts], text_column=args.text_column, id_column=args.id_column))


def _annotations(files: Iterable[str], from_: str | None) -> Iterator[Annotated]:
    for name in files:
        items = _imported(Path(name)) if from_ is None else load(Path(name), from_)
        for item in items:
            yield item if item.annotator is not None else replace(item, annotator=Path(name).stem)


def _imported(path: Path) -> Iterator[Annotated]:
    for file in files_below(path, ".jsonl"):
        for _, row in read_lines(file):
            yield from documents(row)


def _quota(value: str) -> tuple[str, int]:
    language, mark, number = value.partition("=")
    if not mark or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{value!r} is not LANGUAGE=N")
    return language, int(number)
