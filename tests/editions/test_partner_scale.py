"""What a partner's file says of its numbers: unit, level, and that they are made up."""

import pytest

from evalkit.editions.agreement import agreement
from evalkit.editions.partner import read_partner
from evalkit.editions.tolerance import Tolerance
from evalkit.errors import CompareError

from .made import edition, estimate, event, refused, results, withheld
from .test_partner import FILE, X, held


@pytest.mark.parametrize("unit", ["levels", "units", "persons/levels", "level", "percent"])
def test_a_unit_may_have_the_name_of_a_level(unit):
    ours = [estimate("x", value=0.25, low=0.2, high=0.3, interval="bounds", unit=unit)]
    found, states = held(
        ours, (X, {"value": "0.25", "low": "0.2"}, {"description": f"unit={unit}"})
    )
    assert [state for *_, state, _ in states] == ["only_ours", "agrees", "agrees"]
    assert found.unscaled == 0
    # Ours has no level: theirs has one, and is an interval of another kind.
    said = {"description": f"unit={unit}; level=0.95"}
    _, states = held(ours, (X, {"value": "0.25", "low": "0.2"}, said))
    assert (X, "low", "unlike", "level") in states and (X, "value", "agrees", "") in states


@pytest.mark.parametrize("name", ["Count", "Median", "n", "value"])
def test_no_operation_prints_a_number_beside_one_that_is_not_given(name):
    ours = [
        withheld("hidden"), refused("x"), refused("y", verdict="not_assessable"),
        estimate("z", value=0.5),
    ]  # fmt: skip
    keys = ("a.reach.hidden", X, "a.reach.y")
    found, _ = held(ours, *((key, {name: "3"}) for key in keys))

    assert {(p.id, p.state, p.ours, p.theirs) for p in found.pairs if p.id in keys} == {
        (key, "unlike", "", "") for key in keys
    }


@pytest.mark.parametrize(
    ("part", "text", "made_up"),
    [
        ("name", "Made-up data: ours", True), ("description", "made up", True),
        ("label", "虚构数据", True), ("name", "Partner", False), ("description", 3, False),
    ],
)  # fmt: skip
def test_a_file_says_of_itself_that_its_data_are_made_up(part, text, made_up):
    found = read_partner(event((X, {"value": "1"}), **{part: text}), FILE)
    assert found.made_up is made_up
    assert (
        agreement(edition(results(estimate("x", value=1.0))), found, Tolerance()).made_up is made_up
    )


def test_a_description_that_is_no_text_is_refused():
    with pytest.raises(CompareError) as problem:
        held([estimate("x", value=1.0)], (X, {"value": "1"}, {"description": {"unit": "cases"}}))
    assert problem.value.values["place"] == "analyses[0].description"
    held([estimate("x", value=1.0)], (X, {"value": "1"}, {"description": None}))
