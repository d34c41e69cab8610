"""Weights from the propensity score."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit
from statsmodels.treatment.treatment_effects import TreatmentEffect
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.weighting import weighting

KNOWN = ["age", "educ", "black", "hispan", "married", "nodegree", "re74", "re75"]
NAMES = {"att": "IPW for the treated", "ate": "IPW for everybody", "ato": "overlap weights"}


@pytest.fixture
def lalonde():
    data = pd.read_csv(reference_data("lalonde.csv"))
    return data["re78"].to_numpy(), data["treat"].to_numpy(), data[KNOWN].to_numpy(float)


def test_r_gives_the_same_effect_on_the_treated(lalonde):
    known = gold("lalonde_ipw_att")

    found = weighting(*lalonde)

    # The entry's own error takes the weights as known; ours is its third.
    agree(
        "IPW for the treated", "R glm, stacked estimating equations",
        (found.point.value, found.point.se, found.effective_control),
        (known["value"], known["extra"]["se_mestimation"], known["extra"]["ess_control"]),
        rel=known["rel_tol"],
    )  # fmt: skip


def test_r_gives_the_same_effect_on_the_overlap_whose_means_are_equal(lalonde):
    known = gold("lalonde_overlap_ato")
    _, treated, table = lalonde

    found = weighting(*lalonde, estimand="ato")

    agree("overlap weights", "R glm", found.point.value, known["value"], rel=known["rel_tol"])
    means = [
        np.average(table[treated == group], weights=found.weight[treated == group], axis=0)
        for group in (0, 1)
    ]
    # Exact on paper; earnings are in thousands, and the fit ends in the ninth place.
    assert means[0] == pytest.approx(means[1], rel=1e-7)


def test_another_library_gives_the_same_effect_on_everybody(lalonde):
    outcome, treated, table = lalonde
    # Its optimiser needs columns of one size.
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    scores = sm.Logit(treated, sm.add_constant(table)).fit(disp=0)
    linear = sm.OLS(outcome, sm.add_constant(table))
    other = TreatmentEffect(linear, treated, results_select=scores).ipw(return_results=True)

    found = weighting(outcome, treated, table, estimand="ate")

    name, reference = "IPW for everybody", "statsmodels TreatmentEffect.ipw"
    agree(name, reference, found.point.value, other.start_params[0], rel=1e-7)
    # Its GMM stops with coefficients of the score up to 0.002 from the maximum.
    agree(name, reference + ", error", found.point.se, other.results_gmm.bse[0], rel=2e-3)


def made_up(random):
    n, k = int(random.integers(60, 200)), int(random.integers(1, 4))
    table = random.normal(size=(n, k))
    treated = random.random(n) < expit(0.5 * table.sum(axis=1))
    treated[:3], treated[3:6] = True, False
    outcome = table.sum(axis=1) + treated + random.normal(size=n)
    return outcome, treated.astype(float), table


def equations(theta, outcome, treated, table, estimand):
    """The stacked equations, person by person: of the scores, then of the two means."""
    design = np.column_stack([np.ones(outcome.size), table])
    score = expit(design @ theta[:-2])
    if estimand == "att":
        weight = np.where(treated == 1, 1, score / (1 - score))
    elif estimand == "ate":
        weight = np.where(treated == 1, 1 / score, 1 / (1 - score))
    else:
        weight = np.where(treated == 1, 1 - score, score)
    first = weight * treated * (outcome - theta[-2])
    second = weight * (1 - treated) * (outcome - theta[-1])
    return np.column_stack([design * (treated - score)[:, None], first, second])


def slow(outcome, treated, table, estimand, fitted, made):
    """The sandwich of the stacked equations, with their derivatives by small steps."""
    theta = np.concatenate([fitted, [made.treated, made.control]])

    def total(t):
        return equations(t, outcome, treated, table, estimand).sum(axis=0)

    steps = 1e-5 * np.eye(theta.size)
    slopes = np.column_stack([(total(theta + s) - total(theta - s)) / 2e-5 for s in steps])
    each = equations(theta, outcome, treated, table, estimand)
    bread = np.linalg.inv(slopes)
    covariance = bread @ (each.T @ each) @ bread.T
    contrast = np.zeros(theta.size)
    contrast[-2:] = 1, -1
    return float(np.sqrt(contrast @ covariance @ contrast))


@pytest.mark.parametrize("estimand", NAMES)
def test_derivatives_by_small_steps_give_the_same_for_200_random_inputs(estimand):
    from evalkit.estimators.propensity import propensity

    random = np.random.default_rng(41)
    found, expected = [], []
    while len(found) < 200:
        outcome, treated, table = made_up(random)
        try:
            made = weighting(outcome, treated, table, estimand=estimand)
        except Refused as refusal:
            # In a few of them one person has nearly all the weight of a group.
            assert refusal.key == "refuse_few_weigh"
            continue
        fitted = propensity(treated, table).coefficients
        found.append(made.point.se)
        expected.append(slow(outcome, treated, table, estimand, fitted, made))

    # Central differences with steps of 1e-5 are right to about the ninth place.
    agree(NAMES[estimand], "independent slow way, 200 random inputs", found, expected, rel=1e-6)


@pytest.mark.parametrize("estimand", NAMES)
def test_units_and_the_order_of_persons_do_not_matter(estimand):
    outcome, treated, table = made_up(np.random.default_rng(42))
    order = np.random.default_rng(43).permutation(outcome.size)
    there = weighting(outcome, treated, table, estimand=estimand).point

    back = weighting(
        5 - 3 * outcome[order], treated[order], 100 + 7 * table[order], estimand=estimand
    ).point

    assert (back.value, back.se) == pytest.approx((-3 * there.value, 3 * there.se), rel=1e-7)


def test_persons_who_are_each_their_own_cluster_are_independent():
    outcome, treated, table = made_up(np.random.default_rng(44))
    n = outcome.size

    alone = weighting(outcome, treated, table).point
    clustered = weighting(outcome, treated, table, cluster=np.arange(n)).point

    assert clustered.se == pytest.approx(alone.se * np.sqrt(n / (n - 1)), rel=1e-12)


def test_a_person_entered_twice_with_its_copy_as_a_cluster_adds_nothing():
    outcome, treated, table = made_up(np.random.default_rng(45))
    twice = [np.concatenate([part, part]) for part in (outcome, treated, table)]
    ids = np.arange(outcome.size)

    once = weighting(outcome, treated, table, cluster=ids).point
    both = weighting(*twice, cluster=np.concatenate([ids, ids])).point

    assert (both.value, both.se) == pytest.approx((once.value, once.se), rel=1e-9)


def test_an_outcome_that_is_the_same_for_all_is_refused():
    _, treated, table = made_up(np.random.default_rng(46))

    with pytest.raises(Refused) as caught:
        weighting(np.ones(treated.size), treated, table)

    assert caught.value.key == "refuse_no_variation"


def test_one_treated_cluster_is_refused():
    outcome, _, table = made_up(np.random.default_rng(47))
    cluster = np.arange(outcome.size) % 6

    with pytest.raises(Refused) as caught:
        weighting(outcome, cluster == 2, table, cluster=cluster)

    assert caught.value.key == "refuse_lone_cluster"


def test_groups_that_a_covariate_tells_apart_are_refused():
    table = np.arange(20.0)

    with pytest.raises(Refused) as caught:
        weighting(table, table > 9, table)

    assert caught.value.key == "refuse_separation"


def test_an_unknown_estimand_is_refused_with_the_list():
    with pytest.raises(ValueError, match="one of att, ate, ato"):
        weighting([1, 2, 3, 4], [0, 1, 0, 1], [1, 2, 4, 3], estimand="atc")


def test_weights_for_everybody_are_in_proportion_to_one_over_the_chance_of_the_own_group():
    from evalkit.estimators.propensity import propensity

    outcome, treated, table = made_up(np.random.default_rng(48))
    score = propensity(treated, table).score
    inverse = np.where(treated == 1, 1 / score, 1 / (1 - score))

    found = weighting(outcome, treated, table, estimand="ate")

    for group in (0, 1):
        ratio = found.weight[treated == group] / inverse[treated == group]
        # The same divisor for all of a group, but for the last digits.
        assert ratio == pytest.approx(np.full(ratio.size, ratio[0]), rel=1e-12)
        assert (found.treated, found.control)[1 - group] == pytest.approx(
            np.average(outcome[treated == group], weights=inverse[treated == group]), rel=1e-12
        )


def test_groups_changed_round_have_the_effect_on_everybody_with_the_other_sign():
    outcome, treated, table = made_up(np.random.default_rng(49))

    there = weighting(outcome, treated, table, estimand="ate").point
    back = weighting(outcome, 1 - treated, table, estimand="ate").point

    # The fit ends in the ninth place.
    assert (back.value, back.se) == pytest.approx((-there.value, there.se), rel=1e-7)


@pytest.mark.parametrize("estimand", ["att", "ate"])
def test_groups_of_unlike_people_are_refused_by_name(estimand):
    random = np.random.default_rng(50)
    table = random.normal(size=300)
    treated = random.random(300) < expit(6 * table)
    treated[np.argmin(table)], treated[np.argmax(table)] = True, False

    with pytest.raises(Refused) as caught:
        weighting(table + random.normal(size=300), treated, table, estimand=estimand)

    assert caught.value.key in ("refuse_apart", "refuse_few_weigh")
