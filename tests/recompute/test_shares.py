"""Shares of counts: what is green, what is red, and what has no rule."""

import pytest

from evalkit.recompute.methods import wilson

from .made import bounds, est, found, one, report, states

LOW, HIGH = wilson(48, 216, 0.95)


def risk(**other):
    fields = dict(method="wilson", value=48 / 216, low=LOW, high=HIGH, n=216, events=48)
    return est("risk", dims={"group": "a"}, **{**fields, **other})


def test_a_share_and_its_interval_come_from_the_counts():
    results = report(risk())

    assert one(results, "share").found == (48 / 216,) and one(results, "share").slack == 0
    assert one(results, "wilson").found == (LOW, HIGH)
    assert [one(results, how).state for how in ("share", "wilson")] == ["agrees", "agrees"]
    assert one(results, "share").inputs == (
        ("here.recidivism.risk[group=a]", "events"), ("here.recidivism.risk[group=a]", "n"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("other", "red"),
    [
        ({"value": 48 / 216 + 2e-9}, {"share"}),
        ({"value": 48 / 216 + 1e-11}, set()),
        ({"low": LOW - 2e-9}, {"wilson"}),
        ({"high": HIGH + 2e-9}, {"wilson"}),
        ({"level": 0.9}, {"wilson"}),
        ({"events": 49}, {"share", "wilson"}),
        ({"n": 217}, {"share", "wilson"}),
    ],
)
def test_one_changed_digit_turns_its_line_red_and_no_other(other, red):
    results = report(risk(**other))

    lines = [line for how in ("share", "wilson") for line in found(results, how)]
    assert {line.how for line in lines if line.state == "differs"} == red


def test_a_weighted_share_is_not_one_of_its_counts():
    weighted = est("top_box", method="design", value=0.3, n=10, events=4)
    alike = est("share_reached", group="made_alike", value=0.3, n=10, events=4)

    lines = report(weighted, alike)
    assert found(lines, "share") == []
    assert {line.state for line in found(lines, "weighted")} == {"cannot"}


def test_a_count_is_itself_and_rows_are_their_events():
    rows = est("missing", unit="rows", value=3.0, n=9, events=3)
    people = est("flow", unit="persons", value=9.0, n=9)
    worth = est("effective", unit="persons", value=7.0, n=9)

    results = report(rows, people, worth)
    assert states(results, "events") == {"missing": "agrees"}
    assert states(results, "n") == {"flow": "agrees"} and one(results, "n").check
    assert states(results, "persons") == {"effective": "cannot"}
    assert states(report({**rows, "value": 4.0}), "events") == {"missing": "differs"}


def parts(*values, public=True, **more):
    return [
        est("answer_share", value=v, public=public, dims={"answer": str(i)}, **more)
        for i, v in enumerate(values)
    ]


def test_parts_make_up_a_whole_as_far_as_their_rounding_tells():
    assert one(report(*parts(0.25, 0.5, 0.25)), "whole").state == "agrees"
    assert one(report(*parts(0.25, 0.5, 0.26)), "whole").state == "differs"
    # Three shares of three decimals may miss the whole by half a step each.
    assert one(report(*parts(0.25, 0.5, 0.2515, public=False)), "whole").state == "agrees"
    assert one(report(*parts(0.25, 0.5, 0.2516, public=False)), "whole").state == "differs"
    # Where one part is not told, the others prove nothing.
    untold = est("answer_share", dims={"answer": "x"})
    assert found(report(*parts(0.25, 0.5), untold), "whole") == []


def test_groups_have_wholes_of_their_own():
    other = [
        {**e, "dims": [*e["dims"], ["kind", "b"]], "id": e["id"] + "b"} for e in parts(0.4, 0.6)
    ]

    assert len(found(report(*parts(0.3, 0.7), *other), "whole")) == 2


def test_a_number_without_a_rule_says_so():
    results = report(bounds("new_thing", 0.1, 0.2), est("other_thing", unit="ratio", value=1.0))

    assert {line.id.split(".")[-1]: line.fields for line in found(results, "unknown")} == {
        "new_thing": ("low", "high"), "other_thing": ("value",),
    }  # fmt: skip
