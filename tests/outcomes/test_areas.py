"""Places before and after a service began: an answer where there are counts and no case files."""

import numpy as np
import pytest

from evalkit import present
from evalkit.errors import StudyError, UsageError
from evalkit.export.summary_box import Read, outcome_box
from evalkit.outcomes import open_report, recidivism
from evalkit.outcomes.report import Refusal

from .tables import cases

START, MONTHS = 24, 48


def month(i):
    return f"{2021 + i // 12}-{1 + i % 12:02d}-01"


def place(name, cases, served=True, start=START, months=MONTHS, young=2000):
    return [
        {"place": name, "month": month(i), "young_people": young, "cases": cases[i],
         "status": "served" if served and i >= start else "none",
         "status_date": month(start) if served and i >= start else None}
        for i in range(months)
    ]  # fmt: skip


def counts(effect=1.0, places=12, seed=1, drift=0.0, **more):
    """Poisson counts of five a year for each thousand; of half the places times an effect."""
    random, rows = np.random.default_rng(seed), []
    for k in range(places):
        served = k % 2 == 0
        rate = np.full(MONTHS, 2000 * 20 / 1000 / 12) * (0.7 + 0.6 * random.random())
        if served:
            rate[START:] *= effect
            rate *= np.exp(drift * np.arange(MONTHS))
        rows += place(f"P{k}", [int(x) for x in random.poisson(rate)], served, **more)
    return rows


def planned(project):
    text = project.read_text(encoding="utf-8")
    text = text.replace('design = "observational"', 'design = "before_after"', 1)
    text = text.replace('primary = "risk_difference"', 'primary = "area_difference"', 1)
    project.write_text(text, encoding="utf-8")
    return open_report(project, "guigang", "recidivism", "en")


@pytest.fixture
def asked(office, project):
    def make(rows, status="public"):
        office("recidivism", status=status, area_counts=rows)
        drawn = recidivism.draw_areas(planned(project))
        return drawn, recidivism.areas(drawn, level=0.95, draws=199, seed=1)

    return make


def decided(drawn, found):
    report = drawn.report
    followed = recidivism.draw_cohort(report, report.plan.definition, report.plan.window, "")
    effect = recidivism.compare(followed, "newcombe", 0.95)
    return recidivism.verdict(effect, effect, by_place=found)


def test_a_service_that_halves_cases_is_found_and_decides(asked):
    drawn, found = asked(counts(effect=0.5, places=24))

    gap, p = found.one("area_difference"), found.one("area_difference_p")
    # About twenty a year for each thousand are halved; the difference has an error of about 1.3.
    assert gap.value == pytest.approx(-10, abs=4) and gap.high < 0 and p.value < 0.01
    rates = {(e.dim("places"), e.dim("period")): e for e in found.of("area_rate")}
    changed = rates["served", "after"].value - rates["served", "before"].value
    others = rates["others", "after"].value - rates["others", "before"].value
    # The places are of one size, so that their mean is the rate of all.
    assert gap.value == pytest.approx(changed - others, abs=0.2)
    assert found.one("area_placebo_p").value < 0.05
    verdict = decided(drawn, found)
    assert verdict.estimates[0].verdict == "improvement"
    assert verdict.one("rating").value >= 2
    for lang, words in {
        "en": "less that of others: −",
        "zh": "减去其他地方的变化：每千名青少年每年−",
    }.items():
        assert words in str(present.headline(verdict).content[lang])
    title = present.areas_table(found, drawn).content["en"].title
    assert title.startswith("Fewer cases where the service began: −")
    gates = recidivism.area_gates(drawn)
    assert [e.dim("gate") for e in gates.estimates if e.would_pass] == []
    assert "5 of 5 hold" in present.area_gates_table(gates, drawn).content["en"].title


def test_a_service_without_effect_is_no_clear_evidence(asked):
    drawn, found = asked(counts(effect=1.0))

    assert decided(drawn, found).estimates[0].verdict == "no_clear"
    assert "No clear change" in present.areas_table(found, drawn).content["en"].title


