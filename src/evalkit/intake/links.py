"""Which rows of one table belong to a row of another, told as soon as both are there.

Imports table and landing. A number that is written in another way links to nobody, and
nothing else of the file would show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from evalkit.landing import sql_text
from evalkit.table import FolderRows

# Tables whose persons should be found in another: later contacts without a case file were
# matched to nobody.
LINKS = (
    *(("events", "cases"), ("absences", "cases"), ("milestones", "cases"), ("scores", "cases")),
    *(("funnel", "people"), ("hours", "volunteers"), ("attendance", "sessions")),
    *(("roster", "sessions"), ("points", "tickets")),
    *(("sites", "people"), ("survey", "survey_frame")),
)
KEYS = {
    ("attendance", "sessions"): "session_id",
    ("roster", "sessions"): "session_id",
    ("points", "tickets"): "ticket_id",
    ("sites", "people"): "township",
    ("survey", "survey_frame"): "psu",
}
# The column that tells the groups of a table apart.
GROUPS = {"cases": "assigned"}


@dataclass(frozen=True)
class Link:
    """How far two tables belong together.

    Parameters
    ----------
    table, to : str
        Rows of the first should be found in the second.
    rows, found : int
        Rows of the first with a number, and those whose number the second has.
    groups : dict of str to tuple of int
        Of each group of the second: its rows, and those that the first has a row of.
    """

    table: str
    to: str
    rows: int
    found: int
    groups: dict[str, tuple[int, int]]

    @property
    def doubtful(self) -> bool:
        """Whether most rows find nobody, or one group is never found while another is."""
        shares = [found for n, found in self.groups.values() if n]
        alone = len(shares) > 1 and min(shares) == 0 < max(shares)
        return self.found < self.rows / 2 or alone


def links_of(folder: Path, table: str) -> Iterator[Link]:
    """Yield the links of a table to those that lie beside it."""
    for one, other in LINKS:
        files = [folder / f"{name}.parquet" for name in (one, other)]
        if table in (one, other) and all(file.exists() for file in files):
            yield _link(one, other, *files)


def _link(one: str, other: str, file: Path, beside: Path) -> Link:
    key = KEYS.get((one, other), "person_id")
    group = GROUPS.get(other)
    with duckdb.connect(":memory:") as database:
        database.execute("SET temp_directory = ''")
        for name, place in (("one", file), ("other", beside)):
            read = FolderRows(place, {}).files if place.is_dir() else sql_text(str(place))
            database.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({read})")
        rows, found = database.execute(
            f'SELECT count("{key}"), count("{key}") FILTER ("{key}" IN '
            f'(SELECT "{key}" FROM other WHERE "{key}" IS NOT NULL)) FROM one'
        ).fetchall()[0]
        counted = []
        if group:
            counted = database.execute(
                f'SELECT "{group}", count(*), count(*) FILTER ("{key}" IN '
                f'(SELECT "{key}" FROM one WHERE "{key}" IS NOT NULL)) FROM other '
                f'WHERE "{group}" IS NOT NULL GROUP BY 1 ORDER BY 1'
            ).fetchall()
    return Link(one, other, rows, found, {code: (n, hit) for code, n, hit in counted})
