"""The answers of a survey are held to their scales, and turned where a question is reversed.

Imports handed. A question whose scale is written from high to low (``3: 5-1``) asks the other way
round: on reading its answers are turned, once, and the table keeps the words that say so. What
only the whole column shows is doubted here: ticks, and a question against all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evalkit.intake.handed import PART, SHOWN, Export, Problem
from evalkit.schema import Schema

SCALES = "item_scales"
ANSWER = re.compile(r"overall|item_\d+")
# Its ends in a title: in brackets, or with the word for points behind. 6-12岁 is neither.
TITLED = re.compile(
    r"[(（\[【]\s*(\d{1,3})\s*[-–—~～至到]\s*(\d{1,3})\s*(?:分|points?)?\s*[)）\]】]"
    r"|(?<!\d)(\d{1,3})\s*分?\s*[-–—~～至到]\s*(\d{1,3})\s*(?:分|points?\b)"
)
# Fewer people may all have given the same answer, or answered at odds by chance.
FEWEST = 30
# Two questions of one scale are never this far apart by chance among so many people.
AGAINST = -0.2


def is_answer(shape: Schema, name: str) -> bool:
    """Return whether a column holds the answers to a question of a survey."""
    return SCALES in shape.columns and bool(ANSWER.fullmatch(name))


def turn_answers(made: Export) -> list[Problem]:
    """Turn the answers of each question whose scale runs from high to low.

    Returns
    -------
    list of Problem
        A note for each question that was turned, with the rows.
    """
    told = []
    for name in _answers(made):
        first, last = _stated(name)
        # An answer outside its scale is not one that could be turned; the checks name it.
        inside = f'{first} > {last} AND "{name}" BETWEEN {last} AND {first}'
        count, rows = _rows(made, inside)
        if count:
            made.database.execute(
                f'UPDATE data SET "{name}" = {first} + {last} - "{name}" WHERE {inside}'
            )
            told.append(_problem(made, "note", "turned", name, count, rows))
    return told


def doubt_answers(made: Export) -> Iterator[Problem]:
    """Yield what makes a column doubtful as the answers to a question on a scale.

    Parameters
    ----------
    made : Export
        Its answers turned.
    """
    for name in _answers(made):
        yield from _titled(made, name)
        yield from _ticks(made, name)
    yield from _against(made)


def _answers(made: Export) -> list[str]:
    there = made.header.columns
    return [n for n in made.shape.columns if n in there and is_answer(made.shape, n)]


def _stated(name: str) -> tuple[str, str]:
    """Return SQL for the two ends that ``item_scales`` gives a question, as they are written."""
    word = "(?:overall|总体)" if name == "overall" else name.removeprefix("item_")
    found = f"regexp_extract(concat(';', {SCALES}), ';\\s*{word}:\\s*(\\d+)-(\\d+)', %d)"
    first, last = (f"try_cast({found % n} AS DOUBLE)" for n in (1, 2))
    return first, last


def _ends(name: str) -> tuple[str, str]:
    """Return SQL for the lowest and the highest answer of a question."""
    stated = ", ".join(_stated(name))
    return f"coalesce(least({stated}), scale_min)", f"coalesce(greatest({stated}), scale_max)"


def _titled(made: Export, name: str) -> Iterator[Problem]:
    """Yield the rows whose scale is another than the one that their header names."""
    low, high = _ends(name)
    wrong = []
    for place, part in enumerate(made.parts):
        if found := TITLED.search(part.header.titles.get(name, "")):
            least, most = sorted(int(n) for n in found.groups() if n)
            wrong.append(
                f"(row_number // {PART} = {place} AND ({low} IS DISTINCT FROM {least}"
                f" OR {high} IS DISTINCT FROM {most}))"
            )
    if wrong:
        count, rows = _rows(made, f'"{name}" IS NOT NULL AND ({" OR ".join(wrong)})')
        if count:
            yield _problem(made, "stop", "scale_titled", name, count, rows)


def _ticks(made: Export, name: str) -> Iterator[Problem]:
    """Yield a question that has no answer but 0 and 1 on a scale that has more."""
    count, _ = _rows(made, f'"{name}" IS NOT NULL')
    low, high = _ends(name)
    more = f'"{name}" IS NOT NULL AND ("{name}" NOT IN (0, 1) OR {high} - {low} <= 1)'
    if count >= FEWEST and not _rows(made, more)[0]:
        yield _problem(made, "warn", "ticks", name, count, ())


def _against(made: Export) -> Iterator[Problem]:
    """Yield each question that goes against the mean of all others."""
    names = _answers(made)
    if len(names) < 3:
        return
    shares = {n: '("{0}" - {1}) / nullif({2} - {1}, 0)'.format(n, *_ends(n)) for n in names}
    for name in names:
        rest = ", ".join(share for other, share in shares.items() if other != name)
        asked = f"SELECT count(*), corr(own, rest) FROM (SELECT {shares[name]} AS own, "
        asked += f"list_avg([{rest}]) AS rest FROM data) WHERE own + rest IS NOT NULL"
        ((count, spread),) = made.database.execute(asked).fetchall()
        if count >= FEWEST and spread is not None and spread < AGAINST:
            yield _problem(made, "warn", "against", name, int(count), ())


def _rows(made: Export, rule: str) -> tuple[int, tuple[int, ...]]:
    # Columns of the table that a file lacks are there, and empty.
    query = f"SELECT count(*), list(row_number ORDER BY row_number)[:{SHOWN}] FROM data"
    ((count, rows),) = made.database.execute(f"{query} WHERE {rule}").fetchall()
    return int(count), tuple(rows or ())


def _problem(
    made: Export, level: str, code: str, name: str, count: int, rows: tuple[int, ...]
) -> Problem:
    title = made.header.titles.get(name, made.shape.columns[name].header.text["zh"])
    return Problem(level, code, (title,), count, rows, names=(name,))
