"""Keep the translations: check and compile them, or begin one. Needs Babel (the extra "dev").

python -m tipscan.explain            # check every catalogue, compile it, list what is missing
python -m tipscan.explain sw         # begin a catalogue for a language, or bring it up to date
"""

from __future__ import annotations

import argparse
import sys

from tipscan.errors import MissingExtraError
from tipscan.explain.catalog import LOCALE, faults
from tipscan.explain.messages import every


def main(argv: list[str] | None = None) -> int:
    try:
        from babel.messages import Catalog
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po, write_po
    except ImportError:
        raise MissingExtraError("babel", "dev") from None
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", nargs="?", help="begin or update the catalogue of this language")
    args = parser.parse_args(argv)
    if args.language:
        path = LOCALE / args.language / "LC_MESSAGES" / "tipscan.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        template = Catalog(locale=args.language, project="tipscan")
        for message, note in every():
            template.add(message, auto_comments=[note] if note else [])
        made = read_po(path.open("rb"), locale=args.language) if path.exists() else Catalog(locale=args.language)
        made.update(template, no_fuzzy_matching=True)
        made.header_comment = "# Written for tipscan; no native speaker has reviewed it yet."
        with path.open("wb") as stream:
            write_po(stream, made, width=120, ignore_obsolete=True)
    wrong = 0
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/tipscan.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=path.parts[-3])
        for fault in faults(catalogue):
            wrong += 1
            print(f"{path.parts[-3]}: {fault}", file=sys.stderr)
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
