"""The noun: complete, finite, and the same after a journey through a file."""

import json
import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.estimate import (
    NUMBERS,
    VERDICTS,
    Deviation,
    Estimate,
    estimate_from_json,
    withhold,
)
from evalkit.words import Term

AID = Term("aid", {"en": "financial aid", "zh": "发放补助"})
WHY = Term("too_few", {"en": "too few", "zh": "人数太少"})


def an_estimate(**changed):
    known = dict(area="life", outcome="recidivism", estimand="risk", unit="share", value=0.25)
    return Estimate(**(known | changed))


def test_the_id_sorts_the_dimensions():
    one = an_estimate(dims=(("window", "52"), ("group", "aid")))
    other = an_estimate(dims=(("group", "aid"), ("window", "52")))

    assert one.id == other.id == "life.recidivism.risk[group=aid,window=52]"
    assert an_estimate().id == "life.recidivism.risk"


def test_a_dimension_is_found_by_name():
    estimate = an_estimate(dims=(("group", "aid"),))

    assert (estimate.dim("group"), estimate.dim("window")) == ("aid", None)


REFUSED = [
    ({"interval": "credible"}, "interval must be one of confidence, bounds, rounding, none."),
    ({"level": 0.95}, "a level belongs to a confidence interval."),
    (
        {"interval": "confidence", "low": 0.1, "high": 0.4},
        "a level belongs to a confidence interval.",
    ),
    ({"low": 0.1, "high": 0.4}, "an interval has two sides, 'none' has neither."),
    ({"interval": "bounds"}, "an interval has two sides, 'none' has neither."),
    ({"interval": "bounds", "low": 0.1}, "an interval has two sides, 'none' has neither."),
    ({"interval": "bounds", "high": 0.1}, "an interval has two sides, 'none' has neither."),
    ({"low_unbounded": True}, "an interval has two sides, 'none' has neither."),
    ({"interval": "bounds", "low": 0.4, "high": 0.1}, "the interval is the wrong way round."),
    (
        {"interval": "bounds", "low": 0.3, "high": 0.4},
        "the value lies outside its own interval.",
    ),
    (
        {"interval": "bounds", "low": 0.1, "high": 0.2},
        "the value lies outside its own interval.",
    ),
    (
        {"interval": "bounds", "low": 0.3, "high_unbounded": True},
        "the value lies outside its own interval.",
    ),
    (
        {"interval": "bounds", "low": 0.1, "low_unbounded": True, "high": 0.4},
        "an unbounded side carries no number.",
    ),
    (
        {"interval": "bounds", "low": 0.1, "high": 0.4, "high_unbounded": True},
        "an unbounded side carries no number.",
    ),
    ({"disclosure": "withheld"}, "a withheld estimate may carry no number."),
    (
        {"disclosure": "withheld", "value": None, "n": 60},
        "a withheld estimate may carry no number.",
    ),
    ({"verdict": "proved"}, f"verdict must be one of {', '.join(VERDICTS)}."),
    ({"value": None}, "an estimate without a value must say why."),
    ({"value": None, "n": 60}, "an estimate without a value must say why."),
    ({"plan": "deviation"}, "a deviation must be listed, and only then stamped."),
    (
        {"deviations": (Deviation("window", "365", "180"),)},
        "a deviation must be listed, and only then stamped.",
    ),
    (
        {"plan": "exploratory", "deviations": (Deviation("window", "365", "180"),)},
        "a deviation must be listed, and only then stamped.",
    ),
]


@pytest.mark.parametrize(("changed", "message"), REFUSED)
def test_fields_that_contradict_each_other_are_refused(changed, message):
    with pytest.raises(ValueError) as caught:
        an_estimate(**changed)

    assert str(caught.value) == f"life.recidivism.risk: {message}"


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused_by_name(name, number):
    with pytest.raises(ValueError) as caught:
        an_estimate(**{name: number})

    assert str(caught.value) == f"life.recidivism.risk: {name} must be finite or absent."


def test_every_number_of_an_estimate_is_checked():
    counted = {f.name for f in fields(Estimate) if f.type in ("float | None", "int | None")}

    assert set(NUMBERS) == counted


def test_a_side_without_a_limit_is_said_and_not_written_as_infinity():
    estimate = an_estimate(interval="bounds", low=0.1, high_unbounded=True)

    assert (estimate.low, estimate.high) == (0.1, None)


def test_bounds_a_verdict_or_a_reason_stand_in_for_a_value():
    assert an_estimate(value=None, interval="bounds", low=0.1, high=0.4).value is None
    assert an_estimate(value=None, verdict="no_clear").verdict == "no_clear"
    assert an_estimate(value=None, reason=WHY).reason == WHY


