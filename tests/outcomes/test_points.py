"""Points of a scheme: who earned and spent them, and how far they are those of a few."""

import numpy as np
import pytest

from evalkit import present
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

PERSON = {"person_id": "P0", "township": "T", "age_band": "14-17"}


def entry(k, person, earned=0.0, spent=0.0):
    return {
        "record_id": f"J{k}", "person_id": person, "date": "2025-01-01", "earned": earned,
        "spent": spent,
    }  # fmt: skip


def listed(*pairs):
    """One person for each pair of points earned and spent, each in an entry of its own."""
    rows = []
    for i, (earned, spent) in enumerate(pairs):
        if earned:
            rows.append(entry(len(rows), f"P{i}", earned=earned))
        if spent:
            rows.append(entry(len(rows), f"P{i}", spent=spent))
    return rows


@pytest.fixture
def drawn(office):
    def make(rows, status="confidential"):
        return reach.draw_points(office("reach", status=status, people=[PERSON], points=rows))

    return make


def told(held, top=(0.1,)):
    return reach.points(held, top, 0.95)


def by(found, estimand, dim):
    return {e.dim(dim): e.value for e in found.of(estimand)}


def test_points_and_the_people_behind_them_stand_beside_one_another(drawn):
    held = drawn(listed(*[(20, 0)] * 120, *[(30, 10)] * 80))

    found = told(held)

    assert by(found, "point_people", "of") == {"earned": 200, "spent": 80}
    assert by(found, "point_sum", "of") == {"earned": 4800, "spent": 800}
    assert found.one("point_unspent").value == pytest.approx(0.6)
    assert found.of("point_fault") == []
    table = present.points_table(found, held).content["en"]
    assert table.title == "Of 200 people who earned points 60.0% spent none"


def test_entries_of_one_person_are_added_up(drawn):
    rows = listed(*[(20, 0)] * 120)
    rows += [entry(f"b{k}", f"P{k}", earned=5.0) for k in range(60)]

    found = told(drawn(rows))

    assert by(found, "point_people", "of")["earned"] == 120
    assert by(found, "point_sum", "of")["earned"] == 2700


def test_who_spent_more_than_they_earned_is_a_fault(drawn):
    pairs = [(20, 20)] * 100 + [(20, 21)] * 15 + [(0, 5)] * 20
    held = drawn(listed(*pairs))

    found = told(held)

    # Those who earned nothing and spent are among them, and not among those who earned.
    assert by(found, "point_fault", "fault") == {"overdrawn": 35}
    assert by(found, "point_people", "of") == {"earned": 115, "spent": 135}
    assert "spent more than the list says" in str(present.points_table(found, held).content["en"])


def test_points_are_told_apart_to_a_hundredth(drawn):
    # A tenth and two tenths are no three tenths on a machine; a thousandth is no point.
    rows = listed(*[(0.1, 0.3)] * 40, *[(1.0, 1.004)] * 40, *[(1.0, 1.01)] * 40)
    rows += [entry(f"b{k}", f"P{k}", earned=0.2) for k in range(40)]

    assert by(told(drawn(rows)), "point_fault", "fault") == {"overdrawn": 40}


def test_entries_of_nothing_are_counted_by_person(drawn):
    rows = listed(*[(20, 5)] * 60)
    rows += [entry(f"b{k}", f"P{k // 2}", earned=None, spent=0.0) for k in range(40)]
    rows += [entry("c", "Q")]

    found = told(drawn(rows))

    # 21 people, to the nearest five.
    assert by(found, "point_fault", "fault") == {"idle": 20}
    assert by(found, "point_people", "of") == {"earned": 60, "spent": 60}


def test_an_empty_cell_beside_others_is_nothing(drawn):
    rows = listed(*[(20, 5)] * 60) + [entry(f"b{k}", f"Q{k}", 20.0, None) for k in range(40)]
    rows += [entry(f"c{k}", f"P{k}", None, 1.0) for k in range(60)]

    found = told(drawn(rows))

    assert by(found, "point_people", "of") == {"earned": 100, "spent": 60}
    assert by(found, "point_sum", "of") == {"earned": 2000, "spent": 360}


def test_points_of_a_few_are_told(drawn):
    earned = [100.0] * 20 + [10.0] * 180

    held = drawn(listed(*[(x, 0) for x in earned]))
    found = told(held, (0.1, 0.5))

    tops = by(found, "top_points", "top")
    ordered = np.sort(earned)[::-1]
    assert tops["0.1"] == pytest.approx(ordered[:20].sum() / ordered.sum(), abs=0.001)
    assert tops["0.5"] == pytest.approx(ordered[:100].sum() / ordered.sum(), abs=0.001)
    ranks = np.arange(1, 201)
    gini = 2 * (ranks * ordered[::-1]).sum() / (200 * ordered.sum()) - 201 / 200
    assert found.one("points_gini").value == pytest.approx(gini, abs=0.011)
    assert "by the top 10% of those who earned any" in str(
        present.points_table(found, held).content
    )


def test_few_who_spent_are_withheld(drawn):
    held = drawn(listed(*[(20, 0)] * 120, *[(30, 10)] * 6))

    found = told(held)

    assert found.one("point_unspent").disclosure == "withheld"
    assert by(found, "point_sum", "of") == {"earned": 2580, "spent": None}
    title = present.points_table(found, held).content["en"].title
    assert title == "Points earned and spent, and by how many people"


def test_where_no_entry_tells_what_was_spent_nobody_is_said_to_have_spent_none(drawn):
    held = drawn([row | {"spent": None} for row in listed(*[(20, 0)] * 120)])

    found = told(held)

    assert found.one("point_unspent").reason.code == "none_spent"
    assert set(by(found, "point_people", "of")) == {"earned"}
    assert "not known" in present.points_table(found, held).content["en"].note


def test_zeros_that_were_written_are_nothing_spent(drawn):
    assert told(drawn(listed(*[(20, 0)] * 120))).one("point_unspent").value == 1.0


@pytest.mark.parametrize("earned", [None, 0.0])
def test_without_points_earned_nothing_is_told(drawn, earned):
    held = drawn([entry(k, f"P{k}", earned=earned, spent=3.0) for k in range(40)])

    refused = told(held)

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "none_earned"
    assert "No entry tells points earned" in present.points_table(refused, held).text["en"]


def test_the_same_comes_out_person_by_person(drawn):
    random = np.random.default_rng(8)
    rows = [
        entry(k, f"P{random.integers(0, 90)}", float(random.integers(0, 9)) / 4,
              float(random.integers(0, 3)))
        for k in range(400)
    ]  # fmt: skip

    found = told(drawn(rows, status="public"))

    sums = {}
    for row in rows:
        mine = sums.setdefault(row["person_id"], [0.0, 0.0])
        mine[0] += row["earned"]
        mine[1] += row["spent"]
    got = [a for a, _ in sums.values() if a > 0]
    assert by(found, "point_people", "of") == {
        "earned": len(got), "spent": sum(b > 0 for _, b in sums.values()),
    }  # fmt: skip
    assert by(found, "point_sum", "of")["earned"] == pytest.approx(sum(got), abs=0.5)
    over = sum(b > a for a, b in sums.values())
    assert by(found, "point_fault", "fault")["overdrawn"] == over
    assert found.one("point_unspent").events == sum(a > 0 and b == 0 for a, b in sums.values())


def test_an_area_without_points_says_so_once(office):
    refused = reach.draw_points(office("reach", people=[PERSON]))

    found = told(refused)
    assert refused.estimate.reason.code == "no_points"
    assert present.points_table(found, refused).content["en"].frame == "absent"
