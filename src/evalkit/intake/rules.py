"""What the rules of a table find in its rows, each by one query.

Imports handed, identifying, shapes and texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from evalkit.intake.handed import SHOWN, Export, Problem
from evalkit.intake.identifying import like_person
from evalkit.intake.shapes import Field
from evalkit.intake.texts import tidy


def find_problems(
    made: Export, unread: Mapping[str, Sequence[int]] | None = None, people: str = ""
) -> list[Problem]:
    """Return what the rules of a table find, each by one query.

    Parameters
    ----------
    made : Export
        Its database is filled.
    unread : mapping of str to sequence of int, optional
        Of a column the rows whose cell was there, but could not be read.
    people : str
        Whom the study is about, "minors" or "adults"; decides some bounds. "" for a table
        that was held to them on reading.
    """
    found = []
    titles = {
        name: made.header.titles.get(name, described.header.text["zh"])
        for name, described in made.shape.columns.items()
    }
    for name, described in made.shape.columns.items():
        if name not in made.header.columns:
            continue
        rules = {}
        if not described.missing:
            rules["empty"] = f'"{name}" IS NULL'
            rules["empty"] += _apart_from(made, (unread or {}).get(name, ()))
        if described.low is not None:
            rules["below"] = f'"{name}" < {described.low!r}'
        if (high := _highest(described, people)) is not None:
            rules["above"] = f'"{name}" > {high!r}'
        if described.kind in ("number", "share"):
            rules["not_finite"] = f'NOT isfinite("{name}")'
        if described.choices:
            # Who reads an office's file turns words into these; another hand may not have.
            known = ", ".join(f"'{code}'" for code in described.choices)
            rules["not_choice"] = f'"{name}" NOT IN ({known})'
        if described.kind == "text" and not described.published and _like_persons(made, described):
            rules["like_person"] = f'"{name}" IN (SELECT word FROM like_persons)'
        for code, rule in rules.items():
            count, rows = _rows_where(made, rule)
            if count:
                found.append(Problem("stop", code, (titles[name],), count, rows, names=(name,)))
    if made.shape.key and all(name in made.header.columns for name in made.shape.key):
        count, rows = _twice(made)
        if count:
            called = tuple(titles[name] for name in made.shape.key)
            found.append(Problem("stop", "twice", called, count, rows, names=made.shape.key))
    for check in made.shape.checks:
        if not all(name in made.header.columns for name in check.columns):
            continue
        lost = [n for column in check.columns for n in (unread or {}).get(column, ())]
        count, rows = _rows_where(made, f"({check.sql}){_apart_from(made, lost)}")
        if count:
            called = tuple(titles[name] for name in check.columns)
            found.append(Problem(check.level, check.id, called, count, rows, check, check.columns))
    return found


def _highest(described: Field, people: str) -> float | None:
    """Return the largest possible number: a study of adults has older people."""
    if people != "minors" and described.high_adults is not None:
        return described.high_adults
    return described.high


def _like_persons(made: Export, described: Field) -> bool:
    """Return whether a column of words holds a person; what does is then in the database."""
    words = made.database.execute(
        f'SELECT DISTINCT "{described.name}" FROM data WHERE "{described.name}" IS NOT NULL'
    ).fetchall()
    found = [word for (word,) in words if like_person(tidy(word), described.official)]
    made.database.register("like_persons", pd.DataFrame({"word": found}, dtype=object))
    return bool(found)


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


def _twice(made: Export) -> tuple[int, tuple[int, ...]]:
    key = ", ".join(f'"{name}"' for name in made.shape.key)
    whole = " AND ".join(f'"{name}" IS NOT NULL' for name in made.shape.key)
    query = (
        f"SELECT count(*), list(row_number ORDER BY row_number)[:{SHOWN}] FROM (SELECT "
        f"row_number, row_number() OVER (PARTITION BY {key} ORDER BY row_number) AS n "
        f"FROM data WHERE {whole}) WHERE n > 1"
    )
    count, rows = made.database.execute(query).fetchall()[0]
    return int(count), tuple(rows or ())
