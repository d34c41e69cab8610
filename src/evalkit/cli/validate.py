"""Words in, one line out: ``evalkit validate``.

Imports validate, and where evalkit keeps what it remembers, when the command needs it.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.options import LONG, MOST_JOBS, add_command, whole
from evalkit.errors import Interrupted, OutputError, UsageError
from evalkit.files import write_whole
from evalkit.words import say

if TYPE_CHECKING:
    from evalkit.validate.grid import Setting

OUT, SEED = "validation.csv", 1
# Beyond these nothing is learned that anybody has asked.
MOST_REPLICATES, MOST_SEED = 1_000_000, 2**32 - 1
# Lines of progress in a whole run.
LINES = 20


def add_validate(commands: argparse._SubParsersAction, common: list, lang: str) -> None:
    """Add the command to the command line."""
    made = add_command(commands, common, lang, "validate", _validate)
    made.add_argument("--replicates", metavar="N", help=say("help.validate_replicates", lang))
    made.add_argument("--jobs", metavar="J", help=say("help.validate_jobs", lang))
    made.add_argument("--seed", metavar="S", help=say("help.validate_seed", lang))
    made.add_argument("--out", type=Path, metavar="FILE", help=say("help.validate_out", lang))
    made.add_argument(
        "--only", action="append", metavar="SCENARIO", help=say("help.validate_only", lang)
    )


def _validate(options: argparse.Namespace, lang: str) -> int:
    if options.replicates is None:
        raise UsageError("validate_how_many")
    replicates = whole("--replicates", options.replicates, 1, MOST_REPLICATES)
    jobs = whole("--jobs", options.jobs or str(os.cpu_count() or 1), 1, MOST_JOBS)
    seed = whole("--seed", options.seed or str(SEED), 0, MOST_SEED)
    out = Path(os.path.abspath(options.out or OUT))
    _check_free(out)
    from datetime import UTC, datetime

    from evalkit.batch.cache.store import cache
    from evalkit.validate.chunks import code_version, run
    from evalkit.validate.results import table

    chosen, version = _chosen(options.only), code_version()
    folder = cache() / f"validate-{version}"
    folder.mkdir(mode=0o700, exist_ok=True)
    progress = _Progress(lang)
    try:
        sums = run(chosen, seed, replicates, jobs, folder, progress.tell)
    except KeyboardInterrupt:
        raise Interrupted(
            "validate_interrupted", done=progress.done, total=progress.total
        ) from None
    except OSError as problem:
        raise OutputError("table_unwritable", path=folder, problem=problem.strerror or "") from None
    day = datetime.now(UTC).date().isoformat()
    _write(out, table(chosen, sums, seed, version, day))
    rows = sum(len(setting.asked) for setting in chosen)
    print(say("validate.written", lang, path=str(out), n=rows))
    return 0


class _Progress:
    """Tells how far the run is, in a few lines.

    Parameters
    ----------
    lang : str
        Of the lines.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.done = self.total = 0
        self._told = -1

    def tell(self, done: int, total: int) -> None:
        """Say what is done, where it is a line's worth more than before."""
        self.done, self.total = done, total
        step = LINES * done // total
        if step > self._told:
            self._told = step
            print(say("validate.progress", self.lang, done=done, total=total), file=sys.stderr)


def _chosen(only: list[str] | None) -> list[Setting]:
    from evalkit.validate.grid import scenarios, settings

    for name in only or []:
        if name not in scenarios():
            raise UsageError("validate_scenario", found=name[:LONG], known=list(scenarios()))
    return [setting for setting in settings() if not only or setting.scenario in only]


def _check_free(out: Path) -> None:
    """Refuse, before hours of work, a place where the table cannot go."""
    if not out.parent.is_dir():
        raise OutputError("validate_no_folder", path=out.parent)
    if out.is_dir() or (out.exists() and not _is_table(out)):
        raise OutputError("validate_out_stands", path=out)


def _is_table(out: Path) -> bool:
    from evalkit.validate.results import COLUMNS

    with suppress(OSError, UnicodeDecodeError), out.open(encoding="utf-8") as file:
        return file.readline().rstrip("\n") == ",".join(COLUMNS)
    return False


def _write(out: Path, text: str) -> None:
    try:
        write_whole(out, text)
    except OSError as problem:
        raise OutputError("table_unwritable", path=out, problem=problem.strerror or "") from None
