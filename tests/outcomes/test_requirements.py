"""A missing record is not a good result: what is refused, by name, and what then stands."""

import pytest
from tests.cohort.office import event, write
from tests.outcomes.tables import cases, contacts, drawn

from evalkit import present
from evalkit.outcomes import open_report, recidivism
from evalkit.outcomes.report import Refusal


def judged(report, **changes):
    """The requirements by code: whether each passed."""
    found = recidivism.gates(drawn(report, **changes))
    return {e.dim("gate"): e.would_pass is None for e in found.of("gate")}


def failed(report, **changes):
    return [code for code, passed in judged(report, **changes).items() if not passed]


def everything(report, **changes):
    """Every exhibit that compares."""
    followed = drawn(report, **changes)
    return (
        recidivism.compare(followed, "newcombe", 0.95),
        recidivism.curve(followed, "log-log", 0.95),
        recidivism.log_rank(followed),
    )


def verdict(report, **changes):
    followed = drawn(report, **changes)
    effect = recidivism.compare(followed, "newcombe", 0.95)
    return recidivism.verdict(effect, recidivism.log_rank(followed))


def rows(programme, comparison, **more):
    return [row | more for row in contacts(programme, comparison)]


# What was handed in, and the first requirement that it fails.
MISSING = [
    ("no table", None, "events_there"),
    ("an empty table", [], "found"),
    ("another key", [r | {"person_id": "x" + r["person_id"]} for r in contacts(30, 40)],
     "events_matched"),
    ("one group under another key",
     [r | {"person_id": r["person_id"].replace("programme", "P")} for r in contacts(30, 40)],
     "events_matched"),
    ("one group only", contacts(0, 40), "found"),
    ("no date of proof", rows(30, 40, proven_date=None), "dated"),
    ("another stage", rows(30, 40, definition="police_contact", proven_date=None), "stage_found"),
    ("contacts before the index date only",
     [r | {"event_date": "2022-05-01", "proven_date": "2022-06-01"} for r in contacts(30, 40)],
     "stage_found"),
    ("the stage of one group only",
     [r | ({"definition": "case_opened", "proven_date": None}
           if r["person_id"].startswith("programme") else {}) for r in contacts(30, 40)],
     "stage_found"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "events", "code"), MISSING, ids=[m[0] for m in MISSING])
def test_what_was_not_handed_in_is_no_good_result(office, what, events, code):
    report = office("recidivism", cases=cases(), **({} if events is None else {"events": events}))

    assert failed(report)[0] == code
    for exhibit in everything(report):
        assert isinstance(exhibit, Refusal)
        assert exhibit.estimate.reason.code == code
    decided = verdict(report)
    assert decided.estimates[0].verdict == "not_assessable"
    assert decided.one("rating").value == 0
    assert not [e for e in decided.estimates if e.value and e.estimand != "rating"]


def test_records_searched_for_one_group_only_are_told(office):
    files = [row | {"linked": row["assigned"] == "programme"} for row in cases()]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    assert failed(report)[0] == "searched"


def test_files_that_do_not_say_when_they_end_are_told(office):
    files = [
        row | ({"follow_up_end": None} if row["assigned"] == "programme" else {}) for row in cases()
    ]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    assert failed(report)[0] == "end_known"


