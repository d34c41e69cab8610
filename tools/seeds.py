"""Ask the recidivism report about many made-up areas whose truth is known.

    .venv/bin/python tools/seeds.py --seeds 200

Each seed makes the case files, contacts and absences of an area anew, and the very functions of
the notebook answer: docs/reference/seeds.md says what they found. With --check the page is held
to the table, and nothing is computed.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evalkit.outcomes import Refusal, open_report, recidivism
from evalkit.sample.areas import BASE, NULL
from evalkit.sample.recidivism import Bases, case_tables
from evalkit.sample.world import Settings, World
from evalkit.sample.write import write_clean
from evalkit.schema import load_schema

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "data" / "reference" / "seeds.csv"
PAGE = ROOT / "docs" / "reference" / "seeds.md"
TABLES = ("cases", "events", "absences")
# A trait of a third that no table has: hazard times 2.2, and taken in far more often.
HIDDEN = 0.8


@dataclass(frozen=True)
class Planted:
    """One kind of made-up area.

    Parameters
    ----------
    area : str
        Whose plan and size.
    bases : Bases
        What is planted.
    bad : bool
        Whether the comparison group is of people without earlier events alone.
    about : str
        For the page.
    """

    area: str
    bases: Bases
    about: str
    bad: bool = False


SCENARIOS = {
    "effect": Planted("guigang", BASE, "the hazard times 0.7, as in Guigang"),
    "none": Planted("yiliang", NULL, "no effect, as in Yiliang"),
    "hidden": Planted(
        "guigang",
        Bases(BASE.programme, BASE.comparison, BASE.ratio, HIDDEN),
        "as Guigang, and a trait that no table has",
    ),
    "bad": Planted(
        "guigang", BASE, "as Guigang, compared with people without earlier events", bad=True
    ),
}


@dataclass(frozen=True)
class Answer:
    """What one seed gave: chances, not points; no number where it was refused."""

    scenario: str
    seed: int
    truth: float
    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    placebo: float = float("nan")
    placebo_p: float = float("nan")


def _study(folder: Path, world: World, planted: Planted) -> tuple[Path, float]:
    """Write a study of one area; return its file and the planted effect on the treated."""
    tables, truth = case_tables(world, planted.bases)
    if planted.bad:
        cases = tables["cases"]
        kept = (cases["assigned"] == "programme") | (cases["prior_events"] == 0)
        tables["cases"] = cases[kept].reset_index(drop=True)
    study = folder / "studies" / "sample" / "study.toml"
    study.parent.mkdir(parents=True)
    shutil.copy(ROOT / "studies" / "sample" / "study.toml", study)
    shutil.copytree(ROOT / "data" / "areas", folder / "data" / "areas")
    for name in TABLES:
        rows = tables[name]
        rows = rows[rows["person_id"].isin(tables["cases"]["person_id"])].reset_index(drop=True)
        write_clean(world, load_schema(name), rows, study.parent / "data" / "clean")
    return study, truth["expected_with"] - truth["expected_without"]


def ask(scenario: str, seed: int) -> Answer:
    """Return what the report says of one made-up area."""
    planted = SCENARIOS[scenario]
    with tempfile.TemporaryDirectory() as made:
        study, truth = _study(Path(made), World(Settings(seed=seed), planted.area), planted)
        report = open_report(study, planted.area, "recidivism", "en")
        plan = report.plan
        followed = recidivism.draw_cohort(
            report, definition=plan.definition, window=plan.window, subset=plan.subset
        )
        by = {"adjustment": plan.adjustment, "covariates": plan.covariates, "level": plan.level}
        adjusted = recidivism.adjust(followed, **by)
        placebo = recidivism.placebo(followed, **by)
    nothing = float("nan")
    found = (nothing,) * 4
    if not isinstance(adjusted, Refusal):
        gap, p = (adjusted.one(f"adjusted_difference{x}") for x in ("", "_p"))
        found = tuple(nothing if x is None else x for x in (gap.value, gap.low, gap.high, p.value))
    before = (nothing, nothing)
    if not isinstance(placebo, Refusal):
        pair = [placebo.one(f"placebo_difference{x}").value for x in ("", "_p")]
        before = tuple(nothing if x is None else x for x in pair)
    return Answer(scenario, seed, truth, *found, *before)


def _lines(rows: pd.DataFrame) -> Iterator[str]:
    for name, planted in SCENARIOS.items():
        all_of = rows[rows["scenario"] == name]
        told = all_of[all_of["value"].notna()]
        cells = [planted.about, f"{len(told)} of {len(all_of)}"]
        if told.empty:
            yield "| " + " | ".join([*cells, "–", "–", "–", "–", "–"]) + " |"
            continue
        off = told["value"] - told["truth"]
        covered = ((told["low"] <= told["truth"]) & (told["truth"] <= told["high"])).mean()
        error = off.std(ddof=1) / np.sqrt(len(off))
        flagged = (told["placebo_p"] <= 0.05).mean()
        cells += [
            f"{100 * told['truth'].mean():+.2f}",
            f"{100 * off.mean():+.2f} ({100 * error:.2f})",
        ]
        cells += [f"{100 * covered:.1f}%", f"{100 * (told['p'] <= 0.05).mean():.1f}%"]
        yield "| " + " | ".join([*cells, f"{100 * flagged:.1f}%"]) + " |"


def page(rows: pd.DataFrame) -> str:
    """Return the page that says what was found."""
    seeds = rows["seed"].nunique()
    # Of that many answers 95 % are covered, give or take three Monte-Carlo errors.
    error = 100 * 3 * np.sqrt(0.05 * 0.95 / seeds)
    head = (
        "planted", "answered", "planted effect (points)", "bias (Monte-Carlo error)",
        "interval covers", "p at most 0.05", "placebo flags",
    )  # fmt: skip
    return "\n".join([
        "# What the recidivism report finds in areas whose truth is known",
        "",
        "Made by `tools/seeds.py` from `data/reference/seeds.csv`; do not edit. Each of "
        f"{seeds} seeds makes an area's case files, contacts and absences anew, as the sample "
        "study does, and the functions of the notebook answer by the sample study's plan: who "
        "counts, the gates, the adjusted difference, the placebo outcome. The planted "
        "effect is what is expected of those in the programme with it, less what is expected "
        "of them without.",
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *_lines(rows),
        "",
        f"An interval of 95 % covers between {95 - error:.1f} and {95 + error:.1f} % of {seeds}, "
        "three Monte-Carlo errors; one that covers more is wider than it need be. Under a hidden "
        "trait the estimate is wrong, and nothing in the tables can mend it: what counts is that "
        "the placebo outcome, contacts before the index date, tells. With a comparison group "
        "like whom nobody in the programme is, no number may be shown.",
        "",
        "```sh",
        f".venv/bin/python tools/seeds.py --seeds {seeds}",
        "```",
        "",
    ])  # fmt: skip


def write(table: Path, rows: Sequence[Any]) -> None:
    """Write answers, one a line, to six digits; what is no number is an empty cell."""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(rows[0])])
        for row in rows:
            cells = [f"{x:.6g}" if isinstance(x, float) else x for x in astuple(row)]
            writer.writerow(["" if cell == "nan" else cell for cell in cells])


def main() -> int:
    """Compute and write the page, or hold it to the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if not asked.check:
        rows: list[Answer] = []
        with ProcessPoolExecutor(asked.jobs) as pool:
            for name in SCENARIOS:
                rows += pool.map(partial(ask, name), range(1, asked.seeds + 1), chunksize=4)
        write(TABLE, rows)
    made = page(pd.read_csv(TABLE))
    if asked.check:
        return 0 if PAGE.read_text(encoding="utf-8") == made else 1
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
