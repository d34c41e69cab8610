"""Needs that were raised: what became of them, and how soon half of them were met."""

import pytest

from evalkit import present
from evalkit.outcomes import reach


def need(i, state, category="课业辅导", days=30, person=True, **more):
    """A need raised on 1 January 2024."""
    met = f"2024-0{1 + days // 30}-{1 + days % 30:02d}" if state == "met" else None
    return {
        "need_id": f"N{i}", "raised_at": "2024-01-01", "category": category, "township": "T",
        "person_id": f"P{i}" if person else None, "met_at": met,
        "project_id": None if state == "unmatched" else f"X{i}",
    } | more  # fmt: skip


def listed(met=200, waiting=60, unmatched=140, **more):
    states = ["met"] * met + ["waiting"] * waiting + ["unmatched"] * unmatched
    return [need(i, state, **more) for i, state in enumerate(states)]


@pytest.fixture
def drawn(office):
    def make(rows, status="confidential"):
        person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
        return reach.draw_needs(office("reach", status=status, people=[person], needs=rows))

    return make


def shares(found, category="all"):
    return {e.dim("state"): e.value for e in found.of("need_share", category=category)}


def test_every_need_is_met_waiting_or_matched_to_none(drawn):
    raised = drawn(listed())

    found = reach.needs(raised)

    assert shares(found) == pytest.approx({"met": 0.5, "waiting": 0.15, "unmatched": 0.35})
    shown = present.needs_figure(found, raised).content["en"]
    assert shown.title == "Of 400 needs 50.0% were met and 35.0% matched to no project"


def test_shares_of_rounded_counts_add_up(drawn):
    # 203, 62 and 143 are told as 205, 60 and 145.
    found = reach.needs(drawn(listed(203, 62, 143)))

    assert sum(shares(found).values()) == pytest.approx(1.0)
    assert shares(found)["met"] == pytest.approx(205 / 410)
    assert found.one("need_share", category="all", state="met").n == 410


def test_a_share_is_of_the_base_that_stands_beside_it(drawn):
    # 203, 63 and 143 are told as 205, 65 and 145; all 409 would be told as 410.
    found = reach.needs(drawn(listed(203, 63, 143)))

    assert {e.n for e in found.of("need_share", category="all")} == {415}
    assert all(e.value == e.events / e.n for e in found.of("need_share"))


def test_half_of_all_needs_is_what_the_days_are_of(drawn):
    rows = listed(met=300, waiting=0, unmatched=100)
    for i, row in enumerate(rows[:300]):
        row["met_at"] = f"2024-01-{2 + i % 28:02d}"

    days = reach.needs(drawn(rows)).one("need_days", category="all")

    # The 200th of 400, not the 150th of the 300 that were met: about 28 a day over 28 days.
    waits = sorted([1 + i % 28 for i in range(300)] + [10**6] * 100)
    assert days.value == pytest.approx((waits[199] + waits[200]) / 2, abs=1)


def test_where_fewer_than_half_were_met_there_is_no_such_day(drawn):
    days = reach.needs(drawn(listed(150, 100, 150))).one("need_days", category="all")

    assert days.value is None and "Fewer than half" in days.reason.text["en"]


def test_categories_that_few_people_have_are_joined_and_not_named(drawn):
    rows = listed(200, 100, 100)
    for row in rows[::20]:
        row["category"] = "法律咨询"
    for row in rows[1::20]:
        row["category"] = "陪伴就医"

    found = reach.needs(drawn(rows))

    groups = list(dict.fromkeys(e.dim("category") for e in found.of("need_share")))
    assert groups == ["all", "课业辅导", "joined"]
    said = str(present.needs_table(found, drawn_of(found)).content)
    assert "法律咨询" not in said and "陪伴就医" not in said


def drawn_of(found):
    return reach.draw_needs(found.report)


def test_many_needs_of_one_person_are_those_of_one(drawn):
    # 80 legal needs, all of one person: that is nobody's group.
    rows = listed(200, 100, 100)
    for row in rows[:80]:
        row |= {"category": "法律咨询", "person_id": "P1"}

    found = reach.needs(drawn(rows))

    assert "法律咨询" not in {e.dim("category") for e in found.of("need_share")}


def test_what_few_people_have_is_withheld_in_every_state(drawn):
    found = reach.needs(drawn(listed(200, 6, 140)))

    assert {e.disclosure for e in found.of("need_share", category="all")} == {"withheld"}
    shown = present.needs_figure(found, drawn_of(found))
    assert "withheld" in shown.text["en"]


def test_a_need_of_a_whole_community_counts_as_one(drawn):
    found = reach.needs(drawn(listed(person=False)))

    assert shares(found)["met"] == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["all", "joined", "unknown"])
def test_a_category_called_as_one_of_ours_keeps_its_name(drawn, name):
    rows = listed(200, 100, 100)
    for row in rows[::2]:
        row["category"] = name

    found = reach.needs(drawn(rows))

    own = found.of("need_share", category=f"{name}_")
    assert [e.group.text["en"] for e in own] == [name] * 3
    assert own[0].n == 200 and found.of("need_share", category="all")[0].n == 400


def test_needs_without_a_category_have_a_row(drawn):
    rows = listed(200, 100, 100)
    for row in rows[::2]:
        row["category"] = None

    found = reach.needs(drawn(rows))

    assert found.of("need_share", category="unknown")[0].n == 200


def test_an_area_without_needs_says_so_once(office):
    person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
    refused = reach.draw_needs(office("reach", people=[person]))

    found = reach.needs(refused)
    assert refused.estimate.reason.code == "no_needs"
    for show in (present.needs_figure, present.needs_table):
        assert show(found, refused).content["en"].frame == "absent"
