"""The questions of a scale, groups' odds of a higher answer, and weights raked to totals."""

import numpy as np
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import open_report, satisfaction
from evalkit.outcomes.report import Refusal

from .conftest import ROOT
from .test_survey_told import drawn, frame, wave  # noqa: F401

TOP = ("overall_5",)


def items(n=400, seed=3, turned=None, **more):
    """Five questions that one thing lies behind; in the first half of the places it is less."""
    random = np.random.default_rng(seed)
    rows = wave("2025", [5 if i % 3 else 1 for i in range(n)], **more)
    for i, row in enumerate(rows):
        mood = 3.2 + random.standard_normal() + (0.8 if i % 12 >= 6 else 0.0)
        for k in range(1, 6):
            given = int(np.clip(round(mood + 0.7 * random.standard_normal()), 1, 5))
            row[f"item_{k}"] = 6 - given if k == turned else given
        row["sex"] = "male" if i % 12 >= 6 else "female"
    return rows


def test_the_questions_of_a_scale_are_told_one_by_one_and_together(drawn):  # noqa: F811
    rows = items()
    for row in rows[:40]:
        row["item_5"] = None

    found = satisfaction.scale(drawn(rows), "respondent_kind", 0.95)

    table = np.array([[row[f"item_{k}"] for k in range(1, 6)] for row in rows[40:]], dtype=float)
    k, total = 5, table.sum(axis=1)
    alpha = k / (k - 1) * (1 - table.var(axis=0, ddof=1).sum() / total.var(ddof=1))
    one = found.one("scale", what="alpha")
    # To two decimals, as it is told.
    assert one.value == pytest.approx(alpha, abs=0.006) and one.low < alpha < one.high
    assert found.one("scale", what="omega").value == pytest.approx(alpha, abs=0.02)
    last = found.one("item", item="item_5", what="missing")
    assert (last.value, last.n) == (pytest.approx(0.1), 400)
    assert found.one("item", item="item_1", what="missing").value == 0
    highest = found.one("item", item="item_1", what="ceiling")
    assert highest.value == pytest.approx(np.mean([r["item_1"] == 5 for r in rows]), abs=0.01)
    rest = np.corrcoef(table[:, 1], total - table[:, 1])[0, 1]
    assert found.one("item", item="item_2", what="rest").value == pytest.approx(rest, abs=0.006)
    title = present.scale_table(found).content["en"].title
    assert title.startswith("The 5 questions go together: alpha 0.")
    assert found.same is None and found.of("invariance") == []


def test_a_question_that_was_not_turned_round_is_named_and_no_alpha_given(drawn):  # noqa: F811
    found = satisfaction.scale(drawn(items(turned=3)), "respondent_kind", 0.95)

    assert [name.text["en"] for name in found.against] == ["question 3"]
    for what in ("alpha", "omega"):
        e = found.one("scale", what=what)
        assert e.value is None and "question 3" in e.reason.text["en"]
    title = present.scale_table(found).content["zh"].title
    assert title == "与其余题目方向相反：第3题"


def test_a_question_that_was_turned_is_of_the_scale_and_says_so(drawn):  # noqa: F811
    # As reading leaves it: turned, beside the words that say so.
    found = satisfaction.scale(drawn(items(item_scales="3: 5-1")), "respondent_kind", 0.95)

    assert found.against == () and len(found.of("item", what="rest")) == 5
    row = found.one("item", item="item_3", what="rest")
    assert row.definition.text == {"en": "question 3 (turned)", "zh": "第3题（反向题，已转换）"}
    assert found.one("scale", what="alpha").value > 0.8


def test_a_question_on_a_longer_scale_is_not_of_the_scale(drawn):  # noqa: F811
    found = satisfaction.scale(drawn(items(item_scales="3: 0-10")), "respondent_kind", 0.95)

    assert {e.dim("item") for e in found.of("item")} == {f"item_{k}" for k in (1, 2, 4, 5)}


def test_whether_questions_mean_the_same_to_groups_is_tested(drawn):  # noqa: F811
    alike = satisfaction.scale(drawn(items(n=800)), "sex", 0.95)

    assert alike.same is True
    assert {e.dim("step") for e in alike.of("invariance")} == {"metric", "scalar"}
    assert "mean the same to all groups" in present.scale_table(alike).content["en"].title


def test_a_question_that_one_group_understands_otherwise_is_found(drawn):  # noqa: F811
    rows = items(n=800)
    for row in rows:
        if row["sex"] == "male":
            row["item_1"] = max(1, row["item_1"] - 2)

    found = satisfaction.scale(drawn(rows), "sex", 0.95)

    assert found.same is False
    assert found.one("invariance", step="scalar").value < 0.001
    assert "do not mean the same" in present.scale_table(found).content["en"].title


def test_two_questions_are_no_scale_and_few_answers_none_either(drawn):  # noqa: F811
    rows = items(n=120)
    for row in rows:
        for k in (3, 4, 5):
            row[f"item_{k}"] = None
    none = satisfaction.scale(drawn(rows), "respondent_kind", 0.95)

    assert none.estimates == ()
    assert "no scale" in str(present.scale_table(none).content["en"])


def test_few_answers_are_no_scale(drawn):  # noqa: F811
    assert isinstance(satisfaction.scale(drawn(items(n=48)), "sex", 0.95), Refusal)


def copenhagen():
    report = open_report(ROOT / "studies" / "reference" / "study.toml", "copenhagen",
                         "satisfaction", "en")  # fmt: skip
    return satisfaction.draw_answers(report, report.plan.item, "")


