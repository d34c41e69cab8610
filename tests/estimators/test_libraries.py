"""Estimates that a library gets wrong: what it gives, what is right, what ours gives.

Where a library mends its own, its test fails here: then the line goes, or says since when.
"""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.stats.proportion import confint_proportions_2indep
from tests.helpers import ROOT, reference_data

from evalkit.estimators.cox import cox
from evalkit.estimators.miettinen_nurminen import miettinen_nurminen
from evalkit.estimators.negative_binomial import negative_binomial
from evalkit.estimators.proportional_hazards import proportional_hazards
from evalkit.estimators.restricted_mean import restricted_mean

LINES = pd.read_csv(ROOT / "data" / "reference" / "libraries.csv")


def life():
    data = pd.read_csv(reference_data("rossi.csv"))
    return data["week"], data["arrest"], data[["fin", "age", "prio"]]


def absence():
    data = pd.read_csv(reference_data("quine.csv"))
    table = pd.get_dummies(data[["Eth", "Sex", "Age", "Lrn"]], drop_first=True).astype(float)
    return data["Days"], table


def our_mean():
    data = pd.read_csv(reference_data("pbc312.csv"))
    return restricted_mean(data["time"], data["status"], data["arm"], tau=10).first_se


def our_negative_binomial():
    days, table = absence()
    fit = negative_binomial(days, np.ones(days.size), table)
    return fit.se[1 + list(table.columns).index("Eth_N")]


OURS = {
    "risk difference, Miettinen-Nurminen, lower end": lambda: (
        miettinen_nurminen(56, 70, 48, 80).low
    ),
    "risk difference, Miettinen-Nurminen, upper end": lambda: (
        miettinen_nurminen(56, 70, 48, 80).high
    ),
    "restricted mean time, standard error": our_mean,
    "Cox regression, robust standard error": lambda: cox(*life(), robust=True).se[0],
    "test of proportional hazards, chi-square": lambda: proportional_hazards(*life()).chi2[2],
    "negative binomial rates, standard error": our_negative_binomial,
}


def score_interval():
    return confint_proportions_2indep(56, 70, 48, 80, method="score", compare="diff")


def robust_errors():
    time, event, table = life()
    model = PHReg(time, table, status=event, ties="efron")
    return model.fit(groups=np.arange(event.size), disp=0).bse[0]


def fixed_dispersion():
    days, table = absence()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = sm.GLM(days, sm.add_constant(table), family=sm.families.NegativeBinomial())
        return model.fit().bse["Eth_N"]


# lifelines is no part of the project: its values are those of its version, on record.
STATSMODELS = {
    "risk difference, Miettinen-Nurminen, lower end": lambda: score_interval()[0],
    "risk difference, Miettinen-Nurminen, upper end": lambda: score_interval()[1],
    "Cox regression, robust standard error": robust_errors,
    "negative binomial rates, standard error": fixed_dispersion,
}


@pytest.mark.parametrize("line", LINES.to_dict("records"), ids=lambda line: line["estimate"])
def test_ours_is_the_right_value_to_every_printed_place(line):
    half = 0.5 * 10.0 ** -line["places"]

    assert OURS[line["estimate"]]() == pytest.approx(line["right_value"], abs=1.0001 * half)
    assert abs(line["library_value"] - line["right_value"]) > half


@pytest.mark.parametrize("estimate", STATSMODELS)
def test_statsmodels_still_gives_what_is_on_record(estimate):
    line = LINES[LINES["estimate"] == estimate].iloc[0]

    assert line["library"] == "statsmodels"
    assert STATSMODELS[estimate]() == pytest.approx(
        line["library_value"], abs=1.0001 * 0.5 * 10.0 ** -line["places"]
    )
