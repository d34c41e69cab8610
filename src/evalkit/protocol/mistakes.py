"""Several mistakes of one file, told at once: who mends one should not meet the next.

Imports errors.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from evalkit.errors import StudyError, from_json

T = TypeVar("T")
# What is not there is told before what is wrong in what is there.
FIRST = ("file_missing", "file_is_folder", "file_unreadable", "clean_folder")
# So many are told; with more the file is another one than was meant.
MOST = 20
TOGETHER = "mistakes"


class Mistakes:
    """What was found wrong so far."""

    def __init__(self) -> None:
        self.found: list[StudyError] = []

    def of(self, call: Callable[..., T], *values: object) -> T | None:
        """Return what a call returns; None where it found mistakes, which are kept."""
        try:
            return call(*values)
        except StudyError as problem:
            self.found += each_of(problem)
            return None

    def end(self) -> None:
        """Stop with what was found, if anything was.

        Raises
        ------
        StudyError
            The one mistake itself; of several, all.
        """
        told = {json.dumps(each.to_json(), sort_keys=True): each for each in self.found}
        found = sorted(told.values(), key=lambda each: each.key not in FIRST)
        if len(found) == 1:
            raise found[0]
        if found:
            each = [json.dumps(one.to_json()) for one in found[:MOST]]
            raise StudyError(TOGETHER, n=len(found), each=each)


def each_of(problem: StudyError) -> list[StudyError]:
    """Return the mistakes that an error tells of.

    Parameters
    ----------
    problem : StudyError
        One mistake, or several as `Mistakes` raises them.
    """
    if problem.key != TOGETHER:
        return [problem]
    found = (from_json(json.loads(one)) for one in problem.values["each"])
    return [one for one in found if isinstance(one, StudyError)]
