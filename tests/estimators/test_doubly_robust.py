"""An effect that is right where either model is."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.doubly_robust import doubly_robust

KNOWN = ["age", "educ", "black", "hispan", "married", "nodegree", "re74", "re75"]


def test_r_gives_the_same_effect_on_everybody_for_lalonde():
    known = gold("lalonde_aipw_ate")
    data = pd.read_csv(reference_data("lalonde.csv"))

    point = doubly_robust(data["re78"], data["treat"], data[KNOWN], estimand="ate").point

    # R's sd divides by n - 1, the sandwich by n.
    n = len(data)
    agree(
        "AIPW (ATE)", "R glm and lm", (point.value, point.se * np.sqrt(n / (n - 1))),
        (known["value"], known["se"]), rel=known["rel_tol"],
    )  # fmt: skip


def made_up(random, n=None):
    n = n or int(random.integers(80, 250))
    table = random.normal(size=(n, int(random.integers(1, 4))))
    treated = random.random(n) < expit(0.5 * table.sum(axis=1))
    treated[:10], treated[10:20] = True, False
    outcome = table.sum(axis=1) + 0.7 * treated + random.normal(size=n)
    return outcome, treated.astype(float), table


def slow(outcome, treated, table, estimand):
    """Person by person, with another library's two models."""
    design = sm.add_constant(table)
    score = sm.Logit(treated, design).fit(disp=0, method="newton", tol=1e-12, maxiter=99).predict()
    model = [sm.OLS(outcome[treated == g], design[treated == g]).fit() for g in (0, 1)]
    without, within = (fit.predict(design) for fit in model)
    each = []
    share = treated.mean()
    for y, a, e, m0, m1 in zip(outcome, treated, score, without, within, strict=True):
        if estimand == "att":
            each.append((a * (y - m0) - (1 - a) * e / (1 - e) * (y - m0)) / share)
        else:
            each.append(m1 - m0 + a * (y - m1) / e - (1 - a) * (y - m0) / (1 - e))
    value = np.mean(each)
    centre = treated * value / share if estimand == "att" else value
    return value, np.sqrt(np.sum((np.array(each) - centre) ** 2)) / outcome.size


@pytest.mark.parametrize("estimand", ["att", "ate"])
def test_sums_person_by_person_give_the_same_for_200_random_inputs(estimand):
    random = np.random.default_rng(51)
    found, expected = [], []
    for _ in range(200):
        data = made_up(random)
        point = doubly_robust(*data, estimand=estimand).point
        found += [point.value, point.se]
        expected += slow(*data, estimand)

    # Both fits end where nothing moves in the ninth place.
    agree(
        f"AIPW ({estimand.upper()})", "independent slow way, 200 random inputs",
        found, expected, rel=1e-6, abs=1e-8,
    )  # fmt: skip


@pytest.mark.parametrize("wrong", ["neither", "outcome", "score"])
def test_a_planted_effect_is_found_where_one_model_is_wrong(wrong):
    random = np.random.default_rng(52)
    n = 200_000
    x = random.normal(size=n)
    odd = x**2 - 1
    treated = random.random(n) < expit(0.6 * x + (0.5 * odd if wrong == "score" else 0))
    outcome = x + (0.8 * odd if wrong == "outcome" else 0) + 0.5 * treated + random.normal(size=n)
    table = x[:, None]

    point = doubly_robust(outcome, treated, table).point

    # Seven standard errors at this size; the unadjusted difference is off by 0.5 and more.
    assert point.value == pytest.approx(0.5, abs=7 * point.se)
    assert abs(outcome[treated].mean() - outcome[~treated].mean() - 0.5) > 0.4


def test_without_any_relation_to_the_outcome_it_is_the_difference_of_means():
    random = np.random.default_rng(53)
    treated = np.repeat([1.0, 0.0], 40)
    table = np.tile(np.repeat([-1.0, 1.0], 20), 2)
    outcome = random.normal(size=80)

    point = doubly_robust(outcome, treated, table).point

    # Balanced by design: both models add nothing.
    difference = outcome[:40].mean() - outcome[40:].mean()
    assert point.value == pytest.approx(difference, abs=1e-9)


@pytest.mark.parametrize("estimand", ["att", "ate"])
def test_units_and_the_order_of_persons_do_not_matter(estimand):
    outcome, treated, table = made_up(np.random.default_rng(54))
    order = np.random.default_rng(55).permutation(outcome.size)
    there = doubly_robust(outcome, treated, table, estimand=estimand).point

    back = doubly_robust(
        5 - 3 * outcome[order], treated[order], 100 + 7 * table[order], estimand=estimand
    ).point

    assert (back.value, back.se) == pytest.approx((-3 * there.value, 3 * there.se), rel=1e-7)


def test_too_few_persons_for_the_outcome_model_are_refused():
    random = np.random.default_rng(56)
    table = random.normal(size=(30, 3))
    treated = np.r_[np.zeros(4), np.ones(26)]

    with pytest.raises(Refused) as caught:
        doubly_robust(table[:, 0], treated, table)

    assert caught.value.key in ("refuse_few_persons", "refuse_separation_joint")


def test_an_outcome_that_is_the_same_for_all_is_refused():
    _, treated, table = made_up(np.random.default_rng(57))

    with pytest.raises(Refused) as caught:
        doubly_robust(np.ones(treated.size), treated, table)

    assert caught.value.key == "refuse_no_variation"


def test_an_unknown_estimand_is_refused_with_the_list():
    with pytest.raises(ValueError, match="one of att, ate"):
        doubly_robust([1, 2, 3, 4], [0, 1, 0, 1], [1, 2, 4, 3], estimand="ato")
