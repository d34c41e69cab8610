"""Weights of a survey raked to the frame and to the register of the population."""

import numpy as np
import pytest
from scipy import stats

from evalkit import present
from evalkit.outcomes import satisfaction
from evalkit.outcomes.population import ends_of

from .test_survey_told import TOP, drawn, frame, given, planned_change, two, wave  # noqa: F401

REGISTER = 'groups == "家长" and as_of == "2023-01-01"'


def register(sex=(800, 2400), ages=(), **more):
    """Parents by sex, or by age, with the whole beside its parts."""
    parts = [(name, "全部", n) for name, n in zip(("male", "female"), sex, strict=False)]
    parts += [("all", band, n) for band, n in ages]
    return [
        {"township": "全部", "age_band": band, "sex": name, "groups": "家长", "persons": n,
         "error": 0, "source": "register", "as_of": "2023-01-01"} | more
        for name, band, n in [*parts, ("all", "全部", 3200)]
    ]  # fmt: skip


def asked(n=720, silent=60, places=12):
    """Men are content in one of five, women in four of five; half are men."""
    rows = wave("2025", [5 if i % 5 == 0 else 1 for i in range(n)], places)
    for i, row in enumerate(rows):
        man = (i // 12) % 2 == 0
        content = i % 5 == 0 if man else i % 5 != 0
        row |= {"sex": "male" if man else "female", "overall": 5 if content else 1}
        row["age"] = 30 if man else 50
    for row in rows[:silent]:
        row |= {"overall": None, "disposition": "refusal"}
    return rows


def placed(answers, rake, condition=REGISTER):
    return satisfaction.placed(answers, TOP, 0.95, ("psu",), rake, condition)


def refusal_of(answers, rake, condition=REGISTER):
    raked = placed(answers, rake, condition).one("raked_share")
    assert raked.value is None and raked.low is None
    return raked.reason.text["en"]


def share_of(rows, column, weights):
    """The raked share by hand: each class by what there are of it."""
    told = [row for row in rows if row["overall"]]
    parts = {
        value: np.mean([r["overall"] == 5 for r in told if r[column] == value]) for value in weights
    }
    return sum(parts[value] * n for value, n in weights.items()) / sum(weights.values())


def test_weights_are_raked_to_men_and_women_of_the_register(drawn):  # noqa: F811
    rows = asked()
    answers = drawn(rows, population=register())

    found = placed(answers, ("sex",)).one("raked_share")

    expected = share_of(rows, "sex", {"male": 800, "female": 2400})
    assert found.value == pytest.approx(expected, abs=0.001)
    assert found.low < expected < found.high
    assert "Sex" in found.method.text["en"]
    silent = satisfaction.silent(answers, TOP)
    shown = present.bounds_figure(None, silent, placed(answers, ("sex",)))
    assert "raked to the population" in shown.content["en"].alt


def test_ages_are_raked_by_the_bands_of_the_register(drawn):  # noqa: F811
    rows = asked()
    bands = (("18—39岁", 900), ("40岁以上", 2300))
    answers = drawn(rows, population=register(sex=(), ages=bands))

    found = placed(answers, ("age",)).one("raked_share")

    assert found.value == pytest.approx(share_of(rows, "age", {30: 900, 50: 2300}), abs=0.001)


def test_the_ends_of_a_band_are_in_it(drawn):  # noqa: F811
    rows = asked()
    bands = (("18—30岁", 900), ("31—50岁", 2300))
    answers = drawn(rows, population=register(sex=(), ages=bands))

    assert placed(answers, ("age",)).one("raked_share").value is not None
    # Nobody is between 31 and 49 here; who is 50 is in no band then.
    short = (("18—30岁", 900), ("31—49岁", 2300))
    assert "not known" in refusal_of(drawn_again(answers, sex=(), ages=short), ("age",))


def drawn_again(answers, **more):
    """The same answers beside another register."""
    report = answers.report
    table = report.office("population")
    rows = register(**more)
    changed = table.frame.iloc[0:0].reindex(range(len(rows)))
    for name in ("township", "age_band", "sex", "groups", "persons"):
        changed[name] = [row[name] for row in rows]
    changed["as_of"] = table.frame["as_of"].iloc[0]
    found = report.tables.inspected("population")
    object.__setattr__(found, "table", table.with_frame(changed))
    return answers


@pytest.mark.parametrize(
    ("more", "rake", "condition", "said"),
    [
        ({}, ("sex",), "", "does not say which of its rows"),
        ({}, ("age",), REGISTER, "how many people there are"),
        ({"sex": (800, 0)}, ("sex",), REGISTER, "how many people there are"),
        ({}, ("sex",), 'groups == "学生"', "how many people there are"),
        ({"sex": (), "ages": (("18—39岁", 9), ("30—69岁", 9))}, ("age",), REGISTER,
         "more than once"),
        ({"sex": (), "ages": (("31岁以上", 9), ("31岁以下", 9))}, ("age",), REGISTER, "which ages"),
        ({"sex": (), "ages": (("39-18", 9), ("40-60", 9))}, ("age",), REGISTER, "which ages"),
        ({"sex": (), "ages": (("18—39岁", 9), ("51岁以上", 9))}, ("age",), REGISTER, "not known"),
    ],
)  # fmt: skip
def test_rows_that_do_not_count_them_once_are_refused(drawn, more, rake, condition, said):  # noqa: F811
    answers = drawn(asked(), population=register(**more))

    assert said in refusal_of(answers, rake, condition)


@pytest.mark.parametrize(
    ("band", "ends"),
    [
        ("14—17岁", (14, 17)), ("14~17", (14, 17)), ("14至17周岁", (14, 17)),
        ("１４－１７岁", (14, 17)), ("ages 14 to 17 years", (14, 17)), ("17岁", (17, 17)),
        ("60岁及以上", (60, 150)), ("60 and over", (60, 150)), ("60+", (60, 150)),
        # Whose ends are others than their numbers, or in months, or not told.
        ("14周岁以上不满18周岁", None), ("0-6个月", None), ("no older than 17", None),
        ("over 60", None), ("1980-1999年出生", None), ("17-14", None), ("未成年人", None),
    ],
)  # fmt: skip
def test_a_band_is_read_where_its_words_tell_the_ages(band, ends):
    assert ends_of(band) == ends


def test_whoever_has_no_age_is_in_no_band(drawn):  # noqa: F811
    rows = asked()
    for row in rows[100:110]:
        row["age"] = None
    bands = (("18—39岁", 900), ("40岁以上", 2300))
    answers = drawn(rows, population=register(sex=(), ages=bands))

    assert "not known" in refusal_of(answers, ("age",))


@pytest.mark.parametrize("word", ["合计", "总计", "小计"])
def test_a_total_under_another_word_is_no_township(drawn, word):  # noqa: F811
    rows = [
        row | {"township": town, "persons": n}
        for town, counts in (("A", (100, 900)), ("B", (700, 500)), (word, (2000, 2000)))
        for row, n in zip(register()[:2], counts, strict=True)
    ]

    assert "more than once" in refusal_of(drawn(asked(), population=rows), ("sex",))


def test_a_band_in_words_beside_the_total_counts_nobody_twice(drawn):  # noqa: F811
    minors = [
        row | {"age_band": "未成年人", "persons": n}
        for row, n in zip(register()[:2], (700, 100), strict=True)
    ]
    answers = drawn(asked(), population=[*register(), *minors])

    # The 3,200 of all ages are everybody; 800 of them are minors.
    found = placed(answers, ("sex",)).one("raked_share")
    expected = share_of(asked(), "sex", {"male": 800, "female": 2400})
    assert found.value == pytest.approx(expected, abs=0.001)


def test_strata_under_other_names_are_not_strata_that_nobody_was_asked_from(drawn):  # noqa: F811
    frames = [row | {"stratum": f"{row['stratum']} 1"} for row in frame("2025", 720)]

    framed = satisfaction.represented(drawn(wave("2025", given()), frames))

    assert framed.estimates == ()


def test_two_dates_and_towns_without_a_class_count_people_twice(drawn):  # noqa: F811
    older = register(as_of="2022-01-01")
    answers = drawn(asked(), population=[*register(), *older])

    assert "more than once" in refusal_of(answers, ("sex",), 'groups == "家长"')
    assert placed(answers, ("sex",)).one("raked_share").value is not None


@pytest.mark.parametrize("total", [False, True])
def test_a_register_of_sex_by_age_and_town_is_summed_and_its_totals_count_once(drawn, total):  # noqa: F811
    rows = [
        row | {"sex": sex, "age_band": band, "township": town, "persons": n}
        for row in register(sex=())
        for town in ("A", "B")
        for band in ("18—39岁", "40岁以上")
        for sex, n in (("male", 200), ("female", 600))
    ]
    everywhere = [row | {"township": "全部", "persons": 2 * row["persons"]} for row in rows[:4]]
    answers = drawn(asked(), population=[*rows, *(everywhere if total else [])])

    expected = share_of(asked(), "sex", {"male": 800, "female": 2400})
    found = placed(answers, ("sex",)).one("raked_share")
    assert found.value == pytest.approx(expected, abs=0.001)
    # Half of the people are of each band: men, who are all 30 here, as many as women.
    by_age = placed(answers, ("age",)).one("raked_share")
    assert by_age.value == pytest.approx(share_of(asked(), "age", {30: 1, 50: 1}), abs=0.001)


def test_a_town_that_lacks_a_class_is_noticed(drawn):  # noqa: F811
    rows = register(township="A") + register(township="B")[:1]
    answers = drawn(asked(), population=rows)

    assert "each township" in refusal_of(answers, ("sex",), 'groups == "家长" and sex != "all"')


@pytest.mark.parametrize(("persons", "known"), [(280, True), (420, False)])
def test_two_sources_of_one_people_may_differ_a_little(drawn, persons, known):  # noqa: F811
    # 12 places of 280 are 3,360 people beside the 3,200 of the register: five per cent.
    rows = asked()
    answers = drawn(rows, frame("2025", 720, persons=persons), population=register())

    found = placed(answers, ("stratum", "sex")).one("raked_share")

    assert (found.value is not None) is known
    if known:
        expected = share_of(rows, "sex", {"male": 800, "female": 2400})
        assert found.value == pytest.approx(expected, abs=0.01)
    else:
        assert "differ by more than 10%" in found.reason.text["en"]


def test_rows_that_count_other_people_than_the_frame_are_refused(drawn):  # noqa: F811
    rows = [row | {"township": town, "persons": row["persons"] // 2}
            for town in ("A", "B") for row in register()]  # fmt: skip
    answers = drawn(asked(), frame("2025", 720, persons=267), population=rows)

    whole = placed(answers, ("sex",), 'groups == "家长" and township in ["A", "B"]')
    assert whole.one("raked_share").value is not None
    # One of two townships is half of the frame's people.
    assert "differ by more than 10%" in refusal_of(answers, ("sex",), 'township == "A"')


def test_a_part_of_those_asked_is_not_raked_to_everybody(office):
    rows = asked()
    report = office("satisfaction", survey=rows, population=register())
    answers = satisfaction.draw_answers(report, "overall", 'stratum == "town"')

    assert "a part of them" in refusal_of(answers, ("sex",))


def test_the_page_says_why_the_plan_s_raking_was_not_done(drawn):  # noqa: F811
    answers = drawn(asked(), population=register())
    silent = satisfaction.silent(answers, TOP)

    shown = present.bounds_figure(None, silent, placed(answers, ("sex",), ""))

    assert "Not raked, though the plan asks for it" in shown.content["en"].note
    assert "raked" not in shown.content["en"].alt


def test_raking_keeps_a_unit_in_which_nobody_answered(drawn):  # noqa: F811
    rows = asked(places=4)
    for row in rows:
        if row["psu"] == "place 3":
            row |= {"overall": None, "disposition": "refusal"}

    wide = placed(drawn(rows, population=register()), ("sex",)).one("raked_share")

    told = [row for row in rows if row["overall"]]
    share = share_of(told, "sex", {"male": 800, "female": 2400})
    # By hand: residuals of each class's mean, summed by place; a place without any is a zero.
    by_place = dict.fromkeys(("place 0", "place 1", "place 2", "place 3"), 0.0)
    for sex, n in {"male": 800, "female": 2400}.items():
        mine = [row for row in told if row["sex"] == sex]
        mean = np.mean([row["overall"] == 5 for row in mine])
        for row in mine:
            by_place[row["psu"]] += n / len(mine) * ((row["overall"] == 5) - mean) / 3200
    sums = list(by_place.values())
    variance = sum(2 * np.var(pair, ddof=1) for pair in (sums[:2], sums[2:]))
    half = np.sqrt(variance) / (share * (1 - share)) * stats.t.ppf(0.975, 2)
    middle = np.log(share / (1 - share))
    ends = [1 / (1 + np.exp(-(middle + sign * half))) for sign in (-1, 1)]
    assert (wide.low, wide.high) == pytest.approx(tuple(ends), abs=0.001)
