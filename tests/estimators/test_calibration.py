"""Weights that meet known totals, and the errors that count it."""

import numpy as np
import pandas as pd
import pytest
from tests.helpers import agree, gold, reference_data
from tests.reference.designs import survey

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.calibration import calibrate, rake
from evalkit.estimators.survey_share import survey_mean, survey_share

DESIGN = ("stratum", "psu", "units", "second", "second_units")
SLOW = "200 random inputs"


def totals_of(known):
    return [dict(enumerate(sizes)) for sizes in known]


def test_r_gives_the_same_raked_mean():
    data, known = pd.read_csv(reference_data("apiclus1.csv")), gold("apiclus1_rake")

    made = rake(
        data["pw"],
        [data["stype"], data["sch.wide"]],
        [{"E": 4421, "H": 755, "M": 1018}, {"No": 1072, "Yes": 5122}],
    )
    found = survey_mean(data["api00"], made, np.zeros(183), data["dnum"], units=data["fpc"]).point

    numbers = (found.value, found.se, made.weight.min(), made.weight.max())
    extra = known["extra"]
    expected = (known["value"], known["se"], extra["weights_min"], extra["weights_max"])
    # R stopped at 1e-10 of the totals.
    agree("raking", "R survey", numbers, expected, rel=1e-8)


def by_turns(weight, margins, totals):
    """Deming and Stephan: each margin in its turn until nothing moves."""
    for _ in range(2000):
        before = weight.copy()
        for margin, sizes in zip(margins, totals, strict=True):
            for group, size in enumerate(sizes):
                weight[margin == group] *= size / weight[margin == group].sum()
        if np.abs(weight / before - 1).max() < 1e-14:
            return weight
    raise AssertionError("still moving")


def test_margins_in_turn_give_the_same_weights():
    for number in range(200, 400):
        data, known = survey(number)
        margins = (data["group"], data["side"])

        made = rake(data["weight"], margins, totals_of(known))

        # Newton's method met the totals to 1e-10.
        slow = by_turns(data["weight"].copy(), margins, known)
        agree("raking", f"margins in turn, {SLOW}", made.weight, slow, rel=1e-8)
        assert (made.before == data["weight"]).all()


def test_the_general_regression_estimator_is_the_mean_of_linear_weights():
    for number in range(200, 400):
        data, (group, _) = survey(number)
        table = np.column_stack([data["group"] == g for g in range(3)] + [data["points"]])
        near = data["weight"] @ data["points"] / data["weight"].sum()
        totals = [*group, group.sum() * near * 1.02]

        made = calibrate(data["weight"], table, totals, farthest=1e6)

        # Prediction and weighted residuals, and not a weight in sight.
        weight, y = np.diag(data["weight"]), data["answer"]
        slope = np.linalg.solve(table.T @ weight @ table, table.T @ weight @ y)
        expected = totals @ slope + data["weight"] @ (y - table @ slope)
        name = f"general regression estimator, {SLOW}"
        agree("calibration, linear", name, made.weight @ y, expected, rel=1e-9)


def test_totals_are_met_whatever_they_count():
    data, _ = survey(3)
    table = np.column_stack([data["group"] == 1, data["points"] * 1e6, data["weight"] * 1e-6])
    totals = data["weight"] @ table * [1.1, 0.95, 1.05]

    for method in ("linear", "raking"):
        made = calibrate(data["weight"], table, totals, method=method)

        # As closely as it is asked for, in the unit of each.
        np.testing.assert_allclose(made.weight @ table, totals, rtol=1e-9)
        beside = made.weight / made.before * made.before.sum() / made.weight.sum()
        assert (made.least, made.most) == pytest.approx((beside.min(), beside.max()))
        assert made.least < 1 < made.most


def test_weights_that_meet_the_totals_are_left_alone():
    data, _ = survey(4)
    table = np.column_stack([data["group"] == g for g in range(3)])

    made = calibrate(data["weight"], table, data["weight"] @ table)

    np.testing.assert_allclose(made.weight, data["weight"], rtol=1e-12)
    assert (made.least, made.most) == pytest.approx((1, 1))


def test_one_margin_is_poststratification():
    data, (group, _) = survey(5)

    raked = rake(data["weight"], [data["group"]], [dict(enumerate(group))])
    linear = calibrate(data["weight"], np.eye(3)[data["group"]], group)

    now = np.bincount(data["group"], data["weight"])
    np.testing.assert_allclose(raked.weight, data["weight"] * (group / now)[data["group"]])
    np.testing.assert_allclose(linear.weight, raked.weight)


