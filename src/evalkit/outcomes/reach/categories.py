"""Categories of what is counted: those that few people have are joined, and not named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalkit.outcomes.labels import group_code
from evalkit.outcomes.report import Report
from evalkit.table import Table, ask
from evalkit.words import Term

if TYPE_CHECKING:
    import ibis

# Groups that no office wrote: what it wrote has a mark before it.
EVERY, JOINED, UNKNOWN, MARK = "all", "joined", "unknown", "="


def word(text: str) -> ibis.Value:
    """Return a text as an expression."""
    import ibis

    return ibis.literal(text)


def grouped(report: Report, table: Table, rows: ibis.Table) -> ibis.Value:
    """Return the group of each row: its category, where enough people have one.

    Parameters
    ----------
    table : Table
        Where the rows come from.
    rows : ibis.Table
        With ``category`` and ``whose``.
    """
    gate, least = report.gate(table), report.plan.min_people
    sizes = ask(
        rows.filter(rows.category.notnull())
        .group_by("category")
        .aggregate(people=rows.whose.nunique())
    )
    large = [
        str(row["category"])
        for row in sizes.to_dict("records")
        if gate.open or not (gate.hides([int(row["people"])]) or int(row["people"]) < least)
    ]
    named = rows.category.isin(large or [""]).ifelse(word(MARK) + rows.category, JOINED)
    return rows.category.isnull().ifelse(UNKNOWN, named)


def plain(code: str) -> str:
    """Return a group's code in a result's name."""
    return group_code(code.removeprefix(MARK)) if code.startswith(MARK) else code


def name_of(report: Report, section: str, code: str) -> Term:
    """Return the name of a group: that of the office, or ours.

    Parameters
    ----------
    section : str
        Of the locale files, with the words of the groups that no office wrote.
    """
    if not code.startswith(MARK):
        return report.term(f"{section}.{code}")
    return Term(plain(code), dict.fromkeys(report.languages, code.removeprefix(MARK)))
