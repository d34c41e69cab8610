"""Make docs/reference/type-one.md from data/reference/type_one.csv.

    .venv/bin/python tools/type_one.py

The table itself is made by `evalkit validate` with the four scenarios in which something is
scarce (the command stands on the page).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "type-one.md"
TABLE = ROOT / "data" / "reference" / "type_one.csv"
# Three Monte-Carlo errors above 5 %: 6.46 % of 2,000 answers.
LEVEL, ERRORS = 0.05, 3
TITLES = {
    "few_treated": "By the number treated",
    "poor_overlap": "By overlap",
    "few_clusters": "By clusters",
    "rare_events": "By the rate of events",
}
ABOUT = {
    "few_treated": "200 people, so many of them treated, by lot.",
    "poor_overlap": "300 people. A standard deviation of the covariate adds so much to the log "
    "odds of being treated: at 1 the groups overlap, at 6 hardly at all. Exact matching, which "
    "is right only where all that matters is in its strata, is tried where the covariate has "
    "three values; methods without a covariate are not.",
    "few_clusters": "So many clusters (about 20 people each) or places (8 periods each) are "
    "treated, of so many.",
    "rare_events": "800 people, half of them treated; numbers are the outcome where a method "
    "does not take events.",
}
HEADER = """\
# Type-I error where something is scarce

Made by `tools/type_one.py` from `data/reference/type_one.csv`; do not edit. In these
made-up worlds nothing differs between the groups: whoever finds a difference at 5 % (by the
p-value, or by an interval that leaves it out) has called nothing something. A cell is the
share of {replicates} data sets in which that happened, of those that were answered;
"refused" means that all were refused, with the reason that [estimators.md](estimators.md)
gives, and "(of n)" that only so many were answered. By chance alone a method that errs in
5 % shows up to {limit} of {replicates}, three Monte-Carlo errors; of fewer answers more.
{verdict}

"risks" is the same method with a binary outcome. Version of the code: {version}; seed
{seed}; {date}. The same again:

```sh
evalkit validate --replicates {replicates_plain} --seed {seed} --only few_treated \\
  --only poor_overlap --only few_clusters --only rare_events \\
  --out data/reference/type_one.csv
.venv/bin/python tools/type_one.py
```
"""


def limit(answered: int) -> float:
    """Return the largest share that chance explains in so many answers."""
    return LEVEL + ERRORS * math.sqrt(LEVEL * (1 - LEVEL) / answered)


def answers(row: dict[str, str]) -> int:
    """Return how many data sets of a row were answered."""
    return int(row["replicates"]) - int(row["refused"])


def beyond(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows whose share is larger than chance explains."""
    return [r for r in rows if answers(r) and float(r["type_1_error"]) > limit(answers(r))]


def page(rows: list[dict[str, str]]) -> str:
    """Return the page.

    Parameters
    ----------
    rows : list of dict
        Of the table.
    """
    many = int(rows[0]["replicates"])
    worse = len(beyond(rows))
    parts = [
        HEADER.format(
            replicates=f"{many:,}",
            replicates_plain=many,
            limit=_percent(limit(many)),
            verdict=f"{worse} cells are above that (bold)." if worse else "No cell is above that.",
            **{key: rows[0][key] for key in ("version", "seed", "date")},
        )
    ]
    for scenario, title in TITLES.items():
        own = [row for row in rows if row["scenario"] == scenario]
        parts.append(f"\n## {title}\n\n{ABOUT[scenario]}\n")
        groups: dict[tuple[str, ...], list[str]] = {}
        for method in dict.fromkeys(row["method"] for row in own):
            sizes = tuple(row["size"] for row in own if row["method"] == method)
            groups.setdefault(sizes, []).append(method)
        for sizes, methods in groups.items():
            parts.append(_table(own, sizes, methods))
    return "".join(parts)


def _table(rows: list[dict[str, str]], sizes: tuple[str, ...], methods: list[str]) -> str:
    known = {(row["method"], row["size"]): row for row in rows}
    lines = ["", f"| method | {' | '.join(sizes)} |", f"|---|{'---:|' * len(sizes)}"]
    for method in methods:
        cells = [_cell(known[method, size]) for size in sizes]
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(row: dict[str, str]) -> str:
    answered = answers(row)
    if not answered:
        return "refused"
    text = _percent(float(row["type_1_error"]))
    if beyond([row]):
        text = f"**{text}**"
    return text if answered == int(row["replicates"]) else f"{text} (of {answered:,})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def read() -> list[dict[str, str]]:
    """Return the rows of the committed table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    PAGE.write_text(page(read()), encoding="utf-8")
