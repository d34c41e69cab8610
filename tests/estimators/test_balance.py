"""How unlike two groups are."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW
from tests.helpers import LAW, agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.balance import standardised_mean_difference, variance_ratio

# Quarters add up exactly in floating point.
GROUPS = st.lists(st.integers(-400, 400).map(lambda i: i / 4), min_size=2, max_size=8)


def test_a_difference_worked_out_by_hand():
    # Means 2 and 5; variances 1 and 7; sqrt((1 + 7) / 2) = 2; (2 - 5) / 2 = -1.5.
    # A square root, so one ulp of freedom.
    assert standardised_mean_difference([1, 2, 3], [2, 6, 7]) == pytest.approx(-1.5, rel=1e-15)


@pytest.mark.parametrize("column", ["black", "hispan", "married", "nodegree"])
def test_r_gives_the_same_on_the_lalonde_counts(column):
    known = gold("lalonde_smd_unadjusted")
    treated, control = (_people(known["extra"][name], column) for name in ("treated", "control"))

    difference = standardised_mean_difference(treated, control)

    agree(
        "standardised mean difference", "R base", difference, known["value"][column],
        rel=known["rel_tol"],
    )  # fmt: skip


def test_two_groups_of_the_same_constant_do_not_differ():
    assert standardised_mean_difference([3, 3], [3, 3, 3]) == 0.0


@LAW
@given(GROUPS, GROUPS, st.integers(-100, 100), st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_another_zero_and_another_unit_change_nothing(first, second, shift, scale):
    assume(len(set(first)) > 1 or len(set(second)) > 1)
    before = standardised_mean_difference(first, second)

    after = standardised_mean_difference(
        [scale * x + shift for x in first], [scale * x + shift for x in second]
    )

    # Variances of shifted numbers lose a few of the sixteen places.
    assert after == pytest.approx(before, rel=1e-9, abs=1e-9)


@LAW
@given(GROUPS, GROUPS)
def test_swapping_the_groups_or_the_sign_turns_the_difference_round(first, second):
    assume(len(set(first)) > 1 or len(set(second)) > 1)
    there = standardised_mean_difference(first, second)

    # The same operations with other signs: exact but for the order of a sum.
    assert standardised_mean_difference(second, first) == pytest.approx(-there, abs=1e-12)
    assert standardised_mean_difference([-x for x in first], [-x for x in second]) == pytest.approx(
        -there, abs=1e-12
    )


def slow(first, second, first_weight, second_weight):
    """The difference and the ratio by their definitions, person by person."""
    mean, spread, weighted = [], [], []
    for group, weight in ((first, first_weight), (second, second_weight)):
        n, total = len(group), sum(weight)
        plain = sum(group) / n
        mean.append(sum(w * x for w, x in zip(weight, group, strict=True)) / total)
        spread.append(sum((x - plain) ** 2 for x in group) / (n - 1))
        squares = sum(w * (x - mean[-1]) ** 2 for w, x in zip(weight, group, strict=True))
        weighted.append(squares / (total - sum(w**2 for w in weight) / total))
    return (mean[0] - mean[1]) / math.sqrt(sum(spread) / 2), weighted[0] / weighted[1]


def made_up(random):
    sizes = random.integers(2, 40, 2)
    groups = [random.normal(random.normal(), 1 + i, n) for i, n in enumerate(sizes)]
    return *groups, *(random.uniform(0.1, 3, n) for n in sizes)


def test_person_by_person_the_same_comes_out_for_200_random_inputs():
    random = np.random.default_rng(101)
    gaps, ratios, expected = [], [], []
    for _ in range(200):
        first, second, one, two = made_up(random)
        words = {"first_weight": one, "second_weight": two}
        gaps.append(standardised_mean_difference(first, second, **words))
        ratios.append(variance_ratio(first, second, **words))
        expected.append(slow(first, second, one, two))

    # Sums in another order; means may nearly cancel.
    name = "independent slow way, 200 random inputs"
    agree(
        "standardised mean difference, weighted", name, gaps, [x for x, _ in expected],
        rel=1e-10, abs=1e-12,
    )  # fmt: skip
    agree("variance ratio, weighted", name, ratios, [x for _, x in expected], rel=1e-10)


def test_another_library_gives_the_same_variances_for_earnings():
    data = pd.read_csv(reference_data("lalonde.csv"))
    groups = [data.loc[data["treat"] == group, "re74"].to_numpy() for group in (1, 0)]

    variances = [DescrStatsW(group, ddof=1).var for group in groups]
    agree(
        "variance ratio", "statsmodels DescrStatsW", variance_ratio(*groups),
        variances[0] / variances[1], rel=1e-12,
    )  # fmt: skip


@pytest.mark.parametrize("estimator", [standardised_mean_difference, variance_ratio])
def test_equal_weights_and_their_scale_change_nothing(estimator):
    first, second, one, two = made_up(np.random.default_rng(102))
    plain = estimator(first, second)
    weighted = estimator(first, second, first_weight=one, second_weight=two)
    for scale in (1e-200, 3.0, 1e50):
        flat = np.full(first.size, scale)
        words = {"first_weight": scale * one, "second_weight": two}

        assert estimator(first, second, first_weight=flat) == pytest.approx(plain, rel=1e-12)
        assert estimator(first, second, **words) == pytest.approx(weighted, rel=1e-12)


def test_somebody_of_no_weight_is_not_there_but_for_the_spread_without_weights():
    first, second, one, two = made_up(np.random.default_rng(103))
    one[0] = 0
    words = {"first_weight": one, "second_weight": two}
    less = {"first_weight": one[1:], "second_weight": two}

    assert variance_ratio(first, second, **words) == pytest.approx(
        variance_ratio(first[1:], second, **less), rel=1e-12
    )
    spread = math.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2)
    gap = np.average(first[1:], weights=one[1:]) - np.average(second, weights=two)
    assert standardised_mean_difference(first, second, **words) == pytest.approx(
        gap / spread, rel=1e-12
    )


def test_weights_that_balance_leave_no_difference():
    # Means 2 and 2 after the weights 1, 1, 2; spreads stay those without them.
    assert standardised_mean_difference(
        [1, 2, 3], [0, 2, 3], second_weight=[1, 1, 2]
    ) == pytest.approx(0, abs=1e-15)


def test_swapping_the_groups_inverts_the_ratio_and_units_do_not_matter():
    first, second, one, two = made_up(np.random.default_rng(104))
    there = variance_ratio(first, second, first_weight=one, second_weight=two)

    back = variance_ratio(5 - 3 * second, 5 - 3 * first, first_weight=two, second_weight=one)

    assert back == pytest.approx(1 / there, rel=1e-12)


@pytest.mark.parametrize("unit", [1e-300, 1e50])
def test_huge_and_tiny_units_change_nothing(unit):
    first, second = np.array([1.0, 2, 3]), np.array([2.0, 6, 7])

    assert standardised_mean_difference(first * unit, second * unit) == pytest.approx(-1.5)
    assert variance_ratio(first * unit, second * unit) == pytest.approx(1 / 7)


def test_a_constant_that_is_no_round_number_does_not_differ_from_itself():
    assert standardised_mean_difference([0.1] * 3, [0.1] * 7) == 0.0


@pytest.mark.parametrize("estimator", [standardised_mean_difference, variance_ratio])
@pytest.mark.parametrize(
    ("first", "second", "words", "key", "what"),
    [
        ([1], [1, 2], {}, "refuse_one_person", "first"),
        ([1, 2], [1], {}, "refuse_one_person", "second"),
        ([1, math.nan], [1, 2], {}, "refuse_not_finite", "first"),
        ([1, 2], [1, -math.inf], {}, "refuse_not_finite", "second"),
        ([1, 2], [], {}, "refuse_empty", "second"),
        ([1, 2], [1, 3], {"first_weight": [1, math.nan]}, "refuse_not_finite", "first_weight"),
        ([1, 2], [1, 3], {"first_weight": [1, -1]}, "refuse_weights", None),
        ([1, 2], [1, 3], {"second_weight": [0, 0]}, "refuse_weights", None),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(estimator, first, second, words, key, what):
    with pytest.raises(Refused) as caught:
        estimator(first, second, **words)

    assert (caught.value.key, caught.value.values.get("what")) == (key, what)


def test_groups_without_spread_are_refused():
    cases = [
        (variance_ratio, ([3, 3], [1, 2]), {}, "refuse_no_spread_in"),
        (variance_ratio, ([1, 2], [0.1] * 7), {}, "refuse_no_spread_in"),
        (variance_ratio, ([1, 2, 2], [1, 2]), {"first_weight": [0, 1, 1]}, "refuse_no_spread_in"),
        (variance_ratio, ([1, 2, 3], [1, 2]), {"first_weight": [0, 0, 1]}, "refuse_one_person"),
    ]
    for estimator, groups, words, key in cases:
        with pytest.raises(Refused) as caught:
            estimator(*groups, **words)

        assert caught.value.key == key


def test_other_than_one_weight_a_person_is_a_caller_s_mistake():
    with pytest.raises(ValueError, match="first and first_weight must have the same length"):
        variance_ratio([1, 2], [1, 3], first_weight=[1])


def _people(counts, column):
    return [1] * counts[column] + [0] * (counts["n"] - counts[column])


def test_a_constant_is_balanced_where_it_is_the_same_and_infinitely_far_where_it_is_not():
    boys = [1.0] * 3, [1.0] * 7

    assert standardised_mean_difference(*boys) == 0
    assert standardised_mean_difference([0.1] * 3, [0.2] * 7) == -math.inf
    assert standardised_mean_difference([0.2] * 3, [0.1] * 7) == math.inf
