"""Faults of the recidivism report that a fresh user found, each with its family."""

import pytest
from tests.cohort.office import event

from evalkit import present
from evalkit.outcomes import Refusal, recidivism

from .tables import drawn
from .test_adjusted import UNLIKE, apart, planned, rows, verdict  # noqa: F401
from .test_hostile_case_files import again, files


def asked(followed, **changes):
    plan = followed.report.plan
    by = {"adjustment": plan.adjustment, "covariates": plan.covariates, "level": plan.level}
    return by | changes


def away(group, some, day="2023-01-31"):
    return [
        {"person_id": f"{group}{i}", "start": day, "end": None,
         "reason": "moved_away"}
        for i in some
    ]  # fmt: skip


def people(office, **tables):
    rows = files("programme", 200) + files("comparison", 200)
    found = again("programme", range(0, 120, 2)) + again("comparison", range(0, 120, 2))
    return drawn(office("recidivism", "public", **({"cases": rows, "events": found} | tables)))


def test_where_more_of_one_group_moved_away_nothing_is_compared(office):
    alike = people(office, absences=away("programme", range(20)) + away("comparison", range(20)))
    assert "moved_alike" not in failed(alike)


def test_a_third_that_moved_away_on_one_side_is_told(office):
    unlike = people(office, absences=away("programme", range(70)))

    assert "moved_alike" in failed(unlike)


def failed(followed):
    found = recidivism.gates(followed).of("gate")
    return [e.dim("gate") for e in found if e.would_pass is not None]


def test_earlier_contacts_of_one_group_alone_cost_what_a_clear_difference_costs(office):
    early = [event(f"e{i}", f"programme{i}", "2022-08-01") for i in range(60)]
    events = again("programme", range(0, 120, 2)) + again("comparison", range(0, 120, 2)) + early
    followed = people(office, events=events)

    found = recidivism.placebo(followed, **asked(followed))

    assert [d.code for d in found.deductions] == ["placebo"]
    shown = present.placebo_table(recidivism.adjust(followed, **asked(followed)), found)
    assert "the other hardly any" in shown.text["en"]


def test_a_group_that_lost_nobody_stands_beside_one_that_did(office):
    rows = files("programme", 200) + files("comparison", 200)
    for row in rows[200:230]:
        row["consent"] = False
    followed = people(office, cases=rows)

    found = recidivism.excluded(followed, covariates=("age",))

    assert found.of("excluded_mean", group="comparison")
    assert not found.of("excluded_mean", group="programme")
    assert present.excluded_table(found).html["zh"]


def test_one_person_without_a_risk_level_refuses_nobody(office):
    rows = files("programme", 200, risk_level="low") + files("comparison", 200, risk_level="low")
    for i, row in enumerate(rows):
        row["risk_level"] = ("low", "high")[i % 2]
    rows[0]["risk_level"] = None
    followed = people(office, cases=rows)

    assert not isinstance(
        recidivism.adjust(followed, **asked(followed, covariates=("age", "risk_level"))), Refusal
    )


def test_a_second_opinion_must_hold_its_own_gates(planned):  # noqa: F811
    # By the odds of the score few of the comparison group stand for nearly all.
    report = planned(apart({0: (20, 5), 1: (280, 90)}, {0: (580, 80), 1: (30, 12)}))
    followed = drawn(report)

    for adjustment in ("entropy_balancing", "doubly_robust"):
        found = recidivism.second_opinion(followed, **asked(followed, adjustment=adjustment))
        assert isinstance(found, Refusal)


def test_a_table_is_headed_by_the_level_of_its_intervals(planned):  # noqa: F811
    followed = drawn(planned(rows(UNLIKE)))

    found = recidivism.specifications(
        followed, **asked(followed, level=0.5), cluster="", calipers=(0.2,), windows=()
    )

    assert "50%" in present.specifications_figure(found).content["en"].note


def test_controls_that_are_used_up_are_no_lack_of_overlap(planned):  # noqa: F811
    # Three of the programme for each of the others, and the same in what is known.
    report = planned(apart({0: (300, 60), 1: (300, 90)}, {0: (100, 25), 1: (100, 35)}),
                     adjustment="matching")  # fmt: skip
    followed = drawn(report)

    gates = failed(followed)

    assert "unmatched" in gates and "overlap_outside" not in gates
    told = recidivism.weigh(followed, adjustment="matching", covariates=report.plan.covariates)
    assert told.one("overlap").population.text["en"].startswith("100%")


def test_subgroups_by_what_has_no_closed_list_are_refused(office):
    followed = people(office)

    found = recidivism.subgroups(followed, **asked(followed), subgroups=("township",))

    assert isinstance(found, Refusal)


@pytest.mark.parametrize("events", [0, 5])
def test_what_was_refused_is_never_called_clear(planned, events):  # noqa: F811
    report = planned(apart({0: (100, events), 1: (100, 0)}, {0: (100, 0), 1: (100, events)}))
    followed = drawn(report)
    plan = report.plan
    effect = recidivism.compare(followed, estimator=plan.estimator, level=plan.level)
    adjusted = recidivism.adjust(followed, **asked(followed))

    found = recidivism.settle(followed, effect, adjusted, **asked(followed), worth_finding=0.05)

    assert isinstance(adjusted, Refusal) and isinstance(found, Refusal)
