"""Words in, one line out: ``evalkit run``.

Imports batch and everything below, most of it only when a command needs it:
the help must not wait for pandas.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from evalkit import __version__
from evalkit.errors import EvalkitError, Interrupted, UsageError, from_json
from evalkit.words import LANGUAGE_VARIABLE, languages, reader_language, say, sentence

if TYPE_CHECKING:
    from evalkit.batch import Job, Outcome

STUDY = "study.toml"
COMMANDS = ("run",)


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
        return int(options.command(options, lang))
    except EvalkitError as problem:
        print(say("run.error", lang, message=sentence(problem, lang)), file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print(say("run.stopped", lang), file=sys.stderr)
        return 130


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
    top.add_argument("--version", action="version", version=f"evalkit {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", dest="name")
    run = commands.add_parser(
        "run", help=say("help.run", lang), description=say("help.run", lang), parents=[common]
    )
    run.add_argument("--study", action="append", metavar="FILE", help=say("help.study", lang))
    run.add_argument("--area", metavar="A", help=say("help.area", lang))
    run.add_argument("--outcome", metavar="O", help=say("help.outcome", lang))
    run.add_argument("--jobs", metavar="N", help=say("help.jobs", lang))
    run.add_argument("--reports", type=Path, metavar="DIR", help=say("help.reports", lang))
    run.set_defaults(command=_run)
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

    from evalkit.batch import plan_jobs, run_jobs
    from evalkit.batch.progress import Reporter

    workers = _workers(options.jobs)
    root = Path(os.path.abspath(options.reports)) if options.reports else None
    jobs = plan_jobs(options.study or [STUDY], options.area, options.outcome, root)
    console = Console(highlight=False)
    try:
        with Reporter(jobs, lang, console) as reporter:
            outcomes = run_jobs(jobs, min(workers, len(jobs)), reporter)
    except Interrupted:
        # Summaries and the portal must not say what is no longer so.
        _summaries(jobs)
        _portals(jobs)
        raise
    wrong = _summaries(jobs)
    lines = _summary(outcomes, lang)
    lines += [f"  {folder}: {sentence(problem, lang)}" for folder, problem in wrong.items()]
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)
    for page in _portals(jobs):
        console.print(say("run.portal", lang, path=str(page)), soft_wrap=True, markup=False)
    return 1 if wrong or any(outcome.error for outcome in outcomes) else 0


def _summaries(jobs: Sequence[Job]) -> dict[Path, EvalkitError]:
    """Write the one-page summary of each area that was worked on."""
    from evalkit.batch.job import cannot_write
    from evalkit.export.summary import write_summaries

    areas = sorted({job.folder.parent for job in jobs})
    try:
        return write_summaries(areas)
    except OSError as problem:
        raise cannot_write(areas[0], problem) from None


def _portals(jobs: Sequence[Job]) -> list[Path]:
    """Write the portal of each folder of reports and return their first pages."""
    from evalkit.batch.job import cannot_write
    from evalkit.export.portal import write_portal

    first = []
    for root in sorted({job.root for job in jobs}):
        try:
            first += write_portal(root)[:1]
        except OSError as problem:
            raise cannot_write(root, problem) from None
    return first


def _workers(asked: str | None) -> int:
    if asked is None:
        return os.cpu_count() or 1
    if not asked.isdecimal() or int(asked) < 1:
        raise UsageError("bad_jobs", found=asked)
    return int(asked)


def _summary(outcomes: Sequence[Outcome], lang: str) -> list[str]:
    built = [o.job.folder for o in outcomes if o.error is None]
    bad = [(o.job.name, o.error) for o in outcomes if o.error is not None]
    lines = [say("run.built", lang, n=len(built)), *(f"  {folder}" for folder in built)]
    if bad:
        lines.append(say("run.not_built", lang, n=len(bad)))
        lines += [f"  {name}: {sentence(from_json(error), lang)}" for name, error in bad]
    return lines
