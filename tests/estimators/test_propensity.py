"""Propensity scores and the overlap of two groups."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from tests.helpers import agree, reference_data

from evalkit.errors import Refused
from evalkit.estimators.propensity import common_support, propensity

KNOWN = ["age", "educ", "black", "hispan", "married", "nodegree", "re74", "re75"]


def test_another_library_gives_the_same_scores_for_lalonde():
    data = pd.read_csv(reference_data("lalonde.csv"))
    table = data[KNOWN].to_numpy(float)

    scores = propensity(data["treat"], table)

    model = sm.Logit(data["treat"].to_numpy(), sm.add_constant(table))
    other = model.fit(disp=0, method="newton", tol=1e-12, maxiter=100)
    # Both end where nothing moves in the ninth place.
    agree("propensity score", "statsmodels Logit, LaLonde", scores.score, other.predict(), rel=1e-7)
    agree(
        "propensity score",
        "statsmodels Logit, LaLonde",
        scores.coefficients,
        other.params,
        rel=1e-6,
    )


def test_scores_add_up_to_the_persons_who_are_treated():
    random = np.random.default_rng(21)
    for _ in range(200):
        n = int(random.integers(40, 300))
        table = random.normal(size=(n, 2))
        treated = random.random(n) < 0.4
        treated[:2] = True, False
        try:
            scores = propensity(treated, table)
        except Refused:
            continue

        # The equations that define the maximum: of the intercept, and of each covariate.
        gap = scores.score - treated
        assert np.abs([gap.sum(), *(gap @ table)]).max() < 1e-6 * n


def test_the_common_range_is_that_of_the_definition():
    support = common_support([0.0, 1, 2, 3, 4, 5], [0, 0, 1, 0, 1, 1])

    assert (support.low, support.high) == (2, 3)
    assert support.treated_outside == pytest.approx(2 / 3)
    assert support.control_outside == pytest.approx(2 / 3)
    assert support.outside.tolist() == [True, True, False, False, True, True]


def test_the_effective_number_is_kish_s_of_the_odds():
    random = np.random.default_rng(22)
    linear, treated = random.normal(size=200), random.random(200) < 0.5
    odds = np.exp(linear[~treated])

    support = common_support(linear, treated)

    agree(
        "common support", "Kish's formula",
        support.effective, odds.sum() ** 2 / (odds**2).sum(), rel=1e-12,
    )  # fmt: skip
    assert support.effective_share == pytest.approx(support.effective / (~treated).sum())


def test_scores_far_from_one_half_do_not_overflow():
    support = common_support([-900, 800, 900.0, -800], [0, 0, 1, 1])

    assert 1 <= support.effective <= 2


def test_groups_that_do_not_meet_are_refused():
    with pytest.raises(Refused, match="no value in common"):
        common_support([0.0, 1, 2, 3], [0, 0, 1, 1])


def test_a_covariate_that_tells_the_groups_apart_is_named():
    with pytest.raises(Refused, match="column 2 by itself divides the 6 persons"):
        propensity([0, 0, 0, 1, 1, 1], [[1, 1], [5, 2], [2, 3], [4, 4], [3, 5], [1, 6]])
