"""What the commands share: how one is added, and how the numbers among its words are read.

Imports words and errors.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from evalkit.errors import UsageError
from evalkit.words import say

MOST_JOBS = 256
# Of a number nobody can have meant, this much is shown.
LONG = 20


def add_command(
    commands: argparse._SubParsersAction,
    common: list,
    lang: str,
    name: str,
    run: Callable[[argparse.Namespace, str], int],
) -> argparse.ArgumentParser:
    """Return a new command of the command line, to be given its options.

    Parameters
    ----------
    run : callable
        Takes the options and the language, and returns the exit code.
    """
    text = say(f"help.{name}", lang)
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text, parents=common
    )
    made.set_defaults(command=run)
    return made


def whole(option: str, asked: str, least: int, most: int) -> int:
    """Return the whole number that an option was given.

    Raises
    ------
    UsageError
        If it is none, or another.
    """
    good = asked.isascii() and asked.isdecimal() and len(asked) <= len(str(most))
    if not (good and least <= int(asked) <= most):
        raise UsageError(
            "validate_number", option=option, found=asked[:LONG], least=least, most=str(most)
        )
    return int(asked)
