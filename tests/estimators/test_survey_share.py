"""Means and shares from samples with strata, clusters and weights."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from scipy.stats import t as student
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.share import share
from evalkit.estimators.survey_share import survey_mean, survey_share

R = "R survey"


@pytest.fixture(scope="module")
def strata():
    data = pd.read_csv(reference_data("apistrat.csv"))
    return data, {"stratum": data["stype"], "psu": np.arange(len(data)), "units": data["fpc"]}


@pytest.fixture(scope="module")
def clusters():
    data = pd.read_csv(reference_data("apiclus1.csv"))
    return data, {"stratum": np.zeros(len(data)), "psu": data["dnum"], "units": data["fpc"]}


@pytest.mark.parametrize("kind", ["strata", "clusters"])
def test_r_gives_the_same_mean_of_a_design(kind, request):
    data, design = request.getfixturevalue(kind)
    known = gold({"strata": "apistrat_mean", "clusters": "apiclus1_mean"}[kind])

    found = survey_mean(data["api00"], data["pw"], **design)

    numbers = (*(getattr(found.point, k) for k in ("value", "se", "low", "high")), found.df)
    expected = (known["value"], known["se"], *known["ci"], known["extra"]["df"])
    agree("survey mean", R, numbers, expected, rel=known["rel_tol"])


def test_r_gives_the_same_design_effect(strata):
    data, design = strata
    known = gold("apistrat_mean")["extra"]["deff"]

    found = survey_mean(data["api00"], data["pw"], **design)

    # R's draws without replacement from the 6,194 schools of the population.
    agree("design effect", R, found.effect / (1 - 200 / 6194), known, rel=1e-6)


def test_r_gives_the_same_share_with_its_interval_on_the_logit(strata):
    data, design = strata
    known = gold("apistrat_prop")

    point = survey_share(data["awards"] == "Yes", data["pw"], **design).point

    numbers = (point.value, point.se, point.low, point.high)
    expected = (known["value"], known["se"], *known["ci"])
    agree("survey share", R, numbers, expected, rel=known["rel_tol"])


def test_r_gives_the_same_means_of_domains(clusters):
    data, design = clusters
    known = gold("apiclus1_domain")
    for kind, mean in known["value"].items():
        inside = data["stype"] == kind

        point = survey_mean(data["api00"], data["pw"], **design, domain=inside).point

        numbers, expected = (point.value, point.se), (mean, known["se"][kind])
        agree("survey domain", R, numbers, expected, rel=known["rel_tol"])


def made_up(random):
    each = random.integers(2, 7, int(random.integers(1, 5)))
    sizes = [random.integers(2, 9, units) for units in each]
    rows = [(h, i) for h, units in enumerate(sizes) for i, n in enumerate(units) for _ in range(n)]
    stratum, psu = np.array(rows).T
    return {
        "answer": random.normal(5 * stratum, 1.0),
        "weight": random.uniform(0.5, 4.0, len(rows)),
        "stratum": stratum,
        "psu": psu,
        "domain": (random.random(len(rows)) < 0.8).astype(float),
    }


def by_hand(answer, weight, stratum, psu, domain):
    """The definition, unit by unit: a ratio's residuals summed, then compared in strata."""
    inside = domain == 1
    total = sum(weight[inside])
    mean = sum(weight[inside] * answer[inside]) / total
    variance = 0.0
    for h in set(stratum):
        sums = []
        for i in set(psu[stratum == h]):
            rows = inside & (stratum == h) & (psu == i)
            pairs = zip(weight[rows], answer[rows], strict=True)
            sums.append(sum(w * (y - mean) / total for w, y in pairs))
        gaps = [one - sum(sums) / len(sums) for one in sums]
        variance += len(sums) / (len(sums) - 1) * sum(gap**2 for gap in gaps)
    return mean, variance**0.5


def test_sums_unit_by_unit_give_the_same():
    random = np.random.default_rng(11)
    for _ in range(200):
        world = made_up(random)

        point = survey_mean(**world).point

        expected = by_hand(**world)
        # Sums in another order.
        agree(
            "survey mean", "definition, unit by unit", (point.value, point.se), expected, rel=1e-9
        )


def test_leaving_out_one_unit_at_a_time_gives_nearly_the_same_error():
    random = np.random.default_rng(12)
    strata, units, persons = 4, 40, 10
    psu = np.repeat(np.arange(strata * units), persons)
    stratum = psu // units
    weight = random.uniform(1, 4, psu.size)
    own = random.normal(0, 0.3, strata * units)[psu]
    answer = (random.random(psu.size) < expit(own + stratum - 1.5)).astype(float)

    found = survey_share(answer, weight, stratum, psu)

    variance = 0.0
    for h in range(strata):
        left_out = []
        for i in range(h * units, (h + 1) * units):
            kept = weight * np.where(psu == i, 0, np.where(stratum == h, units / (units - 1), 1))
            left_out.append(kept @ answer / kept.sum())
        variance += (units - 1) / units * np.sum((left_out - np.mean(left_out)) ** 2)
    # Both are approximations; with 160 units they differ in the third place.
    agree("survey share", "jackknife of units", found.point.se, variance**0.5, rel=0.01)
    half = student.ppf(0.975, found.df) * found.point.se
    half /= found.point.value * (1 - found.point.value)
    middle = logit(found.point.value)
    assert (found.point.low, found.point.high) == pytest.approx(
        (expit(middle - half), expit(middle + half))
    )


