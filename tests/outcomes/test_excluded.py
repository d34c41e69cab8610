"""The flow of each group by itself, and those left out beside those kept."""

import pandas as pd
from tests.cohort.office import case

from evalkit import present
from evalkit.outcomes import open_report, recidivism

from .conftest import people
from .tables import cases, contacts, drawn


def test_each_group_has_a_flow_of_its_own_that_adds_up(office):
    rows = cases()
    # Ten of each are in neither linked records; five more of the programme gave no consent.
    for row in rows[20:35]:
        row["consent"] = False
    followed = drawn(office("recidivism", "public", cases=rows, events=contacts(0, 0)),
                     definition="police_contact")  # fmt: skip

    for step in followed.cohort.flow:
        assert sum(kept for _, _, kept in step.parts) == step.kept
        assert sum(left for _, left, _ in step.parts) == step.left_out
    told = {(e.dim("group"), e.dim("step"), e.dim("measure")): e.value for e in followed.estimates}
    assert told["programme", "linked", "left_out"] == 10
    assert told["programme", "consented", "left_out"] == 15
    assert told["comparison", "consented", "left_out"] == 0
    heads = [cell.text for cell in present.flow_table(followed).content["en"].heads]
    assert heads[-2:] == ["comparison: left out", "comparison: kept"]


def test_who_was_left_out_stands_beside_who_was_kept(office):
    rows = cases()
    for row in rows[20:60]:
        row |= {"consent": False, "prior_events": 9}
    followed = drawn(office("recidivism", "public", cases=rows, events=contacts(0, 0)),
                     definition="police_contact")  # fmt: skip

    found = recidivism.excluded(followed, covariates=("prior_events",))

    by = {"covariate": "prior_events", "group": "programme"}
    # Fifty left out: forty with nine, ten unlinked with 0, 1, 2, 0 ...
    assert found.one("excluded_mean", **by).value == (40 * 9 + 9) / 50
    assert found.one("excluded_smd", **by).value < -2
    assert {e.digits for e in found.of("excluded_smd")} == {2}
    title = present.excluded_table(found).content["en"].title
    assert title.startswith("Those left out are like those kept in ")


def test_where_nobody_is_left_out_the_page_has_nothing(study):
    rows = pd.concat([people("programme", 100, 20), people("comparison", 100, 20)])
    followed = drawn(study(rows))

    found = recidivism.excluded(followed, covariates=("age",))

    assert found.estimates == ()
    assert present.excluded_table(found).content["en"].frame == "absent"


def test_of_a_public_table_the_flow_ends_with_who_had_the_event(study, project):
    rows = pd.concat([people("programme", 100, 20), people("comparison", 100, 30)])
    study(rows, status="public")
    followed = drawn(open_report(project, "guigang", "recidivism", "en"))

    ever = {e.dim("group"): (e.events, e.n) for e in followed.estimates
            if e.estimand == "events_ever"}  # fmt: skip

    assert ever == {"programme": (20, 100), "comparison": (30, 100)}
    assert "at any time while followed" in present.flow_table(followed).html["en"]


def test_before_the_gates_are_judged_no_event_is_told_of_any_other_table(office):
    rows = [*cases(), case("other", assigned="programme")]
    followed = drawn(office("recidivism", cases=rows, events=contacts(40, 40)),
                     definition="police_contact")  # fmt: skip

    assert all(e.estimand == "flow" for e in followed.estimates)
