"""Words in, one line out: ``evalkit run`` and the commands beside it.

Imports batch and everything below, most of it only when a command needs it:
the help must not wait for pandas.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from evalkit.cli.hook import hook_of, run_hook
from evalkit.cli.intake import STUDY, add_commands
from evalkit.cli.plan import Version, add_plan
from evalkit.cli.sample import add_sample
from evalkit.cli.validate import add_validate
from evalkit.errors import EvalkitError, Interrupted, UsageError, from_json
from evalkit.here import elsewhere
from evalkit.landing import one_line
from evalkit.secret import set_aside
from evalkit.signals import termination_as_interrupt
from evalkit.words import LANGUAGE_VARIABLE, languages, reader_language, say, sentence

if TYPE_CHECKING:
    from rich.console import Console

    from evalkit.batch import Job, JobResult, Task
    from evalkit.batch.cache.store import BuildCache
    from evalkit.batch.executors.dask.scheduler import Scheduler
    from evalkit.run.limits import Limits
    from evalkit.words import Phrase

COMMANDS = ("run", "plan", "read", "template", "sample", "validate")
# Of a number nobody can have meant, this much is shown.
LONG = 20


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing English: the message must exist in both languages."""

    def error(self, message: str) -> NoReturn:
        raise UsageError("bad_arguments", problem=message)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``evalkit``; those of the process when absent.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    lang = _asked_language(words) if _prints("中文：") else "en"
    try:
        options = _parse(words, lang)
        # Worker processes and kernels speak the same language.
        os.environ[LANGUAGE_VARIABLE] = lang
        with termination_as_interrupt(), set_aside(), _not_from_here():
            return int(options.command(options, lang))
    except EvalkitError as problem:
        print(one_line(say("run.error", lang, message=sentence(problem, lang))), file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print(say("run.stopped", lang), file=sys.stderr)
        return 130


@contextmanager
def _not_from_here() -> Iterator[None]:
    """Import nothing from the working folder meanwhile."""
    before = list(sys.path)
    sys.path[:] = elsewhere(sys.path)
    try:
        yield
    finally:
        sys.path[:] = before


def _prints(text: str) -> bool:
    """Return whether both streams can print a text; make sure that none stops on one."""
    able = True
    for stream in (sys.stdout, sys.stderr):
        try:
            text.encode(stream.encoding or "utf-8")
        except UnicodeEncodeError:
            able = False
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
    return able


def _parse(words: list[str], lang: str) -> argparse.Namespace:
    named = _command(words)
    if named is not None and named not in COMMANDS:
        raise UsageError("unknown_command", command=named, known=list(COMMANDS))
    options, left = parser(lang).parse_known_args(words)
    if left:
        raise UsageError("unknown_words", words=left)
    asked = getattr(options, "lang", None)
    if asked is not None and asked not in languages():
        raise UsageError("unknown_language", lang=asked, known=list(languages()))
    if options.name is None:
        raise UsageError("no_command", known=list(COMMANDS))
    return options


def _command(words: list[str]) -> str | None:
    """Return the first word that is neither an option nor the value of one."""
    for before, word in zip(["", *words], words, strict=False):
        valued = before.startswith("--") and "=" not in before
        if not word.startswith("-") and not valued:
            return word
    return None


def parser(lang: str) -> argparse.ArgumentParser:
    """Return the parser with its help in one language.

    Parameters
    ----------
    lang : str
        Language code.
    """
    # Suppressed, so that the command does not overwrite what stood before it.
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--lang", help=say("help.lang", lang, known=list(languages())))
    top = _Parser(prog="evalkit", description=say("help.evalkit", lang), parents=[common])
    top.add_argument("--version", action=Version, nargs=0)
    commands = top.add_subparsers(metavar="COMMAND", dest="name")
    run = commands.add_parser(
        "run", help=say("help.run", lang), description=say("help.run", lang), parents=[common]
    )
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
    run.add_argument("--hook", metavar="COMMAND", help=say("help.hook", lang))
    run.set_defaults(command=_run)
    add_plan(commands, [common], lang)
    add_commands(commands, [common], lang)
    add_sample(commands, [common], lang)
    add_validate(commands, [common], lang)
    return top


def _asked_language(words: Sequence[str]) -> str:
    """Return the language for messages before anything is parsed: a mistake may come first."""
    for position, word in enumerate(words):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and position + 1 < len(words):
            value = words[position + 1]
        if value in languages():
            return str(value)
    return reader_language()


def _run(options: argparse.Namespace, lang: str) -> int:
    from rich.console import Console

    from evalkit.batch import plan_jobs
    from evalkit.batch.cache.store import BuildCache
    from evalkit.batch.model import RUN
    from evalkit.batch.owner import check_owners
    from evalkit.batch.run_log import RECORD
    from evalkit.cli.notebook_lines import notebook_lines

    asked = _whole("--jobs", options.jobs) or None
    _check_memory(options.memory)
    _check_cluster(options)
    hook = hook_of(options.hook)
    root = Path(os.path.abspath(options.reports)) if options.reports else None
    notebooks = options.notebooks
    jobs = plan_jobs(options.study or [STUDY], options.area, options.outcome, root, notebooks)
    check_owners(jobs)
    caches = {folder: BuildCache(folder) for folder in dict.fromkeys(job.root for job in jobs)}
    needs = [caches[job.root].need(job, options.force) for job in jobs]
    limits = _limits(options, asked, sum(bool(need.work) for need in needs))
    tasks = [replace(need, limits=limits) for need in needs]
    console = Console(highlight=False)
    run = [task.job for task in tasks if task.work == RUN]
    whose = notebook_lines(run, notebooks is not None, lang)
    # Another's code is named before it runs.
    _print(console, (line for line, own in whose.items() if not own))
    if options.dry_run:
        _print(console, _planned(tasks, lang))
        return 0
    scheduler = _scheduler(options, jobs[0].run) if jobs else None
    code = _build(tasks, caches, asked, scheduler, console, lang)
    _print(console, (line for line, own in whose.items() if own))
    run_hook(hook, (root / RECORD for root in caches), lang)
    return code


def _build(
    tasks: Sequence[Task],
    caches: dict[Path, BuildCache],
    asked: int | None,
    scheduler: Scheduler | None,
    console: Console,
    lang: str,
) -> int:
    from evalkit.batch.aggregates import finish, tidy
    from evalkit.batch.executors.inline import InlineExecutor
    from evalkit.batch.executors.select import executor_for
    from evalkit.batch.preflight import check_all
    from evalkit.batch.progress import Reporter
    from evalkit.batch.run_log import RunLog
    from evalkit.batch.runner import run_jobs

    wanted = [task for task in tasks if task.work]
    for task in wanted:
        for path in caches[task.job.root].set_aside(task.job):
            _print(console, [say("run.edited", lang, path=str(path))])
    jobs = [task.job for task in tasks]

    def tell(said: Phrase) -> None:
        print(said.text(lang), file=sys.stderr)

    with executor_for(len(wanted), asked, tell, scheduler) as executor:
        check_all([task.job for task in wanted], executor)
        costs: dict[Job, float] = {}
        for folder, cache in caches.items():
            costs |= cache.seconds(task for task in wanted if task.job.root == folder)
        reporter = Reporter(wanted, lang, console, costs, executor.workers)
        book = RunLog(tasks, caches, reporter)
        try:
            with reporter:
                results = run_jobs(wanted, executor, book)
        except Interrupted:
            book.close("interrupted")
            if book.built:
                tidy(jobs, caches, executor if executor.drop() else InlineExecutor())
            raise
        made = finish(jobs, caches, executor)
    book.close("finished")
    lines = _summary(results, len(tasks) - len(wanted), lang)
    lines += [f"  {folder}: {sentence(problem, lang)}" for folder, problem in made.wrong.items()]
    lines += [say("run.portal", lang, path=str(page)) for page in made.portals]
    _print(console, lines)
    return 1 if made.wrong or any(result.error for result in results) else 0


def _print(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(one_line(line), soft_wrap=True, markup=False)


def _planned(tasks: Sequence[Task], lang: str) -> list[str]:
    """Return what would be done, and why."""
    lines = []
    for task in tasks:
        if task.work:
            why = [_reason(code, lang) for code in task.why]
            lines.append(say(f"plan_run.{task.work}", lang, name=task.job.name, why=why))
    idle = sum(not task.work for task in tasks)
    lines.append(say("plan_run.count", lang, n=len(lines), unchanged=idle))
    return lines


def _reason(code: str, lang: str) -> str:
    kind, _, what = code.partition(":")
    return say(f"why.{kind}", lang, what=what)


def _limits(options: argparse.Namespace, asked: int | None, reports: int) -> Limits:
    """Return what a notebook may use: asked for, or an hour a cell and a share of the memory."""
    from evalkit.run.limits import HOUR, LEAST, MEGABYTE, Limits, machine_memory

    seconds = _whole("--timeout", options.timeout) or HOUR
    megabytes = _whole("--memory", options.memory)
    if megabytes:
        return Limits(seconds, megabytes * MEGABYTE)
    if options.scheduler:
        # Of a cluster's machines each knows its own.
        return Limits(seconds)
    # Together they fit the machine, so that no kernel is killed for another's greed.
    at_once = max(1, min(asked or os.cpu_count() or 1, reports))
    return Limits(seconds, max(machine_memory() // at_once, LEAST))


def _check_memory(asked: str | None) -> None:
    from evalkit.run.limits import LEAST, MEGABYTE

    found = _whole("--memory", asked)
    if found and found * MEGABYTE < LEAST:
        raise UsageError("memory_small", found=str(found), least=str(LEAST // MEGABYTE))


def _whole(option: str, asked: str | None) -> int:
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


def _scheduler(options: argparse.Namespace, run: str) -> Scheduler | None:
    from evalkit.batch.executors.dask.scheduler import Scheduler

    if options.scheduler is None:
        return None
    exchange = options.exchange
    # A worker works in another folder.
    place = exchange if "://" in exchange else os.path.abspath(exchange)
    return Scheduler(options.scheduler, place, run)


def _summary(results: Sequence[JobResult], unchanged: int, lang: str) -> list[str]:
    built = [o.job.folder for o in results if o.error is None]
    bad = [(o.job.name, o.error) for o in results if o.error is not None]
    lines = []
    if built or not unchanged:
        lines += [say("run.built", lang, n=len(built)), *(f"  {folder}" for folder in built)]
    if unchanged:
        lines.append(say("run.unchanged", lang, n=unchanged))
    if bad:
        lines.append(say("run.not_built", lang, n=len(bad)))
        lines += [f"  {name}: {sentence(from_json(error), lang)}" for name, error in bad]
    return lines
