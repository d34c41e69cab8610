"""One command that is run when a run has finished, to tell somebody.

Imports errors, secret and words. It comes from the command line or the user's own environment and
never from a file that was sent; it is given the path of run.json, and not the key of
pseudonyms.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from evalkit.errors import UsageError
from evalkit.secret import without_key
from evalkit.words import say

# Where a user sets it once for all runs.
VARIABLE = "EVALKIT_HOOK"
# Seconds that it may take: who tells somebody is done sooner, or will not be.
LONGEST = 60


def hook_of(asked: str | None) -> list[str]:
    """Return the words of the command to be run; none where none is wanted.

    Parameters
    ----------
    asked : str or None
        What the command line gives; the user's environment where it gives nothing.

    Raises
    ------
    UsageError
        If there is no such program: hours later nobody could mend that.
    """
    text = os.environ.get(VARIABLE, "") if asked is None else asked
    try:
        words = shlex.split(text)
    except ValueError:
        raise UsageError("hook_words", hook=VARIABLE) from None
    if words and shutil.which(words[0]) is None:
        raise UsageError("hook_missing", program=words[0], hook=VARIABLE)
    return words


def run_hook(words: list[str], records: Iterable[Path], lang: str) -> None:
    """Run the command once a record; what goes wrong is told and changes nothing."""
    if not words:
        return
    for record in records:
        try:
            ended = subprocess.run(
                [*words, str(record)],
                env=without_key(),
                stdin=subprocess.DEVNULL,
                timeout=LONGEST,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            print(say("run.hook_late", lang, seconds=LONGEST), file=sys.stderr)
        except OSError as problem:
            print(say("run.hook_closed", lang, problem=type(problem).__name__), file=sys.stderr)
        else:
            if ended:
                print(say("run.hook_failed", lang, code=str(ended)), file=sys.stderr)
