"""Words in, one answer out: ``evalkit compare`` and ``evalkit results``.

Imports editions, most of it only when a command needs it: the help must not wait for pandas.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evalkit.cli.options import add_command
from evalkit.errors import CompareError, EvalkitError, UsageError
from evalkit.landing import one_line
from evalkit.words import say


def add_compare(commands: argparse._SubParsersAction, common: list, lang: str) -> None:
    """Add the commands of who holds two editions, and of who hands results to other programs."""
    made = add_command(commands, common, lang, "compare", _compare)
    made.add_argument("old", type=Path, metavar="OLD", help=say("help.compare_old", lang))
    made.add_argument("new", type=Path, metavar="NEW", help=say("help.compare_new", lang))
    made.add_argument("--out", type=Path, metavar="FILE", help=say("help.compare_out", lang))
    made.add_argument(
        "--tolerance", type=Path, metavar="FILE", help=say("help.compare_tolerance", lang)
    )
    tidy = add_command(commands, common, lang, "results", _results)
    tidy.add_argument("edition", type=Path, metavar="EDITION", help=say("help.compare_new", lang))
    tidy.add_argument("--out", type=Path, metavar="DIR", help=say("help.results_out", lang))


def _compare(options: argparse.Namespace, lang: str) -> int:
    from evalkit.editions.agreement import Agreement, agreement
    from evalkit.editions.changes import Changes, changes_between
    from evalkit.editions.edition import Edition
    from evalkit.editions.lines import agreement_lines, change_lines
    from evalkit.editions.page import write_pages
    from evalkit.editions.read import read_edition
    from evalkit.editions.tolerance import Tolerance, read_tolerance

    old, new = read_edition(options.old), read_edition(options.new)
    if isinstance(old, Edition) and isinstance(new, Edition):
        if options.tolerance is not None:
            raise UsageError("compare.tolerance_alone")
        changes = changes_between(old, new)
        if not changes.both:
            shown = [sorted(edition.reports)[:3] for edition in (old, new)]
            raise CompareError("compare.no_common", old=shown[0], new=shown[1])
        lines, same = change_lines(changes, lang), changes.identical
        found: Changes | Agreement = changes
    else:
        ours, theirs = (old, new) if isinstance(old, Edition) else (new, old)
        if not isinstance(ours, Edition) or isinstance(theirs, Edition):
            raise CompareError("compare.two_partners")
        declared = read_tolerance(options.tolerance) if options.tolerance else Tolerance()
        found = agreement(ours, theirs, declared)
        lines, same = agreement_lines(found, lang), found.whole
    for line in lines:
        print(one_line(line))
    if options.out is not None:
        for page in write_pages(found, options.out):
            print(one_line(say("editions.page", lang, path=str(page))))
    return 0 if same else EvalkitError.exit_code


def _results(options: argparse.Namespace, lang: str) -> int:
    from evalkit.editions.edition import Edition
    from evalkit.editions.read import read_edition
    from evalkit.editions.tidy import left_out, write_tidy

    edition = read_edition(options.edition)
    if not isinstance(edition, Edition):
        raise CompareError("compare.foreign", path=options.edition)
    for path in write_tidy(edition, options.out or Path()):
        print(one_line(say("editions.tidy", lang, path=str(path))))
    lacking = left_out(edition, lang)
    for line in lacking:
        print(one_line(line), file=sys.stderr)
    return EvalkitError.exit_code if lacking else 0
