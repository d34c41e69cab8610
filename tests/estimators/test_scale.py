"""Alpha, omega, and what else tells how good a scale is."""

import csv

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from tests.helpers import ROOT, agree, gold, reference_data
from tests.reference.scales import SCALES
from tests.reference.scales import scale as made

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.invariance import invariance
from evalkit.estimators.scale import omega, scale

LAVAAN = "R lavaan, 200 random scales"


@pytest.fixture(scope="module")
def known():
    with open(ROOT / "tests" / "reference" / "scale.csv", encoding="utf-8", newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def agreeable():
    data = pd.read_csv(reference_data("bfi_agreeableness.csv"))
    items = data[["A1", "A2", "A3", "A4", "A5"]]
    return items.assign(A1=7 - items["A1"])


def test_r_gives_the_same_alpha_and_feldts_interval():
    entry = gold("bfi_alpha_A")

    found = scale(agreeable(), lowest=1, highest=6)

    numbers = (found.alpha.value, found.alpha.low, found.alpha.high)
    agree(
        "Cronbach's alpha", "R psych and Feldt", numbers, (entry["value"], *entry["ci"]), rel=1e-9
    )
    assert (found.n, found.complete) == (2800, entry["extra"]["n_complete"])


def test_r_gives_the_same_alpha_and_omega_or_finds_an_error_below_nought(known):
    assert len(known) == SCALES
    for number, row in enumerate(known):
        items, group = made(number)

        # R prints nine digits of alpha, and lavaan stops when omega is known to seven.
        found = scale(items, lowest=1, highest=5).alpha.value
        agree("Cronbach's alpha", "R psych, 200 random scales", found, row["alpha"], rel=1e-8)
        point = omega(items)
        numbers = (point.point.value, point.point.se)
        agree("McDonald's omega", LAVAAN, numbers, (row["omega"], row["omega_se"]), rel=1e-5)
        agree("one factor, chi-square", LAVAAN, point.chi2, row["chi2"], rel=1e-6, abs=1e-6)
        if row["least_error"] < 0:
            # lavaan warns of it and goes on.
            with pytest.raises(Refused) as caught:
                invariance(items, group)
            assert caught.value.key == "refuse_no_factor"


def test_r_gives_the_same_chi_squares_of_invariance(known):
    for number, row in enumerate(known):
        if row["least_error"] < 0:
            continue
        items, group = made(number)

        found = invariance(items, group)

        for step in found.steps:
            expected = [row[f"{step.name}_{part}"] for part in ("chi2", "df", "cfi")]
            numbers = (step.chi2, step.df, step.cfi)
            # R prints nine digits; three items in each group fit to the last.
            agree("measurement invariance", LAVAAN, numbers, expected, rel=1e-7, abs=1e-7)


def test_pairs_of_items_give_the_same_alpha():
    for number in range(200, 400):
        items, _ = made(number)

        found = scale(items, lowest=1, highest=5)

        table = np.cov(items.T)
        k, mean = items.shape[1], np.diagonal(table).mean()
        between = table[~np.eye(k, dtype=bool)].mean()
        slow = k * between / (mean + (k - 1) * between)
        # Sums in another order.
        agree("Cronbach's alpha", "pairs of items, 200 random inputs", found.alpha.value, slow,
              rel=1e-9)  # fmt: skip
        rest = [np.corrcoef(items[:, j], np.delete(items, j, 1).sum(1))[0, 1] for j in range(k)]
        np.testing.assert_allclose(found.item_rest, rest)
        np.testing.assert_allclose(found.ceiling, (items == 5).mean(axis=0))
        np.testing.assert_allclose(found.floor, (items == 1).mean(axis=0))


def test_a_search_without_slopes_gives_the_same_omega():
    for items in (made(number)[0] for number in range(200, 216)):
        if items.shape[1] < 4:
            # Three items often have no error above nought.
            continue
        seen, k = np.cov(items.T, bias=True), items.shape[1]

        def away(part, seen=seen, k=k):
            implied = np.outer(part[:k], part[:k]) + np.diag(np.exp(part[k:]))
            return np.linalg.slogdet(implied)[1] + np.trace(np.linalg.solve(implied, seen))

        start = np.concatenate([np.full(k, 0.7), np.full(k, -0.5)])
        best = minimize(away, start, method="BFGS", options={"gtol": 1e-9}).x

        common, own = best[:k].sum() ** 2, np.exp(best[k:]).sum()
        # Slopes by differences find the maximum to six digits.
        found = omega(items).point.value
        agree("McDonald's omega", "search without slopes", found, common / (common + own), rel=1e-5)


def test_resampling_people_gives_nearly_the_same_error():
    items, _ = made(200)
    random = np.random.default_rng(5)

    again = [
        omega(items[random.integers(0, len(items), len(items))]).point.value for _ in range(400)
    ]

    point = omega(items).point
    # 400 draws know a standard deviation to 3.5 %.
    assert np.std(again, ddof=1) == pytest.approx(point.se, rel=0.15)
    half = 1.959964 * point.se / (point.value * (1 - point.value))
    ends = expit(logit(point.value) - half), expit(logit(point.value) + half)
    assert (point.low, point.high) == pytest.approx(ends, rel=1e-6)


def test_units_and_origins_of_a_scale_change_nothing():
    items, group = made(201)
    first, other = (
        scale(x, lowest=1, highest=5 + 50 * f) for f, x in ((0, items), (1, 10 * items + 3))
    )

    assert other.alpha.value == pytest.approx(first.alpha.value)
    np.testing.assert_allclose(other.item_rest, first.item_rest)
    assert omega(10 * items + 3).point.se == pytest.approx(omega(items).point.se)
    np.testing.assert_allclose(omega(10 * items).loading, 10 * omega(items).loading)
    np.testing.assert_allclose(omega(5 - items).loading, omega(items).loading)
    one, two = (
        invariance(items, group),
        invariance(items * [7, *[1] * (items.shape[1] - 1)], 1 - group),
    )
    for here, there in zip(one.steps, two.steps, strict=True):
        assert there.chi2 == pytest.approx(here.chi2) and there.cfi == pytest.approx(here.cfi)


def test_an_item_that_was_not_turned_round_stands_out():
    items, _ = made(202)
    turned = items.copy()
    turned[:, 1] = 6 - turned[:, 1]

    found = scale(turned, lowest=1, highest=5)

    assert [k for k, r in enumerate(found.item_rest) if r < 0] == [1]
    assert found.alpha.value < scale(items, lowest=1, highest=5).alpha.value
    loading = omega(turned).loading
    assert loading[1] < 0 and (np.delete(loading, 1) > 0).all()


def test_gaps_are_counted_and_only_whole_answers_used():
    items = made(203)[0].astype(float)
    items[:7, 0], items[5:10, 2] = np.nan, np.nan
    persons = len(items)

    found = scale(items, lowest=1, highest=5)

    assert (found.n, found.complete) == (persons, persons - 10)
    assert found.missing[0] == pytest.approx(7 / persons)
    assert found.missing[2] == pytest.approx(5 / persons) and found.missing[1] == 0
    assert found.ceiling[0] == pytest.approx((items[7:, 0] == 5).mean())
    assert found.floor[0] == pytest.approx((items[7:, 0] == 1).mean())
    whole = scale(items[10:], lowest=1, highest=5)
    assert found.alpha == whole.alpha
    one, other = omega(items), omega(items[10:])
    assert one.point == other.point and (one.n, one.complete) == (persons, persons - 10)


def test_two_copies_of_a_group_are_the_same_to_the_last():
    items, _ = made(205)

    found = invariance(np.vstack([items, items]), np.repeat(["a", "b"], len(items)))

    assert [step.worse for step in found.steps] == pytest.approx([0, 0, 0], abs=1e-6)
    assert [step.p for step in found.steps[1:]] == pytest.approx([1, 1], abs=1e-4)
    assert found.means_comparable and found.groups == 2
    assert [step.name for step in found.steps] == ["configural", "metric", "scalar"]


def test_an_item_that_a_group_understands_otherwise_is_found():
    found = [invariance(*made(n)) for n in range(24, 40)]

    # Odd ones have a planted shift of 0.8 in one item.
    comparable = [one.means_comparable for one in found]
    assert sum(comparable[0::2]) >= 7 and sum(comparable[1::2]) == 0
    for one in found:
        first, metric, scalar = one.steps
        assert first.holds and first.p is None and first.worse_df == 0
        assert scalar.worse == pytest.approx(scalar.chi2 - metric.chi2)
        assert scalar.worse_df == scalar.df - metric.df
        assert scalar.fallen == pytest.approx(metric.cfi - scalar.cfi)


def test_three_groups_have_their_degrees_of_freedom():
    items = np.vstack([made(n)[0][:, :3] for n in (24, 26, 28)])
    group = np.repeat([0, 1, 2], [len(made(n)[0]) for n in (24, 26, 28)])

    found = invariance(items, group)

    # 27 moments less 27, 27 - 4 and 27 - 8 parameters.
    assert [step.df for step in found.steps] == [0, 4, 8] and found.groups == 3


def some(change):
    items = made(205)[0].astype(float)
    return change(items)


def replaced(items, place, values):
    items[:, place] = values
    return items


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda x: x[:9], "refuse_few_complete"),
        (lambda x: replaced(x, 0, np.nan), "refuse_few_complete"),
        (lambda x: replaced(x, 0, 3), "refuse_constant"),
        (lambda x: replaced(x, 1, x[:, 0]), "refuse_collinear"),
        (lambda x: replaced(x, 1, np.inf), "refuse_not_finite"),
        (lambda x: x[:0], "refuse_empty"),
        (lambda x: x.astype(str), "refuse_text"),
    ],
)
def test_answers_that_make_no_scale_are_refused(change, key):
    for call in (lambda x: scale(x, lowest=1, highest=5), omega):
        with pytest.raises(Refused) as caught:
            call(some(change))

        assert caught.value.key == key


