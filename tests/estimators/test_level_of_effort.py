"""Shares by the number of contacts."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint
from tests.helpers import agree

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.level_of_effort import level_of_effort
from evalkit.estimators.share import share


def people(yes=(40, 25, 10, 4), n=(50, 40, 20, 12)):
    answer = np.concatenate([np.arange(many) < some for some, many in zip(yes, n, strict=True)])
    return answer.astype(float), np.repeat(np.arange(1, len(n) + 1), n)


def test_r_gives_the_same_trend():
    found = level_of_effort(*people())

    # prop.trend.test(c(40, 25, 10, 4), c(50, 40, 20, 12)), R 4.2.2.
    agree("level of effort", "R prop.trend.test", found.p, 0.000474061533, rel=1e-8)


def test_counting_level_by_level_gives_the_same():
    random = np.random.default_rng(4)
    for _ in range(200):
        tries = random.integers(1, 6, 60) * 2 - 1
        answer, weight = (random.random(60) < 0.6).astype(float), random.uniform(1, 4, 60)

        found = level_of_effort(answer, tries, weight=weight)

        each, until = [], []
        for k in sorted(set(tries)):
            for chosen, into in ((tries == k, each), (tries <= k, until)):
                into.append(sum(answer[chosen] * weight[chosen]) / sum(weight[chosen]))
        # Sums in another order.
        numbers = np.concatenate([found.share, found.so_far])
        agree("level of effort", "counting, 200 random inputs", numbers, each + until, rel=1e-9,
              abs=1e-12)  # fmt: skip
        assert found.n.tolist() == [int((tries == k).sum()) for k in found.contacts]
        assert found.contacts.tolist() == sorted(set(tries))


def test_without_weights_the_interval_is_wilsons():
    found = level_of_effort(*people(), level=0.9)

    for k, (events, n) in enumerate([(40, 50), (65, 90), (75, 110), (79, 122)]):
        known = share(events, n, level=0.9)
        assert (found.low[k], found.high[k]) == (
            pytest.approx(known.low),
            pytest.approx(known.high),
        )
        assert found.so_far[k] == pytest.approx(events / n)


def test_weights_are_worth_fewer_people_and_their_scale_nothing():
    answer, tries = people()
    weight = np.where(np.arange(answer.size) % 2, 1.0, 5.0)

    found = level_of_effort(answer, tries, weight=weight)

    # Kish: 25 weights of 1 and 25 of 5 at the first contact.
    worth = 150**2 / (25 + 25 * 25)
    low, high = proportion_confint(found.so_far[0] * worth, worth, method="wilson")
    assert (found.low[0], found.high[0]) == (pytest.approx(low), pytest.approx(high))
    scaled = level_of_effort(answer, tries, weight=weight * 7)
    np.testing.assert_allclose(scaled.low, found.low)
    assert scaled.p == pytest.approx(found.p)


def test_the_test_does_not_mind_the_direction_or_the_unit():
    answer, tries = people()
    first = level_of_effort(answer, tries).p

    assert level_of_effort(1 - answer, tries).p == pytest.approx(first)
    assert level_of_effort(answer, 3 * tries - 2).p == pytest.approx(first)


def test_an_answer_that_has_nothing_to_do_with_effort_has_no_trend():
    answer = np.tile([0.0, 1.0], 40)

    assert level_of_effort(answer, np.repeat([1, 2, 3, 4], 20)).p == pytest.approx(1)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"contacts": np.ones(122)}, "refuse_one_effort"),
        ({"answer": np.ones(122)}, "refuse_no_variation"),
        ({"weight": np.zeros(122)}, "refuse_survey_weights"),
        ({"answer": np.full(122, np.nan)}, "refuse_not_finite"),
    ],
)
def test_what_shows_nothing_is_refused(changed, key):
    answer, tries = people()
    world = {"answer": answer, "contacts": tries}
    with pytest.raises(Refused) as caught:
        level_of_effort(**{**world, **changed})

    assert caught.value.key == key
    assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


@pytest.mark.parametrize("wrong", [0, -1, 1.5])
def test_a_contact_is_counted_from_one(wrong):
    answer, tries = people()
    with pytest.raises(ValueError, match="contacts must be whole numbers, at least 1"):
        level_of_effort(answer, np.where(np.arange(122) == 5, wrong, tries))
    with pytest.raises(ValueError, match="same length"):
        level_of_effort(answer, tries[:5])