def test_the_order_of_margins_and_the_scale_of_weights_change_nothing():
    data, known = survey(6)
    design = {name: data[name] for name in DESIGN}
    margins = [data["group"], data["side"]]
    first = rake(data["weight"], margins, totals_of(known))

    turned = rake(data["weight"] * 1000, margins[::-1], totals_of(known)[::-1])

    np.testing.assert_allclose(turned.weight, first.weight)
    one, other = (survey_mean(data["answer"], w, **design) for w in (first, turned))
    assert one.point.se == pytest.approx(other.point.se)


def test_totals_that_tell_much_of_the_answer_make_the_error_small():
    random = np.random.default_rng(8)
    known = random.normal(100, 10, 200)
    answer = known + random.normal(0, 1, 200)
    weight, alone = np.full(200, 50.0), np.arange(200)
    table = np.column_stack([np.ones(200), known])

    made = calibrate(weight, table, [10_000, 1_000_000])

    plain = survey_mean(answer, weight, np.zeros(200), alone).point.se
    found = survey_mean(answer, made, np.zeros(200), alone).point
    # What is left has a standard deviation of 1 beside 10, with the chance of 200 draws.
    assert found.se / plain == pytest.approx(0.1, rel=0.15)
    assert abs(found.value - 100) < 4 * found.se


def test_a_share_of_raked_weights_has_its_interval():
    data, known = survey(6)
    made = rake(data["weight"], [data["group"], data["side"]], totals_of(known))

    point = survey_share(data["share"], made, data["stratum"], data["psu"]).point

    assert point.value == pytest.approx(made.weight @ data["share"] / made.weight.sum())
    assert 0 < point.low < point.value < point.high < 1


def test_what_the_weights_were_calibrated_to_is_no_finding():
    data, known = survey(6)
    made = rake(data["weight"], [data["group"], data["side"]], totals_of(known))

    with pytest.raises(Refused) as caught:
        survey_share(data["side"], made, data["stratum"], data["psu"])

    assert caught.value.key == "refuse_known_total"
    assert caught.value.values == {"n": data["side"].size}


WEIGHT = np.array([1.0, 2, 3, 4])
MARGINS = (["a", "a", "b", "b"], ["x", "y", "x", "y"])
SIZES = ({"a": 30, "b": 70}, {"x": 40, "y": 60})


def raked(margins=MARGINS, totals=SIZES, **changed):
    return rake(changed.pop("weight", WEIGHT), margins, totals, **changed)


@pytest.mark.parametrize(
    ("totals", "key", "values"),
    [
        (({"a": 100}, SIZES[1]), "refuse_margin_unknown", {"margin": 1, "n": 1}),
        (({"a": 100, "b": 0}, SIZES[1]), "refuse_margin_unknown", {"margin": 1, "n": 1}),
        (
            (SIZES[0], {"x": 40, "y": 50, "z": 6, "u": 4}),
            "refuse_margin_empty",
            {"margin": 2, "n": 2},
        ),
        (({"a": 30, "b": 71}, SIZES[1]), "refuse_margins_differ", {"least": 100, "most": 101}),
    ],
)
def test_impossible_totals_are_refused_with_what_they_lack(totals, key, values):
    with pytest.raises(Refused) as caught:
        raked(totals=totals)

    assert (caught.value.key, caught.value.values) == (key, values)


def test_totals_may_be_shares():
    shares = [{name: size / 100 for name, size in sizes.items()} for sizes in SIZES]

    np.testing.assert_allclose(raked(totals=shares).weight * 100, raked().weight)
    with pytest.raises(Refused) as caught:
        raked(totals=({"a": 0.3, "b": 0.5, "c": 0.2}, shares[1]))
    assert caught.value.values == {"margin": 1, "n": 1}


def test_a_group_of_nobody_in_both_needs_nothing():
    made = raked(totals=({**SIZES[0], "c": 0}, SIZES[1]))

    np.testing.assert_array_equal(made.weight, raked().weight)


def test_sums_that_differ_in_their_last_digits_are_one_population():
    made = raked(totals=({"a": 30.00001, "b": 70}, SIZES[1]))

    assert made.weight.sum() == pytest.approx(100.00001)