def test_places_that_drew_apart_before_lose_two_levels(asked):
    drawn, found = asked(counts(effect=1.0, drift=0.03))

    before = found.one("area_before")
    assert before.low > 0 and found.one("area_before_p").value < 0.05
    verdict = decided(drawn, found)
    steps = {e.dim("step"): e.value for e in verdict.of("rating_step")}
    assert steps["trend_before"] == -2
    assert verdict.estimates[0].verdict == "worsening"


@pytest.mark.parametrize(
    ("rows", "gate"),
    [
        (counts(places=8), "area_places"),
        (counts()[: 12 * MONTHS - 8 * MONTHS] + counts(start=30)[4 * MONTHS :], "area_start"),
        ([row | {"cases": None} if i % 10 == 0 else row for i, row in enumerate(counts())],
         "area_counted"),
        ([row | {"cases": int(i % 40 == 0)} for i, row in enumerate(counts(places=12))],
         "area_cases"),
        ([row for row in counts() if row["month"] < "2023-09-01"], "area_months"),
    ],
)  # fmt: skip
def test_behind_a_failed_gate_no_change_is_told(asked, rows, gate):
    drawn, found = asked(rows)

    failed = [e.dim("gate") for e in recidivism.area_gates(drawn).estimates if e.would_pass]
    assert failed == [gate]
    assert isinstance(found, Refusal)
    verdict = decided(drawn, found)
    assert verdict.estimates[0].verdict == "not_assessable"
    assert not [e for e in verdict.estimates if e.unit == "mean"]


@pytest.mark.parametrize(("lost", "passed"), [(("P10", "P11"), True), (("P10", "P8"), False)])
def test_a_place_without_a_time_before_is_none_to_compare(asked, lost, passed):
    # Seven of each sort; of six and six, or five and seven, both times are counted.
    rows = [
        row for row in counts(places=14) if row["place"] not in lost or row["month"] >= month(START)
    ]

    drawn, _ = asked(rows)

    judged = recidivism.area_gates(drawn).one("gate", gate="area_places")
    assert (judged.would_pass is None) == passed
    if not passed:
        assert "5" in judged.population.text["en"] and "persons" not in judged.reason.text["en"]


def test_another_plan_compares_no_places_and_says_nothing_of_it(office):
    drawn = recidivism.draw_areas(office("recidivism", area_counts=counts(), status="public"))

    assert isinstance(drawn, Refusal)
    found = recidivism.areas(drawn, 0.95, 199, 1)
    assert "does not compare places" in str(present.areas_table(found, drawn).content["en"])
    assert "does not compare places" in str(
        present.area_gates_table(recidivism.area_gates(drawn), drawn).content["en"]
    )


def test_a_plan_of_places_needs_them_for_its_verdict_and_its_estimand(asked, project):
    drawn, _ = asked(counts())
    with pytest.raises(UsageError):
        decided(drawn, None)
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('"area_difference"', '"risk_difference"', 1), encoding="utf-8")
    with pytest.raises(StudyError):
        open_report(project, "guigang", "recidivism", "en")


def test_without_counts_the_report_says_what_to_ask_for(office, project):
    office("recidivism", status="public", area_counts=counts(places=2))
    report = planned(project)
    (project.parent / "data" / "clean" / "guigang" / "area_counts.parquet").unlink()
    report = open_report(project, "guigang", "recidivism", "en")

    drawn = recidivism.draw_areas(report)

    assert isinstance(drawn, Refusal) and drawn.estimate.reason.code == "no_area_counts"
    found = recidivism.areas(drawn, 0.95, 199, 1)
    assert "not produced" in str(present.areas_table(found, drawn).content["en"])


def test_what_may_be_said_is_of_places_and_not_of_people(asked):
    drawn, found = asked(counts(effect=0.5, places=24))

    said = str(present.sayings(decided(drawn, found)).content["en"])

    assert "in the places with the service" in said and "similar people" not in said
    villages = recidivism.draw_villages(drawn.report)
    by_title = recidivism.villages(villages, level=0.95, draws=199, seed=1)
    assert "not produced" not in str(present.villages_table(by_title, villages).content["en"])


