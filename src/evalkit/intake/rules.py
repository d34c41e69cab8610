"""What the rules of a table find in its rows: all are counted in one pass.

Imports cells, handed, identifying, schema and texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from evalkit.intake.cells import DATED
from evalkit.intake.handed import SHOWN, Export, Problem
from evalkit.intake.identifying import like_person
from evalkit.intake.texts import tidy
from evalkit.schema import Check, Column, Schema

# What a cell can be, in the order in which it is told.
FAULTS = ("empty", "below", "above", "not_finite", "not_choice", "like_person")


@dataclass(frozen=True)
class _Rule:
    """What no row may be: SQL over one row, true where it is wrong.

    Where `unread` is true, a row is passed over whose cell was there but could not be read:
    that is told already.
    """

    level: str
    code: str
    names: tuple[str, ...]
    sql: str
    unread: bool = False
    check: Check | None = None


def find_problems(
    made: Export, unread: Mapping[str, Sequence[int]] | None = None, people: str = ""
) -> list[Problem]:
    """Return what the rules of a table find.

    Parameters
    ----------
    unread : mapping of str to sequence of int, optional
        Of a column the rows whose cell was there, but could not be read.
    people : str
        Whom the study is about, "minors" or "adults"; decides some bounds. "" for a table
        that was held to them on reading.
    """
    unread = unread or {}
    rules = [*_rules(made, people), *_checks(made)]
    found = []
    for rule in _broken(made, rules):
        lost = [n for name in rule.names for n in unread.get(name, ())] if rule.unread else []
        count, rows = _rows_where(made, f"({rule.sql}){_apart_from(made, lost)}")
        if count:
            titles = _titles(made, rule.names)
            code, check = rule.code, rule.check
            found.append(Problem(rule.level, code, titles, count, rows, check, rule.names))
    # Between the faults of the columns and the checks of the table.
    place = next((i for i, problem in enumerate(found) if problem.check), len(found))
    found[place:place] = _twice(made)
    return found


def _rules(made: Export, people: str) -> Iterator[_Rule]:
    """Return what the columns that are there forbid, one after the other."""
    for name, described in made.shape.columns.items():
        if name in made.header.columns:
            for code, sql in _forbidden(made, described, people):
                yield _Rule("stop", code, (name,), sql, unread=code == "empty")


def _forbidden(made: Export, described: Column, people: str) -> Iterator[tuple[str, str]]:
    """Return the code and the SQL of each fault that a cell of a column can have."""
    name = described.name
    if not described.missing:
        yield "empty", f'"{name}" IS NULL'
    if described.low is not None:
        yield "below", f'"{name}" < {described.low!r}'
    if (high := _highest(described, people)) is not None:
        yield "above", f'"{name}" > {high!r}'
    if described.kind in ("number", "share", *DATED):
        yield "not_finite", f'NOT isfinite("{name}")'
    if described.choices:
        # Who reads an office's file turns words into these; another hand may not have.
        known = ", ".join(f"'{code}'" for code in described.choices)
        yield "not_choice", f'"{name}" NOT IN ({known})'
    if (
        described.kind == "text"
        and not described.published
        and (words := _like_persons(made, described))
    ):
        yield "like_person", f'"{name}" IN (SELECT word FROM {words})'


def _checks(made: Export) -> Iterator[_Rule]:
    """Return the checks of the table whose columns are there."""
    for check in made.shape.checks:
        if all(name in made.header.columns for name in check.columns):
            yield _Rule(check.level, check.id, check.columns, check.sql, True, check)


def _broken(made: Export, rules: Sequence[_Rule]) -> list[_Rule]:
    """Return the rules that some row breaks: every row is looked at once for all of them."""
    counts = ", ".join(f"count(*) FILTER (WHERE {rule.sql})" for rule in rules)
    (found,) = made.database.execute(f"SELECT {counts or 0} FROM data").fetchall()[:1]
    return [rule for rule, count in zip(rules, found, strict=False) if count]


def _titles(made: Export, names: Sequence[str]) -> tuple[str, ...]:
    """Return what the file calls our columns; else what its template does."""
    columns = made.shape.columns
    return tuple(made.header.titles.get(n, columns[n].header.text["zh"]) for n in names)


def _highest(described: Column, people: str) -> float | None:
    """Return the largest possible number: a study of adults has older people."""
    if people != "minors" and described.high_adults is not None:
        return described.high_adults
    return described.high


def _like_persons(made: Export, described: Column) -> str:
    """Return where the words of a column are that hold a person; empty where none does."""
    words = made.database.execute(
        f'SELECT DISTINCT "{described.name}" FROM data WHERE "{described.name}" IS NOT NULL'
    ).fetchall()
    found = [word for (word,) in words if like_person(tidy(word), described.official)]
    if not found:
        return ""
    view = f"like_persons_{described.name}"
    made.database.register(view, pd.DataFrame({"word": found}, dtype=object))
    return view


def _apart_from(made: Export, rows: Sequence[int]) -> str:
    """Return what leaves out rows whose cell could not be read: that is told already."""
    if not rows:
        return ""
    made.database.register("unread", pd.DataFrame({"n": sorted(set(rows))}))
    return " AND row_number NOT IN (SELECT n FROM unread)"


def _rows_where(made: Export, rule: str) -> tuple[int, tuple[int, ...]]:
    query = (
        f"SELECT count(*), list(row_number ORDER BY row_number)[:{SHOWN}] FROM data WHERE {rule}"
    )
    count, rows = made.database.execute(query).fetchall()[0]
    return int(count), tuple(rows or ())


def _twice(made: Export) -> list[Problem]:
    """Return the rows whose key another one has, as one problem; none where there are none."""
    names = made.shape.key
    if not names or not all(name in made.header.columns for name in names):
        return []
    key = ", ".join(f'"{name}"' for name in names)
    whole = " AND ".join(f'"{name}" IS NOT NULL' for name in names)
    # To number the rows of each key is several times the work: only where a key comes twice.
    asked = f"SELECT count(*), count(DISTINCT ({key})) FROM data WHERE {whole}"
    ((rows, keys),) = made.database.execute(asked).fetchall()
    if rows == keys:
        return []
    query = (
        f"SELECT count(*), list(row_number ORDER BY row_number)[:{SHOWN}] FROM (SELECT "
        f"row_number, row_number() OVER (PARTITION BY {key} ORDER BY row_number) AS n "
        f"FROM data WHERE {whole}) WHERE n > 1"
    )
    count, first = made.database.execute(query).fetchall()[0]
    return [Problem("stop", "twice", _titles(made, names), int(count), tuple(first), names=names)]


def twice(shape: Schema, count: int) -> Problem:
    """Return so many rows of a table whose key another one has, as a problem.

    Parameters
    ----------
    count : int
        Rows after the first of each key.
    """
    titles = tuple(shape.columns[name].header.text["zh"] for name in shape.key)
    return Problem("stop", "twice", titles, count, names=shape.key)


def joined(shape: Schema, found: Iterable[Problem]) -> list[Problem]:
    """Return the problems of several parts of a table as those of the whole.

    Parameters
    ----------
    found : iterable of Problem
        Of each part, in the order of the parts.

    Returns
    -------
    list of Problem
        Each once, with the rows of all parts counted, in the order of `find_problems`.
    """
    columns, checks = list(shape.columns), [check.id for check in shape.checks]

    def place(problem: Problem) -> tuple[int, ...]:
        if problem.check:
            return (2, checks.index(problem.code), 0)
        if problem.code == "twice":
            return (1, 0, 0)
        return (0, columns.index(problem.names[0]), FAULTS.index(problem.code))

    whole: dict[tuple[int, ...], Problem] = {}
    for problem in found:
        if before := whole.get(place(problem)):
            rows = (*before.rows, *problem.rows)[:SHOWN]
            problem = replace(before, count=before.count + problem.count, rows=rows)
        whole[place(problem)] = problem
    return [whole[key] for key in sorted(whole)]
