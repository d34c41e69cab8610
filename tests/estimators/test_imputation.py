"""Answers drawn for those who gave none, and combined by Rubin's rules."""

import numpy as np
import pytest
from scipy.special import expit
from tests.helpers import agree
from tests.reference.answers import answers

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.imputation import impute
from evalkit.estimators.logistic import logistic
from evalkit.estimators.ordinal import ordinal
from evalkit.estimators.rubin import rubin
from evalkit.estimators.survey_share import survey_mean


def world(number, n=300):
    """Yes and no; those with a high x are silent more often."""
    random = np.random.default_rng([23, number])
    x = random.normal(size=n)
    truth = (random.random(n) < expit(0.3 + 0.9 * x)).astype(float)
    silent = random.random(n) < expit(-0.7 + 1.2 * x)
    return x, truth, np.where(silent, np.nan, truth)


def pooled(answer, x, **changed):
    made = impute(answer, x, **{"draws": 20, "seed": 1, **changed})
    one_by_one = np.arange(answer.size)
    points = [
        survey_mean(full, np.ones(full.size), np.zeros(full.size), one_by_one).point
        for full in made.answer
    ]
    return rubin(
        [p.value for p in points], [p.se for p in points], df_complete=answer.size - 1
    ).point


def test_what_was_answered_stays_and_the_rest_are_answers_of_the_scale():
    data = answers(3)
    given = np.where(np.arange(len(data["answer"])) % 4 == 1, np.nan, data["answer"] * 10.0)

    found = impute(given, data["x"], draws=5, seed=7)

    assert found.answer.shape == (5, given.size)
    assert (found.missing == np.isnan(given)).all()
    assert (found.answer[:, ~found.missing] == given[~found.missing]).all()
    assert set(found.answer[:, found.missing].ravel()) <= set(given[~found.missing])
    # Each data set is a draw of its own.
    assert len({tuple(row) for row in found.answer}) == 5


def test_the_same_seed_gives_the_same_answers_and_another_others():
    x, _, given = world(1)
    first, again, other = (impute(given, x, draws=3, seed=s).answer for s in (1, 1, 2))

    assert (first == again).all() and (first != other).any()


def test_draws_differ_by_as_much_as_the_coefficients_and_chance_do():
    spread, expected, off = [], [], []
    for number in range(200):
        x, _, given = world(number, 120)
        missing = np.isnan(given)
        fit = logistic(given[~missing], x[~missing])

        found = impute(given, x, draws=60, seed=number).answer[:, missing].mean(axis=1)

        # The delta method: the share's slope by the coefficients, and Bernoulli's variance.
        design = np.column_stack([np.ones(missing.sum()), x[missing]])
        share = expit(design @ fit.value)
        slope = (share * (1 - share)) @ design / missing.sum()
        variance = slope @ fit.covariance @ slope
        variance += (share * (1 - share)).sum() / missing.sum() ** 2
        spread.append(found.var(ddof=1) / variance)
        off.append((found.mean() - share.mean()) / np.sqrt(variance))
        expected.append(1.0)
    # 200 x 60 draws know a variance to 1.3 %; the delta method is short of a few per cent.
    agree("imputation", "delta method, 200 random inputs", np.mean(spread), 1.0, rel=0.08)
    # Means of chances lie a little nearer to a half than the chance of the mean.
    assert abs(np.mean(off)) < 0.15


def test_draws_of_several_answers_have_the_chances_of_the_model():
    data = answers(6)
    random = np.random.default_rng(8)
    missing = random.random(len(data["answer"])) < 0.4
    given = np.where(missing, np.nan, data["answer"])
    fit = ordinal(data["answer"][~missing], data["x"][~missing])

    found = impute(given, data["x"], draws=1500, seed=3).answer[:, missing]

    below = expit(fit.cut - (data["x"][missing] @ fit.value[0])[:, None])
    chances = np.diff(below.mean(axis=0), prepend=0, append=1)
    shares = [(found == step).mean() for step in fit.answer]
    # 1,500 draws of about 100 people, whose coefficients are drawn too.
    agree("imputation", "chances of the ordinal model", shares, chances, abs=0.01)
    lower = below[:, 0] > np.median(below[:, 0])
    assert (found[:, lower] == 1).mean() > (found[:, ~lower] == 1).mean() + 0.05