def test_a_deviation_is_stamped_and_listed():
    choice = Deviation("window", "365", "180")

    assert an_estimate(plan="deviation", deviations=(choice,)).deviations == (choice,)


def test_a_withheld_estimate_carries_no_number():
    whole = an_estimate(
        dims=(("group", "aid"),), group=AID, interval="confidence", low=0.1, high=0.4, level=0.95,
        se=0.03, se_scale="identity", n=60, events=15, denominator=60,
    )  # fmt: skip

    hidden = withhold(whole, WHY, "2026-1")

    assert [getattr(hidden, name) for name in NUMBERS] == [None] * len(NUMBERS)
    assert (hidden.disclosure, hidden.reason, hidden.policy) == ("withheld", WHY, "2026-1")
    assert (hidden.id, hidden.group) == (whole.id, AID)
    assert not any(isinstance(x, float) for x in hidden.to_json().values())


def test_an_unbounded_side_is_withheld_too():
    hidden = withhold(an_estimate(interval="bounds", low=0.1, high_unbounded=True), WHY, "2026-1")

    assert (hidden.interval, hidden.low_unbounded, hidden.high_unbounded) == ("none", False, False)


def test_an_estimate_is_frozen():
    with pytest.raises(AttributeError):
        an_estimate().value = 1.0


TEXT = st.text(max_size=6)
SHARES = st.floats(-1, 1)
TERMS = st.none() | st.builds(Term, TEXT, st.dictionaries(st.sampled_from(["en", "zh"]), TEXT))
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
CHOICES = st.lists(st.builds(Deviation, TEXT, TEXT, TEXT), max_size=2).map(tuple)
COUNTS = st.none() | st.integers(0, 10**9)


@st.composite
def estimates(draw):
    low, value, high = sorted((draw(SHARES), draw(SHARES), draw(SHARES)))
    sides = draw(
        st.sampled_from(
            [
                {},
                {"interval": "confidence", "low": low, "high": high, "level": 0.95},
                {"interval": "bounds", "low": low, "high_unbounded": True},
                {"interval": "rounding", "low": low, "high": high},
            ]
        )
    )
    choices = draw(CHOICES)
    return Estimate(
        area=draw(TEXT), outcome=draw(TEXT), estimand=draw(TEXT), unit=draw(TEXT),
        dims=draw(PAIRS), data=draw(PAIRS), definition=draw(TERMS), group=draw(TERMS),
        value=value, se=draw(st.none() | st.floats(0, 1)), n=draw(COUNTS),
        events=draw(COUNTS), denominator=draw(COUNTS), digits=draw(st.integers(0, 4)),
        deviations=choices, plan="deviation" if choices else "planned",
        made_up=draw(st.booleans()), verdict=draw(st.none() | st.sampled_from(VERDICTS)), **sides,
    )  # fmt: skip


@LAW
@given(estimates())
def test_an_estimate_survives_a_file(estimate):
    text = json.dumps(estimate.to_json(), allow_nan=False)

    assert estimate_from_json(json.loads(text)) == estimate


def test_an_unknown_or_missing_field_is_refused_by_name():
    data = an_estimate().to_json()

    with pytest.raises(ValueError, match=r"^estimate fields differ: \['valu'\]$"):
        estimate_from_json(data | {"valu": 1})
    with pytest.raises(ValueError, match=r"^estimate fields differ: \['se', 'value'\]$"):
        estimate_from_json({k: v for k, v in data.items() if k not in ("value", "se")})


@pytest.mark.parametrize("found", ["life.recidivism.other", None])
def test_an_id_that_does_not_fit_the_fields_is_refused(found):
    data = an_estimate().to_json() | {"id": found}

    with pytest.raises(ValueError, match=f"^estimate id {found!r} does not fit its fields$"):
        estimate_from_json(data)


def test_a_changed_number_is_checked_again_when_read():
    data = an_estimate(interval="bounds", low=0.1, high=0.4).to_json()

    with pytest.raises(ValueError, match="the interval is the wrong way round"):
        estimate_from_json(data | {"low": 0.9})
    with pytest.raises(ValueError, match="value must be finite or absent"):
        estimate_from_json(data | {"value": math.nan})


def test_a_number_that_became_text_is_refused_when_read():
    # What Jupyter makes of NaN.
    with pytest.raises(ValueError, match="value"):
        estimate_from_json(an_estimate().to_json() | {"value": "nan"})


@pytest.mark.parametrize("name", ["plan", "disclosure"])
def test_an_unknown_state_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} must be one of"):
        replace(an_estimate(), **{name: "approved"})
