"""Groups that are too thin to show how far off their difference may be."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from evalkit.arithmetic.thin import effective, reach, reach_of_parts, too_rare
from evalkit.errors import Refused

RANDOM = np.random.default_rng(71)


def two(first, second):
    return np.arange(first + second) < first


def test_with_equal_weights_it_is_welch_s_test_with_equal_variances_assumed():
    group = two(12, 30)

    far = reach(RANDOM.normal(size=42), group, np.ones(42))

    one, other = 1 / 12, 1 / 30
    assert far.df == pytest.approx((one + other) ** 2 / (one**2 / 11 + other**2 / 29), rel=1e-12)
    wider = (one * 12 / 11 + other * 30 / 29) / (one + other)
    assert far.widen == pytest.approx(np.sqrt(wider), rel=1e-12)


def test_groups_of_one_size_and_spread_have_the_textbook_s_t():
    outcome = np.tile(RANDOM.normal(size=20), 2)
    group = two(20, 20)

    far = reach(outcome, group, np.ones(40))

    # Both groups are the same numbers, so that Welch and Student agree.
    assert far.df == pytest.approx(38) == ttest_ind(outcome[group], outcome[~group]).df


@pytest.mark.parametrize(
    ("outcome", "group", "key"),
    [
        (np.ones(40), two(20, 20), "refuse_no_variation"),
        (np.full(40, 0.1) + np.tile([0, 1e-17], 20), two(20, 20), "refuse_no_variation"),
        (np.r_[np.ones(20), np.tile([0, 1], 10)], two(20, 20), "refuse_one_mind"),
        (np.r_[np.tile([0, 1], 10), np.zeros(20)], two(20, 20), "refuse_one_mind"),
        (np.arange(40.0), two(9, 31), "refuse_few_in_group"),
        (np.arange(40.0), two(31, 9), "refuse_few_in_group"),
        (np.arange(40.0), two(1, 39), "refuse_few_in_group"),
        (np.r_[1, np.zeros(19), np.ones(8), np.zeros(12)], two(20, 20), "refuse_rare"),
        (np.r_[0, np.ones(19), np.zeros(8), np.ones(12)], two(20, 20), "refuse_rare"),
        # A count of which most are 0.
        (np.r_[3, np.zeros(19), np.arange(8), np.zeros(12)], two(20, 20), "refuse_rare"),
    ],
)
def test_what_shows_no_error_of_its_own_is_refused(outcome, group, key):
    with pytest.raises(Refused) as caught:
        reach(outcome, group, np.ones(40))

    assert caught.value.key == key


def test_one_person_with_all_the_weight_is_refused():
    weight = np.ones(40)
    weight[25] = 1e3

    with pytest.raises(Refused) as caught:
        reach(np.arange(40.0), two(20, 20), weight)

    assert caught.value.key == "refuse_few_weigh"


def test_ten_persons_of_each_group_are_enough():
    far = reach(np.arange(20.0), two(10, 10), np.ones(20))

    assert far.df == pytest.approx(18)


def test_slopes_take_persons():
    with pytest.raises(Refused) as caught:
        reach(np.arange(40.0), two(12, 28), np.ones(40), fitted=(3, 0))

    assert caught.value.values == {"first": 12, "second": 28, "needed": 13}


@pytest.mark.parametrize(("first", "second"), [(5, 20), (20, 5), (1, 19)])
def test_fewer_than_six_clusters_of_a_group_are_refused(first, second):
    with pytest.raises(Refused) as caught:
        reach_of_parts(np.ones(first + second), two(first, second))

    assert caught.value.key == "refuse_few_group_clusters"


def test_clusters_that_hold_both_groups_are_one_sample():
    codes = np.arange(80) // 4

    far = reach(RANDOM.normal(size=80), np.arange(80) % 2 == 0, np.ones(80), codes)

    assert far.df == pytest.approx(19)


def test_equal_parts_are_as_many_as_they_are():
    assert effective(np.full(7, 3.0)) == pytest.approx(7)
    assert effective(np.array([1.0, 0, 0])) == 1


def test_a_number_that_hardly_ties_is_never_rare():
    assert not too_rare(np.arange(12.0), two(2, 10))
    assert too_rare(np.r_[np.zeros(95), np.ones(5)], two(50, 50))
