"""The tables that an area's offices handed in, counted: what is in them, and what to doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from evalkit.disclosure import people, rows
from evalkit.estimate import Estimate
from evalkit.intake.clean import Inspection
from evalkit.intake.links import KEYS, LINKS
from evalkit.outcomes.report import Refusal, Report, Result, no_data, refused_again
from evalkit.schema import load_schema, office_names
from evalkit.table import Table
from evalkit.words import Term


@dataclass(frozen=True)
class Handed:
    """What an area's offices handed in.

    Parameters
    ----------
    report : Report
        Where it belongs.
    tables : mapping of str to Inspection
        By shape.
    """

    report: Report
    tables: dict[str, Inspection]

    def estimate(self, estimand: str, table: Table, count: int, n: int, **fields: Any) -> Estimate:
        """Return a count of rows out of all rows of a table, past the disclosure gate."""
        return self.report.estimate(
            estimand,
            table=table,
            cells=people(count, n),
            by=rows,
            unit="rows",
            digits=0,
            **fields,
        )


def hand_over(report: Report) -> Handed | Refusal:
    """Read every table that an area's offices handed in.

    Parameters
    ----------
    report : Report
        An opened quality report.

    Returns
    -------
    Handed or Refusal
        A refusal where there is none.

    Raises
    ------
    DataError, StudyError
        If one does not keep its shape, or is not declared as what it is.
    """
    found = {name: report.tables.inspected(name) for name in office_names()}
    read = {name: inspected for name, inspected in found.items() if inspected is not None}
    return Handed(report, read) if read else no_data(report, "table_rows")


def contents(handed: Handed | Refusal) -> Result | Refusal:
    """Count the rows of each table, and the rows that its checks doubt or describe.

    Parameters
    ----------
    handed : Handed or Refusal
        From `hand_over`.

    Returns
    -------
    Result or Refusal
        ``table_rows[table]``; ``problem[table, check]`` for each check that found rows,
        those that cast doubt ("warn") first; rows that a rule of the platform file left out
        count as a "note", out of all rows of the file.
    """
    if isinstance(handed, Refusal):
        return refused_again(handed, "table_rows")
    counts, problems = [], []
    for name, inspected in handed.tables.items():
        table, n = inspected.table, inspected.table.n
        shape = load_schema(name)
        title = _term(handed, name, shape.title)
        counts.append(
            handed.estimate("table_rows", table, n, n, dims=(("table", name),), group=title)
        )
        for problem in inspected.problems:
            assert problem.check is not None
            problems.append(
                handed.estimate(
                    "problem",
                    table,
                    problem.count,
                    n,
                    dims=(("check", problem.code), ("level", problem.level), ("table", name)),
                    group=title,
                    definition=_term(handed, problem.code, problem.check.about),
                )
            )
        problems += _left_out(handed, name, title)
    problems.sort(key=lambda e: e.dim("level") != "warn")
    return Result(handed.report, (*counts, *problems))


def _left_out(handed: Handed, name: str, title: Term) -> Iterator[Estimate]:
    inspected = handed.tables[name]
    n = inspected.table.n + sum(inspected.left_out.values())
    for place, (rule, left) in enumerate(inspected.left_out.items(), start=1):
        code = f"left_out_{place}"
        if handed.report.gate(inspected.table).hides([left]):
            # What the cells of a few rows say may be about those few.
            rule = f"{rule.partition(' = ')[0]} = …"
        yield handed.estimate(
            "problem",
            inspected.table,
            left,
            n,
            dims=(("check", code), ("level", "note"), ("table", name)),
            group=title,
            definition=Term(code, handed.report.term("quality.left_out", rule=rule).text),
        )


def missing(handed: Handed | Refusal) -> Result | Refusal:
    """Count the empty cells of each column that has any.

    Parameters
    ----------
    handed : Handed or Refusal
        From `hand_over`.

    Returns
    -------
    Result or Refusal
        ``missing[table, column]``; a column that nobody filled in counts as empty.
    """
    if isinstance(handed, Refusal):
        return refused_again(handed, "missing")
    found = []
    for name, inspected in handed.tables.items():
        table, shape = inspected.table, load_schema(name)
        missing = table.missing()
        for column, field in shape.columns.items():
            if empty := missing[column]:
                found.append(
                    handed.estimate(
                        "missing",
                        table,
                        empty,
                        table.n,
                        dims=(("column", column), ("table", name)),
                        group=_term(handed, name, shape.title),
                        definition=_term(handed, column, field.header),
                    )
                )
    return Result(handed.report, tuple(found))


def linkage(handed: Handed | Refusal) -> Result | Refusal:
    """Count what can be followed: rows matched to a person, records searched, long enough.

    Parameters
    ----------
    handed : Handed or Refusal
        From `hand_over`.

    Returns
    -------
    Result or Refusal
        ``matched[table, to]`` rows whose number is found in the other table, out of those
        with a number, and case files of each group that lead to a later contact, out of
        those searched; ``linked`` and ``mature`` case files, each by group.
    """
    if isinstance(handed, Refusal):
        return refused_again(handed, "matched")
    return Result(handed.report, (*_matched(handed), *_found(handed), *_followed(handed)))


def _matched(handed: Handed) -> Iterator[Estimate]:
    report = handed.report
    for pair in LINKS:
        if not set(pair) <= set(handed.tables):
            continue
        one, other = (handed.tables[name].table for name in pair)
        key = KEYS.get(pair, "person_id")
        given = one.columns(key)[key].dropna()
        found = int(given.isin(other.columns(key)[key].dropna()).sum())
        titles = [_term(handed, name, load_schema(name).title) for name in pair]
        yield handed.estimate(
            "matched",
            one,
            found,
            len(given),
            dims=(("table", pair[0]), ("to", pair[1])),
            group=titles[0],
            definition=report.term("quality.matched", table=titles[1]),
        )


def _found(handed: Handed) -> Iterator[Estimate]:
    """Count the case files of each group that lead to a later contact."""
    if not {"cases", "events"} <= set(handed.tables):
        return
    report, cases = handed.report, handed.tables["cases"].table
    files = cases.columns("person_id", "linked", "assigned")
    searched = files[files["linked"].fillna(False).astype(bool)]
    later = handed.tables["events"].table.columns("person_id")
    there = searched["person_id"].isin(later["person_id"])
    title = _term(handed, "events", load_schema("events").title)
    for code, choice in load_schema("cases").columns["assigned"].choices.items():
        inside = searched["assigned"] == code
        yield handed.estimate(
            "matched",
            cases,
            int((there & inside).sum()),
            int(inside.sum()),
            dims=(("group", code), ("table", "cases"), ("to", "events")),
            group=_term(handed, code, choice.label),
            definition=report.term("quality.found", table=title),
        )


def _followed(handed: Handed) -> Iterator[Estimate]:
    if "cases" not in handed.tables:
        return
    report, table = handed.report, handed.tables["cases"].table
    plan = report.plan
    choices = load_schema("cases").columns["assigned"].choices
    frame = table.columns("follow_up_end", "index_date", "linked", "assigned")
    days = (frame["follow_up_end"] - frame["index_date"]).dt.days
    known = {
        "linked": frame["linked"].fillna(False).astype(bool),
        "mature": days >= plan.window + plan.waiting,
    }
    for estimand, flags in known.items():
        words = report.term(f"quality.{estimand}", n=plan.window + plan.waiting)
        for code, choice in choices.items():
            inside: pd.Series = frame["assigned"] == code
            yield handed.estimate(
                estimand,
                table,
                int((flags & inside).sum()),
                int(inside.sum()),
                dims=(("group", code), ("table", "cases")),
                group=_term(handed, code, choice.label),
                definition=words,
            )


def verdict(handed: Handed | Refusal) -> Result:
    """Return the verdict: the tables were checked; that they are right is not said.

    Parameters
    ----------
    handed : Handed or Refusal
        From `hand_over`.
    """
    if isinstance(handed, Refusal):
        return Result(handed.report, (refused_again(handed, "verdict").estimate,))
    report, counted = handed.report, contents(handed)
    assert isinstance(counted, Result)
    tables, doubts = counted.of("table_rows"), counted.of("problem", level="warn")
    stands = report.estimate(
        "verdict",
        table=tuple(inspected.table for inspected in handed.tables.values()),
        unit="none",
        verdict="audited",
        reason=report.term("reason.quality", tables=len(tables), doubts=len(doubts)),
        would_pass=report.term("would_pass.quality_checked"),
    )
    return Result(report, (stands, *tables))


def _term(handed: Handed, code: str, named: Term) -> Term:
    return Term(code, {lang: named.text[lang] for lang in handed.report.languages})
