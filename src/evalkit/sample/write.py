"""A made-up table is written as ``evalkit read`` would have written it, with its mark inside.

Imports exports, world, intake, protocol and errors. All tables are made in a hidden folder
and put in their place together; what somebody else put there is never touched.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from evalkit import __version__
from evalkit.errors import DataError, OutputError
from evalkit.files import PARTIAL, file_sha256, process_mark, remove, remove_stale
from evalkit.intake.cells import TYPES
from evalkit.intake.handed import Export, Problem
from evalkit.intake.header import Header
from evalkit.intake.identity import Pseudonyms
from evalkit.intake.marks import BANNERS, MARK
from evalkit.intake.rules import find_problems
from evalkit.intake.sheet import open_sheets
from evalkit.intake.store import RECORD_FORMAT
from evalkit.sample.exports import form_of, write_export
from evalkit.sample.world import AREAS, World
from evalkit.schema import Schema

# Pandas' types with room for what is absent, by kind of column.
_KINDS: dict[str, Any] = {
    **dict.fromkeys(("date", "datetime", "month"), "datetime64[us]"),
    **{"number": "Float64", "share": "Float64", "count": "Int64", "flag": "boolean"},
}
CLEAN, RAW, TRUTH = "clean", "raw", "truth.json"


@contextmanager
def _typed(shape: Schema, frame: pd.DataFrame) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database that holds a frame as ``data``, with the types of its shape."""
    if unknown := sorted(set(frame.columns) - set(shape.columns)):
        raise ValueError(f"{shape.name}: no columns {unknown}")
    made = pd.DataFrame(index=range(len(frame)))
    for name, field in shape.columns.items():
        values = pd.Series(frame[name].to_numpy() if name in frame else None, index=made.index)
        if field.kind in _KINDS:
            made[name] = values.astype(_KINDS[field.kind])
        else:
            made[name] = values.astype(object).where(values.notna(), None)
    made["row_number"] = made.index + 1
    cast = ", ".join(f'CAST("{n}" AS {TYPES[f.kind]}) AS "{n}"' for n, f in shape.columns.items())
    with duckdb.connect(":memory:") as database:
        # One thread and the order of the rows: the same bytes anywhere.
        database.execute("SET threads = 1; SET preserve_insertion_order = true")
        database.register("frame", made)
        database.execute(f"CREATE TABLE data AS SELECT row_number, {cast} FROM frame")
        yield database


def write_clean(world: World, shape: Schema, frame: pd.DataFrame, folder: Path) -> None:
    """Write a table and the record beside it.

    Parameters
    ----------
    shape : Schema
        What it is.
    frame : DataFrame
        Columns of the shape, those that it has, with the raw numbers of persons.
    folder : Path
        Made if it is not there; ``<area>/<table>.parquet`` and ``.json`` go into it.

    Raises
    ------
    ValueError
        If it has columns that the shape has not, or what the shape's checks forbid.
    """
    names, settings = Pseudonyms(world.settings.key), world.settings
    hidden = frame.copy()
    persons = [n for n, f in shape.columns.items() if f.kind == "person" and n in frame]
    for name in persons:
        hidden[name] = hidden[name].map(names.of, na_action="ignore")
    target = folder / world.area / f"{shape.name}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    place = str(target).replace("'", "''")
    said = f"sample seed={settings.seed} scale={settings.scale:g}"
    with _typed(shape, hidden) as database:
        problems = _problems(shape, hidden, database)
        database.execute(
            f"COPY (SELECT {columns} FROM data ORDER BY row_number) TO '{place}' (FORMAT parquet, "
            f"COMPRESSION zstd, ROW_GROUP_SIZE 122880, KV_METADATA {{{MARK}: '{said}'}})"
        )
        counted = ", ".join(f'count("{name}")' for name in shape.columns)
        filled = database.execute(f"SELECT {counted} FROM data").fetchall()[0]
    record = {
        "format": RECORD_FORMAT,
        "table": shape.name,
        "area": world.area,
        "key_id": names.key_id if persons else "",
        "evalkit": __version__,
        "fingerprint": file_sha256(target),
        "made_up": True,
        "seed": settings.seed,
        "scale": settings.scale,
        "rows": len(frame),
        "columns": dict(zip(shape.columns, filled, strict=True)),
        "problems": problems,
    }
    _write_json(target.with_suffix(".json"), record)


