"""Odds of a higher answer, proportional or not."""

import csv

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2, norm
from tests.helpers import ROOT, agree, gold, reference_data
from tests.reference.answers import SETS, answers

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.logistic import logistic
from evalkit.estimators.ordinal import ordinal
from evalkit.estimators.proportional_odds import proportional_odds

SLOW = "search without slopes, 200 random inputs"


@pytest.fixture(scope="module")
def known():
    with open(ROOT / "tests" / "reference" / "ordinal.csv", encoding="utf-8", newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def housing():
    cells = pd.read_csv(reference_data("housing.csv"))
    people = cells.loc[cells.index.repeat(cells["Freq"])]
    answer = people["Sat"].map({"Low": 1, "Medium": 2, "High": 3})
    table = pd.DataFrame(
        {
            name: (people[name[:4]] == name[4:]).astype(float)
            for name in ("InflMedium", "InflHigh", "TypeApartment", "TypeAtrium", "TypeTerrace",
                         "ContHigh")
        }
    )  # fmt: skip
    return answer, table


def test_the_published_results_of_copenhagen_are_met():
    answer, table = housing()
    entry = gold("housing_polr")

    found = ordinal(answer, table)

    for place, name in enumerate(table):
        numbers = (found.value[0, place], found.se[0, place])
        expected = (entry["value"][name], entry["se"][name])
        # polr stops its search, and takes the errors' slopes by differences.
        agree("ordinal logit", "R MASS::polr, Copenhagen", numbers, expected, rel=entry["rel_tol"])
    zeta = (*entry["extra"]["zeta"].values(), entry["extra"]["deviance"])
    numbers = (*found.cut, found.deviance)
    agree("ordinal logit", "R MASS::polr, Copenhagen", numbers, zeta, rel=entry["rel_tol"])
    assert (found.n, found.clusters, found.answer.tolist()) == (1681, 0, [1, 2, 3])


def test_r_gives_the_same_odds_and_errors(known):
    assert len(known) == SETS
    for number, row in enumerate(known):
        data = answers(number)

        found = ordinal(data["answer"], data["x"])

        # R prints nine digits; polr stops when the deviance is known to fifteen.
        numbers = (*found.value[0], *found.se[0])
        polr = [row[f"polr_{k}"] for k in ("1", "2", "se_1", "se_2")]
        agree("ordinal logit", "R MASS::polr, 200 random inputs", numbers, polr, rel=2e-6)
        numbers = (*numbers, found.cut[0], found.cut_se[0], found.deviance)
        keys = ("value_1", "value_2", "se_1", "se_2", "cut", "cut_se", "deviance")
        clm = [row[k] for k in keys]
        agree("ordinal logit", "R ordinal::clm, 200 random inputs", numbers, clm, rel=1e-8)


def test_r_gives_the_same_partial_odds(known):
    for number, row in enumerate(known):
        data = answers(number)

        found = ordinal(data["answer"], data["x"], free=[1, 0])

        numbers = (
            *(found.value[0, 0], found.value[-1, 0], found.se[0, 0], found.se[-1, 0]),
            *(found.value[0, 1], found.se[0, 1], found.deviance),
        )
        keys = ("first", "last", "first_se", "last_se", "common", "common_se", "partial_deviance")
        name = "R ordinal::clm, 200 random inputs"
        agree("partial proportional odds", name, numbers, [row[k] for k in keys], rel=1e-8)
        assert np.ptp(found.value[:, 1]) == 0 and np.ptp(found.value[:, 0]) > 0


def test_r_gives_the_same_weighted_odds_with_errors_of_clusters(known):
    for number, row in enumerate(known):
        data = answers(number)

        found = ordinal(data["answer"], data["x"], weight=data["weight"], cluster=data["cluster"])

        # svyolr has no (n-1)/(n-p), and stops as polr does.
        n, width = len(data["answer"]), found.cut.size + 2
        se = found.se[0] * np.sqrt((n - width) / (n - 1))
        keys = [f"weighted_{k}" for k in ("1", "2", "se_1", "se_2")]
        name = "R survey::svyolr, 200 random inputs"
        agree("ordinal logit, clusters", name, (*found.value[0], *se), [row[k] for k in keys],
              rel=2e-6)  # fmt: skip
        assert found.clusters == len(set(data["cluster"]))


def test_r_gives_the_same_test_of_proportional_odds(known):
    for number, row in enumerate(known):
        data = answers(number)

        found = proportional_odds(data["answer"], data["x"])

        # R's weights are those of the last step but one.
        numbers = (found.chi2, *found.column_chi2)
        expected = [row[k] for k in ("brant", "brant_1", "brant_2")]
        agree("Brant's test", "R glm, written out, 200 random inputs", numbers, expected, rel=2e-6)
        cuts = len(set(data["answer"])) - 1
        assert (found.df, found.column_df, found.slope.shape) == (2 * cuts - 2, cuts - 1, (cuts, 2))
        assert found.p == pytest.approx(chi2.sf(found.chi2, found.df))
        assert found.column_p == pytest.approx(chi2.sf(found.column_chi2, cuts - 1))


def lost(part, codes, x, free, weight):
    """Minus the log likelihood, person by person's chance of what was answered."""
    cuts = codes.max()
    chance = np.ones((len(codes), cuts + 2))
    chance[:, 0] = 0
    for c in range(cuts):
        slope = [part[cuts + c], part[-1]] if free else part[cuts:]
        chance[:, c + 1] = expit(part[c] - x @ slope)
    own = np.diff(chance, axis=1)[np.arange(len(codes)), codes]
    return -(weight * np.log(np.maximum(own, 1e-300))).sum()


def curvature(f, at, step=1e-3):
    size = len(at)
    out = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            a, b = np.eye(size)[i] * step, np.eye(size)[j] * step
            out[i, j] = f(at + a + b) - f(at + a - b) - f(at - a + b) + f(at - a - b)
    return out / (4 * step**2)


def test_a_search_without_slopes_finds_the_same():
    for number in range(200, 400):
        data = answers(number)
        free, codes = bool(number % 2), data["answer"] - 1
        found = ordinal(data["answer"], data["x"], free=[free, 0])
        cuts = codes.max()
        at = np.concatenate([found.cut, found.value[:, 0] if free else found.value[:1, 0],
                             found.value[:1, 1]])  # fmt: skip

        def f(part, codes=codes, x=data["x"], free=free):
            return lost(part, codes, x, free, np.ones(len(codes)))

        slow = minimize(f, np.r_[np.linspace(-1, 1, cuts), np.zeros(at.size - cuts)], method="BFGS",
                        options={"gtol": 1e-4}).x  # fmt: skip

        # The search knows the place to the root of what it knows of the height.
        name = "partial proportional odds" if free else "ordinal logit"
        agree(name, SLOW, at, slow, rel=1e-3, abs=1e-4)
        # Second differences have an error of the step's square.
        se = np.sqrt(np.diagonal(np.linalg.inv(curvature(f, at))))
        agree(name, SLOW, found.se[0, 1], se[-1], rel=1e-4)
        agree(name, SLOW, found.se[0, 0], se[cuts], rel=1e-4)
        agree(name, SLOW, found.cut_se, se[:cuts], rel=1e-4)


def test_slopes_by_differences_give_the_same_errors_of_clusters():
    for number in range(200, 230):
        data = answers(number)
        weight = data["weight"] / data["weight"].mean()
        found = ordinal(
            data["answer"], data["x"], weight=data["weight"] * 5, cluster=data["cluster"]
        )
        at, codes = np.r_[found.cut, found.value[0]], data["answer"] - 1

        def f(part, codes=codes, x=data["x"], weight=weight):
            return lost(part, codes, x, False, weight)

        bread = np.linalg.inv(curvature(f, at))
        names, full, sums = np.unique(data["cluster"]), codes.max(), []
        for name in names:
            rows = data["cluster"] == name
            # A person without weight tells how many answers there are.
            own = np.r_[codes[rows], full], np.vstack([data["x"][rows], [0, 0]]), False
            ends = [
                [lost(at + sign * s, *own, np.r_[weight[rows], 0.0]) for sign in (1, -1)]
                for s in np.eye(at.size) * 1e-5
            ]
            sums.append(-np.diff(ends)[:, 0] / 2e-5)
        sums = np.array(sums)
        g, n, k = len(names), len(codes), at.size
        slow = bread @ (sums.T @ sums) @ bread * g / (g - 1) * (n - 1) / (n - k)

        # First differences are good to six digits.
        agree("ordinal logit, clusters", "slopes by differences", found.se[0],
              np.sqrt(np.diagonal(slow))[-2:], rel=1e-4)  # fmt: skip


def test_intervals_are_of_the_normal_or_wider_in_few_clusters():
    data = answers(3)

    plain = ordinal(data["answer"], data["x"], level=0.9)
    found = ordinal(data["answer"], data["x"], cluster=data["cluster"], level=0.9)

    z = norm.ppf(0.95)
    assert plain.low == pytest.approx(plain.value - z * plain.se)
    assert plain.high == pytest.approx(plain.value + z * plain.se)
    assert plain.p == pytest.approx(2 * norm.sf(np.abs(plain.value) / plain.se))
    assert (found.high - found.low > 2 * z * found.se).all() and found.value == pytest.approx(
        plain.value
    )
    odds = logistic(data["answer"] > 2, data["x"], cluster=data["cluster"], level=0.9)
    # As many clusters make the interval of a share's odds wider by nearly as much.
    ratio = (odds.high - odds.low) / odds.se / ((found.high - found.low) / found.se)[0, [0, 0, 1]]
    assert ratio[1:] == pytest.approx(1, abs=0.25)


def test_the_order_turned_round_turns_the_odds():
    data = answers(4)
    there, back = (ordinal(s * data["answer"], data["x"], free=[1, 0]) for s in (1, -1))

    assert back.value == pytest.approx(-there.value[::-1])
    assert back.se == pytest.approx(there.se[::-1])
    assert back.deviance == pytest.approx(there.deviance)


def test_only_the_order_of_answers_and_the_unit_of_columns_count():
    data = answers(5)
    first = ordinal(data["answer"], data["x"])

    other = ordinal(data["answer"] ** 3.0, data["x"] * [1, 1000] + [0, 5])

    assert other.value == pytest.approx(first.value / [1, 1000])
    assert other.se == pytest.approx(first.se / [1, 1000])
    assert other.deviance == pytest.approx(first.deviance)
    assert other.cut == pytest.approx(first.cut + 5 * first.value[0, 1] / 1000)


def test_weights_are_worth_their_proportions():
    data = answers(6)
    world = {"answer": data["answer"], "covariates": data["x"], "cluster": data["cluster"]}
    plain = ordinal(**world)

    same = ordinal(**world, weight=np.full(len(data["answer"]), 250.0))

    assert same.value == pytest.approx(plain.value) and same.se == pytest.approx(plain.se)
    assert same.low == pytest.approx(plain.low) and same.deviance == pytest.approx(plain.deviance)
    twice = np.r_[np.arange(len(data["answer"])), np.flatnonzero(data["answer"] == 2)]
    again = ordinal(data["answer"][twice], data["x"][twice])
    doubled = ordinal(**world, weight=np.where(data["answer"] == 2, 2.0, 1.0))
    assert doubled.value == pytest.approx(again.value)


def test_more_freedom_fits_better_by_what_brants_test_says():
    for number in range(40, 80):
        data = answers(number)
        found = proportional_odds(data["answer"], data["x"])
        lax, strict = (ordinal(data["answer"], data["x"], free=f) for f in ([1, 1], None))

        assert lax.deviance < strict.deviance
        # Both test the same, one by the height and one by the place.
        assert strict.deviance - lax.deviance == pytest.approx(found.chi2, rel=0.35, abs=1.5)


def test_odds_that_are_not_proportional_are_found_and_others_seldom():
    random = np.random.default_rng(9)
    false, missed = 0, 0
    for _ in range(200):
        x, draw = random.integers(0, 2, 400), random.random(400)
        both = 1 + (draw < expit(0.8 + 0.7 * x)) + (draw < expit(-0.7 + 0.7 * x))
        one = 1 + (draw < expit(0.4 + 1.6 * x)) + (draw < expit(-0.7 + 0 * x))

        false += proportional_odds(both, x).p < 0.05
        missed += proportional_odds(one, x).p > 0.05

    # 10 expected with a standard error of 3; a difference of 1.6 is four errors wide.
    assert false <= 19 and missed <= 4


def small(**changed):
    data = answers(7)
    world = {"answer": data["answer"], "covariates": data["x"], "cluster": data["cluster"]}
    return ordinal(**{**world, **changed})


SIZE = len(answers(7)["answer"])
ALONE = (answers(7)["cluster"] == 0) * (np.arange(SIZE) % 2.0)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"answer": np.arange(SIZE) % 2}, "refuse_few_answers"),
        ({"answer": np.full(SIZE, np.nan)}, "refuse_not_finite"),
        ({"covariates": np.ones(SIZE)}, "refuse_constant"),
        ({"covariates": np.outer(np.arange(SIZE), [1, 2])}, "refuse_collinear"),
        ({"cluster": np.zeros(SIZE)}, "refuse_one_cluster"),
        ({"cluster": np.arange(SIZE) % 4}, "refuse_few_clusters"),
        ({"weight": np.zeros(SIZE)}, "refuse_survey_weights"),
        ({"covariates": ALONE}, "refuse_lone_cluster"),
    ],
)
def test_what_the_answers_cannot_give_is_refused(changed, key):
    with pytest.raises(Refused) as caught:
        small(**changed)

    assert caught.value.key == key