def test_as_many_as_are_needed_are_enough():
    items = made(206)[0][:, :3]

    assert scale(items[:10], lowest=1, highest=5).complete == 10
    with pytest.raises(Refused) as caught:
        scale(items[:9], lowest=1, highest=5)
    assert caught.value.values == {"n": 9, "needed": 10}
    six = np.hstack([items, np.roll(items, 5, axis=0)])[:11]
    with pytest.raises(Refused) as caught:
        scale(six, lowest=1, highest=10)
    assert caught.value.values == {"n": 11, "needed": 12}


def test_a_scale_of_other_numbers_is_refused_by_the_name_of_its_item():
    frame = agreeable().assign(A3=lambda d: d["A3"] + 1)

    with pytest.raises(Refused) as caught:
        scale(frame, lowest=1, highest=6)

    assert caught.value.values == {"columns": ["A3"], "lowest": "1", "highest": "6"}
    assert "A3" in words.sentence(caught.value, "en") and "A3" in words.sentence(caught.value, "zh")
    with pytest.raises(Refused, match="A1"):
        scale(agreeable().assign(A1=lambda d: d["A1"] - 1), lowest=1, highest=6)


def test_items_that_cancel_one_another_or_share_nothing_have_no_omega():
    random = np.random.default_rng(6)
    x = random.normal(size=(60, 1))
    with pytest.raises(Refused) as caught:
        scale(np.hstack([x, 1 - x]), lowest=-9, highest=9)
    assert caught.value.key in ("refuse_no_variation", "refuse_collinear")
    with pytest.raises(Refused) as caught:
        omega(np.hstack([random.normal(size=(60, 2)), x, x + 1e-4 * random.normal(size=(60, 1))]))
    assert caught.value.key == "refuse_no_factor"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x: scale(x[:, :1], lowest=1, highest=5), "at least 2 columns"),
        (lambda x: omega(x[:, :2]), "at least 3 columns"),
        (lambda x: invariance(x[:, :2], np.arange(len(x)) % 2), "at least 3 columns"),
        (lambda x: scale(x, lowest=5, highest=5), "lowest must be below highest"),
        (lambda x: scale(x[:, 0], lowest=1, highest=5), "must be a table"),
        (lambda x: invariance(x, [0, 1]), "same length"),
        (lambda x: omega(x, level=1), "between 0 and 1"),
    ],
)
def test_what_a_caller_got_wrong_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call(made(205)[0])


def test_groups_that_cannot_be_compared_are_refused():
    items, _ = made(205)
    with pytest.raises(Refused) as caught:
        invariance(items, np.zeros(len(items)))
    assert caught.value.key == "refuse_one_group"
    with pytest.raises(Refused) as caught:
        invariance(items, np.arange(len(items)) < 5)
    assert caught.value.key == "refuse_few_complete" and caught.value.values["n"] == 5


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("refuse_few_complete", {"n": 5, "needed": 10}),
        ("refuse_no_factor", {"n": 60, "items": 4}),
    ],
)
def test_each_refusal_has_its_sentence_in_each_language(key, values):
    sentences = {words.sentence(Refused(key, **values), lang) for lang in ("en", "zh")}

    assert len(sentences) == 2 and not any("{" in one for one in sentences)