@pytest.mark.parametrize(("first", "late"), [(1, False), (9, True)])
def test_records_that_begin_late_are_told(office, first, late):
    # Index dates month by month; each has a contact in each of the months that follow.
    files = [row | {"index_date": f"2023-{1 + i % 12:02d}-01"} for i, row in enumerate(cases())]
    events = [
        event(f"{row['person_id']}e", row["person_id"], f"2023-{month:02d}-15", "convicted",
              proven_date="2024-06-01")
        for i, row in enumerate(files)
        if (month := 1 + i % 12 + (i // 12) % 4) <= 12 and month >= first and row["linked"]
    ]  # fmt: skip
    report = office("recidivism", cases=files, events=events)

    assert ("searched_to_the_end" in failed(report)) == late


def spread(group, n, last):
    """Contacts of one group, evenly from ten days on to the last."""
    days = [10 + round(i * (last - 10) / (n - 1)) for i in range(n)]
    return [
        event(f"{group}{i}", f"{group}{20 + i}", f"2023-{1 + d // 31:02d}-{1 + d % 28:02d}",
              "convicted", proven_date="2024-02-01")
        for i, d in enumerate(days)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("programme", "comparison", "stops"), [(340, 340, False), (120, 340, True), (120, 120, True)]
)
def test_records_that_stop_early_are_told(office, programme, comparison, stops):
    events = spread("programme", 30, programme) + spread("comparison", 40, comparison)
    report = office("recidivism", cases=cases(), events=events)

    assert ("searched_to_the_end" in failed(report)) == stops


def test_nobody_s_recorded_consent_is_told_by_name(office):
    files = [row | {"consent": None} for row in cases()]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    assert failed(report)[0] == "consent_recorded"


def test_another_index_event_in_each_group_is_not_alike(office):
    kinds = {"programme": "prosecutor_decision", "comparison": "case_opened"}
    files = [row | {"index_kind": kinds[row["assigned"]]} for row in cases()]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    assert failed(report) == ["unbalanced"]


def test_only_what_was_granted_can_be_revoked(office):
    decided = ("conditional_non_prosecution", "admonition")
    files = [row | {"index_decision": decided[i % 2]} for i, row in enumerate(cases())]
    report = office("recidivism", cases=files, events=rows(30, 40, definition="revoked"))

    followed = drawn(report, definition="revoked")

    assert followed.cohort.n == 90
    assert any(step.code == "revocable" for step in followed.cohort.flow)


def test_records_a_year_late_are_told(office):
    late = [
        r | ({"event_date": "2024-06-01", "proven_date": "2024-06-20"}
             if r["person_id"].startswith("programme") else {})
        for r in spread("programme", 30, 340) + spread("comparison", 40, 340)
    ]  # fmt: skip
    report = office("recidivism", cases=cases(), events=late)

    assert failed(report) == ["searched_to_the_end"]


def test_records_of_one_group_that_begin_late_are_told_on_one_index_date(office):
    events = spread("programme", 30, 340)[15:] + spread("comparison", 40, 340)
    report = office("recidivism", cases=cases(), events=events)

    # A part of the time is thin as well.
    assert failed(report) == ["found_everywhere", "searched_to_the_end"]


def test_a_township_that_was_not_searched_is_told(office):
    files = [row | {"township": f"T{i % 3}"} for i, row in enumerate(cases(600))]
    where = {row["person_id"]: row["township"] for row in files}
    events = [
        event(f"{group}{i}", f"{group}{i}", f"2023-{1 + i % 11:02d}-15", "convicted",
              proven_date="2024-02-01")
        for group in ("programme", "comparison") for i in range(10, 300) if i % 5 < 2
    ]  # fmt: skip
    report = office("recidivism", cases=files, events=events)
    assert "found_everywhere" not in failed(report)

    fewer = [e for e in events
             if not (e["person_id"].startswith("p") and where[e["person_id"]] == "T1")]  # fmt: skip
    write(report.study.path.parent / "data" / "clean", "events", fewer)

    again = open_report(report.study.path, "guigang", "recidivism", "en")
    assert failed(again)[0] == "found_everywhere"


def test_deeds_proven_too_late_are_told_and_compared(office):
    late = [
        row | ({"proven_date": "2024-12-01"} if row["person_id"].startswith("programme") else {})
        for row in contacts(30, 40)
    ]
    # Some in time, so that the stage is there in both groups.
    more = [event(f"x{i}", f"programme{i}", "2023-06-01", "convicted", proven_date="2023-09-01")
            for i in range(60, 80)]  # fmt: skip
    report = office("recidivism", cases=cases(), events=[*late, *more])

    assert failed(report) == ["proven_in_time"]


@pytest.mark.parametrize(
    ("subset", "unknown", "kept"),
    [("age >= 15", 44, 0), ("age >= 15 or prior_events >= 0", 0, 180)],
)
def test_who_is_not_known_to_belong_to_a_subset_is_told_apart(office, subset, unknown, kept):
    files = [row | ({"age": None} if i % 4 == 0 else {}) for i, row in enumerate(cases())]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    flow = {s.code: s for s in drawn(report, subset=subset).cohort.flow}

    assert (flow["subset_known"].left_out if "subset_known" in flow else 0) == unknown
    assert kept == 0 or flow["in_subset"].kept == kept


def unlike():
    """The programme's people had more earlier events."""
    return [
        row | {"prior_events": row["prior_events"] + (row["assigned"] == "programme")}
        for row in cases()
    ]


def test_behind_unlike_groups_stand_shares_and_nothing_that_compares(office):
    report = office("recidivism", cases=unlike(), events=contacts(30, 40))

    effect, curve, test = everything(report)
    shown = present.comparison_table(effect)

    assert [e.estimand for e in effect.estimates if e.value is not None] == ["risk", "risk"]
    assert isinstance(curve, Refusal) and isinstance(test, Refusal)
    assert "not comparable" in shown.text["en"] and "points" not in shown.html["en"]
    assert verdict(report).estimates[0].verdict == "not_assessable"


def test_everybody_alike_is_alike(office):
    boys = [row | {"sex": "male"} for row in cases()]
    report = office("recidivism", cases=boys, events=contacts(30, 40))

    profile = recidivism.profile(drawn(report), report.plan.covariates)

    assert profile.one("smd", covariate="male").value == 0
    assert failed(report) == []


def test_a_few_who_may_not_be_shown_are_judged_all_the_same(office):
    few = [
        row | {"sex": "female" if row["person_id"] in ("programme15", "comparison15") else "male"}
        for row in cases()
    ]
    report = office("recidivism", cases=few, events=contacts(30, 40))

    profile = recidivism.profile(drawn(report), report.plan.covariates)

    assert profile.one("smd", covariate="male").disclosure == "withheld"
    assert failed(report) == []


def test_a_characteristic_that_the_plan_leaves_out_is_judged_and_stamped(office):
    # The plan of the pilots names age and earlier events; the table has risk levels too.
    files = [row | {"risk_level": "high" if i % 2 else "low"} for i, row in enumerate(cases())]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    decided = verdict(report)

    stamps = [e.reason.text["en"] for e in decided.of("stamp")]
    assert len(stamps) == 1 and "Risk level" in stamps[0] and "Sex" in stamps[0]
    steps = {e.dim("step"): e.value for e in decided.of("rating_step")}
    assert steps == {"design": 3, "stamp": -1, "plan": -1}
    assert decided.one("rating").value == 1
    assert stamps[0] in present.headline(decided).html["en"].replace("&#x27;", "'")


def test_unlike_risk_levels_are_found_though_no_plan_names_them(office):
    files = [
        row | {"risk_level": "high" if row["assigned"] == "programme" else "low"} for row in cases()
    ]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    assert failed(report) == ["unbalanced"]


@pytest.mark.parametrize(
    ("was", "now", "limit"),
    [
        ("max_smd = 0.10", "max_smd = 0.35", "largest standardised mean difference"),
        ("min_people = 60       # UK Justice Data Lab", "min_people = 20", "fewest people"),
        ("level = 0.95", "level = 0.9", "confidence level"),
        ("alpha = 0.05", "alpha = 0.2", "threshold for p"),
    ],
)
def test_a_looser_limit_is_stamped_and_costs_a_level(office, project, was, now, limit):
    text = project.read_text(encoding="utf-8")
    assert was in text
    project.write_text(text.replace(was, now), encoding="utf-8")
    report = office("recidivism", cases=cases(), events=contacts(30, 40))

    decided = verdict(report)

    assert any(limit in e.reason.text["en"] for e in decided.of("stamp"))
    assert decided.one("rating_step", step="stamp").value == -1


def test_what_is_looser_in_the_plan_and_unlike_is_still_said_on_the_page(office, project):
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace("max_smd = 0.10", "max_smd = 2.0"), encoding="utf-8")
    report = office("recidivism", cases=unlike(), events=contacts(30, 40))

    said = present.headline(verdict(report)).html

    assert "looser than the house" in said["en"] and "比通行界限" in said["zh"]


@pytest.mark.parametrize(("more", "told"), [(0, False), (1, True)])
def test_a_lot_that_no_lot_gives_is_told_and_costs_a_level(office, project, more, told):
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('"observational"', '"randomised"', 1), encoding="utf-8")
    files = [
        row | {"prior_events": row["prior_events"] + more * (row["assigned"] == "programme")}
        for row in cases()
    ]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    decided = verdict(report)

    said = [e.reason.text["en"] for e in decided.of("stamp")]
    assert any("more than randomisation would give" in sentence for sentence in said) == told
    # Nothing was loosened, and the level that it costs says what did.
    steps = [e.reason.text["en"] for e in decided.of("rating_step", step="stamp")]
    assert (
        steps
        == ["the plan says randomised, and the groups differ by more than randomisation gives"][
            : int(told)
        ]
    )


def test_all_that_fails_is_told_at_once(office):
    files = [row | {"linked": i % 3 == 0} for i, row in enumerate(unlike())]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    effect = recidivism.compare(drawn(report), "newcombe", 0.95)

    codes = failed(report)
    assert codes[0] == "searched" and {"too_few", "unbalanced"} <= set(codes)
    passes = effect.estimate.would_pass.text["en"]
    assert "Records searched" in passes and "At least 60" in passes and "randomised" in passes


def test_a_missing_covariate_shows_of_how_many_it_is_known(office):
    files = [row | ({"age": None} if i % 4 == 0 else {}) for i, row in enumerate(cases())]
    report = office("recidivism", cases=files, events=contacts(30, 40))

    profile = recidivism.profile(drawn(report), report.plan.covariates)

    known = profile.one("mean", covariate="age", group="programme").n
    assert known < 90
    assert f">{known}<" in present.balance_table(profile).html["en"]