@pytest.mark.parametrize("free", [[0, 0], [0, 1]])
def test_a_column_that_divides_the_answers_is_refused_by_name(free):
    data = answers(8)
    noise = data["x"][:, 1]
    table = pd.DataFrame({"noise": noise, "tells_all": data["answer"] * 2.0})

    with pytest.raises(Refused) as caught:
        ordinal(data["answer"], table, free=free)

    assert caught.value.key == "refuse_ordinal_separation"
    assert caught.value.values == {"columns": ["tells_all"], "n": len(noise)}


def test_a_group_of_whom_all_gave_the_highest_answer_is_refused():
    data = answers(8)
    top = (data["answer"] == data["answer"].max()) & (np.arange(len(data["answer"])) % 2 == 0)

    with pytest.raises(Refused) as caught:
        ordinal(data["answer"], np.column_stack([data["x"][:, 1], top]))
    assert caught.value.values["columns"] == ["2"]
    with pytest.raises(Refused, match="covariates"):
        proportional_odds(data["answer"], top.astype(float))


def test_two_answers_have_no_proportional_odds():
    with pytest.raises(Refused) as caught:
        proportional_odds(np.arange(40) % 2, np.arange(40))

    assert caught.value.key == "refuse_few_answers"
    assert caught.value.values == {"n": 40, "answers": 2}


