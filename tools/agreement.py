"""Make docs/reference/agreement.md and data/reference/agreement.csv from the tests.

    .venv/bin/python tools/agreement.py            write both
    .venv/bin/python tools/agreement.py --check    run the tests, write nothing, compare

Each comparison of an estimator with R, a published table, another library or an
independent slow way writes one line while the tests run (`tests.helpers.agree`). A
difference is printed as the next power of ten, and what is below 1e-12 as that: the last
digits are those of a machine. `--check` fails where a comparison was added, left out or
became more than ten times worse.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "agreement.md"
TABLE = ROOT / "data" / "reference" / "agreement.csv"
FLOOR = 1e-12
COLUMNS = (
    *("estimator", "reference", "numbers", "largest_relative_difference"),
    *("relative_tolerance", "absolute_tolerance"),
)
Row = tuple[str, str, int, float, float, float]

HEADER = """\
# Agreement of the estimators

Made by `tools/agreement.py` from the tests; do not edit. Every line is a comparison that
`make test` makes: how many numbers of the estimator were held to the reference, the
largest relative difference found (the next power of ten; where the reference is 0 on
paper, the difference itself), and what the test allows: a share of the number, or a
difference. What is below 1e-12 is rounding. Published values are printed to few places, so
half a unit of the last place is allowed, which is a large share of a small number.

Slow ways are written in the tests from the definition of the method, without the code of
the estimator, and are given 200 random inputs or more. R's values and the licences of the
data are in `tests/reference/`. [estimators.md](estimators.md) says which estimators lean
on a library, which are ours, and why.

| estimator | reference | numbers | largest relative difference | allowed |
|---|---|---:|---:|---:|
"""


def measured() -> list[Row]:
    """Run the tests of the estimators and return what they compared."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "lines"
        words = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/estimators"]
        environment = {**os.environ, "EVALKIT_AGREEMENT": str(file)}
        made = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
        if made.returncode:
            sys.exit(f"the tests of the estimators fail:\n{made.stdout[-3000:]}")
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    found: dict[tuple[str, str], Row] = {}
    for estimator, reference, gap, rel, absolute, numbers in lines:
        key = (estimator, reference)
        _, _, so_far, worst, least, most = found.get(key, (*key, 0, 0.0, 0.0, 0.0))
        limits = max(least, rel), max(most, absolute)
        found[key] = (*key, so_far + numbers, max(worst, gap), *limits)
    return [(*row[:3], _power(row[3]), *row[4:]) for _, row in sorted(found.items())]


def _power(gap: float) -> float:
    return 10.0 ** math.ceil(math.log10(gap)) if gap > FLOOR else FLOOR


def _text(rows: list[Row]) -> tuple[str, str]:
    page, table = [HEADER], io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for estimator, reference, numbers, gap, rel, absolute in rows:
        least = "< 1e-12" if gap <= FLOOR else f"{gap:.0e}"
        allowed = " or ".join([*([f"{rel:.2g} of it"] if rel else []), f"{absolute:.2g}"])
        allowed = allowed.removesuffix(" or 0") if rel else allowed
        page.append(f"| {estimator} | {reference} | {numbers:,} | {least} | {allowed} |\n")
        writer.writerow([*(estimator, reference, numbers), f"{gap:.0e}", rel, absolute])
    return "".join(page), table.getvalue()


def _compare(rows: list[Row]) -> list[str]:
    """Return what is not as the committed table says."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        known = {(r["estimator"], r["reference"]): r for r in csv.DictReader(file)}
    problems = [f"no longer compared: {' with '.join(key)}" for key in known]
    for estimator, reference, numbers, gap, *_ in rows:
        row = known.pop((estimator, reference), None)
        if row is None:
            problems.append(f"not in the table: {estimator} with {reference}")
            continue
        problems.remove(f"no longer compared: {estimator} with {reference}")
        if int(row["numbers"]) != numbers:
            problems.append(f"{estimator} with {reference}: {numbers} numbers")
        if gap > 11 * float(row["largest_relative_difference"]):
            problems.append(f"{estimator} with {reference}: differs by {gap:.0e}")
    return problems


def main() -> None:
    """Write the page and the table, or compare with the committed table."""
    rows = measured()
    if "--check" in sys.argv[1:]:
        if problems := _compare(rows):
            sys.exit("\n".join([*problems, "run tools/agreement.py and look at what changed"]))
        return
    page, table = _text(rows)
    PAGE.write_text(page, encoding="utf-8")
    TABLE.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
