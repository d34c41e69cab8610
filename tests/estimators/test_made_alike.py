"""Several outcomes of two groups that are made alike once."""

import numpy as np
import pytest
from scipy.special import expit

from evalkit.errors import Refused
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.entropy_balancing import entropy_balancing
from evalkit.estimators.made_alike import ESTIMANDS, made_alike
from evalkit.estimators.weighting import weighting


def made_up(seed, n=400):
    random = np.random.default_rng(seed)
    table = random.normal(size=(n, 2))
    treated = random.random(n) < expit(0.6 * table[:, 0])
    outcome = random.poisson(np.exp(0.3 * table[:, 0] - 0.4 * treated)).astype(float)
    time = 1 - 0.2 * random.random(n) * (outcome > 0)
    return outcome, time, treated, table


def alone(adjustment, outcome, treated, table):
    """The same by the estimator of one outcome."""
    if adjustment == "entropy_balancing":
        return entropy_balancing(outcome, treated, table).point
    if adjustment == "doubly_robust":
        return doubly_robust(outcome, treated, table).point
    return weighting(outcome, treated, table, estimand=ESTIMANDS[adjustment]).point


@pytest.mark.parametrize("adjustment", ESTIMANDS)
@pytest.mark.parametrize("seed", range(5))
def test_an_outcome_has_the_numbers_that_its_own_estimator_gives(adjustment, seed):
    outcome, _, treated, table = made_up(seed)

    found = made_alike(treated, table, adjustment=adjustment).compare(outcome)

    known = alone(adjustment, outcome, treated, table)
    # The same sums in another order.
    assert found.point.value == pytest.approx(known.value, rel=1e-9)
    assert found.point.se == pytest.approx(known.se, rel=1e-9)
    assert found.point.p == pytest.approx(known.p, rel=1e-9)
    assert found.treated - found.control == pytest.approx(known.value, rel=1e-9)


def test_the_treated_stand_as_they_are_with_their_own_error():
    outcome, _, treated, table = made_up(1)

    found = made_alike(treated, table, adjustment="doubly_robust").compare(outcome)

    own = outcome[treated]
    assert found.treated == pytest.approx(own.mean())
    # Without anything fitted to them the error is that of a mean.
    assert found.treated_se == pytest.approx(own.std() / np.sqrt(own.size))


@pytest.mark.parametrize("adjustment", ESTIMANDS)
def test_a_ratio_is_that_of_the_two_means_with_an_error_as_of_resampled_people(adjustment):
    outcome, time, treated, table = made_up(2)
    groups = made_alike(treated, table, adjustment=adjustment)

    found = groups.ratio(outcome, time)

    over, under = groups.compare(outcome), groups.compare(time + 1e-9 * outcome)
    assert found.treated == pytest.approx(over.treated / under.treated, rel=1e-6)
    assert found.control == pytest.approx(over.control / under.control, rel=1e-6)
    assert found.point.value == pytest.approx(found.treated - found.control)
    random, drawn = np.random.default_rng(3), []
    for _ in range(300):
        some = random.integers(0, outcome.size, outcome.size)
        again = made_alike(treated[some], table[some], adjustment=adjustment)
        drawn.append(again.ratio(outcome[some], time[some]).point.value)
    # 300 draws tell a standard deviation to about a 25th; three of these.
    assert found.point.se == pytest.approx(np.std(drawn), rel=0.13)


def test_events_over_a_time_that_is_one_for_all_are_the_difference_of_means():
    outcome, _, treated, table = made_up(4)
    groups = made_alike(treated, table, adjustment="att_weights")

    found, known = groups.ratio(outcome, np.ones(outcome.size)), groups.compare(outcome)

    assert found.point.value == pytest.approx(known.point.value)
    assert found.point.se == pytest.approx(known.point.se, rel=1e-9)


def test_what_cannot_be_compared_is_refused_and_a_slip_is_an_error():
    outcome, _, treated, table = made_up(5)
    groups = made_alike(treated, table, adjustment="doubly_robust")

    with pytest.raises(ValueError, match="adjustment must be one of"):
        made_alike(treated, table, adjustment="magic")
    with pytest.raises(ValueError, match="length"):
        groups.compare(outcome[:-1])
    with pytest.raises(Refused, match="does not vary enough"):
        groups.compare(np.zeros(outcome.size))
    with pytest.raises(Refused, match="at liberty"):
        groups.ratio(outcome, np.zeros(outcome.size))