def test_regressions_that_contradict_one_another_have_no_test():
    # Of 27 people the covariance of their slopes is none, and a chi-square came out below 0.
    random = np.random.default_rng(16)
    n = int(random.integers(12, 40))
    table, answer = random.normal(size=(n, 2)), random.integers(0, 4, n)

    with pytest.raises(Refused) as caught:
        proportional_odds(answer, table)

    assert caught.value.key == "refuse_crossing_odds" and caught.value.values == {"n": 27}


def test_a_group_in_which_hardly_anybody_answers_otherwise_is_refused_in_clusters():
    data = answers(7)
    # Nine of ten give one answer, and one in ten is of the group.
    answer = np.where(np.arange(SIZE) % 10 == 0, data["answer"], 2)
    group = (np.arange(SIZE) % 12 == 5) | (np.arange(SIZE) % 60 == 0)

    with pytest.raises(Refused) as caught:
        ordinal(answer, np.column_stack([group, data["x"][:, 1]]), cluster=data["cluster"])

    assert caught.value.key == "refuse_few_events_on_a_side"


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("refuse_crossing_odds", {"n": 27}),
        ("refuse_few_answers", {"n": 40, "answers": 2}),
        ("refuse_ordinal_separation", {"columns": ["1"], "n": 40}),
    ],
)
def test_each_refusal_has_its_sentence_in_each_language(key, values):
    sentences = {words.sentence(Refused(key, **values), lang) for lang in ("en", "zh")}

    assert len(sentences) == 2 and not any("{" in one for one in sentences)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"free": [1]}, "free must be 0 or 1"),
        ({"free": [1, 2]}, "free must be 0 or 1"),
        ({"weight": np.ones(SIZE), "cluster": None}, "weights must come with clusters"),
        ({"weight": np.ones(3)}, "same length"),
        ({"answer": np.ones(3)}, "same length"),
        ({"level": 0}, "between 0 and 1"),
    ],
)
def test_what_a_caller_got_wrong_is_named(changed, said):
    with pytest.raises(ValueError, match=said):
        small(**changed)
    with pytest.raises(ValueError, match="same length"):
        proportional_odds(np.arange(9), np.ones(4))