def test_one_person_a_unit_with_equal_weights_is_the_plain_error_of_a_mean():
    answer = np.random.default_rng(13).normal(size=50)

    found = survey_mean(answer, np.full(50, 3.0), np.zeros(50), np.arange(50))

    assert found.point.se == pytest.approx(np.std(answer, ddof=1) / np.sqrt(50))
    assert (found.df, found.n, found.effect) == (49, 50, pytest.approx(1.0))


def test_only_the_proportions_of_weights_count():
    world = made_up(np.random.default_rng(14))

    first = survey_mean(**world)
    second = survey_mean(**{**world, "weight": world["weight"] * 1000})

    assert second.point.se == pytest.approx(first.point.se)
    assert second.effect == pytest.approx(first.effect)


def test_who_is_outside_the_domain_may_have_any_answer_but_stays_in_the_design():
    world = made_up(np.random.default_rng(15))
    outside = world["domain"] == 0

    first = survey_mean(**world)
    other = survey_mean(**{**world, "answer": np.where(outside, 99.0, world["answer"])})

    assert other == first
    # Units nobody of whom is in the domain still count: without them R gives another error.
    world["domain"] = (world["psu"] > 0).astype(float)
    assert survey_mean(**world).df == first.df


def test_units_of_one_name_in_two_strata_are_two():
    world = made_up(np.random.default_rng(16))

    renamed = {**world, "psu": world["psu"] + 100 * world["stratum"]}

    assert survey_mean(**renamed) == survey_mean(**world)


def test_drawing_all_units_but_one_in_a_hundred_leaves_a_tenth_of_the_error():
    world = made_up(np.random.default_rng(17))
    world["stratum"] = np.zeros(world["psu"].size)
    world["psu"] = np.arange(world["psu"].size)
    many = world["psu"].size / 0.99

    drawn = survey_mean(**world, units=np.full(world["psu"].size, many)).point.se

    assert drawn == pytest.approx(0.1 * survey_mean(**world).point.se)


def small(**changed):
    world = {
        "answer": np.array([0.0, 1, 1, 0]),
        "weight": np.ones(4),
        "stratum": np.zeros(4),
        "psu": np.array([0, 0, 1, 2]),
    }
    return survey_share(**{**world, **changed})


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"stratum": [0, 0, 0, 1]}, "refuse_lone_unit"),
        ({"weight": [1, 1, 1, 0]}, "refuse_survey_weights"),
        ({"weight": [1, 1, 1, np.nan]}, "refuse_not_finite"),
        ({"answer": [0, 1, np.nan, 1]}, "refuse_not_finite"),
        ({"psu": [0, 0, None, 1]}, "refuse_not_finite"),
        ({"domain": [0, 0, 0, 0]}, "refuse_empty"),
        ({"answer": [], "weight": [], "stratum": [], "psu": []}, "refuse_empty"),
    ],
)
def test_what_the_sample_cannot_give_is_refused(changed, key):
    with pytest.raises(Refused) as caught:
        small(**changed)

    assert caught.value.key == key


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"answer": [0, 1, 2, 1]}, "answer must be 0 or 1"),
        ({"weight": [1, 1]}, "same length"),
        ({"units": [2, 2, 2, 2]}, "fewer than were drawn"),
        ({"units": [9, 9, 9, 8]}, "the same within a stratum"),
        ({"level": 1.0}, "between 0 and 1"),
    ],
)
def test_what_a_caller_got_wrong_is_named(changed, said):
    with pytest.raises(ValueError, match=said):
        small(**changed)


@pytest.mark.parametrize("mind", [0, 1])
def test_of_one_mind_the_interval_is_exact_for_as_many_persons_as_units(mind):
    # Ten units of four persons: as if ten were asked, whoever they are.
    answer, psu = np.full(40, mind), np.arange(40) // 4

    found = survey_share(answer, np.ones(40), np.repeat([1, 2], 20), psu)

    exact = share(10 * mind, 10, method="clopper_pearson")
    assert (found.point.value, found.point.se, found.effect) == (mind, None, 4.0)
    # The same function with a count that is no whole number in between.
    assert (found.point.low, found.point.high) == pytest.approx((exact.low, exact.high), rel=1e-12)


def test_a_domain_of_one_mind_is_worth_its_own_units_by_their_weights():
    answer, psu = np.repeat([1, 0], 20), np.arange(40) // 2
    weight = np.where(np.arange(40) < 2, 9.0, 1.0)

    found = survey_share(answer, weight, np.ones(40), psu, domain=answer == 1)

    # Ten units, one of which has half of the weight: (18 + 9 x 2)^2 / (18^2 + 9 x 2^2).
    assert found.n / found.effect == pytest.approx(36**2 / (18**2 + 36), rel=1e-12)
    assert (found.point.value, found.point.high) == (1.0, 1.0) and found.point.low < 0.4


def test_units_that_all_agree_do_not_make_a_share_certain():
    answer, psu = np.tile([1, 0], 20), np.arange(40) // 2

    found = survey_share(answer, np.ones(40), np.ones(40), psu).point

    assert found.value == 0.5 and found.low < 0.3 and found.high > 0.7


def test_a_mean_without_any_spread_is_refused():
    with pytest.raises(Refused) as caught:
        survey_mean(np.full(8, 3.5), np.ones(8), np.ones(8), np.arange(8))

    assert caught.value.key == "refuse_no_variation"


@pytest.mark.parametrize("n", range(60, 90))
def test_everybody_of_one_mind_has_an_interval_whatever_the_weights_are(n):
    # Of weights such as 0.1 the effective number is no whole one, and the upper end was none.
    point = survey_share(np.ones(n), np.full(n, 0.1), np.zeros(n), np.arange(n)).point

    assert 0.9 < point.low < point.value == point.high == 1
