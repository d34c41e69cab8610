"""The concentration index with an error allowing for townships."""

import numpy as np
import pytest
from scipy.stats import rankdata
from scipy.stats import t as student

from evalkit.errors import Refused
from evalkit.estimators.concentration import concentration_index


def by_covariance(rank, outcome):
    """Twice the covariance of the outcome and the fractional rank, over the mean."""
    place = (rankdata(rank) - 0.5) / rank.size
    return 2 * float(np.cov(outcome, place, ddof=0)[0, 1]) / outcome.mean()


def people(seed, places=12, spread=0.0):
    random = np.random.default_rng(seed)
    town = random.integers(0, places, 900)
    need = random.normal(size=places)
    chance = 1 / (1 + np.exp(1.2 - spread * random.normal(size=places)))
    return need[town], (random.random(900) < chance[town]).astype(float), town


@pytest.mark.parametrize("seed", range(20))
def test_leaving_out_each_township_in_turn_gives_the_same(seed):
    need, reached, town = people(seed)

    found = concentration_index(need, reached, cluster=town, level=0.9)

    without = [by_covariance(need[town != i], reached[town != i]) for i in range(12)]
    se = np.sqrt(11 / 12 * np.sum((without - np.mean(without)) ** 2))
    half = student.ppf(0.95, 11) * se
    value = by_covariance(need, reached)
    expected = (value, value - half, value + half, se)
    assert (found.value, found.low, found.high, found.se) == pytest.approx(expected, abs=1e-12)


def test_counted_persons_are_as_many_as_if_each_had_a_row():
    need, reached, town = people(3)
    keys, count = np.unique(np.column_stack([need, reached, town]), axis=0, return_counts=True)

    one = concentration_index(need, reached, cluster=town)
    other = concentration_index(keys[:, 0], keys[:, 1], count, cluster=keys[:, 2])

    assert (one.value, one.se) == pytest.approx((other.value, other.se), abs=1e-12)


def test_where_townships_are_of_their_own_minds_persons_alone_say_too_much():
    # Nothing is planted: of 200 areas an interval of 95 % should miss zero in about ten.
    missed = {"persons": 0, "places": 0}
    for seed in range(200):
        need, reached, town = people(1000 + seed, places=20, spread=0.5)
        for name, cluster in (("persons", None), ("places", town)):
            found = concentration_index(need, reached, cluster=cluster)
            missed[name] += not found.low <= 0 <= found.high

    assert missed["persons"] > 40
    # The jackknife of 20 townships errs little: up to three errors of 200 draws at 0.05.
    assert missed["places"] <= 22


@pytest.mark.parametrize(("places", "stands"), [(6, True), (5, False)])
def test_fewer_than_six_townships_show_no_error(places, stands):
    need, reached, town = people(1, places)
    if stands:
        assert concentration_index(need, reached, cluster=town).se > 0
        return
    with pytest.raises(Refused) as caught:
        concentration_index(need, reached, cluster=town)
    assert caught.value.key == "refuse_few_places"
    assert caught.value.values == {"n": 5, "needed": 6}