# R 4.2.2, MASS 7.3: polr(Sat ~ Infl + Type + Cont, weights = Freq), with the largest group of
# each as the first level. Odds are told to a digit of half their error or finer: 0.005.
POLR = {
    ("influence", "low"): (-0.566393738, 0.1046527844),
    ("influence", "high"): (0.722425372, 0.1242704788),
    ("housing_type", "tower"): (0.572350002, 0.1192380119),
    ("housing_type", "atrium"): (0.206163631, 0.1380363529),
    ("housing_type", "terrace"): (-0.518664657, 0.1334269749),
    ("contact", "low"): (-0.360284004, 0.0955357977),
}


def test_the_copenhagen_survey_has_its_published_odds():
    groups = ("influence", "housing_type", "contact")
    found = satisfaction.odds(copenhagen(), groups, 0.95, 0.05)

    assert found.unlike == ()
    for (column, group), (value, se) in POLR.items():
        e = found.one("odds_ratio", column=column, group=group, cut="all")
        assert e.value == pytest.approx(np.exp(value), rel=1e-5)
        ends = np.exp([value - 1.959964 * se, value + 1.959964 * se])
        assert (e.low, e.high) == pytest.approx(tuple(ends), rel=1e-4)
    title = present.odds_figure(found).content["en"].title
    assert title.endswith("in 5 of 6 comparisons")


def test_what_is_not_proportional_has_odds_at_each_cut():
    found = satisfaction.odds(copenhagen(), ("housing_type",), 0.95, 0.9)

    own = [e.dim("cut") for e in found.of("odds_ratio", group="atrium")]
    assert own == ["above_1", "above_2"]
    assert "atrium" in str([name.text["en"] for name in found.unlike])
    assert "each cut has its own" in present.odds_figure(found).content["en"].note


def test_groups_are_compared_with_the_error_of_places(drawn):  # noqa: F811
    rows = items(n=480)
    for i, row in enumerate(rows):
        row["overall"] = int(np.clip(row["item_1"], 1, 5))
        row["weight"] = 5.0 + i % 2
    survey = drawn([row for row in rows if row["overall"] not in (2, 3)])

    found = satisfaction.odds(survey, ("sex",), 0.95, 0.05)

    e = found.of("odds_ratio")[0]
    assert e.low < e.value < e.high
    # The places of each sex are those of one stratum: the larger mood is the males'.
    male = e.group.text["en"].endswith(": male")
    assert (e.value > 1) == male


def test_nobody_to_compare_and_small_or_unknown_groups(drawn):  # noqa: F811
    rows = items(n=600)
    for i, row in enumerate(rows):
        row["overall"] = (1, 4, 5)[i % 7 % 3]
    answers = drawn(rows)

    assert satisfaction.odds(answers, ("respondent_kind",), 0.95, 0.05).estimates == ()
    assert isinstance(satisfaction.odds(answers, ("psu",), 0.95, 0.05), Refusal)
    # A column that nobody filled in splits nobody, and the other still does.
    assert satisfaction.odds(answers, ("group_1", "sex"), 0.95, 0.05).of("odds_ratio")
    with pytest.raises(UsageError):
        satisfaction.odds(answers, ("overall",), 0.95, 0.05)


def uneven():
    """Six places of the hills that are satisfied, and six of the town that are not."""
    rows = wave("2025", [5 if i % 12 >= 6 else 1 for i in range(600)])
    for i, row in enumerate(rows):
        # Not all are of one mind.
        row["overall"] = 6 - row["overall"] if i % 5 == 0 else row["overall"]
    return rows


def test_weights_are_raked_to_the_people_of_the_frame(drawn):  # noqa: F811
    frames = frame("2025", 600)
    for row in frames[:6]:
        row["persons"] = 1200
    rows = uneven()
    # Some are silent, so that it is known who was asked.
    for row in rows[:60]:
        row |= {"overall": None, "disposition": "refusal"}
    answers = drawn(rows, frames)

    def measured(rake):
        return satisfaction.placed(answers, TOP, 0.95, ("psu",), rake)

    # Of the hills 0.8, of the town 0.2; three in four people are of the town.
    assert measured(("stratum",)).one("raked_share").value == pytest.approx(0.35, abs=0.006)
    assert measured(()).of("raked_share") == []
    with pytest.raises(UsageError):
        measured(("psu",))
    silent = satisfaction.silent(answers, TOP)
    shown = present.bounds_figure(None, silent, measured(("stratum",)))
    assert "raked" in shown.content["en"].alt


def test_whom_answers_stand_for_is_called_by_what_is_known(drawn):  # noqa: F811
    rows = uneven()
    for row in rows[:60]:
        row |= {"overall": None, "disposition": "refusal"}
    answers = drawn(rows)
    silent = satisfaction.silent(answers, TOP)

    by_place, by_stratum = (
        present.bounds_figure(None, silent, satisfaction.placed(answers, TOP, 0.95, known))
        for known in (("psu",), ("stratum",))
    )

    one, other = (shown.content["en"] for shown in (by_place, by_stratum))
    assert "standing for each place" in one.alt and "by First-stage unit" in one.note
    assert "standing for those alike" in other.alt and "by Stratum" in other.note
    assert "each place" not in other.alt + other.note


def test_raking_needs_totals(drawn):  # noqa: F811
    rows = uneven()
    rows[0] |= {"overall": None, "disposition": "refusal"}

    refused = satisfaction.placed(drawn(rows), TOP, 0.95, ("psu",), ("stratum",))

    raked = refused.one("raked_share")
    assert raked.value is None and "how many people there are" in raked.reason.text["en"]
    # The page says that what the plan asks for was not done; the other share stands.
    assert refused.one("placed_share").value is not None
