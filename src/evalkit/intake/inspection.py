"""What a table of an office that passed its checks is, wherever its rows are.

Imports handed, marks, protocol, table and errors.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from evalkit.errors import DataError, StudyError
from evalkit.intake.handed import Problem
from evalkit.intake.marks import MARK, PUBLIC
from evalkit.protocol import TableSpec
from evalkit.table import Rows, Table


@dataclass(frozen=True)
class Inspection:
    """A table, and what its own checks doubt or describe in it.

    Parameters
    ----------
    table : Table
        Checked.
    problems : tuple of Problem
        Of the levels "warn" and "note": what forbids a table is an error.
    left_out : dict of str to int
        Rows that a rule of the platform file left out on reading, by the rule.
    """

    table: Table
    problems: tuple[Problem, ...]
    left_out: dict[str, int]


def check_marks(marks: Container[str], spec: TableSpec) -> None:
    """Stop where a table says of itself something else than the study does.

    Parameters
    ----------
    marks : container of str
        Those of `evalkit.intake.marks` that it carries.
    """
    made_up = MARK in marks
    if made_up and spec.status != "made_up":
        raise StudyError("made_up_undeclared", path=spec.place, status=spec.status)
    if not made_up and spec.status == "made_up":
        raise StudyError("made_up_unmarked", path=spec.place)
    if spec.status == "public" and PUBLIC not in marks:
        raise StudyError("public_undeclared", path=spec.place)


def allowed(found: Sequence[Problem], place: str) -> tuple[Problem, ...]:
    """Return what the checks of a table found; stop where that forbids it.

    Parameters
    ----------
    place : str
        Where the table is, as messages name it.
    """
    wrong = [problem for problem in found if problem.level == "stop"]
    if wrong:
        count = max(problem.count for problem in wrong)
        codes = [problem.code for problem in wrong]
        raise DataError("clean_forbidden", path=place, codes=codes, n=count)
    return tuple(found)


def checked_table(spec: TableSpec, rows: Rows, fingerprint: str) -> Table:
    """Return a table that passed its checks.

    Parameters
    ----------
    fingerprint : str
        SHA-256 of what holds it: a confidential table shows none.
    """
    return Table(
        name=spec.name,
        shape=spec.shape,
        rows=rows,
        fingerprint="" if spec.status == "confidential" else fingerprint,
        status=spec.status,
        source=spec.source,
        licence=spec.licence,
        unit="",
    )