def test_margins_that_contradict_one_another_are_refused():
    # All of a are x and all of b are y, so that 30 and 40 cannot both be.
    with pytest.raises(Refused) as caught:
        raked(margins=(MARGINS[0], ["x", "x", "y", "y"]), farthest=1e9)

    assert (caught.value.key, caught.value.values) == ("refuse_unmet_totals", {"n": 4})


def test_totals_that_only_no_weight_at_all_would_meet_are_refused():
    # Nobody is left for b and y but those who are both: 30 + 60 of 100 would be -10 twice.
    with pytest.raises(Refused) as caught:
        rake(
            np.ones(3), (["a", "a", "b"], ["x", "y", "x"]),
            ({"a": 40, "b": 60}, {"x": 40, "y": 60}), farthest=1e9,
        )  # fmt: skip

    assert caught.value.key == "refuse_unmet_totals"


def test_weights_below_nought_are_refused():
    table = np.column_stack([np.ones(4), [0, 0, 0, 1]])

    with pytest.raises(Refused) as caught:
        calibrate(np.ones(4), table, [4, -1], farthest=1e9)

    assert (caught.value.key, caught.value.values) == (
        "refuse_negative_weights", {"n": 1, "persons": 4},
    )  # fmt: skip


def test_weights_that_run_away_are_refused_beyond_the_limit_and_not_at_it():
    # 1 of 4 becomes 12 of 16: by 12 beside all together by 4, that is 3 times.
    def made(farthest):
        return rake(np.ones(4), [["a", "b", "b", "b"]], [{"a": 12, "b": 4}], farthest=farthest)

    with pytest.raises(Refused) as caught:
        made(2.9)
    assert caught.value.values == {"n": 4, "persons": 4, "most": "2.9"}
    # The others shrink to a third of the rest.
    assert made(3.1).least == pytest.approx(1 / 3) and made(3.1).most == pytest.approx(3)


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda: raked(weight=[1, 2, 0, 4]), "refuse_survey_weights"),
        (lambda: raked(weight=[1, 2, np.nan, 4]), "refuse_not_finite"),
        (lambda: raked(margins=(["a", None, "b", "b"], MARGINS[1])), "refuse_not_finite"),
        (lambda: raked(totals=({"a": 30, "b": np.nan}, SIZES[1])), "refuse_not_finite"),
        (lambda: calibrate(WEIGHT, [[1, 0]] * 4, [9, 1]), "refuse_nobody_counted"),
        (lambda: calibrate(WEIGHT, [[1, np.inf]] * 4, [9, 1]), "refuse_column_not_finite"),
    ],
)
def test_what_is_missing_is_refused(call, key):
    with pytest.raises(Refused) as caught:
        call()

    assert caught.value.key == key


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: raked(totals=SIZES[:1]), "margins must be as many as totals"),
        (lambda: raked(margins=(), totals=()), "at least one"),
        (lambda: raked(margins=(["a", "b"], MARGINS[1])), "same length"),
        (lambda: raked(totals=({"a": -30, "b": 70}, SIZES[1])), "must not be below 0"),
        (lambda: raked(farthest=1.0), "farthest must be above 1"),
        (lambda: calibrate(WEIGHT, np.ones(4), [4], farthest=0.5), "farthest must be above 1"),
        (lambda: calibrate(WEIGHT, np.ones(4), [4, 4]), "totals must be as many"),
        (lambda: calibrate(WEIGHT, np.ones(3), [4]), "same length"),
        (lambda: calibrate(WEIGHT, np.ones(4), [4], method="logit"), "one of linear, raking"),
    ],
)
def test_what_a_caller_got_wrong_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_refusal_has_its_sentence_in_each_language(lang):
    found = set()
    for key, values in {
        "refuse_lone_second": {"n": 1, "units": 3},
        "refuse_zero_denominator": {"n": 4},
        "refuse_domain_in_one_unit": {"n": 4},
        "refuse_known_total": {"n": 4},
        "refuse_nobody_counted": {"n": 1},
        "refuse_margin_unknown": {"margin": 1, "n": 1},
        "refuse_margin_empty": {"margin": 2, "n": 2},
        "refuse_margins_differ": {"least": 100, "most": 101},
        "refuse_unmet_totals": {"n": 4},
        "refuse_negative_weights": {"n": 1, "persons": 4},
        "refuse_far_weights": {"n": 1, "persons": 4, "most": "10"},
    }.items():
        found.add(words.sentence(Refused(key, **values), lang))

    assert len(found) == 11 and not any("{" in one for one in found)
