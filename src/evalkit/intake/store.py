"""A table that was read is written once, whole, with a record of where it came from.

Imports handed, marks, protocol and errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evalkit import __version__
from evalkit.errors import DataError, OutputError
from evalkit.files import file_sha256, remove_stale, staged_file
from evalkit.intake.handed import Export
from evalkit.intake.marks import LEFT_OUT, MARK, PUBLIC

RECORD_FORMAT = 1


def store(
    made: Export,
    target: Path,
    origin: Mapping[str, str],
    *,
    replace: bool = False,
) -> Path:
    """Write a table as Parquet with its record beside it.

    Parameters
    ----------
    target : Path
        The Parquet file; the record has the same name and ends in ``.json``.
    origin : mapping of str to str
        What the record says of the source: file name, platform, key id, area, and the status
        that the study gives the table.
    replace : bool
        Whether another table may stand there already.

    Returns
    -------
    Path
        The file. The same rows give the same bytes.

    Raises
    ------
    DataError
        If the table is forbidden by a problem, or another one stands there.
    OutputError
        If the folder cannot be written.
    """
    if made.stopped:
        raise DataError("export_stopped", table=made.shape.name)
    record = target.with_suffix(".json")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_stale(target.parent)
        # The record is made before the table stands, and stands after it.
        with staged_file(record) as beside, staged_file(target) as half:
            _copy(made, half, origin)
            digest = file_sha256(half)
            if target.exists() and not replace and file_sha256(target) != digest:
                raise DataError("table_stands", path=target)
            text = json.dumps(_record(made, origin, digest), ensure_ascii=False, indent=1)
            beside.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise OutputError("table_unwritable", path=target, problem=problem.strerror or "") from None
    return target


def _copy(made: Export, file: Path, origin: Mapping[str, str]) -> None:
    columns = ", ".join(f'"{name}"' for name in made.shape.columns)
    place = str(file).replace("'", "''")
    keys = {MARK: "evalkit read"} if made.made_up else {}
    if origin.get("status") == "public":
        # Without it nobody may call the table so later.
        keys[PUBLIC] = "evalkit read"
    if made.left_out:
        # Beside the rows, so that who counts them knows of those that are not there.
        keys[LEFT_OUT] = json.dumps(made.left_out, ensure_ascii=False, sort_keys=True)
    listed = ", ".join(
        f"{key}: '{text.replace(chr(39), chr(39) * 2)}'" for key, text in keys.items()
    )
    said = f", KV_METADATA {{{listed}}}" if listed else ""
    # One thread and a fixed size of groups: the same rows are the same bytes anywhere.
    made.database.execute("SET threads = 1")
    made.database.execute(
        f"COPY (SELECT {columns} FROM data ORDER BY row_number) TO '{place}' "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880{said})"
    )


def _record(made: Export, origin: Mapping[str, str], digest: str) -> dict[str, Any]:
    return {
        "format": RECORD_FORMAT,
        "table": made.shape.name,
        **origin,
        "evalkit": __version__,
        "fingerprint": digest,
        "made_up": made.made_up,
        "sheet": made.sheet,
        "encoding": made.encoding,
        "rows": made.rows,
        "blank_rows": made.blank,
        "total_rows": made.totals,
        "left_out": made.left_out,
        "parts": [{"file": p.file, "sheet": p.sheet, "rows": p.rows} for p in made.parts],
        "columns": _filled(made),
        "unused_headers": list(made.header.unused),
        "problems": [
            {"level": p.level, "code": p.code, "columns": list(p.columns), "count": p.count}
            for p in made.problems
        ],
    }


def _filled(made: Export) -> dict[str, int]:
    """Return how many rows have each column."""
    names: Sequence[str] = list(made.shape.columns)
    counted = ", ".join(f'count("{name}")' for name in names)
    row = made.database.execute(f"SELECT {counted} FROM data").fetchall()[0]
    return dict(zip(names, map(int, row), strict=True))
