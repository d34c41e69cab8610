"""A parser whose help and whose errors speak the reader's language, and not argparse's.

Imports words and errors.
"""

from __future__ import annotations

import argparse
import functools
import re
from typing import Any, NoReturn

from evalkit.errors import UsageError
from evalkit.words import say

# What argparse says, in English alone, of words that it cannot read.
LACKING = re.compile(r"the following arguments are required: (.+)")
VALUE = re.compile(r"argument ([^:]+): expected (?:one|at least one) argument")
NO_VALUE = re.compile(r"argument ([^:]+): ignored explicit argument")
CHOICE = re.compile(r"argument ([^:]+): invalid choice: '(.*)' \(choose from (.+)\)")


class Parser(argparse.ArgumentParser):
    """A parser of one language; raises instead of printing English.

    Parameters
    ----------
    lang : str
        Language of the help.
    add_help : bool
        Whether it has ``--help``.
    **more
        As `argparse.ArgumentParser` takes them.
    """

    def __init__(self, *, lang: str, add_help: bool = True, **more: Any) -> None:
        formatter = functools.partial(_Formatter, lang=lang)
        super().__init__(add_help=False, formatter_class=formatter, **more)
        if add_help:
            self.add_argument("-h", "--help", action="help", help=say("help.help", lang))

    def error(self, message: str) -> NoReturn:
        """Stop on words that cannot be read."""
        told = {"command": self.prog}
        if found := LACKING.fullmatch(message):
            raise UsageError("words_lacking", names=found[1].split(", "), **told)
        if found := VALUE.match(message):
            raise UsageError("option_lacking", option=found[1], **told)
        if found := NO_VALUE.match(message):
            raise UsageError("option_alone", option=found[1], **told)
        if found := CHOICE.fullmatch(message):
            known = re.findall(r"[a-z-]+", found[3])
            raise UsageError("unknown_command", command=found[2], known=known)
        raise UsageError("bad_arguments", problem=message, **told)


class _Formatter(argparse.HelpFormatter):
    """Writes the heads of the help in one language."""

    def __init__(self, prog: str, *, lang: str, **more: Any) -> None:
        super().__init__(prog, **more)
        self.lang = lang

    def start_section(self, heading: str | None) -> None:
        key = {"options": "options", "positional arguments": "positional"}.get(heading or "")
        super().start_section(say(f"help.head_{key}", self.lang) if key else heading)

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        # The name of a command is asked for without any head.
        head = say("help.head_usage", self.lang) if prefix is None else prefix
        super().add_usage(usage, actions, groups, head)
