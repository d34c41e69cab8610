"""Villages with a title for having no cases: what came after, and what the choice does."""

import pytest

from evalkit import present
from evalkit.outcomes import Refusal, recidivism


def month(i):
    return f"{2023 + i // 12}-{1 + i % 12:02d}-01"


def village(name, cases, *, young=1000, months=24, titled=True, start=12, **more):
    """The months of a village; of a titled one the status from some month on."""
    return [
        {"place": name, "month": month(i), "young_people": young, "cases": cases(i),
         "status": "awarded" if titled and i >= start else "none",
         "status_date": month(start) if titled and i >= start else None} | more
        for i in range(months)
    ]  # fmt: skip


def none(i):
    return 0


def later(i):
    """One case in the second year."""
    return int(i == 18)


def some(i):
    return int(i % 6 == 0)


@pytest.fixture
def counted(office):
    def make(rows, status="public"):
        report = office("recidivism", status=status, area_counts=rows)
        drawn = recidivism.draw_villages(report)
        return drawn, recidivism.villages(drawn, level=0.95, draws=199, seed=1)

    return make


def several(titled, others, n=8, m=10, sizes=(1000,)):
    rows = [row for k in range(n)
            for row in village(f"A{k}", titled, young=sizes[k % len(sizes)])]  # fmt: skip
    return rows + [row for k in range(m) for row in village(f"B{k}", others, titled=False)]


def test_cases_after_the_title_are_told_beside_other_villages(counted):
    drawn, found = counted(several(later, some))

    after = found.one("village_rate", villages="titled", period="after")
    # Eight cases in 8,000 years of young people; four a village and year in the others.
    assert (after.value, after.events, after.denominator) == (pytest.approx(1.0), 8, 8000)
    others = found.one("village_rate", villages="others", period="after")
    assert others.value == pytest.approx(2.0) and others.low < 2 < others.high
    title = present.villages_table(found, drawn).content["en"].title
    assert "did not stay so: 8 cases" in title and "1.0 a year" in title and "beside 2.0" in title


def test_a_zero_has_a_one_sided_bound_and_the_title_tells_it(counted):
    drawn, found = counted(several(none, some))

    after = found.one("village_rate", villages="titled", period="after")
    # (1 - p)^8000 = 0.05.
    assert after.value == 0 and after.low == 0
    assert after.high == pytest.approx(1000 * (1 - 0.05 ** (1 / 8000)))
    assert "0.4 a year" in present.villages_table(found, drawn).content["en"].title
    bound = found.one("village_bound")
    assert bound.value == pytest.approx(1000 * (1 - 0.05 ** (1 / 1000)))


def test_a_rise_of_villages_that_were_chosen_for_a_zero_is_named_regression(counted):
    # A half of the villages is half as large: a rise of one and of two in a thousand.
    drawn, found = counted(several(later, some, sizes=(1000, 500)))

    assert found.chosen
    assert found.one("village_difference").value == pytest.approx(1.5)
    assert found.one("village_placebo_p").value < 0.05
    note = present.villages_table(found, drawn).content["en"].note
    assert "regression to the mean" in note


def test_of_villages_that_had_cases_before_nothing_is_said_of_the_choice(counted):
    drawn, found = counted(several(some, some))

    assert not found.chosen
    # Nothing changed in any village: there is no spread to show an error.
    assert found.one("village_difference").value is None
    assert "regression" not in present.villages_table(found, drawn).content["en"].note


def test_of_villages_never_counted_before_the_title_no_choice_is_told(counted):
    rows = [
        row for row in several(none, some) if row["place"][0] == "B" or row["month"] >= month(12)
    ]

    _, found = counted(rows)

    assert not found.chosen and found.of("village_rate", villages="titled", period="before") == []
    # Of villages it is told, and not of persons with a 1.
    why = found.one("village_difference").reason
    assert why.text["en"].startswith("No village with the title was counted both before and after")
    assert why.text["zh"].startswith("有称号的村中没有一个")


def test_other_villages_that_had_none_for_a_while_show_what_a_choice_does(counted):
    rows = several(later, some) + [r for k in range(6) for r in
        village(f"C{k}", lambda i: int(i == 20), titled=False)]  # fmt: skip

    _, found = counted(rows)

    # Of the others six had none from July to December of 2024, and one each in the months after.
    early = found.one("village_regression", period="before")
    late = found.one("village_regression", period="after")
    assert early.events == 0 and late.events == 6


def test_a_missing_count_is_left_out_and_never_a_zero(counted):
    rows = several(later, some)
    for row in rows[:5]:
        row["cases"] = None

    drawn, found = counted(rows)

    before = found.one("village_rate", villages="titled", period="before")
    assert drawn.lacking == 5 and before.denominator == round(8000 - 5 * 1000 / 12)
    assert "5 months of villages" in present.villages_table(found, drawn).content["en"].note


def test_months_after_a_title_was_taken_back_are_neither_before_nor_after(counted):
    rows = several(none, some)
    for row in rows[:24]:
        if row["month"] >= "2024-07-01":
            row |= {"status": "withdrawn", "status_date": "2024-07-01", "cases": 50}

    _, found = counted(rows)

    after = found.one("village_rate", villages="titled", period="after")
    assert after.events == 0 and after.denominator == 7500


def test_titles_of_different_dates_have_no_difference_in_differences(counted):
    rows = several(later, some) + village("L", later, start=15)

    drawn, found = counted(rows)

    gap = found.one("village_difference")
    assert gap.value is None and gap.reason is not None
    assert present.villages_table(found, drawn).kind == "table"


def test_where_all_have_the_title_a_series_of_months_stands_instead(counted):
    _, found = counted([r for k in range(8) for r in village(f"A{k}", some)])

    step = found.one("village_difference")
    assert step.method.code == "interrupted" and step.low <= step.value <= step.high


@pytest.mark.parametrize("status", ["public", "confidential"])
@pytest.mark.parametrize(("start", "named"), [(6, "2023-07"), (11, "2023-12"), (12, "2024-01")])
def test_a_series_that_is_too_short_names_its_month_as_people_write_it(
    counted, start, named, status
):
    rows = [r for k in range(8) for r in village(f"A{k}", some, start=start, months=start + 7)]

    _, found = counted(rows, status=status)

    for said in found.one("village_difference").reason.text.values():
        assert named in said and "242" not in said


def test_without_a_title_or_without_counts_nothing_stands(counted, office):
    drawn, refused = counted([r for k in range(8) for r in village(f"B{k}", some, titled=False)])
    assert isinstance(refused, Refusal)
    assert "No village" in present.villages_table(refused, drawn).text["en"]


def test_an_area_that_counted_no_villages_says_nothing_of_them(study):
    from .conftest import people

    drawn = recidivism.draw_villages(study(people("programme", 80, 40)))
    found = recidivism.villages(drawn, level=0.95, draws=199, seed=1)

    shown = present.villages_table(found, drawn)
    assert shown.content["en"].frame == "absent" and shown.estimates == ()


def test_of_confidential_counts_few_cases_are_withheld(counted):
    drawn, found = counted(several(later, some), status="confidential")

    after = found.one("village_rate", villages="titled", period="after")
    assert (after.value, after.events, after.high) == (None, None, None)
    assert found.one("village_difference").value is None
    assert "too small" in present.villages_table(found, drawn).content["en"].title


def test_a_page_on_villages_alone_tells_the_rule_by_which_their_counts_are_shown(office):
    report = office("recidivism", status="confidential", area_counts=several(later, some))

    header = present.opening(report).header

    assert report.spec is None
    assert "are withheld" in str(header["rule"]) and header["offices"] is not None
