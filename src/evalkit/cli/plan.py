"""Words in, one line out: ``evalkit plan``, and what ``evalkit --version`` says.

Imports protocol, when a command needs it.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from evalkit import __version__
from evalkit.cli.intake import STUDY
from evalkit.cli.options import add_command
from evalkit.words import say


class Version(argparse.Action):
    """Says which code this is: the fingerprint is computed only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """Print the version, and end."""
        from evalkit.protocol import package_sha256

        print(f"evalkit {__version__}, sha256 {package_sha256()}")
        parser.exit()


def add_plan(commands: argparse._SubParsersAction, common: list, lang: str) -> None:
    """Add the command to the command line."""
    made = add_command(commands, common, lang, "plan", _plan)
    made.add_argument("--study", metavar="FILE", default=STUDY, help=say("help.plan_study", lang))
    made.add_argument("--text", action="store_true", help=say("help.plan_text", lang))


def _plan(options: argparse.Namespace, lang: str) -> int:
    from evalkit.protocol import find_study
    from evalkit.protocol.study import plan_of

    plan = plan_of(find_study(options.study))
    if options.text:
        # The very text that is hashed: a line's end behind it would be another one.
        sys.stdout.write(plan.text)
        return 0
    status = say(f"plan.{plan.status}", lang)
    print(say("page.plan_line", lang, status=status, fingerprint=plan.hash))
    return 0
