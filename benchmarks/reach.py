"""What the reach report asks of visits, by evalkit, by SQL, pandas and polars, in one run.

    .venv/bin/python benchmarks/reach.py [--rows 1000000] [--rounds 3] [--other PYTHON] [--ways ...]

Each way is a process of its own, and the ways take turns: only ratios within one run mean
anything. Neither pyarrow, with which pandas is faster, nor polars is among our packages, which
would be slower with them (docs/adr/0034-large-tables.md): ``--other`` names a Python
that has both. The rows are written once and kept where ``--folder`` says.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb

WAY = Path(__file__).with_name("reach_ways.py")
OURS, OTHERS = ("evalkit", "sql", "pandas"), ("pandas", "polars")
# Where pyspark is on PYTHONPATH, or installed: named by --ways alone.
ASKED = ("spark",)
MONTHS, TOWNS = 24, 40
STAGES = ("contacted", "assessed", "offered", "started", "completed")
# Of a hash, so that the same number of rows is the same rows, whatever writes them.
DRAW = "(hash({}, {}) % 1000003) / 1000003.0"


def make(folder: Path, rows: int) -> None:
    """Write so many visits, and the people, activities and steps that belong to them.

    A few people come often; some visits are to activities that no list has, some activities
    lack the number present, and some people of the register never came.
    """
    people, sessions = max(rows // 5, 50), max(rows // 15, 20)
    person = f"CAST(floor({people} * pow({DRAW.format('i', 1)}, 2)) AS BIGINT)"
    tables = {
        "attendance": (
            f"SELECT 'H' || lpad(s::VARCHAR, 9, '0') AS session_id, "
            f"'P' || lpad(p::VARCHAR, 9, '0') AS person_id, "
            f"DATE '2024-01-01' + CAST(s % {MONTHS * 30} AS INTEGER) AS date, s % 8 AS part FROM "
            f"(SELECT CAST(floor({sessions} * 1.01 * {DRAW.format('i', 2)}) AS BIGINT) AS s, "
            f"{person} AS p FROM range({rows}) AS r(i))"
        ),
        "sessions": (
            "SELECT 'H' || lpad(i::VARCHAR, 9, '0') AS session_id, "
            f"DATE '2024-01-01' + CAST(i % {MONTHS * 30} AS INTEGER) AS date, 'group' AS kind, "
            "'S1' AS site_id, CASE WHEN i % 50 > 0 THEN 10 + hash(i, 3) % 20 END::BIGINT "
            f"AS headcount, i % 2 AS part FROM range({sessions}) AS r(i)"
        ),
        "people": (
            "SELECT 'P' || lpad((i * 2)::VARCHAR, 9, '0') AS person_id, "
            f"'T' || (hash(i, 4) % {TOWNS}) AS township, i % 2 AS part "
            f"FROM range({people}) AS r(i)"
        ),
        "funnel": (
            "SELECT 'P' || lpad(i::VARCHAR, 9, '0') AS person_id, "
            f"{list(STAGES)}[s] AS stage, DATE '2024-01-01' AS date, s % 2 AS part "
            f"FROM range({people}) AS r(i), range(1, 6) AS t(s) "
            f"WHERE {DRAW.format('i', 5)} < 1.2 - 0.2 * s"
        ),
    }
    with duckdb.connect() as base:
        base.execute("SET threads = 2")
        for name, query in tables.items():
            place = folder / f"{name}.parquet"
            base.execute(f"COPY ({query}) TO '{place}' (FORMAT parquet, PARTITION_BY (part))")


def measured(way: str, folder: Path, python: str) -> dict[str, Any]:
    """Return what one way answers, its CPU seconds, and its peak of memory in MB."""
    ran = subprocess.run(
        [python, str(WAY), way, str(folder)], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise SystemExit(f"{way}: {ran.stderr}")
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def check_equal(found: dict[str, dict[str, Any]]) -> None:
    """Stop where two ways differ: counts are exact, and a share differs by rounding alone."""
    first, wanted = next(iter(found.items()))
    for way, answers in found.items():
        tops = answers["top"], wanted["top"]
        if not math.isclose(*tops, rel_tol=1e-9):
            raise SystemExit(f"top: {first} {tops[1]}, {way} {tops[0]}")
        for key in wanted.keys() - {"top"}:
            if answers[key] != wanted[key]:
                raise SystemExit(f"{key}: {first} {wanted[key]}, {way} {answers[key]}")


def run(folder: Path, rounds: int, ways: dict[str, str]) -> dict[str, dict[str, float]]:
    """Return of each way the median of its seconds, and its largest peak of memory."""
    took: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, python in ways.items():
            took[way].append(measured(way, folder, python))
        check_equal({way: each[-1]["answers"] for way, each in took.items()})
    return {
        way: {
            "seconds": statistics.median(one["seconds"] for one in each),
            "waited": statistics.median(one["waited"] for one in each),
            "peak": max(one["peak"] for one in each),
        }
        for way, each in took.items()
    }


def main() -> None:
    """Print one line a way."""
    words = argparse.ArgumentParser()
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--other", default="")
    words.add_argument("--ways", nargs="*", default=[])
    words.add_argument("--folder", type=Path)
    asked = words.parse_args()
    known = dict.fromkeys(OURS, sys.executable)
    known |= dict.fromkeys(OTHERS, asked.other) if asked.other else {}
    every = {**dict.fromkeys(ASKED, sys.executable), **known}
    ways = {way: every[way] for way in asked.ways or known}
    with tempfile.TemporaryDirectory() as name:
        folder = asked.folder or Path(name)
        if not (folder / "funnel.parquet").exists():
            folder.mkdir(parents=True, exist_ok=True)
            make(folder, asked.rows)
        found = run(folder, asked.rounds, ways)
    print(f"{asked.rows:,} visits\n\n| way | CPU s | of SQL's | s | peak MB |")
    print("|---|---|---|---|---|")
    sql = found.get("sql", {"seconds": math.nan})["seconds"]
    for way, told in found.items():
        took, waited = told["seconds"], told["waited"]
        print(f"| {way} | {took:.2f} | {took / sql:.2f} | {waited:.2f} | {told['peak']:,.0f} |")


if __name__ == "__main__":
    main()
