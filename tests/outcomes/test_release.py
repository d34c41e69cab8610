"""The North Carolina releases: what was printed of them, and what the report says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from evalkit import present
from evalkit.outcomes import open_report, recidivism

from .tables import drawn

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "studies" / "reference" / "release.toml"
# Chung, Schmidt and Witte (1991) as Wooldridge prints them (Econometric Analysis, section on
# duration): coefficient and error of a log-normal duration.
PRINTED = {
    "workprg": (-0.063, 0.120), "priors": (-0.137, 0.021), "alcohol": (-0.635, 0.144),
    "married": (0.341, 0.140),
}  # fmt: skip
OTHERS = ["tserved", "felon", "drugs", "black", "educ", "age"]


@pytest.fixture(scope="module")
def followed():
    return drawn(open_report(STUDY, "north_carolina", "recidivism", "en"))


def test_a_log_normal_duration_gives_the_printed_estimates():
    data = pd.read_csv(ROOT / "data" / "reference" / "recid.csv")
    names = [*PRINTED, *OTHERS]
    table = data[names].to_numpy(dtype=float)
    scale = table.std(axis=0)
    design = np.column_stack([np.ones(len(data)), table / scale])
    censored, log_time = data["cens"].to_numpy() == 1, np.log(data["durat"].to_numpy())

    def parts(theta):
        z = (log_time - design @ theta[:-1]) / np.exp(theta[-1])
        return np.where(censored, norm.logsf(z), norm.logpdf(z) - theta[-1]), z

    def loss(theta):
        each, z = parts(theta)
        sigma = np.exp(theta[-1])
        slope = np.where(censored, np.exp(norm.logpdf(z) - norm.logsf(z)), z)
        by_sigma = np.where(censored, slope * z, z**2 - 1)
        return -each.sum(), -np.append(design.T @ slope / sigma, by_sigma.sum())

    start = np.append(np.zeros(design.shape[1]), 0.5)
    start[0] = 4
    fit = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-5}).x
    step = 1e-4
    curve = np.array([
        (loss(fit + step * one)[1] - loss(fit - step * one)[1]) / (2 * step)
        for one in np.eye(fit.size)
    ])  # fmt: skip
    errors = np.sqrt(np.diag(np.linalg.inv(curve)))[1:-1] / scale

    for i, (name, (value, error)) in enumerate(PRINTED.items()):
        # Printed to three decimals.
        assert fit[1 + i] / scale[i] == pytest.approx(value, abs=5.1e-4), name
        assert errors[i] == pytest.approx(error, abs=5.1e-4), name


def test_the_crude_shares_stand_in_the_flow(followed):
    ever = {e.dim("group"): (e.events, e.n) for e in followed.estimates
            if e.estimand == "events_ever"}  # fmt: skip

    assert ever == {"work_programme": (263, 672), "no_programme": (289, 773)}
    page = present.flow_table(followed).html["zh"]
    assert all(number in page for number in ("263", "289", "672", "773"))


def test_groups_that_were_unlike_are_made_alike_and_no_effect_is_claimed(followed):
    plan = followed.report.plan
    by = {"adjustment": plan.adjustment, "covariates": plan.covariates}

    before = recidivism.profile(followed, covariates=plan.covariates)
    after = recidivism.weigh(followed, **by)
    adjusted = recidivism.adjust(followed, **by, level=plan.level)

    assert before.largest > 0.4
    # Weights that balance by construction: what is left is the solver's tolerance.
    assert max(abs(e.value) for e in after.of("adjusted_smd")) < 1e-6
    gap = adjusted.one("adjusted_difference")
    # The printed duration model finds no clear effect either: -0.063 with an error of 0.120.
    assert gap.low < 0 < gap.high
    decided = recidivism.verdict(
        recidivism.compare(followed, estimator=plan.estimator, level=plan.level),
        recidivism.log_rank(followed), before, adjusted,
    )  # fmt: skip
    assert decided.estimates[0].verdict == "no_clear"


def test_by_the_odds_of_the_score_they_stay_unlike_and_nothing_is_shown(followed):
    plan = followed.report.plan

    refused = recidivism.adjust(
        followed, adjustment="att_weights", covariates=plan.covariates, level=plan.level
    )

    assert "still not alike" in refused.estimate.reason.text["en"]
