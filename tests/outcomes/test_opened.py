"""People newly reached before and after sites opened, beside townships where none did."""

from dataclasses import replace

import numpy as np
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.estimators.difference_in_differences import difference_in_differences
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

TOWNS, EACH = 16, 100
# New people of a township in each period: sites bring twelve more.
BEFORE = [8 + i % 3 for i in range(TOWNS)]
AFTER = [n + (12 if i < 8 else 1) for i, n in enumerate(BEFORE)]


def register():
    return [
        {"person_id": f"{t}-{i}", "township": f"T{t}", "age_band": "14-17", "sex": "male"}
        for t in range(TOWNS) for i in range(EACH)
    ]  # fmt: skip


def taken_up(before=BEFORE, after=AFTER, first=5, last=25):
    """Steps of so many people of each township in the year before June 2023, and after."""
    rows, months = [], np.random.default_rng(8).integers(0, 12, (TOWNS, EACH))
    for t in range(TOWNS):
        for k in range(before[t] + after[t]):
            late, at = k >= before[t], int(months[t, k])
            # June to May, and July to June.
            year, month = divmod((2023 if late else 2022) * 12 + (6 if late else 5) + at, 12)
            day = first if (year, month) == (2022, 5) else last
            day = day if month == 5 else 10
            rows.append({"person_id": f"{t}-{k}", "stage": "started",
                         "date": f"{year}-{month + 1:02d}-{day:02d}"})  # fmt: skip
    return rows


def stations(towns=range(8), opened="2023-06-03", **more):
    return [
        {"site_id": f"s{t}", "township": f"T{t}", "opened_at": opened} | more for t in towns
    ]  # fmt: skip


def target_of(office, funnel=None, sites=None):
    people = [*register(), {"person_id": "T99-a", "township": "T99"}]
    tables = {"people": people, "funnel": funnel or taken_up()}
    report = office("reach", sites=stations() if sites is None else sites, **tables)
    return reach.draw_target(report, "started", "")


def opened(target, **changes):
    return reach.opened(target, **{"months": 12, "level": 0.95, "draws": 999, "seed": 1} | changes)


def test_the_change_where_sites_opened_is_told_beside_the_others(office):
    found = opened(target_of(office))

    share = {(e.dim("sites"), e.dim("period")): (e.events, e.n) for e in found.of("opened_share")}
    # Counts are rounded to five; T99 has no site and is on the side without.
    assert share["opened", "before"] == (5 * round(sum(BEFORE[:8]) / 5), 800)
    assert share["opened", "after"] == (5 * round(sum(AFTER[:8]) / 5), 800)
    gap = found.one("opened_difference")
    rows = [
        (f"T{t}", p, float(i < n[t]), float(t < 8 and p == 1))
        for p, n in ((0, BEFORE), (1, AFTER))
        for t in range(TOWNS)
        for i in range(EACH)
    ]
    rows += [("T99", period, 0.0, 0.0) for period in (0, 1)]
    direct = difference_in_differences(
        [row[2] for row in rows], [row[0] for row in rows],
        [row[1] for row in rows], [row[3] for row in rows],
    ).point  # fmt: skip
    assert (gap.value, gap.low, gap.high) == pytest.approx(
        (direct.value, direct.low, direct.high), abs=6e-4
    )
    assert gap.value == pytest.approx(0.11, abs=0.005)
    assert found.one("opened_placebo_p").value < 0.01
    assert abs(found.one("opened_before").value) < 0.03
    title = present.opened_table(found).content["en"].title
    assert title.startswith("Where sites opened in 2023-06, the share newly reached changed by +11")


def test_nothing_planted_is_nothing_found(office):
    even = [n + 1 for n in BEFORE]

    gap = opened(target_of(office, taken_up(after=even))).one("opened_difference")

    assert gap.low <= 0 <= gap.high


def test_those_reached_before_are_not_new_after(office, project):
    # All of before once more after the opening, at a later step: nobody of them is new.
    rows = taken_up()
    early = [row for row in rows if row["date"] < "2023-06"]
    again = [row | {"date": "2023-09-01", "stage": "completed"} for row in early]

    found = opened(target_of(office, rows + again))

    after = found.one("opened_share", sites="opened", period="after")
    assert after.events == 5 * round(sum(AFTER[:8]) / 5)


# A month is whole with a row in its first week, or its last one.
@pytest.mark.parametrize(
    ("first", "last", "stands"), [(7, 24, True), (8, 24, False), (7, 23, False)]
)
def test_steps_must_be_recorded_through_both_periods(office, first, last, stands):
    found = opened(target_of(office, taken_up(first=first, last=last)))

    assert isinstance(found, Refusal) != stands
    if not stands:
        assert found.estimate.reason.code == "opened_dates"
        assert "2022-06 to 2024-06" in found.estimate.reason.text["en"]


def test_it_is_the_step_that_counts_whose_days_must_be_known(office):
    # Before June nobody is listed as started, and all are as screened.
    rows = [
        row | {"stage": "screened"} if row["date"] < "2023-03" else row for row in taken_up()
    ]  # fmt: skip

    assert opened(target_of(office, rows)).estimate.reason.code == "opened_dates"


