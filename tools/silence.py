"""Ask the satisfaction report about many made-up surveys whose truth is known.

    .venv/bin/python tools/silence.py --seeds 200

Each seed draws a survey anew, in which the less content are silent more often, and the very
functions of the notebook answer: docs/reference/silence.md says what they found.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from evalkit.estimators.share import share
from evalkit.outcomes import open_report, satisfaction
from evalkit.sample.surveys import Plan, survey
from evalkit.sample.world import Settings, World
from evalkit.sample.write import write_clean
from evalkit.schema import load_schema
from seeds import write

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "data" / "reference" / "silence.csv"
PAGE = ROOT / "docs" / "reference" / "silence.md"
AREA, WAVE, ASKED = "guigang", "2025年第一轮", 1_000
SCENARIOS = {
    "answers": "the less content are silent, wherever they live",
    "places": "places are silent, the less content ones more",
}


@dataclass(frozen=True)
class Answer:
    """What one seed gave: shares of all people of the frame who are content, and intervals."""

    scenario: str
    seed: int
    truth: float
    naive: float
    naive_low: float
    naive_high: float
    design: float
    design_low: float
    design_high: float
    placed: float
    placed_low: float
    placed_high: float
    bound_low: float
    bound_high: float


def ask(scenario: str, seed: int) -> Answer:
    """Return what the report says of one made-up survey."""
    world = World(Settings(seed=seed), AREA)
    plan = Plan("q", "parent", ((WAVE, ASKED),), scenario)
    tables, truth = survey(world, plan)
    with tempfile.TemporaryDirectory() as made:
        study = Path(made) / "studies" / "sample" / "study.toml"
        study.parent.mkdir(parents=True)
        shutil.copy(ROOT / "studies" / "sample" / "study.toml", study)
        shutil.copytree(ROOT / "data" / "areas", Path(made) / "data" / "areas")
        for name, rows in tables.items():
            write_clean(world, load_schema(name), rows, study.parent / "data" / "clean")
        report = open_report(study, AREA, "satisfaction", "en")
        by = report.plan
        answers = satisfaction.draw_answers(report, item=by.item, subset=by.subset)
        design = satisfaction.top_box(answers, by.by, by.top, by.estimator, by.level)
        bounds = satisfaction.silent(answers, by.top).one("silent_bounds")
        placed = satisfaction.placed(answers, by.top, by.level, by.known).one("placed_share")
    given = answers.cohort.frame["answer"].isin(by.top)
    # As a pilot prints it: so many of those who answered, taken for people drawn one by one.
    plain = share(int(given.sum()), len(given))
    own = design.one("top_box", respondent_kind="all")
    parts = [x for e in (plain, own, placed) for x in (e.value, e.low, e.high)]
    return Answer(scenario, seed, truth[f"content_{WAVE}"], *parts, bounds.low, bounds.high)


def _lines(rows: pd.DataFrame) -> Iterator[str]:
    for name, about in SCENARIOS.items():
        some = rows[rows["scenario"] == name]
        inside = (
            (some["bound_low"] <= some["truth"]) & (some["truth"] <= some["bound_high"])
        ).mean()
        for how, called in HOW.items():
            off = some[how] - some["truth"]
            held = (some[f"{how}_low"] <= some["truth"]) & (some["truth"] <= some[f"{how}_high"])
            error = 100 * off.std(ddof=1) / np.sqrt(len(off))
            cells = [
                about,
                called,
                f"{100 * off.mean():+.2f} ({error:.2f})",
                f"{100 * held.mean():.1f}%",
            ]
            yield "| " + " | ".join(cells) + " |"
        yield f"| {about} | bounds for the silent | – | {100 * inside:.1f}% |"


HOW = {
    "naive": "those who answered, Wilson",
    "design": "those who answered, weights and places",
    "placed": "answers standing for their place",
}


def page(rows: pd.DataFrame) -> str:
    """Return the page that says what was found."""
    seeds = rows["seed"].nunique()
    return "\n".join([
        "# What the satisfaction report says where many are silent",
        "",
        "Made by `tools/silence.py` from `data/reference/silence.csv`; do not edit. Each of "
        f"{seeds} seeds draws a survey of {ASKED:,} people in 20 of 40 places anew, as the sample "
        "study does, and the functions of the notebook answer. The truth is the share of content "
        "people in all 40 places. About three in ten are silent.",
        "",
        "| who is silent | what | bias in points (Monte-Carlo error) | holds the truth |",
        "|---|---|---|---|",
        *_lines(rows),
        "",
        "Where places are silent, answers that stand for their place put it right. Where people "
        "are silent for what they would say, no weighting can: the bounds hold the truth, and an "
        "interval of those who answered does not as often as it says.",
        "",
        "```sh",
        f".venv/bin/python tools/silence.py --seeds {seeds}",
        "```",
        "",
    ])  # fmt: skip


def main() -> int:
    """Compute and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    rows: list[Answer] = []
    with ProcessPoolExecutor(asked.jobs) as pool:
        for name in SCENARIOS:
            rows += pool.map(partial(ask, name), range(1, asked.seeds + 1), chunksize=4)
    write(TABLE, rows)
    PAGE.write_text(page(pd.read_csv(TABLE)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
