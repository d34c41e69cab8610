"""Ratios from samples, and what a second stage of the draw adds."""

import numpy as np
import pandas as pd
import pytest
from tests.helpers import agree, gold, reference_data
from tests.reference.designs import survey

from evalkit.errors import Refused
from evalkit.estimators.survey_ratio import survey_ratio
from evalkit.estimators.survey_share import survey_mean, survey_share

SLOW = "definition, stage by stage, 200 random inputs"
DESIGN = ("stratum", "psu", "units", "second", "second_units")


def design(data):
    return {name: data[name] for name in DESIGN}


def test_r_gives_the_same_ratio():
    data, known = pd.read_csv(reference_data("apiclus1.csv")), gold("apiclus1_ratio")

    found = survey_ratio(
        data["api.stu"], data["enroll"], data["pw"], np.zeros(183), data["dnum"], units=data["fpc"]
    )

    numbers = (found.point.value, found.point.se)
    agree("survey ratio", "R survey", numbers, (known["value"], known["se"]), rel=1e-9)


def test_r_gives_the_same_mean_of_two_stages():
    data, known = pd.read_csv(reference_data("apiclus2.csv")), gold("apiclus2_mean_2stage")

    found = survey_mean(
        *(data["api00"], data["pw"], np.zeros(len(data)), data["dnum"]),
        units=data["fpc1"],
        second=data["snum"],
        second_units=data["fpc2"],
    )

    numbers = (found.point.value, found.point.se)
    agree("survey mean", "R survey, two stages", numbers, (known["value"], known["se"]), rel=1e-9)


def spread(sums):
    return len(sums) * np.var(sums, ddof=1) if len(sums) > 1 else 0.0


def by_hand(data, inside):
    """The definition: residuals of the ratio, compared in each stratum and each unit."""
    w, y, x = (data["weight"] * inside, data["answer"], data["points"])
    ratio = sum(w * y) / sum(w * x)
    score, variance = w * (y - ratio * x) / sum(w * x), 0.0
    for h in set(data["stratum"]):
        here = data["stratum"] == h
        units, sums = data["units"][here][0], []
        for i in set(data["psu"][here]):
            unit = here & (data["psu"] == i)
            sums.append(score[unit].sum())
            inner = [score[unit & (data["second"] == j)].sum() for j in set(data["second"][unit])]
            left = 1 - len(inner) / data["second_units"][unit][0]
            variance += len(set(data["psu"][here])) / units * left * spread(inner)
        variance += (1 - len(sums) / units) * spread(sums)
    return ratio, variance**0.5


def test_sums_stage_by_stage_give_the_same():
    for number in range(200, 400):
        data, _ = survey(number)
        domain = data["domain"]

        found = survey_ratio(
            data["answer"], data["points"], data["weight"], **design(data), domain=domain
        ).point

        # Sums in another order.
        agree("survey ratio", SLOW, (found.value, found.se), by_hand(data, domain == 1), rel=1e-9)


def test_a_denominator_of_one_is_a_mean():
    data, _ = survey(7)
    one = np.ones(data["weight"].size)

    ratio = survey_ratio(data["answer"], one, data["weight"], **design(data))

    assert ratio == survey_mean(data["answer"], data["weight"], **design(data))


def test_units_of_what_is_divided_change_nothing_but_the_unit():
    data, _ = survey(8)
    first = survey_ratio(data["share"], data["points"], data["weight"], **design(data))

    other = survey_ratio(data["share"] * 3, data["points"] / 2, data["weight"] * 9, **design(data))

    assert other.point.value == pytest.approx(6 * first.point.value)
    assert other.point.se == pytest.approx(6 * first.point.se)
    assert other.effect == pytest.approx(first.effect)


def test_a_second_stage_of_which_all_were_drawn_adds_nothing():
    data, _ = survey(11)
    inner = np.array(
        [
            len(set(data["second"][(data["stratum"] == h) & (data["psu"] == i)]))
            for h, i in zip(data["stratum"], data["psu"], strict=True)
        ]
    )
    first = {name: data[name] for name in ("stratum", "psu", "units")}

    found = survey_mean(data["answer"], data["weight"], **{**design(data), "second_units": inner})

    assert found == survey_mean(data["answer"], data["weight"], **first)


def test_a_second_stage_adds_to_the_error_the_more_the_more_units_were_left():
    data, _ = survey(11)
    errors = [
        survey_mean(
            data["answer"],
            data["weight"],
            **{**design(data), "second_units": np.full(data["weight"].size, many)},
        ).point.se
        for many in (3, 5, 50)
    ]

    assert errors == sorted(errors) and errors[0] < errors[1] < errors[2]


def test_units_of_the_second_stage_have_their_names_within_the_first():
    data, _ = survey(5)
    other = data["second"] + 100 * data["psu"] + 1000 * data["stratum"]

    renamed = survey_mean(data["answer"], data["weight"], **{**design(data), "second": other})

    assert renamed == survey_mean(data["answer"], data["weight"], **design(data))


