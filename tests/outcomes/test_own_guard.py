"""What guards an outcome's numbers guards a researcher's own."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from matplotlib.lines import Line2D

from evalkit import present
from evalkit.errors import StudyError, UsageError
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
    frame["years"] = [17 if i % 20 == 0 else 15 for i in range(len(frame))]

    labels = {"15": WORDS, "17": WORDS, "years": WORDS}
    few = own.counts(followed, "years", share="event", name="events_by_age", labels=labels)

    known = [e for e in few.estimates if e.value is not None]
    assert [e.dim("years") for e in known] == ["15"]
    (other,) = [e for e in few.estimates if e.value is None]
    assert other.reason.code in ("fewer_people", "withheld") and other.n is None


@pytest.fixture
def followed(study):
    """800 people whose records hold: a public gate would show each of these cells."""
    return draw(study(persons("programme", 400, 80), persons("comparison", 400, 90, seed=2),
                      design="randomised"))  # fmt: skip


def terms(found):
    return {e.dim("term"): e.disclosure for e in found.of("model")}


def fitted_to(followed, formula, kind=smf.ols, **columns):
    frame = followed.cohort.frame
    for name, values in columns.items():
        frame[name] = values
    made = kind(formula, data=frame).fit()
    names = set(made.model.exog_names) - {"Intercept"}
    labels = {name: WORDS for name in names}
    return own.coefficients(followed, made, name="model", labels=labels)


def test_two_columns_that_differ_by_one_person_tell_of_nobody(followed):
    a = (followed.cohort.frame["age"] < 15).astype(int)
    b = a.copy()
    b.iloc[5] = 1 - b.iloc[5]

    assert set(terms(fitted_to(followed, "time ~ a + b", a=a, b=b)).values()) == {"withheld"}
    nearly = a * 1e-9
    nearly.iloc[5] = 1.0
    assert set(terms(fitted_to(followed, "time ~ c", c=nearly)).values()) == {"withheld"}


def test_the_joint_reference_of_an_interaction_is_looked_at(followed):
    # Nine people are in neither: the constant is their mean.
    n = followed.cohort.n
    a, b = np.ones(n), np.ones(n)
    a[: n // 2], b[: n // 3] = 0, 0
    a[9 : n // 3] = 1

    found = fitted_to(followed, "time ~ a * b", a=a, b=b)

    assert set(terms(found).values()) == {"withheld"}


def test_a_column_that_follows_from_others_has_any_coefficient_and_gets_none(followed):
    n = followed.cohort.n
    a, b = np.ones(n), np.ones(n)
    a[: n // 2], b[: n // 3] = 0, 0

    # Nobody has a without b: the interaction is a.
    with pytest.raises(UsageError, match="follows from the others"):
        fitted_to(followed, "time ~ a * b", a=a, b=b)
    with pytest.raises(UsageError, match="follows from the others"):
        fitted_to(followed, "time ~ a + c", a=a, c=1e-7 * (1 - a))


def test_an_outcome_in_another_unit_is_as_much_yes_or_no(followed):
    few = (np.arange(followed.cohort.n) % 100 == 0).astype(int)

    plain = fitted_to(followed, "few ~ age", few=few)
    scaled = fitted_to(followed, "scaled ~ age", scaled=1000.0 * few)

    # Eight of 800 had it.
    assert set(terms(plain).values()) == set(terms(scaled).values()) == {"withheld"}


def test_a_model_that_weighs_or_shifts_rows_is_refused(followed):
    frame = followed.cohort.frame
    sigma = np.where(np.arange(len(frame)) == 5, 1e-9, 1e6)
    models = [
        sm.GLS.from_formula("time ~ 1", data=frame, sigma=sigma).fit(),
        sm.GLM.from_formula("time ~ 1", data=frame, offset=frame["time"]).fit(),
        sm.PHReg.from_formula("time ~ age", data=frame, status=frame["event"]).fit(),
    ]

    for made in models:
        with pytest.raises(UsageError) as caught:
            own.coefficients(followed, made, name="model", labels={"age": WORDS})
        assert caught.value.key in ("own_model_kind", "own_weights", "own_not_fitted")


def test_a_comparison_that_the_outcome_refuses_is_none_under_another_name(study):
    # Unlike groups: the programme's people are older.
    groups = persons("programme", 400, 80), persons("comparison", 400, 90, seed=2)
    groups[0]["age"] += 1
    followed = draw(study(*groups))
    frame = followed.cohort.frame
    frame["ours"] = (frame["group"] == "programme").astype(int)
    words = {"ours": WORDS, "age": WORDS, "prior_events": WORDS}

    def model(formula):
        made = smf.ols(formula, data=frame).fit()
        return own.coefficients(followed, made, name="model", labels=words)

    crude, adjusted, other = (
        model(f"event ~ {right}") for right in ("ours", "ours + age + prior_events", "age")
    )
    assert isinstance(crude, Refusal) and crude.estimate.reason.code == "unbalanced"
    # With all that the plan names the model answers what the crude difference cannot.
    assert not isinstance(other, Refusal) and not isinstance(adjusted, Refusal)


@pytest.mark.parametrize("name", ["risk_difference", "risk", "mean", "log_rank_p"])
def test_no_number_of_a_cell_bears_an_outcome_s_name(followed, name):
    with pytest.raises(UsageError) as caught:
        own.counts(followed, "group", name=name)

    assert caught.value.key == "own_name_taken"


def test_counts_by_what_became_of_people_stand_behind_the_gates_too(office):
    followed = drawn(office("recidivism", cases=FILES), definition=STAGE)
    frame = followed.cohort.frame
    frame["pair"] = frame["group"] + frame["event"].astype(str)

    for column in ("event", "pair"):
        assert isinstance(own.counts(followed, column, name="pairs"), Refusal)


def test_what_came_later_is_no_characteristic_of_the_groups_before(followed):
    for column in ("event", "proven_reoffence", "proven_reoffence_time", "time", "complete"):
        with pytest.raises(UsageError) as caught:
            recidivism.profile(followed, (column,))
        assert caught.value.values["choice"] == "covariates"
        assert column not in caught.value.values["allowed"].split(", ")


def test_a_share_of_reach_has_the_interval_of_the_outcome(linked):  # noqa: F811
    target = reach.draw_target(linked(), "started", "")

    mine = own.counts(target, "exposure", share="reached", name="reached_by_offer",
                      labels={"1": WORDS, "0": WORDS})  # fmt: skip
    theirs = reach.difference(target, "exposure", 0.95).of("share_reached")

    assert [(e.low, e.high) for e in mine.estimates][::-1] == [(e.low, e.high) for e in theirs]


def test_everybody_is_not_told_as_nobody_of_the_other_kind(followed):
    followed.cohort.frame["clean"] = 1 - followed.cohort.frame["event"]

    found = own.counts(followed, "event", share="clean", name="clean_by_event",
                       labels={"1": WORDS, "0": WORDS})  # fmt: skip

    assert {e.disclosure for e in found.estimates} == {"withheld"}


def test_values_that_read_alike_are_refused_and_none_is_lost(followed):
    n = followed.cohort.n
    followed.cohort.frame["place"] = ["a b" if i < n // 2 else "a_b" for i in range(n)]

    with pytest.raises(UsageError) as caught:
        own.counts(followed, "place", name="people_by_place")

    assert caught.value.key == "own_alike"


def test_a_number_that_no_table_gives_is_not_shown(followed):
    with pytest.raises(ValueError, match="not whom it is about"):
        followed.report.estimate("raw_count", table=None, unit="persons", value=3.0, n=3)


def test_a_plan_s_exposure_is_the_column_that_is_compared(linked):  # noqa: F811
    prize = reach.draw_target(linked('exposure = "exposure"', 'exposure = "prize"'), "started", "")

    effect = reach.difference(prize, "prize", 0.95)

    # Planted 10 points for the prize, 20 for the offer.
    assert effect.one("reach_difference").value == pytest.approx(0.1, abs=0.05)
    assert effect.deviations == ()


@pytest.mark.parametrize("wrong", ["sex", "exposre", "reached"])
def test_a_plan_s_exposure_that_is_no_column_of_yes_and_no_is_refused(linked, wrong):  # noqa: F811
    report = linked('exposure = "exposure"', f'exposure = "{wrong}"')

    with pytest.raises(StudyError) as caught:
        reach.draw_target(report, "started", "")

    assert caught.value.values["known"] == ["exposure", "prize"]


def test_a_figure_draws_no_number_that_was_not_released(followed):
    found = own.counts(followed, "age", share="event", name="events_by_age",
                       labels={"age": WORDS} | {str(a): WORDS for a in range(14, 18)})  # fmt: skip
    title = {"en": "A finding", "zh": "发现"}

    def drawn_by(draw_it):
        figure, axes = plt.subplots()
        draw_it(figure, axes)
        return present.figure(found, figure, title=title, alt=title)

    ages, true = [14, 15, 16, 17], [e.value for e in found.estimates]
    drawn_by(lambda f, a: a.plot(ages, true))
    drawn_by(lambda f, a: a.bar(range(4), true))
    drawn_by(lambda f, a: a.barh(range(4), true))
    wrong = [0.9, 0.8, 0.1, 0.2]
    for draw_it in (
        lambda f, a: a.plot(ages, wrong),
        lambda f, a: a.scatter(true, wrong),
        lambda f, a: a.bar(range(4), wrong, width=true),
        lambda f, a: a.bar(range(4), true, bottom=wrong),
        lambda f, a: a.barh(range(4), wrong),
        lambda f, a: a.barh(range(4), true, left=wrong),
        # Both begin at nothing: it is upright, and as tall as is not known.
        lambda f, a: a.bar([0.5], [0.9], width=1.0),
        # Both begin at nothing, and what is known of it is its width.
        lambda f, a: a.bar([0.0], [0.9], width=true[0], align="edge"),
        lambda f, a: a.inset_axes([0, 0, 0.5, 0.5]).bar([0, 1], [3, 7]),
        lambda f, a: f.add_artist(Line2D([0, 1], [0.3, 0.7])),
        lambda f, a: (a.bar(range(4), true), a.set_xticks([0, 1], labels=["3", "7"])),
        lambda f, a: a.table(cellText=[["7 of 9"]]),
        lambda f, a: a.plot(ages, true, marker="$7$"),
        lambda f, a: a.bar(["3", "7", "1", "2"], true),
    ):
        with pytest.raises(UsageError):
            drawn_by(draw_it)


INSIDE = ["age + prog:age", "age:prog", "prog:odd + odd", "prog:I(age ** 2)", "age + C(arm):age"]


@pytest.fixture
def unlike(study):
    """Groups not randomised, of whom the programme's are older: no comparison of them stands."""
    groups = persons("programme", 400, 80), persons("comparison", 400, 90, seed=2)
    groups[0]["age"] += 1
    followed = draw(study(*groups))
    frame = followed.cohort.frame
    frame["prog"] = (frame["group"] == "programme").astype(int)
    frame["arm"] = np.where(frame["group"] == "programme", "x", "y")
    frame["odd"] = np.arange(len(frame)) % 2
    return followed