def test_a_shift_raises_the_log_odds_of_the_silent_alone():
    x, _, given = world(4, 3000)
    missing = np.isnan(given)
    fit = logistic(given[~missing], x[~missing])
    linear = fit.value[0] + fit.value[1] * x[missing]
    for shift in (-1.0, 0.0, 1.0):
        found = impute(given, x, draws=200, seed=5, shift=shift).answer[:, missing]

        # 200 draws of 1,100 people.
        assert found.mean() == pytest.approx(expit(linear + shift).mean(), abs=0.01)


def test_pooled_intervals_cover_the_truth_where_those_of_the_answers_alone_do_not():
    covered, naive = 0, 0
    truth = expit(0.3 + 0.9 * np.random.default_rng(0).normal(size=400_000)).mean()
    for number in range(200):
        x, _, given = world(number)

        point = pooled(given, x)

        covered += point.low <= truth <= point.high
        kept = given[~np.isnan(given)]
        half = 1.96 * np.sqrt(kept.mean() * (1 - kept.mean()) / kept.size)
        naive += abs(kept.mean() - truth) <= half

    # 190 expected, with a standard error of 3.
    assert covered >= 181 and naive < 150


def test_with_nobody_silent_nothing_is_drawn():
    x, truth, _ = world(6)

    found = impute(truth, x, draws=2, seed=1)

    assert (found.answer == truth).all() and not found.missing.any()
    alone = survey_mean(truth, np.ones(300), np.zeros(300), np.arange(300)).point
    assert pooled(truth, x).se == pytest.approx(alone.se)


def test_the_more_are_silent_the_wider_the_interval():
    x, truth, _ = world(7)
    errors = [pooled(np.where(np.arange(300) < k, np.nan, truth), x).se for k in (0, 100, 200)]

    assert errors[0] < errors[1] < errors[2]


@pytest.mark.parametrize(
    ("answer", "table", "key"),
    [
        (np.r_[np.nan, np.ones(59)], np.arange(60.0), "refuse_no_variation"),
        (np.full(60, np.nan), np.arange(60.0), "refuse_no_variation"),
        (np.r_[np.nan, np.arange(59) % 2], np.full(60, np.nan), "refuse_column_not_finite"),
        (np.r_[np.nan, np.arange(59) % 2], (np.arange(60) == 0) * 1.0, "refuse_constant"),
        (np.r_[np.nan, np.arange(59) > 30], np.arange(60.0), "refuse_ordinal_separation"),
        (np.r_[np.inf, np.arange(59) % 2], np.arange(60.0), "refuse_not_finite"),
        (["yes"] * 60, np.arange(60.0), "refuse_text"),
    ],
)
def test_what_tells_nothing_of_the_silent_is_refused(answer, table, key):
    with pytest.raises(Refused) as caught:
        impute(answer, table, draws=5, seed=1)

    assert caught.value.key == key


def test_five_answers_for_each_coefficient_are_needed():
    given = np.r_[[np.nan] * 5, np.arange(15) % 3]
    x = np.sin(np.arange(20.0))

    assert impute(given, x, draws=2, seed=1).missing.sum() == 5
    with pytest.raises(Refused) as caught:
        impute(given[:-1], x[:-1], draws=2, seed=1)
    assert caught.value.key == "refuse_few_to_impute"
    assert caught.value.values == {"n": 14, "needed": 15}
    assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


def test_what_a_caller_got_wrong_is_named():
    x, _, given = world(1)
    with pytest.raises(ValueError, match="draws must be at least 2"):
        impute(given, x, draws=1, seed=1)
    with pytest.raises(ValueError, match="same length"):
        impute(given, x[:5], draws=2, seed=1)
