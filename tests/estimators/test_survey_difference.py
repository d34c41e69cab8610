"""Differences of means and shares of one design."""

import csv

import numpy as np
import pytest
from scipy.stats import t as student
from tests.helpers import ROOT, agree
from tests.reference.designs import SURVEYS, survey

from evalkit.errors import Refused
from evalkit.estimators.calibration import rake
from evalkit.estimators.survey_difference import survey_difference
from evalkit.estimators.survey_share import survey_mean

R = "R survey, 200 random designs"


def design(number, data):
    names = [("stratum", "psu"), ("stratum", "psu", "units"), tuple(data)[:5]][number % 3]
    told = {name: data[name] for name in names}
    return {("second_stage" if k == "second" else k): v for k, v in told.items()}


def test_r_gives_the_same_differences_with_and_without_raking():
    with open(ROOT / "tests" / "reference" / "survey.csv", encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    assert len(known) == SURVEYS
    for number, row in enumerate(known):
        data, totals = survey(number)
        world = {"answer": data["answer"], "first": data["side"], "second": 1 - data["side"]}
        margins = [data["group"], data["side"]]
        raked = rake(data["weight"], margins, [dict(enumerate(t)) for t in totals])
        for name, weight in (("", data["weight"]), ("raked_", raked)):
            found = survey_difference(**world, weight=weight, **design(number, data)).point

            # R prints ten digits, and both look for weights until the totals are met to 1e-10.
            expected = [float(row[f"{name}apart_{part}"]) for part in ("value", "se")]
            numbers = (found.value, found.se)
            agree("survey difference", R, numbers, expected, rel=1e-8)


def small(**changed):
    data, _ = survey(7)
    world = {
        "answer": data["answer"],
        "first": data["side"],
        "second": 1 - data["side"],
        "weight": data["weight"],
        "stratum": data["stratum"],
        "psu": data["psu"],
    }
    return survey_difference(**{**world, **changed})


def test_leaving_out_one_unit_at_a_time_gives_nearly_the_same_error():
    random = np.random.default_rng(6)
    psu = np.repeat(np.arange(200), 10)
    side = random.integers(0, 2, 2000)
    answer = 0.3 * side + random.normal(0, 1, 200)[psu] + random.normal(size=2000)
    world = {"weight": random.uniform(1, 3, 2000), "stratum": np.zeros(2000), "psu": psu}

    found = survey_difference(answer, side, 1 - side, **world)

    left = []
    for i in range(200):
        w = world["weight"] * (psu != i)
        means = [w @ (s * answer) / (w @ s) for s in (side, 1 - side)]
        left.append(means[0] - means[1])
    slow = np.sqrt(199 / 200 * np.sum((left - np.mean(left)) ** 2))
    # Both are approximations; with 200 units they differ in the third place.
    agree("survey difference", "jackknife of units", found.point.se, slow, rel=0.01)
    apart = [survey_mean(answer, **world, domain=s).point.se for s in (side, 1 - side)]
    # Those of one unit are alike, which makes their difference surer than two samples would.
    assert found.point.se < 0.8 * np.hypot(*apart)


def test_the_interval_and_the_p_value_are_of_students_t():
    found = small(level=0.9)

    half = student.ppf(0.95, found.df) * found.point.se
    assert found.point.low == pytest.approx(found.point.value - half)
    assert found.point.high == pytest.approx(found.point.value + half)
    p = 2 * student.sf(abs(found.point.value) / found.point.se, found.df)
    assert found.point.p == pytest.approx(p)


def test_turned_round_it_is_the_same_the_other_way():
    data, _ = survey(7)
    there, back = small(), small(first=1 - data["side"], second=data["side"])

    assert back.point.value == pytest.approx(-there.point.value)
    assert back.point.se == pytest.approx(there.point.se)
    assert (back.n_first, back.n_second) == (there.n_second, there.n_first)
    assert there.n_first == data["side"].sum()
    assert there.first - there.second == pytest.approx(there.point.value)
    mean = survey_mean(data["answer"], data["weight"], data["stratum"], data["psu"],
                       domain=data["side"])  # fmt: skip
    assert (there.first, there.df) == (pytest.approx(mean.point.value), mean.df)


def test_waves_that_are_strata_of_their_own_have_the_errors_of_two_samples():
    (one, _), (two, _) = survey(8), survey(9)
    both = {name: np.concatenate([one[name], two[name]]) for name in ("answer", "weight", "psu")}
    wave = np.repeat([0, 1], [one["psu"].size, two["psu"].size])
    stratum = np.concatenate([one["stratum"], 100 + two["stratum"]])

    found = survey_difference(both["answer"], wave, 1 - wave, both["weight"], stratum, both["psu"])

    apart = [survey_mean(d["answer"], d["weight"], d["stratum"], d["psu"]) for d in (two, one)]
    assert found.point.value == pytest.approx(apart[0].point.value - apart[1].point.value)
    assert found.point.se == pytest.approx(np.hypot(*(a.point.se for a in apart)))
    assert found.df == sum(a.df for a in apart)


def test_a_domain_beside_the_whole_has_its_part_in_both():
    data, _ = survey(7)

    same = small(second=data["side"] * 0 + 1)
    other = small()

    # The whole is a mixture of both sides.
    share = data["weight"] @ (1 - data["side"]) / data["weight"].sum()
    assert same.point.value == pytest.approx(share * other.point.value)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"first": np.zeros(survey(7)[0]["psu"].size)}, "refuse_empty"),
        ({"second": np.zeros(survey(7)[0]["psu"].size)}, "refuse_empty"),
        ({"answer": np.full(survey(7)[0]["psu"].size, 4.0)}, "refuse_no_variation"),
        ({"weight": -survey(7)[0]["weight"]}, "refuse_survey_weights"),
        ({"stratum": survey(7)[0]["psu"]}, "refuse_lone_unit"),
    ],
)
def test_what_the_sample_cannot_give_is_refused(changed, key):
    with pytest.raises(Refused) as caught:
        small(**changed)

    assert caught.value.key == key


def test_what_a_caller_got_wrong_is_named():
    with pytest.raises(ValueError, match="first must be 0 or 1"):
        small(first=np.full(survey(7)[0]["psu"].size, 2))
    with pytest.raises(ValueError, match="same length"):
        small(second=[1, 0])