def logit_of(followed, formula, frame=None, **how):
    frame = followed.cohort.frame if frame is None else frame
    fitted = smf.logit(formula, data=frame)
    made = (
        fitted.fit(disp=0, **how) if "alpha" not in how else fitted.fit_regularized(disp=0, **how)
    )
    labels = dict.fromkeys(made.model.exog_names, WORDS)
    return own.coefficients(followed, made, name="inside", labels=labels)


@pytest.mark.parametrize("right", INSIDE)
def test_an_interaction_with_the_group_compares_the_groups(unlike, right):
    refused = logit_of(unlike, f"event ~ {right}")

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "unbalanced"


def test_a_model_of_both_groups_alike_compares_none(unlike):
    assert not isinstance(logit_of(unlike, "event ~ age + odd + age:odd"), Refusal)


@pytest.mark.parametrize(
    ("how", "told"), [({"alpha": [0, 3]}, "with a penalty"), ({"maxiter": 1}, "before its maximum")]
)
def test_a_fit_that_is_no_maximum_is_refused(unlike, how, told):
    with pytest.raises(UsageError, match=told):
        logit_of(unlike, "event ~ age", **how)


def test_a_covariate_in_another_unit_under_the_same_name_is_refused(unlike):
    frame = unlike.cohort.frame

    with pytest.raises(UsageError, match="not fitted to these people"):
        logit_of(unlike, "event ~ age", frame.assign(age=frame["age"] * 12))
