"""Pairs by a fixed rule, against R and against a search of everybody."""

import numpy as np
import pandas as pd
import pytest
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.matching import match, matched_difference
from evalkit.estimators.propensity import propensity

KNOWN = ["age", "educ", "black", "hispan", "married", "nodegree", "re74", "re75"]


@pytest.fixture
def lalonde():
    return pd.read_csv(reference_data("lalonde.csv"))


def test_r_gives_the_same_pairs_and_difference(lalonde):
    known, extra = gold("lalonde_nn_caliper_att"), gold("lalonde_nn_caliper_att")["extra"]

    pairs = match(propensity(lalonde["treat"], lalonde[KNOWN]).score, lalonde["treat"])
    point = matched_difference(lalonde["re78"], pairs)

    assert lalonde["id"][pairs.treated].tolist() == extra["treat_id"]
    assert lalonde["id"][pairs.control].tolist() == extra["control_id"]
    assert pairs.unmatched == 185 - extra["n_pairs"]
    agree(
        "caliper matching", "R, the rule written out", (point.value, point.se, pairs.caliper),
        (known["value"], known["se"], extra["caliper_abs"]), rel=known["rel_tol"],
    )  # fmt: skip


def test_r_gives_the_same_without_a_caliper(lalonde):
    known = gold("lalonde_nn_nocaliper_att")

    score = propensity(lalonde["treat"], lalonde[KNOWN]).score
    point = matched_difference(lalonde["re78"], match(score, lalonde["treat"], caliper=None))

    agree(
        "caliper matching", "R, the rule written out", (point.value, point.se),
        (known["value"], known["se"]), rel=known["rel_tol"],
    )  # fmt: skip


def slow(score, treated, width):
    """The rule as it is told: everybody is looked at for each treated person."""
    free = set(np.flatnonzero(treated == 0))
    order = sorted(np.flatnonzero(treated == 1), key=lambda i: (-score[i], i))
    pairs = []
    for i in order:
        near = [(round(abs(score[i] - score[j]), 9), j) for j in free]
        if near and min(near)[0] <= width:
            free.remove(min(near)[1])
            pairs.append((i, min(near)[1]))
    return pairs


@pytest.mark.parametrize("places", [1, 2, 6])
def test_a_search_of_everybody_gives_the_same_for_200_random_inputs(places):
    random = np.random.default_rng(111)
    found, expected = [], []
    for _ in range(200):
        n = int(random.integers(6, 60))
        # Rounded, so that scores and distances tie.
        score, treated = random.random(n).round(places), (random.random(n) < 0.4).astype(int)
        treated[:4] = 0, 1, 0, 1
        score[:4] = 0.5
        width = float(random.choice([0.05, 0.25, 1.0]))
        pairs = match(score, treated, caliper=(width + 1e-7) / score.std(ddof=1))

        known = slow(score, treated, width)
        assert pairs.treated.tolist() == [ours for ours, _ in known]
        found += list(pairs.control)
        expected += [theirs for _, theirs in known]

    agree("caliper matching", "independent slow way, 200 random inputs", found, expected)


def test_the_difference_is_that_of_the_pairs_with_pairs_as_clusters():
    import statsmodels.api as sm

    random = np.random.default_rng(112)
    score, treated = random.random(80), np.arange(80) % 3 == 0
    outcome = random.normal(size=80) + treated
    pairs = match(score, treated)

    point = matched_difference(outcome, pairs)

    m = pairs.treated.size
    both = np.concatenate([pairs.treated, pairs.control])
    design = sm.add_constant(treated[both].astype(float))
    words = {"groups": np.tile(np.arange(m), 2)}
    other = sm.OLS(outcome[both], design).fit(cov_type="cluster", cov_kwds=words)
    agree(
        "caliper matching", "statsmodels OLS in clusters of pairs", (point.value, point.se),
        (other.params[1], other.bse[1]), rel=1e-10,
    )  # fmt: skip


def test_noise_in_the_last_digits_of_a_score_does_not_choose():
    random = np.random.default_rng(113)
    score, treated = random.random(200).round(1), random.random(200) < 0.4

    there = match(score, treated)
    back = match(score + random.uniform(-1e-14, 1e-14, 200), treated)

    assert there.control.tolist() == back.control.tolist()


def test_a_shift_or_another_unit_gives_the_same_pairs():
    random = np.random.default_rng(114)
    score, treated = random.random(100), random.random(100) < 0.4

    there, back = match(score, treated), match(5 + 3 * score, treated)

    assert there.treated.tolist() == back.treated.tolist()
    assert there.control.tolist() == back.control.tolist()


def test_nobody_is_used_twice_and_every_pair_is_within_the_caliper():
    random = np.random.default_rng(115)
    score, treated = random.normal(size=500), random.random(500) < 0.5

    pairs = match(score, treated, caliper=0.05)

    assert np.unique(pairs.control).size == pairs.control.size
    assert treated[pairs.treated].all() and not treated[pairs.control].any()
    assert (pairs.distance <= pairs.caliper + 1e-10).all()
    assert pairs.treated.size + pairs.unmatched == treated.sum()


def test_a_million_equal_scores_are_taken_in_the_order_given():
    treated = np.zeros(1_000_000)
    treated[::2] = 1
    score = np.full(1_000_000, 0.3)
    score[0] = 0.30001

    pairs = match(score, treated, caliper=None)

    assert pairs.unmatched == 0
    assert (pairs.control == pairs.treated + 1).all()


@pytest.mark.parametrize(
    ("score", "treated", "key"),
    [
        ([0.1, 0.2, 0.9, 0.95], [0, 0, 1, 1], "refuse_no_pairs"),
        ([0.1, 0.2, 0.3], [1, 1, 1], "refuse_one_value"),
        ([0.1, np.nan, 0.3], [1, 0, 1], "refuse_not_finite"),
        ([0.1, np.inf, 0.3], [1, 0, 1], "refuse_not_finite"),
        ([0.1, 1e9, 0.3], [1, 0, 1], "refuse_score"),
        ([], [], "refuse_empty"),
    ],
)
def test_what_cannot_be_matched_is_refused_by_name(score, treated, key):
    with pytest.raises(Refused) as caught:
        match(score, treated)

    assert caught.value.key == key


def test_differences_that_are_all_the_same_are_refused():
    pairs = match(np.repeat(np.arange(12) / 10, 2), [1, 0] * 12)

    with pytest.raises(Refused) as caught:
        matched_difference(np.arange(24) // 2 + np.tile([1, 0], 12), pairs)

    assert caught.value.key == "refuse_no_variation"


def test_a_caller_s_mistakes_are_no_refusals():
    with pytest.raises(ValueError, match="caliper must be above 0"):
        match([0.1, 0.2], [0, 1], caliper=0)
    with pytest.raises(ValueError, match="must have the same length"):
        match([0.1, 0.2, 0.3], [0, 1])
    with pytest.raises(ValueError, match="of the persons who were matched from"):
        matched_difference([1.0], match([0.1, 0.1, 0.2, 0.2], [1, 0, 1, 0]))
