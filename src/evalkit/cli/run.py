"""Words in, one line out: ``evalkit run``.

Imports batch, most of it only when the command needs it: the help must not wait for pandas.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.hook import hook_of, run_hook
from evalkit.cli.intake import STUDY
from evalkit.cli.options import LONG, add_command
from evalkit.cli.since import Since
from evalkit.errors import UsageError, from_json
from evalkit.landing import one_line
from evalkit.words import say, sentence

if TYPE_CHECKING:
    from rich.console import Console

    from evalkit.batch.run import RunPlan, RunRequest, RunResult
    from evalkit.words import Phrase


def add_run(commands: argparse._SubParsersAction, common: list, lang: str) -> None:
    """Add the command that builds reports."""
    run = add_command(commands, common, lang, "run", _run)
    run.add_argument("--study", action="append", metavar="FILE", help=say("help.study", lang))
    run.add_argument("--area", metavar="A", help=say("help.area", lang))
    run.add_argument("--outcome", metavar="O", help=say("help.outcome", lang))
    run.add_argument("--jobs", metavar="N", help=say("help.jobs", lang))
    run.add_argument("--scheduler", metavar="ADDRESS", help=say("help.scheduler", lang))
    run.add_argument("--exchange", metavar="URL", help=say("help.exchange", lang))
    run.add_argument("--timeout", metavar="S", help=say("help.timeout", lang))
    run.add_argument("--memory", metavar="MB", help=say("help.memory", lang))
    run.add_argument("--force", action="store_true", help=say("help.force", lang))
    run.add_argument("--dry-run", action="store_true", help=say("help.dry_run", lang))
    run.add_argument("--notebooks", type=Path, metavar="DIR", help=say("help.notebooks", lang))
    run.add_argument("--reports", type=Path, metavar="DIR", help=say("help.reports", lang))
    run.add_argument("--since", type=Path, metavar="OLD", help=say("help.since", lang))
    run.add_argument("--hook", metavar="COMMAND", help=say("help.hook", lang))


def _run(options: argparse.Namespace, lang: str) -> int:
    from rich.console import Console

    from evalkit.batch.run import plan_run, run_study
    from evalkit.batch.run_log import RECORD
    from evalkit.cli.notebook_lines import notebook_lines

    request = _request(options)
    hook = hook_of(options.hook)
    plan = plan_run(request)
    since = Since(options.since, plan)
    console = Console(highlight=False)
    whose = notebook_lines(plan.to_run, request.notebooks is not None, lang)
    # Another's code is named before it runs.
    _print(console, (line for line, own in whose.items() if not own))
    if options.dry_run:
        _print(console, _planned(plan, lang))
        return 0

    def tell(said: Phrase) -> None:
        print(said.text(lang), file=sys.stderr)

    def note(said: Phrase) -> None:
        _print(console, [said.text(lang)])

    done = run_study(plan, console, lang, tell, note, since.note)
    _print(console, _summary(done, lang))
    _print(console, since.lines(lang))
    _print(console, (line for line, own in whose.items() if own))
    run_hook(hook, (root / RECORD for root in plan.caches), lang)
    return int(done.failed)


def _request(options: argparse.Namespace) -> RunRequest:
    from evalkit.batch.run import RunRequest
    from evalkit.run.limits import HOUR, MEGABYTE

    at_once = _positive("--jobs", options.jobs) or None
    _check_memory(options.memory)
    _check_cluster(options)
    megabytes = _positive("--memory", options.memory)
    return RunRequest(
        studies=tuple(options.study or [STUDY]),
        area=options.area,
        outcome=options.outcome,
        reports=Path(os.path.abspath(options.reports)) if options.reports else None,
        notebooks=options.notebooks,
        force=options.force,
        at_once=at_once,
        cell_seconds=_positive("--timeout", options.timeout) or HOUR,
        memory=megabytes * MEGABYTE or None,
        scheduler=options.scheduler,
        exchange=options.exchange,
    )


def _print(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(one_line(line), soft_wrap=True, markup=False)


def _planned(plan: RunPlan, lang: str) -> list[str]:
    """Return what would be done, and why."""
    lines = []
    for task in plan.wanted:
        why = [_reason(code, lang) for code in task.why]
        lines.append(say(f"plan_run.{task.work}", lang, name=task.job.name, why=why))
    idle = len(plan.tasks) - len(lines)
    lines.append(say("plan_run.count", lang, n=len(lines), unchanged=idle))
    return lines


def _reason(code: str, lang: str) -> str:
    kind, _, what = code.partition(":")
    return say(f"why.{kind}", lang, what=what)


def _check_memory(asked: str | None) -> None:
    from evalkit.run.limits import LEAST, MEGABYTE

    found = _positive("--memory", asked)
    if found and found * MEGABYTE < LEAST:
        raise UsageError("memory_small", found=str(found), least=str(LEAST // MEGABYTE))


def _positive(option: str, asked: str | None) -> int:
    """Return the whole number that an option was given, 0 where it was not."""
    if asked is None:
        return 0
    # Beyond nine digits no machine's clock, memory or number of processors goes.
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10 and int(asked) > 0):
        raise UsageError("bad_number", option=option, found=asked[:LONG])
    return int(asked)


def _check_cluster(options: argparse.Namespace) -> None:
    if (options.scheduler is None) != (options.exchange is None):
        raise UsageError("cluster_apart")
    if options.scheduler is not None and "://" not in options.scheduler:
        raise UsageError("cluster_address", found=options.scheduler)


def _summary(done: RunResult, lang: str) -> list[str]:
    built = [result.job.folder for result in done.results if result.error is None]
    bad = [(result.job.name, result.error) for result in done.results if result.error is not None]
    lines = []
    if built or not done.unchanged:
        lines += [say("run.built", lang, n=len(built)), *(f"  {folder}" for folder in built)]
    if done.unchanged:
        lines.append(say("run.unchanged", lang, n=done.unchanged))
    if bad:
        lines.append(say("run.not_built", lang, n=len(bad)))
        lines += [f"  {name}: {sentence(from_json(error), lang)}" for name, error in bad]
    lines += [f"  {folder}: {sentence(problem, lang)}" for folder, problem in done.wrong.items()]
    return lines + [say("run.portal", lang, path=str(page)) for page in done.portals]