def certain(**changed):
    """Two strata; in the second the one unit there is was taken."""
    world = {
        "stratum": np.repeat([0, 0, 1], 4),
        "psu": np.repeat([0, 1, 2], 4),
        "units": np.repeat([9, 9, 1], 4),
        "second": np.tile([0, 0, 1, 1], 3),
        "second_units": np.full(12, 5),
    }
    answer = np.array([0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1])
    return survey_mean(answer, np.ones(12), **{**world, **changed})


def test_the_one_unit_that_a_stratum_has_is_not_lonely():
    alone, two_stages = certain(second=None, second_units=None), certain()

    assert (alone.df, two_stages.df) == (1, 1)
    # The mean is 7/12; sums of residuals are compared, 2 of 9 units and 2 of 5 within each.
    first = (1 - 2 / 9) * spread([2 - 7 / 3, 3 - 7 / 3])
    inner = 2 / 9 * 3 / 5 * (spread([1 - 7 / 6, 1 - 7 / 6]) + spread([2 - 7 / 6, 1 - 7 / 6]))
    # Drawn for certain, the last adds all of what its own units differ by.
    last = 3 / 5 * spread([0 - 7 / 6, 2 - 7 / 6])
    assert alone.point.se == pytest.approx(first**0.5 / 12)
    assert two_stages.point.se == pytest.approx((first + inner + last) ** 0.5 / 12)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"units": np.repeat([9, 9, 2], 4)}, "refuse_lone_unit"),
        ({"second": np.repeat([0, 0, 0], 4)}, "refuse_lone_second"),
        (
            {"second": np.where(np.arange(12) < 4, 0, np.tile([0, 0, 1, 1], 3))},
            "refuse_lone_second",
        ),
        ({"stratum": np.repeat([0, 1, 2], 4), "units": np.ones(12)}, "refuse_lone_unit"),
    ],
)
def test_lonely_units_are_refused_at_either_stage(changed, key):
    with pytest.raises(Refused) as caught:
        certain(**changed)

    assert caught.value.key == key


def test_a_refusal_counts_the_lonely_units():
    with pytest.raises(Refused) as caught:
        certain(second=np.where(np.arange(12) < 4, 0, np.tile([0, 0, 1, 1], 3)))

    assert caught.value.values == {"n": 1, "units": 3}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"units": None}, "units, second and second_units"),
        ({"second": None}, "units, second and second_units"),
        ({"second_units": None}, "units, second and second_units"),
        ({"second_units": np.ones(12)}, "second_units must not be fewer"),
        ({"second_units": np.arange(5, 17)}, "second_units must be the same within a psu"),
        ({"second": np.zeros(3)}, "same length"),
        ({"psu": np.zeros(3)}, "same length"),
    ],
)
def test_what_a_caller_got_wrong_of_two_stages_is_named(changed, said):
    with pytest.raises(ValueError, match=said):
        certain(**changed)


def ratio(**changed):
    world = {
        "numerator": [1, 2, 0, 3],
        "denominator": [2, 2, 1, 3],
        "weight": np.ones(4),
        "stratum": np.zeros(4),
        "psu": np.arange(4),
    }
    return survey_ratio(**{**world, **changed})


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"denominator": [0, 0, 1, 0], "domain": [1, 1, 0, 1]}, "refuse_zero_denominator"),
        ({"numerator": [2, 2, 1, 3]}, "refuse_no_variation"),
        ({"weight": [1, 1, -1, 1]}, "refuse_survey_weights"),
        ({"domain": np.zeros(4)}, "refuse_empty"),
        ({"numerator": [1, 2, np.nan, 3]}, "refuse_not_finite"),
    ],
)
def test_what_has_no_ratio_is_refused(changed, key):
    with pytest.raises(Refused) as caught:
        ratio(**changed)

    assert caught.value.key == key


def test_a_negative_denominator_is_a_callers_mistake():
    assert ratio(denominator=[2, 2, 0, 3]).n == 4
    with pytest.raises(ValueError, match="denominator must not be below 0"):
        ratio(denominator=[2, 2, -1, 3])


def test_korn_and_graubard_are_clopper_and_pearson_where_the_draw_was_simple():
    answer = np.repeat([0, 1], [70, 30])

    found = survey_share(answer, np.ones(100), np.zeros(100), np.arange(100), interval="beta")

    # 99 persons' worth: the variance has n - 1 below the line. R: binom.test's beta quantiles.
    worth = 0.3 * 0.7 / found.point.se**2
    assert worth == pytest.approx(99)
    expected = (0.2119838, 0.4003629)
    agree("survey share, Korn-Graubard", "R qbeta", (found.point.low, found.point.high), expected,
          rel=1e-6)  # fmt: skip


def test_a_small_domain_is_worth_no_more_for_the_many_units_outside():
    answer, inside = np.tile([0, 1], 20), np.repeat([1, 0], [3, 37])

    found = survey_share(
        *(answer, np.ones(40), np.zeros(40), np.arange(40)), domain=inside, interval="beta"
    ).point

    # Three persons, of whom one: nearly anything.
    assert found.low < 0.02 and found.high > 0.9


def test_another_interval_is_a_callers_mistake():
    with pytest.raises(ValueError, match="an interval must be one of logit, beta"):
        survey_share([0, 1], [1, 1], [0, 0], [0, 1], interval="wald")
