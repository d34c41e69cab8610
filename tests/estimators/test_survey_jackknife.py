"""Errors from leaving out one unit at a time."""

import numpy as np
import pytest
from tests.helpers import agree
from tests.reference.designs import survey

from evalkit.errors import Refused
from evalkit.estimators.survey_jackknife import survey_jackknife
from evalkit.estimators.survey_ratio import survey_ratio
from evalkit.estimators.survey_share import survey_mean


def design(data):
    return {name: data[name] for name in ("weight", "stratum", "psu", "units")}


def by_hand(data, inside):
    """Weights of each replicate written out person by person, then a ratio each."""
    ratios, scales = [], []
    y, x = data["answer"] * inside, data["points"] * inside
    for h in sorted(set(data["stratum"])):
        here = data["stratum"] == h
        units = sorted(set(data["psu"][here]))
        for i in units:
            weight = data["weight"].copy()
            weight[here] *= len(units) / (len(units) - 1)
            weight[here & (data["psu"] == i)] = 0
            ratios.append((weight * y).sum() / (weight * x).sum())
            left = 1 - len(units) / data["units"][here][0]
            scales.append(left * (len(units) - 1) / len(units))
    value = (data["weight"] * y).sum() / (data["weight"] * x).sum()
    return value, np.sqrt(np.sum(scales * (np.array(ratios) - np.mean(ratios)) ** 2))


def test_replicate_weights_person_by_person_give_the_same():
    for number in range(200, 400):
        data, _ = survey(number)

        found = survey_jackknife(
            data["answer"], **design(data), denominator=data["points"], domain=data["domain"]
        ).point

        # Sums in another order.
        slow = by_hand(data, data["domain"])
        name = "definition, replicate by replicate, 200 random inputs"
        agree("survey jackknife", name, (found.value, found.se), slow, rel=1e-9)


def test_of_equal_units_it_is_the_error_of_linearisation():
    answer = np.random.default_rng(3).normal(size=60)
    world = {"weight": np.ones(60), "stratum": np.zeros(60), "psu": np.arange(60) // 5}

    found, other = survey_jackknife(answer, **world), survey_mean(answer, **world)

    # A mean of units of one size is a sum: nothing is approximated.
    assert found.point.se == pytest.approx(other.point.se)
    assert found.point.low == pytest.approx(other.point.low)
    assert found.point.high == pytest.approx(other.point.high)
    assert (found.df, found.n) == (11, 60) and found.effect == pytest.approx(other.effect)


def test_the_design_effect_is_the_variance_over_that_of_a_simple_draw():
    data, _ = survey(9)
    world = design(data)

    found, other = survey_jackknife(data["answer"], **world), survey_mean(data["answer"], **world)

    assert found.effect / other.effect == pytest.approx((found.point.se / other.point.se) ** 2)
    assert found.effect != other.effect


def test_far_from_nought_the_error_is_the_same():
    data, _ = survey(9)
    first = survey_jackknife(data["answer"], **design(data)).point

    far = survey_jackknife(data["answer"] + 1e6, **design(data)).point

    # The answers themselves keep ten digits there.
    assert far.se == pytest.approx(first.se, rel=1e-7)
    assert far.value == pytest.approx(first.value + 1e6, rel=1e-12)


def test_a_unit_that_its_stratum_has_alone_is_never_left_out():
    data, _ = survey(6)
    more = {name: np.concatenate([data[name], [new]]) for name, new in {
        "weight": 2.0, "stratum": 99, "psu": 1, "units": 1, "answer": 50.0,
    }.items()}  # fmt: skip
    answer = more.pop("answer")

    found = survey_jackknife(answer, **more)

    expected = survey_ratio(answer, np.ones(answer.size), **more)
    assert found.point.value == pytest.approx(expected.point.value) and found.df == expected.df
    # The two are near in any sample; a replicate of nobody's would be far away.
    assert found.point.se == pytest.approx(expected.point.se, rel=0.1)


def small(**changed):
    world = {
        "numerator": [1, 2, 0, 3],
        "weight": np.ones(4),
        "stratum": np.zeros(4),
        "psu": np.arange(4),
    }
    return survey_jackknife(**{**world, **changed})


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"domain": [1, 0, 0, 0]}, "refuse_domain_in_one_unit"),
        ({"domain": [0, 0, 0, 0]}, "refuse_empty"),
        ({"numerator": [2, 2, 2, 2]}, "refuse_no_variation"),
        ({"stratum": [0, 0, 0, 1]}, "refuse_lone_unit"),
        ({"weight": [1, 1, 1, 0]}, "refuse_survey_weights"),
        ({"units": [4, 4, 4, 4]}, "refuse_no_variation"),
        ({"denominator": [0, 0, 0, 0]}, "refuse_zero_denominator"),
    ],
)
def test_what_the_sample_cannot_give_is_refused(changed, key):
    with pytest.raises(Refused) as caught:
        small(**changed)

    assert caught.value.key == key


def test_what_a_caller_got_wrong_is_named():
    assert small(denominator=[1, 1, 0, 2]).n == 4
    with pytest.raises(ValueError, match="denominator must not be below 0"):
        small(denominator=[1, 1, -1, 2])
    with pytest.raises(ValueError, match="same length"):
        small(weight=[1, 1])
