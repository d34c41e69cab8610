"""Differences between domains and waves, held to R survey and to what must hold."""

import numpy as np
import pandas as pd
import pytest
from tests.helpers import reference_data

from evalkit.errors import Refused
from evalkit.estimators.survey_difference import survey_difference
from evalkit.estimators.survey_share import survey_mean


def test_equal_to_r_in_clusters_and_in_strata():
    """R 4.2.2, survey 4.1.1: svycontrast(svyby(..., svymean, covmat = TRUE)), df = degf."""
    data = pd.read_csv(reference_data("apiclus1.csv"))
    found = survey_difference(
        data["api00"], data["pw"], np.ones(len(data)), data["dnum"], units=data["fpc"],
        first=data["stype"] == "E", other=data["stype"] == "H",
    )  # fmt: skip
    # Twelve digits were printed.
    assert found.value == pytest.approx(30.2966269841, rel=1e-11)
    assert found.se == pytest.approx(30.0276061918, rel=1e-11)
    assert (found.low, found.high) == pytest.approx((-34.1061830462, 94.6994370144), rel=1e-11)

    strata = pd.read_csv(reference_data("apistrat.csv"))
    passed = (strata["api00"] >= 700).astype(float)
    found = survey_difference(
        passed, strata["pw"], strata["stype"], np.arange(len(strata)), units=strata["fpc"],
        first=strata["awards"] == "Yes", other=strata["awards"] == "No",
    )  # fmt: skip
    assert (found.value, found.se) == pytest.approx((0.120031566976, 0.0756544521401), rel=1e-11)
    assert (found.low, found.high) == pytest.approx((-0.0291649919015, 0.269228125853), rel=1e-11)


def drawn(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(40, 120))
    psu = random.integers(0, 8, n)
    return {
        "answer": random.integers(0, 6, n).astype(float),
        "weight": random.uniform(0.5, 4, n),
        "stratum": psu % 2,
        "psu": psu,
        "part": random.integers(0, 3, n),
    }


def slowly(data, first, other):
    """By units left out one by one, without a derivative: the infinitesimal jackknife."""

    def gap(weight):
        means = [
            np.average(data["answer"][data["part"] == part], weights=weight[data["part"] == part])
            for part in (first, other)
        ]
        return means[0] - means[1]

    base, step = data["weight"], 1e-6
    moved = np.array([
        (gap(base * (1 + step * (np.arange(base.size) == i))) - gap(base)) / step
        for i in range(base.size)
    ])  # fmt: skip
    total = 0.0
    for stratum in np.unique(data["stratum"]):
        units = np.unique(data["psu"][data["stratum"] == stratum])
        sums = np.array([moved[data["psu"] == unit].sum() for unit in units])
        total += len(units) / (len(units) - 1) * ((sums - sums.mean()) ** 2).sum()
    return gap(base), np.sqrt(total)


def of(data, first=0, other=1, **changed):
    part = data["part"]
    given = {k: v for k, v in data.items() if k != "part"} | changed
    return survey_difference(**given, first=part == first, other=part == other)


@pytest.mark.parametrize("seed", range(200))
def test_equal_to_moving_each_weight_a_little(seed):
    data = drawn(seed)
    value, se = slowly(data, 0, 1)
    found = of(data)

    assert found.value == pytest.approx(value, abs=1e-9)
    # A step of a millionth leaves a millionth or so of the curvature.
    assert found.se == pytest.approx(se, rel=1e-4)


@pytest.mark.parametrize("seed", range(20))
def test_laws_of_a_difference(seed):
    data = drawn(seed)
    found = of(data)

    back, larger = of(data, 1, 0), of(data, weight=data["weight"] * 7)
    assert (back.value, back.se) == pytest.approx((-found.value, found.se))
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))
    assert (larger.value, larger.se) == pytest.approx((found.value, found.se))
    moved = of(data, answer=data["answer"] * 3 + 5)
    assert (moved.value, moved.se) == pytest.approx((3 * found.value, 3 * found.se))
    means = [
        survey_mean(
            data["answer"], data["weight"], data["stratum"], data["psu"], domain=data["part"] == k
        ).point.value
        for k in (0, 1)
    ]
    assert found.value == pytest.approx(means[0] - means[1])


def test_who_answers_twice_in_the_same_place_is_counted_together():
    place, now = np.repeat(np.arange(10), 2), np.tile([0, 1], 10)
    # Each place says the same in both waves, but for one: what places share goes out.
    answer = np.repeat(np.arange(10) % 2, 2).astype(float)
    answer[1] = 1.0
    given = (answer, np.ones(20), np.zeros(20))
    together = survey_difference(*given, place, first=now, other=1 - now)
    apart = survey_difference(*given, place + 100 * now, first=now, other=1 - now)

    assert together.value == apart.value == pytest.approx(0.1)
    # One place of ten moved: a standard error of a tenth; two draws of ten would have 0.23.
    assert together.se == pytest.approx(0.1)
    assert apart.se > 0.2


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"answer": np.full(8, 2.0)}, "refuse_no_variation"),
        ({"weight": np.array([0.0] + [1.0] * 7)}, "refuse_survey_weights"),
        ({"stratum": np.array([0] * 7 + [1]), "psu": np.arange(8)}, "refuse_lone_unit"),
        ({"first": np.zeros(8)}, "refuse_empty"),
    ],
)
def test_what_cannot_be_compared_is_refused(changed, key):
    given = {
        "answer": np.array([0, 1, 0, 1, 1, 1, 0, 0.0]),
        "weight": np.ones(8),
        "stratum": np.zeros(8),
        "psu": np.repeat(np.arange(4), 2),
        "first": np.tile([0, 1], 4),
        "other": np.tile([1, 0], 4),
    }
    with pytest.raises(Refused) as refused:
        survey_difference(**given | changed)
    assert refused.value.key == key


def test_nobody_may_be_of_both_parts():
    with pytest.raises(ValueError, match="in common"):
        survey_difference([0, 1], [1, 1], [0, 0], [0, 1], first=[1, 1], other=[0, 1])
