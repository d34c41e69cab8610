"""Small tables as offices hand them in, written as `evalkit read` writes them."""

import duckdb

from evalkit.intake.cells import TYPES
from evalkit.intake.marks import MARK, PUBLIC
from evalkit.protocol import TableSpec
from evalkit.schema import load_schema
from evalkit.words import Term


def write(folder, shape, rows, *, made_up=False, public=False, area="guigang"):
    """Write rows (a dict a row; what is absent is NULL) as a table of a shape."""
    fields = load_schema(shape).columns
    path = folder / area / f"{shape}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    said = MARK if made_up else PUBLIC if public else ""
    mark = f", KV_METADATA {{{said}: 'a test'}}" if said else ""
    with duckdb.connect(":memory:") as database:
        columns = ", ".join(f'"{n}" {TYPES[f.kind]}' for n, f in fields.items())
        database.execute(f"CREATE TABLE data ({columns})")
        for row in rows:
            assert set(row) <= set(fields)
        # All at once: a statement for each row takes a hundred times as long.
        columns = [[None if (x := row.get(n)) is None else str(x) for row in rows] for n in fields]
        cells = ", ".join(f"unnest(?::VARCHAR[])::{TYPES[f.kind]}" for f in fields.values())
        database.execute(f"INSERT INTO data SELECT {cells}", columns)
        database.execute(f"COPY data TO '{path}' (FORMAT parquet{mark})")
    return path


def spec(path, shape, status="confidential"):
    """The table as a study would declare it."""
    source = Term("clean", {"en": "made for a test", "zh": "测试用"})
    return TableSpec(
        name=f"guigang-{shape}", shape=shape, path=path, status=status, source=source,
        licence="none", area="guigang", outcome="", columns={}, values={}, unit="",
    )  # fmt: skip


def case(person, **more):
    """A case file with everything that must be there."""
    row = {
        "person_id": person, "index_date": "2023-01-01", "index_kind": "case_opened",
        "assigned": "programme", "legal_class": "offence", "follow_up_end": "2025-06-30",
        "age": 16, "sex": "male", "prior_events": 1, "linked": True, "township": "East",
        "consent": True,
    }  # fmt: skip
    return row | more


def event(number, person, date, definition="police_contact", **more):
    """A stage of a later contact."""
    row = {"event_id": number, "person_id": person, "event_date": date, "definition": definition}
    return row | more
