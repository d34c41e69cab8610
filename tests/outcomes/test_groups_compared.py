"""Any outcome of groups that were made alike, and the borders of what is shown of them."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from evalkit import present
from evalkit.errors import Refused
from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result, open_report, recidivism
from evalkit.outcomes.recidivism.compared import WHOLE, alike, shown_shares
from evalkit.outcomes.recidivism.curve_alike import _by, _enough
from evalkit.outcomes.recidivism.linkage import of_stage

from .tables import drawn
from .test_adjusted import UNLIKE, apart, planned, rows  # noqa: F401
from .test_hostile_case_files import again, files
from .test_release import STUDY


def test_a_ratio_over_one_is_the_mean_with_the_degrees_of_freedom_of_the_pairs(planned):  # noqa: F811
    table = apart({0: (100, 10), 1: (300, 90)}, {0: (400, 60), 1: (600, 240)})
    followed = drawn(planned(table, adjustment="matching"))
    groups = alike(followed, "matching", followed.report.plan.covariates)
    event = followed.cohort.frame["event"].to_numpy(dtype=float)

    mean, ratio = groups.compare(event), groups.ratio(event, np.ones(event.size))

    assert ratio.point.value == pytest.approx(mean.point.value)
    assert ratio.point.se == pytest.approx(mean.point.se)
    # Of pairs a t with one degree less than there are: no distance is left between these.
    beyond = abs(ratio.point.value / ratio.point.se)
    assert ratio.point.p == pytest.approx(2 * student.sf(beyond, len(groups.pairs.treated) - 1))


def test_by_itself_it_asks_that_everybody_was_followed(planned):  # noqa: F811
    table = rows(UNLIKE)
    some = table.index[table["event"] == 0][:50]
    table.loc[some, "days"] = 200.0
    followed = drawn(planned(table))
    covariates = followed.report.plan.covariates

    with pytest.raises(Refused) as caught:
        alike(followed, "doubly_robust", covariates)
    assert caught.value.values["reason"].code == WHOLE


def test_a_share_that_is_expected_lies_between_nobody_and_everybody(planned):  # noqa: F811
    followed = drawn(planned(rows(UNLIKE)))

    assert shown_shares(followed, "overlap_weights", 0.5, -0.9) == (0.5, 1.0)
    assert shown_shares(followed, "overlap_weights", 0.5, 0.9) == (0.5, 0.0)


def test_the_surest_of_the_programme_are_in_the_last_tenth_of_the_scores(planned):  # noqa: F811
    followed = drawn(planned(apart({0: (20, 5), 1: (500, 90)}, {0: (500, 90), 1: (20, 5)})))

    found = recidivism.weigh(followed, "att_weights", followed.report.plan.covariates)

    last = {e.dim("band"): e.value for e in found.of("score_share", group="programme")}
    assert last["0.9"] == pytest.approx(500 / 520) and last["0.8"] == 0


def test_the_characteristic_that_tells_the_groups_apart_is_named_and_no_other(planned):  # noqa: F811
    table = apart({1: (200, 50)}, {0: (200, 50)})
    table["age"] = 14 + np.arange(len(table)) % 4
    followed = drawn(planned(table))

    refused = recidivism.weigh(followed, "att_weights", ("age", "prior_events"))

    assert isinstance(refused, Refusal)
    assert "earlier recorded events" in refused.estimate.reason.text["en"]
    assert "age" not in refused.estimate.reason.text["en"].replace("groups", "")


def test_frequency_is_events_over_people_times_a_hundred(office):
    cases = files("programme", 200) + files("comparison", 200)
    events = again("programme", range(0, 100, 2)) + again("comparison", range(0, 140, 2))
    text = office("recidivism", "public", cases=cases, events=events)
    followed = drawn(text)
    plan = followed.report.plan
    by = {"adjustment": plan.adjustment, "covariates": plan.covariates, "level": plan.level}
    adjusted = recidivism.adjust(followed, **by)

    found = recidivism.measures(followed, adjusted, **by, grave=0.0)

    first = found.one("measure", measure="frequency", group="programme")
    assert first.value == pytest.approx(100 * 50 / 200)


def test_groups_that_are_the_same_differ_by_nothing(study):
    table = pd.concat([rows({"programme": {0: (100, 30), 1: (100, 30)}}),
                       rows({"comparison": {0: (100, 40), 1: (100, 40)}})])  # fmt: skip
    found = recidivism.gates(drawn(study(table)))

    assert found.one("gate", gate="unbalanced").population.text["en"].startswith("0.00")


def test_dates_that_are_asked_for_are_told_as_a_share(office):
    cases = files("programme", 100) + files("comparison", 100)
    events = again("programme", range(0, 60, 2)) + again("comparison", range(0, 60, 2))

    found = recidivism.gates(drawn(office("recidivism", "public", cases=cases, events=events)))

    assert found.one("gate", gate="dated").against.text["en"] == "at least 95%"


def test_two_definitions_stand_side_by_side_and_one_alone_stands_nowhere(planned, project):  # noqa: F811
    table = rows(UNLIKE)
    table["contact"], table["contact_days"] = table["event"], table["days"]
    by = {"adjustment": "doubly_robust", "covariates": ("age", "prior_events"), "level": 0.95}
    one = recidivism.definitions(drawn(planned(table)), **by, subset="")
    text = project.read_text(encoding="utf-8")
    named = 'police_contact = { en = "contact", zh = "处理" }'
    text = text.replace("[labels]\n", f"[labels]\n{named}\n", 1)
    text += 'police_contact = "contact"\npolice_contact_time = "contact_days"\n'
    project.write_text(text, encoding="utf-8")

    two = recidivism.definitions(
        drawn(open_report(project, "guigang", "recidivism", "en")), **by, subset=""
    )

    assert one.estimates == ()
    first, second = two.of("definition_difference")
    assert first.value == pytest.approx(second.value)


def test_a_curve_steps_where_more_people_than_the_threshold_had_the_event(planned):  # noqa: F811
    for extra, shown in ((0, False), (1, True)):
        followed = drawn(planned(rows(UNLIKE), status="confidential"))
        most = max(followed.gate.policy.threshold, followed.gate.policy.midpoint)
        frame = followed.cohort.frame
        had = frame.index[(frame["event"] == 1) & (frame["group"] == "programme")]
        frame.loc[had[most + extra :], "time"] = 300.0

        # The first of them on the very day.
        assert _by(followed, "programme", [100.0]) == [most + extra]
        assert _enough(followed, 100.0) is shown


def test_of_a_table_without_records_of_a_search_no_stage_is_asked(planned):  # noqa: F811
    assert of_stage(drawn(planned(rows(UNLIKE)))) == []


def test_records_of_contacts_that_nobody_handed_in_ask_nothing_of_a_stage(office):
    report = office("recidivism", "public", cases=files("programme", 20))

    assert of_stage(drawn(report, definition="police_contact")) == []


def test_people_who_were_enough_to_find_it_are_told_so():
    report = open_report(STUDY, "north_carolina", "recidivism", "en")

    def said(value):
        seen = Estimate(
            area="north_carolina", outcome="recidivism", estimand="smallest_difference",
            unit="points", dims=(("areas", "1"),), value=value, disclosure="public",
            method=report.term("method.power", power=0.8),
        )  # fmt: skip
        return present.settle_statement(Result(report, (seen,))).text["en"].count("\n")

    # One line more where what is worth finding would have been found.
    assert said(0.01) == said(0.30) + 1


def test_a_chart_counts_those_above_zero_where_the_planned_one_is():
    followed = drawn(open_report(STUDY, "north_carolina", "recidivism", "en"))
    plan = followed.report.plan
    found = recidivism.specifications(
        followed, plan.adjustment, plan.covariates, plan.level, plan.cluster,
        calipers=(0.2,), windows=(),
    )  # fmt: skip

    known = [e for e in found.of("specification") if e.value is not None]
    above = sum(e.value > 0 for e in known)
    title = present.specifications_figure(found).content["en"].title
    assert title.startswith(f"In {above} of {len(known)} analyses the difference is above zero")
    assert above > len(known) / 2