@pytest.mark.parametrize(("more", "passed"), [(0, True), (1, False)])
def test_ninety_five_of_a_hundred_months_of_either_sort_are_enough(asked, more, passed):
    rows = counts(places=20)
    # Ten places of 48 months each: 24 of 480 are five in a hundred.
    for first in (0, MONTHS):
        some = [row for k in range(0, 20, 2) for row in rows[first + k * MONTHS :][:MONTHS]]
        for row in some[7::20][:24] + some[3 : 3 + more]:
            row["cases"] = None

    drawn, _ = asked(rows)

    judged = recidivism.area_gates(drawn).one("gate", gate="area_counted")
    assert (judged.would_pass is None) == passed


def test_words_of_a_gate_stand_to_the_left(asked):
    drawn, _ = asked(counts())

    heads = present.area_gates_table(recidivism.area_gates(drawn), drawn).content["en"].heads
    assert [head.align for head in heads[:4]] == ["left"] * 4


def gone(rows, which):
    """Leave out, or tell nothing of, months of places with the service."""
    return [row for row in rows if not (row["status"] == "served" and which(row))]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: gone(rows, lambda row: row["cases"] > 3),
        lambda rows: [
            row | {"young_people": 0} if row["status"] == "served" and row["cases"] > 3 else row
            for row in rows
        ],
        lambda rows: [
            row | {"status": "none", "status_date": None}
            if row["status"] == "served" and row["cases"] > 3 else row
            for row in rows
        ],
        lambda rows: gone(rows, lambda row: row["month"] >= "2023-04-01"),
    ],
    ids=["absent", "nobody", "stopped", "three months"],
)  # fmt: skip
def test_months_that_are_not_there_are_no_months_without_cases(asked, change):
    drawn, found = asked(change(counts(places=24)))

    assert isinstance(found, Refusal)
    failed = {e.dim("gate") for e in recidivism.area_gates(drawn).estimates if e.would_pass}
    assert failed & {"area_counted", "area_months"}


@pytest.mark.parametrize("files", [True, False])
@pytest.mark.parametrize(("lang", "word"), [("en", "places"), ("zh", "地方")])
def test_what_would_change_a_verdict_on_places_is_of_places_alone(
    office, project, files, lang, word
):
    # Hardly anybody was searched: gates of case files fail, and are none of this plan's.
    more = {"cases": [row | {"linked": False} for row in cases()]} if files else {}
    office("recidivism", status="public", area_counts=counts(places=8), **more)
    report = planned(project)
    drawn = recidivism.draw_areas(report)
    plan = report.plan
    followed = recidivism.draw_cohort(report, plan.definition, plan.window, "")
    of_files, of_places = recidivism.gates(followed), recidivism.area_gates(drawn)
    verdict = decided(drawn, recidivism.areas(drawn, 0.95, 199, 1))
    with_files = of_files.estimates if files else (of_files.estimate,)
    read = Read(
        {"headline": {lang: ""}, "study": {}, "plan": {}},
        (*verdict.estimates, *with_files, *of_places.estimates),
        "",
    )

    change = outcome_box("recidivism", read, lang, 1)["change"]

    (failed,) = [e for e in of_places.of("gate") if e.would_pass]
    assert change == failed.would_pass.text[lang] and word in change
    assert {e.estimand for e in with_files} == {"case_gate"} and with_files[
        0
    ].would_pass is not None
    if files:
        shown = present.gates_table(of_files).content["en"]
        assert len(shown.rows) == len(with_files)
        assert "gate" not in {e.estimand for e in recidivism.gates(followed).estimates}


def test_the_gates_of_case_files_are_those_of_a_plan_that_compares_people(office):
    report = office("recidivism", cases=cases())
    followed = recidivism.draw_cohort(report, report.plan.definition, report.plan.window, "")

    assert {e.estimand for e in recidivism.gates(followed).estimates} == {"gate"}
