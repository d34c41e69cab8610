"""Whether the records of later contacts could be found, just at each limit and beyond it."""

import pytest
from tests.cohort.office import event
from tests.outcomes.tables import cases, contacts, drawn

from evalkit import present
from evalkit.cohort import searches
from evalkit.outcomes import recidivism
from evalkit.outcomes.recidivism import linkage

from .conftest import people


def judged(report, **changes):
    found = recidivism.gates(drawn(report, **changes))
    return {e.dim("gate"): e for e in found.of("gate")}


def passes(report, gate, **changes):
    return judged(report, **changes)[gate].would_pass is None


def undated(n, group):
    """Contacts of forty in each group, of whom so many of one have no date of proof."""
    left = n
    rows = []
    for row in contacts(40, 40):
        gone = left > 0 and row["person_id"].startswith(group)
        left -= gone
        rows.append(row | ({"proven_date": None} if gone else {}))
    return rows


@pytest.mark.parametrize("group", ["programme", "comparison"])
@pytest.mark.parametrize(("n", "passed"), [(0, True), (2, True), (3, False), (40, False)])
def test_one_in_twenty_of_a_group_may_have_no_date_of_proof(office, group, n, passed):
    report = office("recidivism", cases=cases(), events=undated(n, group))

    assert passes(report, "dated") == passed


def test_what_is_asked_of_the_dates_is_said(office):
    report = office("recidivism", cases=cases(), events=undated(40, "programme"))

    found = judged(report)["dated"]

    assert "; 95% needed" in found.reason.text["en"]
    assert "95%" in found.would_pass.text["en"] and "95%" in found.against.text["en"]


@pytest.mark.parametrize("group", ["programme", "comparison"])
@pytest.mark.parametrize(("without", "passed"), [(40, True), (41, False)])
def test_six_in_ten_files_of_each_group_say_when_they_end(office, group, without, passed):
    # The plan allows two fifths without.
    files = [
        row | ({"follow_up_end": None} if row["assigned"] == group and i % 100 < without else {})
        for i, row in enumerate(cases())
    ]
    report = office("recidivism", cases=files, events=contacts(40, 40))

    assert passes(report, "end_known") == passed


def test_groups_found_exactly_as_unevenly_as_may_be_are_found_everywhere(office, monkeypatch):
    report = office("recidivism", cases=cases(), events=contacts(40, 30))
    held = [report.office(name) for name in ("cases", "events")]
    least = min(s.uneven for s in searches(*held, report.plan.definition, report.plan.window))

    # At the limit itself, which no data would meet by accident.
    monkeypatch.setattr(linkage, "UNEVEN", least)

    assert least > 0 and passes(report, "found_everywhere")


def test_who_cannot_be_revoked_is_left_out_before_anybody_else(office):
    files = [
        row | {"index_decision": "conditional_non_prosecution" if i % 2 else "non_prosecution"}
        for i, row in enumerate(cases())
    ]
    report = office("recidivism", cases=files, events=contacts(40, 40))

    flow = [step.code for step in drawn(report, definition="revoked").cohort.flow]

    assert flow[:4] == ["all", "in_groups", "revocable", "linked"]
    assert "revocable" not in [step.code for step in drawn(report).cohort.flow]


def test_nobody_is_at_risk_after_the_last_was_seen(study):
    # Public: no count is hidden. One group is followed for half of the window only.
    report = study(
        people("programme", 100, 30, days=180), people("comparison", 100, 30), status="public"
    )
    plan = report.plan

    curve = recidivism.curve(drawn(report), plan.curve_interval, plan.level)

    left = {(e.dim("group"), float(e.dim("time"))): e.value for e in curve.of("at_risk")}
    assert left["programme", 0.0] == 100
    late = {value for (group, time), value in left.items() if group == "programme" and time > 180}
    assert late <= {0, None} and late
    assert left["comparison", 365.0] == 70


def test_a_reason_is_said_once(office):
    report = office("recidivism", cases=cases())
    effect = recidivism.compare(drawn(report), "newcombe", 0.95)

    decided = recidivism.verdict(effect, recidivism.log_rank(drawn(report)))

    for lang, words in decided.estimates[0].reason.text.items():
        assert present.headline(decided).text[lang].count(words) == 1


@pytest.mark.parametrize("searched", [False, True])
def test_who_was_not_searched_is_missed_in_no_township(office, searched):
    # In the west no file of the programme was searched: it has nobody there, and lacks nobody.
    # Searched and not found they are missed.
    files = [
        row | {"township": "East" if i % 3 else "West"}
        | {"linked": searched or row["assigned"] == "comparison" or i % 3 > 0}
        for i, row in enumerate(cases(240))
    ]  # fmt: skip
    events = [
        event(f"e{i}", row["person_id"], f"2023-{1 + i % 9:02d}-{1 + i % 28:02d}", "convicted",
              proven_date="2024-01-01")
        for i, row in enumerate(files)
        if (row["assigned"] == "comparison" or i % 3) and (i // 3) % 2
    ]  # fmt: skip

    report = office("recidivism", cases=files, events=events)

    assert passes(report, "found_everywhere") != searched


def test_what_a_cell_changes_in_a_table_reaches_no_number(study):
    report = study(people("programme", 100, 30), people("comparison", 100, 40))
    plan = report.plan
    frame = report.table.frame

    frame.loc[frame["group"] == "comparison", "proven_reoffence"] = 0
    frame["age"] = 15

    followed = drawn(report)
    effect = recidivism.compare(followed, estimator=plan.estimator, level=plan.level)
    assert [e.events for e in effect.of("risk")] == [30, 40]
    assert followed.cohort.frame["age"].nunique() == 4
