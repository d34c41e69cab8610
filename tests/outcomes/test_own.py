"""A researcher's own numbers: counted behind the caller's back, released, or refused by name."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import norm

from evalkit.errors import UsageError
from evalkit.outcomes import Refusal, open_report, own

from .conftest import ROOT, people
from .test_confidential import draw

LABELS = {
    "age": {"en": "age", "zh": "年龄"},
    **{f"{n}": {"en": f"earlier events: {n}", "zh": f"此前{n}次"} for n in range(6)},
}


def drawn(study, first=403, second=398, status="confidential", **columns):
    """The people of two groups, with further columns."""
    groups = (people("programme", first, 67), people("comparison", second, 91, seed=2))
    followed = draw(study(*groups, status=status))
    frame = followed.cohort.frame
    made = frame.assign(**{name: values(len(frame)) for name, values in columns.items()})
    # As if the table had them so: what a cell changes afterwards is refused.
    return replace(followed, cohort=replace(followed.cohort, frame=made))


def by_prior(followed, **changes):
    asked = {"name": "event_by_prior", "share": "event", "labels": LABELS, **changes}
    return own.counts(followed, asked.pop("by", "prior_events"), **asked)


def test_groups_are_counted_here_and_rounded(study):
    followed = drawn(study)
    frame = followed.cohort.frame
    true = {str(k): (len(g), int(g["event"].sum())) for k, g in frame.groupby("prior_events")}

    found = by_prior(followed)

    assert [e.id for e in found.estimates] == [
        f"guigang.recidivism.event_by_prior[prior_events={n}]" for n in "012"
    ]
    for e in found.estimates:
        n, events = true[e.dim("prior_events")]
        # Counts are multiples of five, and the share is one of these.
        assert (e.n, e.events) == (5 * round(n / 5), 5 * round(events / 5))
        assert e.value == e.events / e.n and e.low < e.value < e.high
        assert (e.plan, e.disclosure) == ("exploratory", "rounded")


def test_a_group_below_the_threshold_is_withheld_with_every_number_of_it(study):
    few = drawn(study, prior_events=lambda n: np.where(np.arange(n) < 9, 2, np.arange(n) % 2))
    labels = {**LABELS, "prior_events": {"en": "earlier events", "zh": "此前次数"}}
    report = few.report
    report.study.labels["prior_events_2"] = report.term("group.all")

    found = {e.dim("prior_events"): e for e in by_prior(few, labels=labels).estimates}

    # A value that only the table names and few share has no name either.
    hidden = found.pop("pooled")
    assert hidden.disclosure == "withheld" and (hidden.n, hidden.value, hidden.low) == (None,) * 3
    assert set(found) == {"0", "1"} and all(e.n > 300 for e in found.values())


def test_few_events_within_a_large_group_are_withheld(study):
    followed = drawn(study, flag=lambda n: (np.arange(n) < 4).astype(int))

    found = by_prior(followed, share="flag", by="group", labels={})

    # Of a column whose meaning nobody knows, nobody may be everybody of another.
    assert {e.dim("group"): e.disclosure for e in found.estimates} == {
        "programme": "withheld", "comparison": "withheld"
    }  # fmt: skip


def test_a_name_in_a_column_is_on_no_page(study):
    named = drawn(study, town=lambda n: np.where(np.arange(n) < 4, "王小明", "North"))
    labels = {"North": {"en": "North", "zh": "北"}}

    found = by_prior(named, by="town", labels=labels, name="by_town")

    assert "王小明" not in json.dumps([e.to_json() for e in found.estimates], ensure_ascii=False)


def test_public_data_are_shown_as_they_are(study):
    found = by_prior(drawn(study, status="public"))

    assert sum(e.n for e in found.estimates) == 801
    assert {e.disclosure for e in found.estimates} == {"public"}


@pytest.mark.parametrize(
    "asked, told",
    [
        ({"by": "person_id"}, "person_id names people one by one"),
        ({"by": "nothing"}, "no column nothing"),
        ({"by": "days"}, "no column days"),
        ({"share": "age"}, "age is not 0 or 1 for everybody"),
        ({"share": "hole"}, "hole is not 0 or 1 for everybody"),
        ({"by": "serial"}, "serial has more than 60 values"),
        ({"name": "verdict"}, "verdict is a result of every report"),
        ({"name": "Two words"}, "Two words cannot name a result"),
        ({"labels": {"0": {"en": "none"}}}, "0 has no words in zh"),
        ({"labels": {"0": "none"}}, "give words for each language"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(study, asked, told):
    followed = drawn(
        study,
        person_id=lambda n: [f"P{i}" for i in range(n)],
        serial=lambda n: range(n),
        hole=lambda n: [np.nan, *[1] * (n - 1)],
    )

    with pytest.raises(UsageError, match=told):
        by_prior(followed, **asked)


@pytest.mark.parametrize("given", [pd.DataFrame({"a": [1]}), pd.Series([1]), [1, 2], None])
def test_rows_and_frames_are_not_people_who_count(given):
    told = rf"\({type(given).__name__}\) is not the people who count"
    with pytest.raises(UsageError, match=told):
        own.counts(given, "a", name="by_a")


def fit(followed, formula="event ~ age + prior_events", kind=smf.logit, **words):
    return kind(formula, data=followed.cohort.frame, **words).fit(disp=0)


WORDS = {
    "age": {"en": "age", "zh": "年龄"},
    "prior_events": {"en": "earlier events", "zh": "此前次数"},
    "C(prior_events)[T.1]": {"en": "one earlier", "zh": "此前一次"},
    "C(prior_events)[T.2]": {"en": "two earlier", "zh": "此前两次"},
}


def model(followed, fitted, **changes):
    return own.coefficients(followed, fitted, **{"name": "model", "labels": WORDS, **changes})


def test_a_model_of_public_data_is_statsmodels_to_the_digit(study):
    followed = drawn(study, status="public")
    fitted = fit(followed)

    found = model(followed, fitted)

    for term in ("Intercept", "age", "prior_events"):
        e, p = found.one("model", term=term), found.one("model_p", term=term)
        low, high = fitted.conf_int().loc[term]
        assert (e.value, e.se, p.value) == (
            fitted.params[term], fitted.bse[term], fitted.pvalues[term]
        )  # fmt: skip
        # The interval is asked for by 1 - 0.95, which is not 0.05 in floating point.
        assert (e.low, e.high) == pytest.approx((low, high), rel=1e-12)
        assert e.n == 801 and e.plan == "exploratory"


def test_a_model_of_people_is_coarsened_as_the_policy_says(study):
    followed = drawn(study)
    fitted = fit(followed)

    found = model(followed, fitted)

    for e in found.of("model"):
        # To the place of half its standard error, so that no unit brings more digits.
        true, se = fitted.params[e.dim("term")], fitted.bse[e.dim("term")]
        place = 10 ** math.floor(math.log10(se / 2))
        assert abs(e.value - true) <= place / 2 + 1e-9 and e.n == 800
        assert e.value / place == pytest.approx(round(e.value / place))
        assert e.low <= e.value <= e.high
    for p in found.of("model_p"):
        true = fitted.pvalues[p.dim("term")]
        # To a tenth of its normal deviate: half of that, and what floating point adds.
        gap = norm.isf(p.value / 2) - norm.isf(true / 2)
        assert abs(gap) <= 0.05 + 1e-9
        assert norm.isf(p.value / 2) * 10 == pytest.approx(round(norm.isf(p.value / 2) * 10))


def test_a_coefficient_of_few_people_is_withheld_and_with_it_what_tells_it(study):
    few = drawn(study, prior_events=lambda n: np.where(np.arange(n) < 8, 0, 1 + np.arange(n) % 2))
    fitted = fit(few, "event ~ age + C(prior_events)", smf.ols)
    few.report.study.labels.update(dict.fromkeys(("1", "2"), few.report.term("group.all")))

    found = {e.dim("term"): e.disclosure for e in model(few, fitted).of("model")}

    # The level that all are set against is the small one: every contrast and the constant tell it.
    assert found == {
        "Intercept": "withheld", "prior_events_1": "withheld", "prior_events_2": "withheld",
        "age": "rounded",
    }  # fmt: skip


def test_a_value_of_few_people_is_not_named_by_a_model(study):
    few = drawn(study, town=lambda n: np.where(np.arange(n) < 4, "王小明", "North"))
    fitted = fit(few, "age ~ C(town, Treatment('North'))", smf.ols)
    renamed = drawn(study, town=lambda n: np.where(np.arange(n) < 4, "Z", "North"))

    for given, made in ((few, fitted), (renamed, fit(renamed, "age ~ town", smf.ols))):
        with pytest.raises(UsageError, match="too few people to be named") as told:
            model(given, made)
        assert "王小明" not in str(told.value) and "town" in str(told.value)
    crossed = fit(few, "age ~ C(town, Treatment('North')):prior_events", smf.ols)
    with pytest.raises(UsageError, match="too few people to be named") as told:
        model(few, crossed)
    assert "王小明" not in str(told.value)


def test_a_model_of_too_few_people_is_a_refusal(study):
    followed = drawn(study, 100, 100)
    frame = followed.cohort.frame

    refused = model(followed, smf.ols("age ~ prior_events", data=frame[:50]).fit())

    assert isinstance(refused, Refusal)
    assert "fewer than 60 people" in refused.estimate.reason.text["en"]


@pytest.mark.parametrize(
    "made, told",
    [
        (lambda f: f.cohort.frame, r"\(DataFrame\) is no model"),
        (lambda f: fit(drawn_copy(f)), "not fitted to these people"),
        (lambda f: doubled(f), "not fitted to these people"),
        (lambda f: fit(f, "np.log(time) ~ age", smf.ols), "not fitted to these people"),
        (lambda f: weighted(f), "fitted with weights"),
        (lambda f: fit(f, "event ~ age + I(age * 2)", smf.ols, ).model.fit(cov_type="HC1")
         and broken(f), "did not settle"),
        (lambda f: fit(f, "event ~ C(serial)", smf.ols), "801 terms, and a table shows at most 40"),
        (lambda f: fit(f, "event ~ time", smf.ols), "The term time of the model has no words"),
    ],
)  # fmt: skip
def test_a_model_that_cannot_be_shown_is_refused_by_name(study, made, told):
    followed = drawn(study, serial=lambda n: range(n))

    with pytest.raises(UsageError, match=told):
        model(followed, made(followed))


def drawn_copy(followed):
    """The same people with another outcome."""
    other = followed.cohort.frame.assign(event=1 - followed.cohort.frame["event"])
    return type("Drawn", (), {"cohort": type("Cohort", (), {"frame": other})})


def doubled(followed):
    """Everybody twice, which would make two people of one."""
    frame = pd.concat([followed.cohort.frame] * 2)
    return smf.ols("event ~ age", data=frame).fit()


def weighted(followed):
    frame = followed.cohort.frame
    return smf.wls("event ~ age", data=frame, weights=1 + frame["age"]).fit()


def broken(followed):
    fitted = fit(followed, "event ~ age", smf.ols)
    fitted._results.params = np.array([np.nan, 1.0])
    return fitted


def test_without_data_the_refusal_goes_on():
    report = open_report(ROOT / "study.toml", "guigang", "recidivism", "en")
    refused = draw(report)

    found = own.counts(refused, "group", name="by_group")

    assert isinstance(found, Refusal) and found.estimate.id == "guigang.recidivism.by_group"
    assert isinstance(own.coefficients(refused, None, name="model"), Refusal)
