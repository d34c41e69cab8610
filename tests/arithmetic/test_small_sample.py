"""What few rows or clusters take from robust errors."""

import numpy as np
import pytest
import statsmodels.api as sm

from evalkit.arithmetic.small_sample import reaches, refuse_sparse
from evalkit.errors import Refused
from evalkit.estimators.cr2 import cr2

RANDOM = np.random.default_rng(81)


def test_of_least_squares_in_clusters_it_is_cr2():
    codes, x = np.repeat(np.arange(14), 5), RANDOM.normal(size=70)
    y = x + RANDOM.normal(size=14)[codes] + RANDOM.normal(size=70)
    design = np.column_stack([np.ones(70), x])
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]

    far = reaches(design, np.ones(70), residual, np.array([1e-9, 1e-9]), codes)

    known = cr2(y, x[:, None], codes)
    # Against an error of 1e-9 the factor is the error itself.
    assert far.widen[1] * 1e-9 == pytest.approx(known.se[0], rel=1e-9)
    assert far.df[1] == pytest.approx(known.df[0], rel=1e-9)


def test_where_weights_come_from_the_fit_it_is_as_if_clusters_were_left_out():
    codes, x = np.repeat(np.arange(14), 5), RANDOM.normal(size=70)
    y = x + RANDOM.normal(size=14)[codes] + RANDOM.normal(size=70)
    design, weight = np.column_stack([np.ones(70), x]), 0.5 + RANDOM.random(70)
    whole = sm.WLS(y, design, weights=weight).fit()

    far = reaches(design, weight, weight * whole.resid, np.full(2, 1e-9), codes)

    left = [
        sm.WLS(y[codes != g], design[codes != g], weights=weight[codes != g]).fit().params
        for g in range(14)
    ]
    moved = np.array(left) - whole.params
    # The jackknife's sum of squares about the whole, without its factor of 13 / 14.
    assert far.widen * 1e-9 == pytest.approx(np.sqrt((moved**2).sum(axis=0)), rel=1e-9)


def test_of_rows_it_is_hc2_and_each_row_a_cluster():
    x = RANDOM.normal(size=(40, 2))
    y = x.sum(axis=1) + RANDOM.normal(size=40)
    design = sm.add_constant(x)
    fit = sm.OLS(y, design).fit(cov_type="HC2")
    tiny = np.full(3, 1e-9)

    far = reaches(design, np.ones(40), y - fit.fittedvalues, tiny, None)

    assert far.widen * 1e-9 == pytest.approx(fit.bse, rel=1e-9)
    apart = reaches(design, np.ones(40), y - fit.fittedvalues, tiny, np.arange(40))
    assert far.df == pytest.approx(apart.df, rel=1e-9)


def test_a_column_that_few_rows_decide_is_refused_by_its_place():
    x = np.column_stack([RANDOM.normal(size=60), np.zeros(60)])
    x[:3, 1] = 1
    design = np.column_stack([np.ones(60), x])

    with pytest.raises(Refused) as caught:
        reaches(design, np.ones(60), RANDOM.normal(size=60), np.ones(3), None)

    assert caught.value.key == "refuse_few_rows_decide"
    assert caught.value.values["columns"] == ["2"]


COLUMN = (np.arange(100) < 12).astype(float)[:, None]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ({"needed": 5.0, "robust": False}, "refuse_few_events_on_a_side"),
        ({"robust": True}, "refuse_few_events_on_a_side"),
        ({"robust": True, "codes": np.arange(100) // 3}, "refuse_few_clusters_on_a_side"),
    ],
)
def test_a_value_with_too_few_events_or_clusters_is_refused(words, key):
    with pytest.raises(Refused) as caught:
        refuse_sparse(COLUMN, np.full(100, 0.3), **words)

    assert caught.value.key == key


def test_a_value_of_nine_persons_has_no_robust_error():
    with pytest.raises(Refused) as caught:
        refuse_sparse(1 - COLUMN[3:], np.ones(97), robust=True)

    assert (caught.value.key, caught.value.values["n"]) == ("refuse_few_on_a_side", 9)


def test_a_covariate_of_many_values_has_no_sides():
    refuse_sparse(np.arange(20.0)[:, None], np.full(20, 0.01), robust=True)
