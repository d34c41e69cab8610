"""Tables of offices for tests of the outcomes: case files, contacts, surveys, registers."""

from tests.cohort.office import case, event

from evalkit.outcomes import recidivism


def cases(n=200):
    """Half in each group; the first ten of each in neither linked records nor the cohort."""
    return [
        case(
            f"{group}{i}", assigned=group, linked=i >= 10, age=14 + i % 4, prior_events=i % 3,
        )
        for group in ("programme", "comparison")
        for i in range(n // 2)
    ]  # fmt: skip


def contacts(programme, comparison):
    made = []
    for group, events in (("programme", programme), ("comparison", comparison)):
        for i in range(20, 20 + events):
            more = {"definition": "convicted", "proven_date": "2023-09-01"}
            made.append(event(f"{group}{i}", f"{group}{i}", f"2023-05-{1 + i % 28:02d}", **more))
    return made


def drawn(report, **changes):
    plan = report.plan
    choices = {"definition": plan.definition, "window": plan.window, "subset": plan.subset}
    return recidivism.draw_cohort(report, **choices | changes)


def asked(number, answer, **more):
    return {
        "respondent_id": str(number), "wave": "2025", "instrument": "q", "overall": answer,
        "respondent_kind": "parent",
        "disposition": "interview" if answer else "refusal", "scale_min": 1, "scale_max": 5,
    } | more  # fmt: skip


def survey(**more):
    answers = [1] * 30 + [4] * 60 + [5] * 110 + [None] * 200
    return [asked(i, answer, **more) for i, answer in enumerate(answers)]


def people(townships=24, each=20):
    return [
        {"person_id": f"{t}-{i}", "township": f"T{t}", "age_band": "14-17", "sex": "male"}
        for t in range(townships)
        for i in range(each)
    ]
