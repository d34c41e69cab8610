"""The names of groups out of a table: a name that only the table gives is released like a count.

Imports intake, report, table, words and errors. Whoever hands in a table can write anything
into a column of words, a person among it; what many people share is a group, what few do is not
shown by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from evalkit.cohort import EARLIER, PROVEN
from evalkit.errors import DataError
from evalkit.outcomes.report import Report
from evalkit.schema import Choice, load_schema
from evalkit.table import Table
from evalkit.words import Term

# Columns of people that are made of an office's tables, and have no header in any.
MADE = ("index_year", EARLIER, "trial")
POOLED, UNKNOWN = "pooled", "unknown"
# Codes of groups that we make. What an office writes is never one of them.
OURS = ("all", POOLED, "joined", UNKNOWN)
# Behind a value that would be: as many as it has, and one more.
MARK = "_"


class Part(NamedTuple):
    """One group.

    Parameters
    ----------
    code : str
        As results name it.
    value : str
        As it stands in the column; "" for a group that we made.
    frame : pandas.DataFrame
        Its people, one a row.
    """

    code: str
    value: str
    frame: pd.DataFrame


def group_code(value: str) -> str:
    """Return the code of a group that a table names: the value, unless we have a group so called.

    Two values never have one code: "all" has "all_", and "all_" has "all__".
    """
    return value + MARK if value.rstrip(MARK) in OURS else value


def group_value(code: str) -> str:
    """Return the value of which `group_code` made a code."""
    return code[:-1] if code.endswith(MARK) and code.rstrip(MARK) in OURS else code


def pool_few(
    report: Report, table: Table, by: str, parts: Sequence[Part], prefix: str = ""
) -> list[Part]:
    """Return groups with those joined that only a table names and only few people share.

    Parameters
    ----------
    report : Report
        Knows which names are the study's and which are of a closed list.
    table : Table
        Where they come from; of a public one nothing is joined.
    parts : sequence of Part
        In the order of the split.
    prefix : str
        With which the codes of this split begin.

    Returns
    -------
    list of Part
        The joined ones last, under a code of their own and without a name.
    """
    # A row without any number would show its name alone.
    gate, least = report.gate(table), report.plan.min_people
    few = [
        part
        for part in parts
        if not is_named(report, part.code, by, part.value)
        and (gate.hides([len(part.frame)]) or (not gate.open and len(part.frame) < least))
    ]
    if not few:
        return list(parts)
    kept = [part for part in parts if not any(part is one for one in few)]
    return [*kept, Part(prefix + POOLED, "", pd.concat([part.frame for part in few]))]


def is_named(report: Report, code: str, column: str, value: str) -> bool:
    """Return whether a value has its name from the study or from a closed list."""
    return not value or code in report.study.labels or value in closed_list(report, column)


def value_label(report: Report, code: str, column: str, value: str) -> Term:
    """Return the name of a value of a column.

    Parameters
    ----------
    code : str
        The study's code for it; where the study has no such label, the table of an office
        names its choices itself, and other values are names that it wrote: they have
        passed `pool_few`.
    column, value : str
        Where it stands, and as it stands there.

    Raises
    ------
    DataError
        If a table that is not public holds a value without a name: the message does not
        tell which.
    """
    study, spec = report.study, report.spec
    if not value and code not in study.labels:
        return report.term("group.unknown")
    if code in study.labels or spec is None:
        return study.label(code)
    if not report.from_offices:
        if spec.status == "public":
            return study.label(code)
        theirs = spec.columns.get(column, column)
        raise DataError("label_value", path=spec.path, column=theirs, study=study.path)
    choices = closed_list(report, column)
    if value in choices:
        return Term(code, {lang: choices[value].label.text[lang] for lang in report.languages})
    return Term(code, dict.fromkeys(report.languages, value))


def closed_list(report: Report, column: str) -> dict[str, Choice]:
    """Return the values of a column of an office's table, in their order; empty for any other."""
    if report.spec is None or not report.from_offices:
        return {}
    fields = load_schema(report.spec.shape).columns
    return fields[column].choices if column in fields else {}


def column_label(report: Report, name: str) -> Term:
    """Return what people call a column: as the study says, or as the office's table does."""
    return report.study.labels.get(name) or header_of(report, name) or report.study.label(name)


def event_label(report: Report, code: str) -> Term:
    """Return what people call an event: as the study says, or as the table of contacts does.

    A study names the event that it plans; the others stand beside it all the same.
    """
    named = report.study.labels.get(code)
    if named is not None or not report.from_offices:
        return named or report.study.label(code)
    if code == PROVEN:
        return report.term("balance.proven")
    choice = load_schema("events").columns["definition"].choices.get(code)
    if choice is None:
        return report.study.label(code)
    return Term(code, {lang: choice.label.text[lang] for lang in report.languages})


def header_of(report: Report, name: str) -> Term | None:
    """Return the header of a column of the office's table; None where there is none."""
    if report.spec is None or not report.from_offices:
        return None
    if name in MADE:
        return report.term(f"balance.{name}")
    field = load_schema(report.spec.shape).columns.get("sex" if name == "male" else name)
    if field is None:
        return None
    return Term(name, {lang: field.header.text[lang] for lang in report.languages})
