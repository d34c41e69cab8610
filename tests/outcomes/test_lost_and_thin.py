"""Who is lost from one group, whose records are missing in a part, and who chooses by the result.

In every world here both groups re-offend alike; what goes wrong made one of them look better.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from tests.cohort.office import case, event
from tests.outcomes.tables import asked, drawn, people
from tests.outcomes.test_requirements import everything, failed

from evalkit.cohort.uneven import UNEVEN, by_months, by_value, uneven, uneven_runs
from evalkit.errors import DataError, StudyError, UsageError
from evalkit.export.summary_box import Read, _change
from evalkit.outcomes import open_report, reach, recidivism, satisfaction
from evalkit.outcomes.report import Refusal

START = dt.date(2022, 1, 5)
# Whoever is convicted was in contact with the police.
STAGE = "police_contact"


def world(seed=1, n=800):
    """Case files over a year and contacts of three in ten of them, the same in both groups."""
    random = np.random.default_rng(seed)
    files, found = [], []
    for i in range(n):
        index = START + dt.timedelta(int(random.integers(330)))
        files.append(case(
            f"P{i}", index_date=str(index), assigned=["programme", "comparison"][i % 2],
            age=14 + i // 2 % 4, sex=["male", "female", "male"][i // 2 % 3],
            prior_events=i // 8 % 3, township=f"T{i // 2 % 8}", follow_up_end="2025-06-30",
            legal_class=["misconduct", "offence"][i // 2 % 5 == 0],
        ))  # fmt: skip
        if random.random() < 0.3:
            day = index + dt.timedelta(int(random.integers(1, 360)))
            found.append(event(f"E{i}", f"P{i}", str(day), "convicted", proven_date=str(day)))
    return files, found


FILES, FOUND = world()
OF = {f["person_id"]: f for f in FILES}


def ours(row, group="programme"):
    return OF[row["person_id"]]["assigned"] == group


def some(row, share=0.6):
    return int(row["person_id"][1:]) % 10 < 10 * share


def without(wrong):
    return [row for row in FOUND if not (ours(row) and wrong(row, OF[row["person_id"]]))]


def changed(**more):
    hit = {row["person_id"] for row in FOUND if ours(row) and some(row)}
    return [f | more if f["person_id"] in hit else f for f in FILES]


def of(report, definition=STAGE):
    return drawn(report, definition=definition)


LAST = max((r for r in FOUND if ours(r)), key=lambda r: r["event_date"])
CASES = {
    "no consent of those found": ({"cases": changed(consent=None)}, "lost_alike"),
    "no end of those found": ({"cases": changed(follow_up_end=None)}, "lost_alike"),
    "not searched, and found": ({"cases": changed(linked=False)}, "lost_alike"),
    "the girls": ({"events": without(lambda r, f: f["sex"] == "female")}, "found_everywhere"),
    "a township": ({"events": without(lambda r, f: f["township"] == "T3")}, "found_everywhere"),
    "a legal class": (
        {"events": without(lambda r, f: f["legal_class"] == "offence")}, "found_everywhere"
    ),
    "some months": (
        {"events": without(lambda r, f: "2022-06" <= r["event_date"][:7] <= "2022-10")},
        "found_everywhere",
    ),
    "all but one after a third": (
        {"events": without(
            lambda r, f: r["event_date"] > "2022-07" and r is not LAST)},
        "found_everywhere",
    ),
}  # fmt: skip


def test_the_world_as_it_is_passes(office):
    report = office("recidivism", cases=FILES, events=FOUND)

    assert failed(report, definition=STAGE) == []


@pytest.mark.parametrize("name", CASES)
def test_what_is_missing_from_one_group_is_named_and_nothing_is_shown(office, name):
    tables, gate = CASES[name]
    report = office("recidivism", **({"cases": FILES, "events": FOUND} | tables))

    assert gate in failed(report, definition=STAGE)
    assert all(isinstance(x, Refusal) for x in everything(report, definition=STAGE))


def test_many_honest_worlds_are_not_accused():
    random, accused = np.random.default_rng(5), 0
    for _ in range(400):
        n = 300
        mine = pd.Series(np.arange(n) % 2 == 0)
        place = pd.Series(random.integers(0, 8, n).astype(str))
        later = pd.to_timedelta(random.integers(0, 330, n), "D")
        start = pd.Series(pd.Timestamp("2022-01-01") + later)
        risk = np.where(mine, 0.15, 0.3)
        seen = random.random(n) < risk
        first = pd.Series(np.where(seen, random.integers(1, 360, n), np.nan))
        days = pd.Series(np.full(n, 365.0))
        chances = (
            uneven(by_value(place, mine, first.notna())),
            uneven_runs(*by_months(start, days, mine, first)),
        )
        accused += min(chances) * 2 < UNEVEN

    # At a hundredth four of 400; the programme halves the risk in these.
    assert accused <= 4


def test_who_is_followed_to_the_event_counts(office):
    ends = {row["person_id"]: row["event_date"] for row in FOUND}
    files = [f | {"follow_up_end": ends.get(f["person_id"], f["follow_up_end"])} for f in FILES]

    at_event = of(office("recidivism", cases=files, events=FOUND))

    assert at_event.cohort.n == len(FILES)
    assert at_event.cohort.frame["event"].sum() == len(FOUND)


def test_a_later_stage_is_an_earlier_one_too(office):
    report = office("recidivism", cases=FILES, events=FOUND)

    for stage in ("police_contact", "case_opened", "prosecuted", "convicted"):
        assert of(report, definition=stage).cohort.frame["event"].sum() == len(FOUND)


@pytest.mark.parametrize(
    "subset",
    [
        "convicted == 0",
        "convicted_time > 100",
        "group == 'programme' or age < 16",
        "mature == True",
    ],
)
def test_nobody_chooses_by_what_came_later(office, subset):
    report = office("recidivism", cases=FILES, events=FOUND)

    with pytest.raises(DataError, match="what became of people, or their group"):
        drawn(report, subset=subset)


def test_a_number_with_gaps_can_be_a_condition(office):
    rows = [asked(i, 4 + i % 2) | {"age": 15 + i % 20 if i % 7 else None} for i in range(200)]
    report = office("satisfaction", survey=rows)

    answers = satisfaction.draw_answers(report, "overall", "age >= 25")

    assert 0 < answers.cohort.n == sum(1 for row in rows if (row["age"] or 0) >= 25)


def test_two_questionnaires_are_no_one_number(office):
    rows = [asked(i, 5 if i % 2 else 1) | {"instrument": f"q{i % 2}"} for i in range(200)]
    report = office("satisfaction", survey=rows)

    found = satisfaction.draw_answers(report, "overall", "")
    one = satisfaction.draw_answers(report, "overall", "instrument == 'q1'")

    assert isinstance(found, Refusal) and found.estimate.reason.code == "two_questionnaires"
    assert "2 questionnaires" in found.estimate.reason.text["en"]
    assert found.estimate.would_pass.text["en"] != found.estimate.reason.text["en"]
    assert one.cohort.n == 100


def registered(opened="2023-01-01", silent=()):
    register = people(townships=24, each=40)
    steps = [
        {"person_id": p["person_id"], "stage": "started", "date": f"2024-0{1 + i % 6}-01"}
        for i, p in enumerate(register)
        if i % 3 == 0 and p["township"] not in silent
    ]
    sites = [{"site_id": f"S{t}", "name": f"站{t}", "kind": "station", "township": f"T{t}",
              "opened_at": opened} for t in range(0, 24, 2)]  # fmt: skip
    return {"people": register, "funnel": steps, "sites": sites}


def test_townships_that_keep_no_record_are_no_townships_without_a_service(office):
    silent = {f"T{t}" for t in range(1, 20, 2)}
    report = office("reach", **registered(silent=silent))
    target = reach.draw_target(report, "started", "")

    assert isinstance(reach.difference(target, "exposure", 0.95), Refusal)
    refused = reach.shares(target, "sex", "wilson", 0.95)
    assert isinstance(refused, Refusal) and "steps_everywhere" in refused.estimate.reason.code


def test_a_site_that_opened_after_the_steps_is_none_of_their_doing(office):
    late = reach.draw_target(office("reach", **registered(opened="2024-05-30")), "started", "")

    assert set(late.cohort.frame["exposure"].dropna()) == {0.0}


def test_a_table_that_was_not_public_is_not_made_so_by_a_study(office):
    report = office("satisfaction", "confidential", survey=[asked(i, 5) for i in range(100)])
    path, section = report.study.path, '[clean]\nfolder = "data/clean"\nstatus = "{}"'
    text = path.read_text(encoding="utf-8")
    assert section.format("confidential") in text
    other = text.replace(section.format("confidential"), section.format("public"))
    path.write_text(other, encoding="utf-8")
    opened = open_report(path, "guigang", "satisfaction", "en")

    with pytest.raises(StudyError, match="was not public when it was read"):
        satisfaction.draw_answers(opened, "overall", "")


@pytest.mark.parametrize("window", [0, -1, 36_526, 10**20])
def test_a_window_is_of_days_that_can_be(office, window):
    report = office("recidivism", cases=FILES, events=FOUND)

    with pytest.raises(UsageError, match="window"):
        drawn(report, window=window)


@pytest.mark.parametrize(
    ("lang", "more", "whole"),
    [
        (
            "en",
            "And {n} more, in the report.",
            "The requirements that fail stand in the report ({n}).",
        ),
        ("zh", "另有 {n} 项，见报告。", "未满足的条件（{n} 项）见报告。"),
    ],
)
def test_a_summary_names_the_first_of_what_is_lacking_and_how_much_more(office, lang, more, whole):
    report = office("recidivism", cases=changed(linked=False), events=without(lambda r, f: True))
    followed = of(report)
    found = recidivism.gates(followed)
    effect = recidivism.compare(followed, "newcombe", 0.95)
    verdict = recidivism.verdict(effect, recidivism.log_rank(followed)).one("verdict")
    read = Read({}, (verdict, *found.estimates), "")

    lacking = [e.would_pass.text[lang] for e in found.estimates if e.would_pass]
    said = {asked: _change(read, verdict, lang, asked) for asked in (0, 2, 99)}

    assert len(lacking) > 2
    assert said[0] == whole.format(n=len(lacking))
    assert said[2].startswith(lacking[0]) and lacking[1] in said[2]
    assert said[2].endswith(more.format(n=len(lacking) - 2))
    # What is told in full is told as in the verdict.
    assert said[99] == verdict.would_pass.text[lang]
