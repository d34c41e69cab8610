"""Words in, one line out: every command of ``evalkit``.

Imports batch and everything below, most of it only when a command needs it:
the help must not wait for pandas.
"""

from __future__ import annotations

import argparse
import functools
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from evalkit.cli.bundle import add_bundle
from evalkit.cli.compare import add_compare
from evalkit.cli.intake import add_commands
from evalkit.cli.parser import Parser
from evalkit.cli.plan import Version, add_plan
from evalkit.cli.review import add_review
from evalkit.cli.run import add_run
from evalkit.cli.sample import add_sample
from evalkit.cli.validate import add_validate
from evalkit.errors import EvalkitError, StudyError, UsageError
from evalkit.here import elsewhere
from evalkit.landing import one_line
from evalkit.language import check_whole
from evalkit.secret import set_aside
from evalkit.signals import termination_as_interrupt
from evalkit.words import (
    LANGUAGE_VARIABLE,
    REFERENCE,
    Phrase,
    languages,
    phrase,
    reader_language,
    say,
    sentence,
)

COMMANDS = (
    *("run", "plan", "read", "template", "sample", "validate"),
    *("bundle", "verify", "reproduce", "review", "compare", "results"),
)
# As a shell tells of a program whose reader went away.
PIPE = 128 + 13


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
        check_whole(lang, f"locale/{lang}.toml")
        options = _parse(words, lang)
        # Worker processes and kernels speak the same language.
        os.environ[LANGUAGE_VARIABLE] = lang
        with termination_as_interrupt(), set_aside(), _not_from_here():
            return int(options.command(options, lang))
    except EvalkitError as problem:
        said = phrase("run.error", message=sentence(problem, lang))
        print(one_line(_said(said, lang)), file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:
        # Whoever read, as `head` does, wants no more; Python would say so again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE
    except KeyboardInterrupt:
        print(_said(phrase("run.stopped"), lang), file=sys.stderr)
        return 130


def _said(said: Phrase, lang: str) -> str:
    """Return a sentence, in English where the language's own file cannot say it."""
    try:
        return said.text(lang)
    except StudyError:
        return said.text(REFERENCE)


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
    """Return the parser with its help in one language."""
    # Suppressed, so that the command does not overwrite what stood before it.
    common = Parser(lang=lang, add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--lang", help=say("help.lang", lang, known=list(languages())))
    about = say("help.evalkit", lang)
    top = Parser(lang=lang, prog="evalkit", description=about, parents=[common])
    top.add_argument("--version", action=Version, nargs=0, help=say("help.version", lang))
    made = functools.partial(Parser, lang=lang)
    # Any callable does, which the types of argparse do not say.
    commands = top.add_subparsers(metavar="COMMAND", dest="name", parser_class=made)  # type: ignore[call-overload]
    add_run(commands, [common], lang)
    add_plan(commands, [common], lang)
    add_commands(commands, [common], lang)
    add_sample(commands, [common], lang)
    add_validate(commands, [common], lang)
    add_bundle(commands, [common], lang)
    add_review(commands, [common], lang)
    add_compare(commands, [common], lang)
    return top


def _asked_language(words: Sequence[str]) -> str:
    """Return the language for messages before anything is parsed: a mistake may come first."""
    for position, word in enumerate(words):
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if word == "--lang" and position + 1 < len(words):
            value = words[position + 1]
        if value in languages():
            return str(value)
    asked = os.environ.get(LANGUAGE_VARIABLE)
    return asked if asked in languages() else reader_language()