def _problems(
    shape: Schema, frame: pd.DataFrame, database: duckdb.DuckDBPyConnection
) -> list[dict[str, Any]]:
    there = {name: place for place, name in enumerate(n for n in shape.columns if n in frame)}
    made = Export(shape, database, "", "", Header(0, there, {}, frozenset(), ()))
    found: list[Problem] = find_problems(made)
    if wrong := [problem.code for problem in found if problem.level == "stop"]:
        raise ValueError(f"{shape.name}: made up against its own checks, {wrong}")
    return [
        {"level": p.level, "code": p.code, "columns": list(p.columns), "count": p.count}
        for p in found
    ]


def write_raw(world: World, shape: Schema, frame: pd.DataFrame, folder: Path, title: str) -> Path:
    """Write a table as an export that ``evalkit read`` reads back into the very same.

    Parameters
    ----------
    world, shape, frame
        As `write_clean` takes them.
    folder : Path
        Made if it is not there; the file goes into its folder of the area.
    """
    columns = [name for name in shape.columns if name in frame]
    listed = ", ".join(f'"{name}"' for name in columns)
    with _typed(shape, frame) as database:
        rows = database.execute(f"SELECT {listed} FROM data ORDER BY row_number").fetchall()
    target = folder / world.area
    target.mkdir(parents=True, exist_ok=True)
    form = form_of(shape, len(rows), order=AREAS.index(world.area))
    settings = world.settings
    said = f"{title} {shape.title.text['zh']}（seed={settings.seed} scale={settings.scale:g}）"
    random = world.random(f"{shape.name} export")
    return write_export(shape, columns, rows, target, said, form, random)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def write_truth(path: Path, truth: Mapping[str, Any]) -> None:
    """Write what was planted, for `validate` and the tests."""
    _write_json(path, {"made_up": True, **truth})


@contextmanager
def replacing(data: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """Yield a hidden folder whose parts then take the place of those of an earlier run.

    Parameters
    ----------
    data : Path
        The study's folder of data; made if it is not there.
    parts : tuple of str
        Files and folders in it that are made; all of them, or none, are replaced.

    Yields
    ------
    Path
        To be filled with the parts.

    Raises
    ------
    OutputError
        If something lies there that no earlier run made, or it cannot be written.
    """
    half = data / f".sample{PARTIAL}{process_mark()}"
    try:
        if stranger := _stranger(data, parts):
            raise OutputError("sample_stands", path=stranger)
        data.mkdir(parents=True, exist_ok=True)
        remove_stale(data)
        remove(half)
        (half / "old").mkdir(parents=True)
        yield half
        # Again: somebody may have put a file there meanwhile.
        if stranger := _stranger(data, parts):
            raise OutputError("sample_stands", path=stranger)
        _swap(data, half, parts)
    except OSError as problem:
        raise OutputError("table_unwritable", path=data, problem=problem.strerror or "") from None
    except duckdb.IOException as problem:
        # It names no number of an error; the last part of what it says is the system's word.
        told = str(problem).rpartition(": ")[2]
        raise OutputError("table_unwritable", path=data, problem=told) from None
    finally:
        remove(half)


def _swap(data: Path, half: Path, parts: tuple[str, ...]) -> None:
    moved: list[str] = []
    try:
        for part in parts:
            if (data / part).exists():
                os.replace(data / part, half / "old" / part)
            moved.append(part)
            # Exports of an earlier run go, where this one has none: they are of another seed.
            if part != RAW or (half / part).exists():
                os.replace(half / part, data / part)
    except OSError:
        # What was there comes back: half of one run beside half of another is neither.
        for part in moved:
            remove(data / part)
            if (half / "old" / part).exists():
                os.replace(half / "old" / part, data / part)
        raise


def _stranger(data: Path, parts: tuple[str, ...]) -> Path | None:
    """Return something in the parts' places that carries no mark of ours, or None."""
    for part in parts:
        whole = data / part
        found = sorted(whole.rglob("*")) if whole.is_dir() else [whole]
        for file in found:
            if file.is_symlink() or (file.is_file() and not _ours(file)):
                return file
    return None


def _ours(file: Path) -> bool:
    if file.suffix == ".json":
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            return False
        return isinstance(content, dict) and content.get("made_up") is True
    if file.suffix == ".parquet":
        place = str(file).replace("'", "''")
        query = f"SELECT decode(key) FROM parquet_kv_metadata('{place}')"
        try:
            return (MARK,) in duckdb.execute(query).fetchall()
        except duckdb.Error:
            return False
    return _has_banner(file)


def _has_banner(file: Path) -> bool:
    try:
        with open_sheets(file) as sheets:
            first = next(sheets[0].rows, [""])
    except DataError:
        return False
    return bool(first) and first[0].startswith(BANNERS[0])
