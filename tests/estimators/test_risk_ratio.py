"""The ratio of two risks."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.proportion import confint_proportions_2indep
from tests.helpers import agree, gold

from evalkit.arithmetic.exact import FEWEST, least_expected
from evalkit.errors import Refused
from evalkit.estimators.risk_ratio import risk_ratio


def test_r_gives_the_same_for_56_of_70_against_48_of_80():
    known = gold("rr_katz_56_70_48_80")

    point = risk_ratio(56, 70, 48, 80)

    agree(
        "risk ratio (Katz)", "R, formulas of the paper",
        (point.value, point.se, point.low, point.high),
        (known["value"], known["se"], *known["ci"]), rel=known["rel_tol"],
    )  # fmt: skip


def test_another_library_gives_the_same_for_200_random_tables():
    random = np.random.default_rng(2)
    found, expected = [], []
    for _ in range(250):
        n_a, n_b = (int(n) for n in random.integers(2, 500, 2))
        a, b = int(random.integers(1, n_a)), int(random.integers(1, n_b))
        if least_expected(a, n_a, b, n_b) < FEWEST:
            continue
        point = risk_ratio(a, n_a, b, n_b)
        found += [point.low, point.high]
        expected += confint_proportions_2indep(a, n_a, b, n_b, method="log", compare="ratio")

    assert len(found) >= 400
    # The same formula in another order of operations.
    agree("risk ratio (Katz)", "statsmodels, 200 random inputs", found, expected, rel=1e-10)


def test_swapping_the_groups_turns_the_ratio_over():
    for (a, n_a), (b, n_b) in product([(1, 2), (3, 9), (5, 5), (1, 400)], repeat=2):
        if a == n_a and b == n_b:
            continue
        there, back = risk_ratio(a, n_a, b, n_b), risk_ratio(b, n_b, a, n_a)

        assert (there.value, there.low, there.high, there.se, there.p) == pytest.approx(
            (1 / back.value, 1 / back.high, 1 / back.low, back.se, back.p), rel=1e-12
        )


def test_equal_risks_have_a_ratio_of_one_and_no_evidence():
    point = risk_ratio(2, 6, 3, 9)

    # A quotient of quotients misses 1 by an ulp.
    assert (point.value, point.p) == pytest.approx((1, 1), abs=1e-12)
    assert point.low * point.high == pytest.approx(1)
    assert point.high == pytest.approx(np.exp(norm.ppf(0.975) * point.se))


@pytest.mark.parametrize(("a", "b", "group"), [(0, 3, "1"), (3, 0, "2"), (0, 0, "1")])
def test_a_group_without_events_is_named(a, b, group):
    with pytest.raises(Refused, match=f"in group {group} nobody has the event"):
        risk_ratio(a, 10, b, 10)


def test_two_groups_in_which_everybody_has_the_event_are_refused():
    with pytest.raises(Refused, match="everybody in both groups"):
        risk_ratio(10, 10, 20, 20)


def test_impossible_counts_are_refused_by_name():
    with pytest.raises(ValueError, match=r"^12 events among 10 persons$"):
        risk_ratio(12, 10, 3, 10)
