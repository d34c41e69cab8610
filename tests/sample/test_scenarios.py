"""The truth of each scenario is what very large draws of it show, with an effect too."""

import numpy as np
import pytest

from evalkit.sample import scenarios
from evalkit.validate.methods import METHODS

# A draw so large that an error of the truth, or of the world, has nowhere to hide.
LARGE = {
    "wilson": lambda r: scenarios.confounded(r, 200_000, strength=0.0, effect=-0.1),
    "newcombe": lambda r: scenarios.confounded(r, 200_000, strength=0.0, effect=-0.1),
    "doubly_robust": lambda r: scenarios.confounded(r, 200_000, effect=0.2),
    "weighting, overlap": lambda r: scenarios.confounded(r, 200_000, effect=-0.05),
    "kaplan_meier": lambda r: scenarios.censored(r, 200_000, ratio=0.5),
    "restricted_mean": lambda r: scenarios.censored(r, 200_000, ratio=0.5),
    "cox": lambda r: scenarios.censored(r, 100_000, ratio=0.5),
    "aalen_johansen": lambda r: scenarios.competing(r, 200_000, ratio=0.5),
    "negative_binomial": lambda r: scenarios.rates(r, 100_000, ratio=0.5),
    "clustered_difference": lambda r: scenarios.clustered(r, 2_000, 50, effect=0.3),
    "pooled": lambda r: scenarios.areas(r, 2_000, effect=0.2),
    "difference_in_differences": lambda r: scenarios.before_after(r, 1_000, 500, effect=1.0),
    "survey_share": lambda r: scenarios.survey(r, 1_000, 20),
}


@pytest.mark.parametrize("method", LARGE)
def test_a_large_draw_shows_the_truth(method):
    made = LARGE[method](np.random.default_rng(21))

    answer = METHODS[method](made, 1)

    # An interval of 95 % is two errors wide on either side; twice that is four errors.
    room = answer.high - answer.low
    assert abs(answer.value - answer.truth) < room
    assert room < 0.25 * max(abs(answer.truth), 0.5)


def test_the_true_effect_of_a_further_area_is_not_that_of_the_others():
    random = np.random.default_rng(22)
    drawn = [scenarios.areas(random, 3, effect=0.2, between=0.1) for _ in range(4_000)]

    following = np.array([made.following for made in drawn])

    # Four errors of a mean and of a standard deviation.
    assert following.mean() == pytest.approx(0.2, abs=4 * 0.1 / 4_000**0.5)
    assert following.std() == pytest.approx(0.1, rel=4 / 8_000**0.5)


def test_those_at_risk_are_in_the_programme_more_often_unless_drawn_by_lot():
    random = np.random.default_rng(23)
    by_lot, by_risk = (scenarios.confounded(random, 100_000, strength=s) for s in (0.0, 1.0))

    gaps = [
        made.covariates[made.treated == 1, 0].mean() - made.covariates[made.treated == 0, 0].mean()
        for made in (by_lot, by_risk)
    ]

    assert abs(gaps[0]) < 0.03 and gaps[1] > 0.4


def test_hazards_fall_and_follow_up_is_unequal():
    made = scenarios.censored(np.random.default_rng(24), 100_000)
    early = ((made.time <= 60) & (made.event == 1)).sum() / np.minimum(made.time, 60).sum()
    later = made.time > 60
    late = ((made.time <= 180) & (made.event == 1) & later).sum()
    late /= (np.minimum(made.time, 180) - 60)[later].sum()

    assert early > 1.4 * late
    ended = made.time[made.event == 0]
    assert np.quantile(ended, 0.9) > 2 * np.quantile(ended, 0.1)


def test_the_dissatisfied_are_silent():
    made = scenarios.silent(np.random.default_rng(25), 100_000)

    assert np.nanmean(made.answer) > made.truth + 0.1
    assert 0.3 < np.isnan(made.answer).mean() < 0.4


def test_people_of_large_households_are_drawn_less_and_weigh_more():
    made = scenarios.survey(np.random.default_rng(26), 50, 20)
    first = made.weight[made.stratum == 0] / made.weight[made.stratum == 0].min()

    sizes, counts = np.unique(np.round(first, 6), return_counts=True)

    assert sizes.tolist() == [1.0, 2.0, 3.0]
    # Of those drawn, 0.3 / 1, 0.4 / 2 and 0.3 / 3 in parts.
    assert counts / counts.sum() == pytest.approx([0.5, 1 / 3, 1 / 6], abs=0.06)


def test_repeated_events_vary_more_than_counts_by_chance():
    made = scenarios.rates(np.random.default_rng(27), 100_000)
    rate = made.events.sum() / made.years.sum()
    expected = rate * made.years

    assert ((made.events - expected) ** 2).mean() / expected.mean() > 1.5
