"""A million case files: `evalkit read` against DuckDB and pandas, side by side in one run.

    .venv/bin/python benchmarks/read.py [--rows 1000000] [--rounds 3]

CPU seconds of a command are those of all its processes. DuckDB and pandas only take the texts
over into Parquet: they check nothing, read no date and name no person. Only ratios within one
run mean anything.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from batch import cost
from evalkit.schema import load_schema

ROOT = Path(__file__).resolve().parents[1]
WAYS = {
    "evalkit read": "",
    "DuckDB, texts to Parquet": (
        'import duckdb; duckdb.execute("SET threads = 1; COPY (SELECT * FROM '
        "read_csv('cases.csv', all_varchar = true)) TO 'd.parquet'\")"
    ),
    "pandas, texts": "import pandas; pandas.read_csv('cases.csv', dtype=str)",
}


def make_cases(path: Path, rows: int) -> None:
    """Write so many case files, as an office would export them."""
    draw, shape = random.Random(20261128), load_schema("cases")
    words = {n: [c.label.text["zh"] for c in f.choices.values()] for n, f in shape.columns.items()}
    towns = [f"第{n}街道" for n in range(1, 61)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(field.header.text["zh"] for field in shape.columns.values())
        for number in range(rows):
            index = date(2022, 1, 1) + timedelta(draw.randrange(365))
            treated = draw.random() < 0.5
            start = index + timedelta(draw.randrange(5, 30))
            end, searched = start + timedelta(90), index + timedelta(draw.randrange(400, 730))
            held = {
                "person_id": f"GG{number:07}", "index_date": index.isoformat(),
                "assigned": words["assigned"][0 if treated else 1],
                "referral_date": (index + timedelta(3)).isoformat() if treated else "",
                "plan_start": start.isoformat() if treated else "",
                "plan_end": end.isoformat() if treated else "",
                "follow_up_end": searched.isoformat(), "age": draw.randrange(12, 18),
                "prior_events": draw.choice([0, 0, 0, 1, 2]), "township": draw.choice(towns),
                "cluster": f"C{draw.randrange(400):03}", "linked": "是", "consent": "是",
            }  # fmt: skip
            writer.writerow(
                held[name] if name in held else draw.choice(words[name]) for name in shape.columns
            )


def main() -> None:
    """Print one line a way."""
    words = argparse.ArgumentParser()
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=3)
    asked = words.parse_args()
    took: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_cases(folder / "cases.csv", asked.rows)
        read = [sys.executable, "-m", "evalkit", "read", str(folder / "cases.csv"), "--as", "cases"]
        read += ["--area", "guigang", "--study", str(_study(folder)), "--replace"]
        for _ in range(asked.rounds):
            for way, code in WAYS.items():
                words = [sys.executable, "-c", code] if code else read
                took[way].append(cost(words, folder, EVALKIT_KEY="ab" * 32)[0])
    print(
        f"{asked.rows:,} case files of 18 columns\n\n| way | CPU s | of evalkit's |\n|---|---|---|"
    )
    ours = statistics.median(took["evalkit read"])
    for way, times in took.items():
        theirs = statistics.median(times)
        print(f"| {way} | {theirs:.2f} | 1/{ours / theirs:.1f} |")


def _study(folder: Path) -> Path:
    """Write the least study that takes the table."""
    text = (ROOT / "studies" / "sample" / "study.toml").read_text(encoding="utf-8")
    text = text.replace("../../data/areas", (ROOT / "data" / "areas").as_posix())
    text = text.replace('status = "made_up"', 'status = "confidential"', 1)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


if __name__ == "__main__":
    main()
