"""What each column of the tables behind a bundle's results means, and what it may hold.

Imports schema. The tables stay with their holder; what they promise travels.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from evalkit.schema import Column, linked_names, load_schema, office_names

DICTIONARY = "data/dictionary.csv"
COLUMNS = (
    *("table", "column", "kind", "unit", "required", "may_be_empty", "lowest", "highest"),
    *("values", "header_en", "header_zh", "about_en", "about_zh"),
)


def dictionary(reports: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the columns of the offices' tables behind results, and of all that a study links.

    Parameters
    ----------
    reports : iterable of mapping
        The content of each results file. A table that an office handed in is named after its
        area and its kind, such as guigang-people.

    Notes
    -----
    The number of a person, kind "person", is a keyed pseudonym in the table itself.
    """
    names = {name for r in reports for e in r["estimates"] for name, _ in e["data"]}
    kinds = {name.partition("[")[0].partition("-")[2] for name in names}
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COLUMNS)
    for table in [*sorted(kinds & {*office_names()}), *linked_names()]:
        for column in load_schema(table).columns.values():
            writer.writerow([table, *_told(column)])
    return made.getvalue().encode()


def _told(column: Column) -> list[str]:
    bounds = ["" if bound is None else f"{bound:g}" for bound in (column.low, column.high)]
    texts = [
        term.text.get(lang, "") for term in (column.header, column.about) for lang in ("en", "zh")
    ]
    flags = [str(flag).lower() for flag in (column.required, column.missing)]
    values = " | ".join(column.choices)
    return [column.name, column.kind, column.unit, *flags, *bounds, values, *texts]
