"""What guards an outcome's numbers guards a researcher's own."""

import statsmodels.formula.api as smf

from evalkit.outcomes import Refusal, own, reach, recidivism, satisfaction

from .conftest import people as persons
from .tables import asked, drawn
from .test_choices_are_real import linked  # noqa: F401
from .test_confidential import draw
from .test_lost_and_thin import FILES, FOUND, STAGE, registered, without

WORDS = {"en": "words", "zh": "文字"}


def own_shares(followed, **more):
    return own.counts(followed, "group", share="event", name="events_by_group", **more)


def test_behind_a_failed_gate_a_researcher_finds_no_number_either(office):
    # No table of later contacts: nobody found is not nobody who did it again.
    report = office("recidivism", cases=FILES)
    followed = drawn(report, definition=STAGE)
    fitted = smf.ols("away ~ prior_events", data=followed.cohort.frame).fit()

    shares = own_shares(followed)
    model = own.coefficients(followed, fitted, name="model", labels={"prior_events": WORDS})

    official = recidivism.compare(followed, "newcombe", 0.95)
    assert isinstance(official, Refusal)
    for refused in (shares, model):
        assert isinstance(refused, Refusal)
        assert refused.estimate.reason == official.estimate.reason
        assert refused.estimate.would_pass == official.estimate.would_pass
    # How many people there are rests on no later record.
    people = own.counts(followed, "group", name="people_by_group")
    assert all(e.n for e in people.estimates)


def test_where_the_gates_hold_a_researcher_s_shares_are_the_report_s(office):
    report = office("recidivism", cases=FILES, events=FOUND)
    followed = drawn(report, definition=STAGE)

    shares = own_shares(followed)
    official = recidivism.compare(followed, "newcombe", 0.95)

    assert {e.dim("group"): e.value for e in shares.estimates} == {
        e.dim("group"): e.value for e in official.of("risk")
    }


def test_records_that_lead_to_nobody_guard_a_researcher_s_share(office):
    report = office("recidivism", cases=FILES, events=without(lambda row, file: True))

    assert isinstance(own_shares(drawn(report, definition=STAGE)), Refusal)


def test_townships_without_records_guard_a_researcher_s_share_of_reach(office):
    report = office("reach", **registered(silent={f"T{t}" for t in range(1, 20, 2)}))
    target = reach.draw_target(report, "started", "")

    mine = own.counts(target, "sex", share="reached", name="reached_by_sex")

    assert isinstance(mine, Refusal) and "steps_everywhere" in mine.estimate.reason.code


def test_a_model_of_neighbours_needs_errors_from_clusters(linked):  # noqa: F811
    target = reach.draw_target(linked(), "started", "")
    frame = target.cohort.frame.assign(prize=lambda f: f["prize"].astype(int))
    model = smf.ols("reached ~ exposure", data=frame)
    groups = frame["cluster"].astype("category").cat.codes
    words = {"exposure": WORDS}

    plain = own.coefficients(target, model.fit(), name="model", labels=words)
    clustered = own.coefficients(
        target, model.fit(cov_type="cluster", cov_kwds={"groups": groups}),
        name="model", labels=words,
    )  # fmt: skip

    assert isinstance(plain, Refusal) and plain.estimate.reason.code == "own_clusters"
    assert not isinstance(clustered, Refusal)


def test_a_share_of_a_sample_that_was_not_drawn_simply_is_refused(office):
    rows = [asked(i, 5, weight=1 + i % 2) for i in range(200)]
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")

    mine = own.counts(answers, "sex", share="answered", name="told")

    assert isinstance(mine, Refusal) and mine.estimate.reason.code == "sample_design"


def test_a_group_below_the_plan_s_least_has_its_reason_and_no_share(study):
    report = study(persons("programme", 400, 60), persons("comparison", 400, 90, seed=2))
    followed = draw(report)
    frame = followed.cohort.frame
    # 40 people of 800 are 17 years old.
    frame["age"] = [17 if i % 20 == 0 else 15 for i in range(len(frame))]

    labels = {"15": WORDS, "17": WORDS, "age": WORDS}
    few = own.counts(followed, "age", share="event", name="events_by_age", labels=labels)

    known = [e for e in few.estimates if e.value is not None]
    assert [e.dim("age") for e in known] == ["15"]
    (other,) = [e for e in few.estimates if e.value is None]
    assert other.reason.code in ("fewer_people", "withheld") and other.n is None
