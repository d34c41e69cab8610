"""Estimators against the libraries that a statistician would use, side by side in one run.

    .venv/bin/python benchmarks/estimators.py [--sizes 1000 100000 1000000] [--patience 120]

A library that is not installed is left out (lifelines, pyfixest: `pip install`; R with
survival and MatchIt: Debian's r-cran-survival and r-cran-matchit); one whose last size
foretells more seconds than --patience is not run, and its line says so. CPU seconds, the
median of three where that takes less than a second. Only ratios within one run mean
anything. Results are compared too: a way whose answer differs is marked.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from rival_ways import LIBRARIES, R_WAYS

from evalkit.estimators.bootstrap import bootstrap
from evalkit.estimators.cox import cox
from evalkit.estimators.kaplan_meier import cumulative_incidence, life_table
from evalkit.estimators.matching import match, matched_difference

COVARIATES = ["treated", "x1", "x2", "x3", "x4"]
# A bootstrap draws at random: answers agree to about its Monte Carlo error.
LOOSE = {"bootstrap of a risk difference, 999 draws": 0.1}
Way = Callable[[pd.DataFrame], float]


def made_up(n: int) -> pd.DataFrame:
    """Return persons in 400 townships, followed for up to two years, in whole days."""
    random = np.random.default_rng(20261126)
    table = pd.DataFrame(random.normal(size=(n, 4)), columns=COVARIATES[1:])
    linear = table.sum(axis=1).to_numpy() * 0.3
    table["score"] = 1 / (1 + np.exp(1.0 - linear))
    table["treated"] = (random.random(n) < table["score"]).astype(float)
    hazard = np.exp(0.3 * linear - 0.2 * table["treated"]) / 900
    event = np.ceil(random.exponential(1 / hazard))
    end = random.integers(180, 731, n)
    table["time"] = np.minimum(event, end).astype(float)
    table["event"] = (event <= end).astype(int)
    table["cluster"] = random.integers(0, 400, n)
    return table


def our_curve(table: pd.DataFrame) -> float:
    """Return the share with the event by day 365."""
    curve = cumulative_incidence(life_table(table["time"], table["event"]))
    return float(curve.value[np.searchsorted(curve.time, 365, side="right") - 1])


def our_cox(table: pd.DataFrame) -> float:
    """Return the cluster-robust standard error of the treatment, without our factor."""
    fit = cox(table["time"], table["event"], table[COVARIATES], cluster=table["cluster"])
    return float(fit.se[0]) / float(np.sqrt(fit.clusters / (fit.clusters - 1)))


def our_matching(table: pd.DataFrame) -> float:
    """Return the matched difference in follow-up time."""
    return matched_difference(table["time"], match(table["score"], table["treated"])).value


def our_bootstrap(table: pd.DataFrame) -> float:
    """Return the lower end of the interval of the risk difference."""
    found = bootstrap(table["event"], table["treated"], seed=1, replicates=999)
    return float(found.low)


OURS: dict[str, Way] = {
    "Kaplan-Meier": our_curve,
    "Cox regression, errors in 400 clusters": our_cox,
    "caliper matching": our_matching,
    "bootstrap of a risk difference, 999 draws": our_bootstrap,
}


def cost(way: Way, table: pd.DataFrame) -> tuple[float, float]:
    """Return the CPU seconds of one way and its answer."""
    seconds, answer = [], float("nan")
    while len(seconds) < 3 and sum(seconds) < 1:
        began = time.process_time()
        answer = way(table)
        seconds.append(time.process_time() - began)
    return statistics.median(seconds), answer


def by_r(package: str, script: str, table: pd.DataFrame) -> tuple[float, float]:
    """Return the CPU seconds that R counts for its own work, without reading, and its answer."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "people.csv"
        table.to_csv(file, index=False)
        code = (
            f'library({package}); d <- read.csv("{file}"); b <- proc.time(); v <- {{{script}}}; '
            'u <- proc.time() - b; cat("\\n", u[[1]] + u[[2]], v, "\\n")'
        )
        said = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
        seconds, answer = said.stdout.split()[-2:]
    return float(seconds), float(answer)


def ways_of(task: str) -> dict[str, Callable[[pd.DataFrame], tuple[float, float]]]:
    """Return every way of a task that can be had here."""
    found: dict[str, Callable[[pd.DataFrame], tuple[float, float]]] = {
        "evalkit": lambda table: cost(OURS[task], table)
    }
    for library, module, way in LIBRARIES[task]:
        if module is None or importlib.util.find_spec(module):
            found[library] = lambda table, way=way: cost(way, table)  # type: ignore[misc]
    if shutil.which("Rscript"):
        for package, script in R_WAYS[task]:
            found[f"R {package}"] = lambda table, package=package, script=script: by_r(  # type: ignore[misc]
                package, script, table
            )
    return found


def main() -> None:
    """Print one line a task, size and way."""
    words = argparse.ArgumentParser()
    words.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    words.add_argument("--patience", type=float, default=120)
    words.add_argument("--task", choices=list(OURS))
    asked = words.parse_args()
    print("| task | persons | way | CPU s | times ours | answer |\n|---|---|---|---|---|---|")
    last: dict[tuple[str, str], tuple[int, float]] = {}
    tables = {size: made_up(size) for size in asked.sizes}
    for task in [asked.task] if asked.task else OURS:
        for size, table in tables.items():
            ours = known = float("nan")
            for library, way in ways_of(task).items():
                before = last.get((task, library))
                guess = before[1] * size / before[0] if before else 0.0
                line = f"| {task} | {size:,} | {library} |"
                if guess > asked.patience:
                    print(f"{line} not run: about {guess:,.0f} foretold | | |", flush=True)
                    continue
                seconds, answer = way(table)
                last[task, library] = (size, seconds)
                if library == "evalkit":
                    ours, known = seconds, answer
                same = abs(answer - known) <= LOOSE.get(task, 1e-6) * abs(known)
                mark = "" if same else " (differs)"
                times = f"{seconds / ours:.1f}" if ours else ""
                print(f"{line} {seconds:.4f} | {times} | {answer:.8g}{mark} |", flush=True)


if __name__ == "__main__":
    main()