@pytest.mark.parametrize(("each", "stands"), [(25, True), (14, False)])
def test_one_step_in_twenty_may_lack_its_day(office, each, stands):
    rows = taken_up()
    rows = [
        row | {"date": None} if i % each == 0 else row for i, row in enumerate(rows)
    ]  # fmt: skip

    found = opened(target_of(office, rows))

    assert isinstance(found, Refusal) != stands
    if not stands:
        assert found.estimate.reason.code in ("opened_undated", "steps_dated")


def test_townships_that_kept_no_record_before_are_no_comparison(office):
    silent = [0] * 8 + BEFORE[8:]

    found = opened(target_of(office, taken_up(before=silent)))

    assert found.estimate.reason.code == "opened_silent"


def test_what_already_changed_before_is_not_what_the_sites_made(office):
    # Of the townships with a site all new people of the year before come in its second half.
    def moved(row):
        served = int(row["person_id"].partition("-")[0]) < 8
        if not served or row["date"] >= "2022-12":
            return row
        return row | {"date": f"2023-0{int(row['date'][5:7]) % 5 + 1}-10"}

    rows = taken_up(before=[40] * TOWNS, after=[50] * TOWNS)

    found = opened(target_of(office, [moved(row) for row in rows]))

    assert isinstance(found, Refusal)
    assert found.estimate.reason.code == "opened_trend"


def test_sites_of_townships_that_the_register_has_not_stop_it(office):
    strange = [s | {"site_id": f"x{s['site_id']}", "township": f"县{s['township']}"}
               for s in stations(range(8, 14))]  # fmt: skip

    found = opened(target_of(office, sites=[*stations(), *strange]))

    assert found.estimate.reason.code == "sites_matched"


@pytest.mark.parametrize(("many", "stands"), [(6, True), (5, False)])
def test_six_townships_must_get_their_site_in_one_month(office, many, stands):
    sites = stations(range(many)) + stations(range(many, 8), "2023-02-01")

    assert isinstance(opened(target_of(office, sites=sites)), Refusal) != stands


@pytest.mark.parametrize(("opened_at", "stands"), [("2024-07-01", True), ("2024-06-30", False)])
def test_six_townships_must_be_without_one(office, opened_at, stands):
    # Of seventeen townships eleven have one, and a last one only after the end, or in its month.
    sites = stations(range(11)) + stations([11], opened_at)
    assert isinstance(opened(target_of(office, sites=sites)), Refusal) != stands


def test_a_township_of_which_an_opening_is_not_known_or_a_site_closed_is_on_no_side(office):
    sites = [
        *stations(),
        {"site_id": "x", "township": "T0"},
        {"site_id": "y", "township": "T1", "opened_at": "2021-01-01", "closed_at": "2024-01-01"},
    ]  # fmt: skip

    found = opened(target_of(office, sites=sites))

    assert not isinstance(found, Refusal), found.estimate.reason.text["en"]
    assert found.of("opened_share")[0].n == 600


def test_a_township_s_first_site_counts(office):
    second = stations(range(8), "2024-01-01")

    more = [row | {"site_id": f"b{row['site_id']}"} for row in second]
    found = opened(target_of(office, sites=[*stations(), *more]))

    assert found.one("opened_difference").population.text["en"] == "2023-06"


def test_the_month_of_the_opening_is_in_neither_period(office):
    inside = [
        {"person_id": f"{t}-{90 + i}", "stage": "started", "date": "2023-06-20"}
        for t in range(TOWNS) for i in range(5)
    ]  # fmt: skip

    found = opened(target_of(office, taken_up() + inside))

    counts = {(e.dim("sites"), e.dim("period")): e.events for e in found.of("opened_share")}
    assert counts["opened", "before"] == 5 * round(sum(BEFORE[:8]) / 5)
    assert counts["opened", "after"] == 5 * round(sum(AFTER[:8]) / 5)


@pytest.mark.parametrize(("months", "stands"), [(3, True), (2, False)])
def test_fewer_than_three_months_are_no_period(office, months, stands):
    target = target_of(office)
    if stands:
        assert not isinstance(opened(target, months=months), Refusal)
        return
    with pytest.raises(UsageError):
        opened(target, months=months)


def test_no_table_of_sites_says_nothing_and_one_without_dates_says_why(office, project):
    text = project.read_text(encoding="utf-8")
    found = opened(target_of(office, sites=[{"site_id": "s", "township": "T0"}]))
    assert found.estimate.reason.code == "no_opening"
    project.write_text(text, encoding="utf-8")
    report = office("reach", people=register(), funnel=taken_up())
    (project.parent / "data/clean/guigang/sites.parquet").unlink()
    found = opened(reach.draw_target(reach_report(project), "started", ""))
    assert report is not None and found.estimate.reason.code == "no_sites"
    assert present.opened_table(found).content["en"].frame == "absent"


def reach_report(project):
    from evalkit.outcomes import open_report

    return open_report(project, "guigang", "reach", "en")


def test_rows_of_the_people_are_those_of_the_register(office):
    target = target_of(office)
    register_rows = target.report.office("people").frame
    own = register_rows["township"].reindex(target.cohort.frame.index)
    assert np.array_equal(own.to_numpy(), target.cohort.frame["cluster"].to_numpy())


def test_the_order_of_the_register_changes_no_placebo(office):
    target = target_of(office)
    frame = target.cohort.frame
    turned = replace(target, cohort=replace(target.cohort, frame=frame.iloc[::-1]))

    one, other = (opened(each, draws=199).one("opened_placebo_p") for each in (target, turned))

    assert one.value == other.value
