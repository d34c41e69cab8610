"""What the silent would have to say, and bounds with the error of a design."""

import numpy as np
import pytest
from tests.helpers import agree
from tests.reference.designs import survey

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.silent import survey_bounds, tipping
from evalkit.estimators.survey_share import survey_share


def test_counting_people_gives_the_same_tipping_point():
    random = np.random.default_rng(2)
    for _ in range(200):
        asked = int(random.integers(10, 400))
        answered = int(random.integers(1, asked))
        events = int(random.integers(0, answered + 1))
        threshold = random.random()

        found = tipping(events / answered, answered / asked, threshold)

        # As many of the silent, one after another (in thousandths), until it is reached.
        silent = asked - answered
        whole = [(events + silent * k / 1000) / asked for k in range(1001)]
        ends = (found.least, found.most)
        agree("tipping share", "counting, 200 random inputs", ends, (whole[0], whole[-1]), rel=1e-9)
        reached = [k for k, share in enumerate(whole) if share >= threshold]
        if found.share is None:
            assert not reached or reached[0] == 0
        else:
            # Counted in thousandths.
            assert found.share == pytest.approx(reached[0] / 1000, abs=1.001e-3)
            assert found.difference == pytest.approx(found.share - events / answered)


def test_the_shares_make_the_threshold_again():
    found = tipping(0.9, 0.7, 0.8)

    assert 0.7 * 0.9 + 0.3 * found.share == pytest.approx(0.8)
    assert (found.least, found.most) == (pytest.approx(0.63), pytest.approx(0.93))


def test_a_finding_that_no_silence_can_overturn_stands():
    assert tipping(0.9, 0.9, 0.8).share is None  # at least 81 %
    assert tipping(0.1, 0.9, 0.8).difference is None  # at most 19 %
    # At the very ends all or none of them are needed.
    assert tipping(0.5, 0.5, 0.25).share == 0 and tipping(0.5, 0.5, 0.75).share == 1


@pytest.mark.parametrize(
    ("numbers", "key"),
    [((0.9, 0, 0.5), "refuse_nobody_answered"), ((0.9, 1, 0.5), "refuse_nobody_silent")],
)
def test_without_silent_or_answers_nothing_can_turn(numbers, key):
    with pytest.raises(Refused) as caught:
        tipping(*numbers)

    assert caught.value.key == key
    assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("wrong", [-0.01, 1.01, float("nan")])
def test_what_is_no_share_is_a_callers_mistake(place, wrong):
    numbers = [0.5, 0.5, 0.5]
    numbers[place] = wrong

    name = ("share", "response", "threshold")[place]
    with pytest.raises(ValueError, match=f"{name} must be between 0 and 1"):
        tipping(*numbers)


def bounds(data, spoke, **changed):
    design = {name: data[name] for name in ("weight", "stratum", "psu", "units")}
    return survey_bounds(data["share"], spoke, **{**design, **changed})


def test_all_and_none_of_the_silent_give_the_same_bounds():
    for number in range(200):
        data, _ = survey(number)
        spoke = np.random.default_rng(number).random(data["share"].size) < 0.7
        design = {name: data[name] for name in ("weight", "stratum", "psu", "units")}

        found = bounds(data, spoke, domain=data["domain"])

        none = survey_share(data["share"] * spoke, **design, domain=data["domain"]).point
        every = survey_share(data["share"] | ~spoke, **design, domain=data["domain"]).point
        numbers = (found.least, found.low, found.most, found.high)
        expected = (none.value, none.low, every.value, every.high)
        agree("survey bounds", "all and none, 200 random inputs", numbers, expected, rel=1e-12)
        weight = data["weight"] * data["domain"]
        assert found.response == pytest.approx(weight @ spoke / weight.sum())
        assert found.most - found.least == pytest.approx(1 - found.response)
        assert found.answered == (spoke & (data["domain"] == 1)).sum()
        assert found.n == data["domain"].sum()


def test_what_the_silent_are_said_to_answer_is_not_looked_at():
    data, _ = survey(3)
    spoke = np.arange(data["share"].size) % 3 > 0

    other = bounds({**data, "share": np.where(spoke, data["share"], 1)}, spoke)

    assert other == bounds({**data, "share": np.where(spoke, data["share"], 0)}, spoke)


def test_where_all_answered_the_bounds_are_the_share():
    data, _ = survey(3)

    found = bounds(data, np.ones(data["share"].size))

    assert found.least == found.most and (found.response, found.answered) == (1, found.n)
    assert found.low < found.least < found.high


def test_where_nobody_answered_anything_is_possible():
    data, _ = survey(3)

    found = bounds(data, np.zeros(data["share"].size))

    assert (found.least, found.most, found.low, found.high, found.response) == (0, 1, 0, 1, 0)


def test_answers_and_silence_are_of_the_same_people():
    data, _ = survey(3)
    with pytest.raises(ValueError, match="same length"):
        bounds(data, np.ones(3))
