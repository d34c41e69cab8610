"""One wrapper for every analysis: refusals, choices, deviations, the gate."""

import pytest

from evalkit import present
from evalkit.disclosure import harm, people, ratio
from evalkit.errors import Refused, UsageError
from evalkit.estimators.risk_ratio import risk_ratio
from evalkit.outcomes import Refusal
from evalkit.outcomes.analysis import Absent, analysis, measure, refused, terms

from .conftest import people as persons
from .test_confidential import draw, exhibits

ABOUT = dict(unit="share", dims=(("group", "x"),))


@pytest.fixture
def followed(study):
    return draw(study(persons("programme", 403, 67), persons("comparison", 398, 91, seed=2)))


def test_an_estimator_s_refusal_takes_away_its_own_exhibit_and_never_the_report(followed):
    @analysis("risk_ratio")
    def ratio_of_risks(followed):
        yield measure(
            "risk_ratio", people(400), model=lambda: risk_ratio(0, 60, 0, 60).value, **ABOUT
        )

    made = ratio_of_risks(followed)
    others = exhibits(followed.report)

    assert isinstance(made, Refusal)
    assert made.estimate.verdict == "not_assessable"
    assert made.estimate.estimand == "risk_ratio"
    assert made.estimate.reason.code.startswith("refuse_ratio")
    assert made.estimate.would_pass.text["en"] and made.estimate.would_pass.text["zh"]
    assert not any(isinstance(other, Refusal) for other in others[:2])


def test_a_refused_row_has_its_reason_and_the_other_rows_stand(followed):
    def refuses(events, n):
        raise Refused("refuse_one_cluster", n=n)

    @analysis("share")
    def rows(followed):
        yield measure("share", harm(67, 403), by=ratio, **ABOUT)
        yield measure("share", harm(67, 403), by=refuses, row=True, unit="share", level=0.95,
                      interval="confidence", dims=(("group", "y"),))  # fmt: skip

    first, second = rows(followed).estimates

    assert (first.value, first.n) == (65 / 405, 405)
    assert second.value is None
    assert second.reason.text["en"].startswith("All 405 rows lie in one cluster")


def test_an_absent_estimand_stands_beside_those_that_are_there(followed):
    @analysis("gap")
    def some(followed):
        yield measure("share", harm(67, 403), by=ratio, **ABOUT)
        yield Absent("gap", refused(followed.report, "no_test"))

    made = some(followed)

    assert made.one("share").value == 65 / 405
    assert made.one("gap").verdict == "not_assessable"


def test_a_refusal_of_the_people_is_passed_on(followed):
    @analysis("share")
    def never(followed):
        raise AssertionError("called")
        yield

    @analysis("flow")
    def nobody(followed):
        raise refused(followed.report, "no_test")
        yield

    none = nobody(followed)

    assert never(none).estimate.reason == none.estimate.reason
    assert never(none).estimate.estimand == "share"


def test_a_choice_that_differs_from_the_plan_is_stamped_on_every_estimate(followed):
    @analysis("share", interval="curve_interval")
    def shares(followed, interval, level, note="x"):
        yield measure("share", harm(67, 403), by=ratio, **ABOUT)

    (planned,) = shares(followed, "log-log", 0.95).estimates
    (other,) = shares(followed, interval="plain", level=0.9).estimates

    assert planned.deviations == ()
    assert [(d.parameter, d.planned, d.used) for d in other.deviations] == [
        ("curve_interval", "log-log", "plain"),
        ("level", "0.95", "0.9"),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"interval": "loglog"}, ("interval", "loglog", "log-log, log, plain")),
        ({"level": 1.0}, ("level", "1.0", "0 < x < 1")),
        ({"level": float("nan")}, ("level", "nan", "0 < x < 1")),
    ],
)
def test_a_choice_that_no_plan_could_name_is_refused_with_those_that_exist(followed, changed, said):
    @analysis("share", interval="curve_interval")
    def shares(followed, interval="log-log", level=0.95):
        raise AssertionError("called")
        yield

    with pytest.raises(UsageError) as caught:
        shares(followed, **changed)

    values = caught.value.values
    assert (values["choice"], values["found"], values["allowed"]) == said


# (who is counted in a refusal, what a page on minors may say of it)
TOLD = [
    ({"ones": 33, "n": 403}, "Of the 405 values of “event” 35 are a 1"),
    ({"ones": 3, "n": 403}, None),
    ({"ones": 403, "n": 403}, "Of the 405 values of “event” 405 are a 1"),
]


@pytest.mark.parametrize(("counts", "shown"), TOLD)
def test_counts_of_persons_in_a_refusal_pass_the_gate(followed, counts, shown):
    problem = Refused("refuse_one_value", what="event", **counts)

    reason, passes = terms(followed.report, followed.table, problem)

    said = reason.text["en"]
    assert " 3 " not in said and "403" not in said + passes.text["en"]
    assert (shown or "Nearly all values of “event” are alike") in said
    assert reason.text["zh"] and passes.text["zh"]


def test_a_value_of_one_person_in_a_refusal_is_not_told(followed):
    # When the last person was still followed: a day of one child.
    problem = Refused("refuse_after_follow_up", tau="365", last="361")

    reason, passes = terms(followed.report, followed.table, problem)

    assert "The time asked about lies after" in reason.text["en"]
    assert "361" not in reason.text["en"] + passes.text["en"]


def test_a_public_refusal_tells_its_counts(study):
    groups = persons("programme", 403, 67), persons("comparison", 398, 91, seed=2)
    open_to_all = draw(study(*groups, status="public"))
    problem = Refused("refuse_one_value", what="event", ones=3, n=403)

    reason, _ = terms(open_to_all.report, open_to_all.table, problem)

    assert "Of the 403 values of “event” 3 are a 1" in reason.text["en"]


def test_what_a_refusal_leaves_can_be_shown(followed):
    @analysis("curve")
    def none(followed):
        raise Refused("refuse_no_events_together", n=403)
        yield

    shown = present.curve_figure(none(followed))

    assert "403" not in str(shown.to_json()) and "405" in str(shown.to_json())
