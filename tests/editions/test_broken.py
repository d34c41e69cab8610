"""Whatever stands in one place of a results file: it is refused, or compared without a fault."""

import contextlib
import copy
import json
from pathlib import Path

import pytest

from evalkit.bundle.held import UNFIT
from evalkit.bundle.listings import listings
from evalkit.editions.agreement import agreement
from evalkit.editions.changes import changes_between
from evalkit.editions.edition import checked
from evalkit.editions.lines import agreement_lines, change_lines
from evalkit.editions.partner import read_partner
from evalkit.editions.tolerance import Tolerance
from evalkit.errors import CompareError

from .made import edition, estimate, event, rating, refused, results, verdict, withheld, word

ONE = {"parameter": "window", "planned": "52", "used": "26"}
HELD = results(
    verdict(), rating(),
    estimate(
        "x", value=0.5, low=0.4, high=0.6, interval="confidence", level=0.95, n=40,
        group=word("all"), dims=(("sex", "girl"),), policy="1",
    ) | {"plan": "deviation", "deviations": [ONE]},
    withheld("y"), refused("z"),
)  # fmt: skip
KEY = "a.reach.x[sex=girl]"
JUNK = [None, True, 0, -1, 1.5, 10**400, "", "x", "\u202e<b>", [], {}, [[]], [{}], {"code": 3},
        {"code": "x", "text": {}}, {"en": None}, ["a", "b"], [["a", 3]]]  # fmt: skip


def places(data, way=()):
    """Every way to a part of the data."""
    yield way
    named = data.items() if isinstance(data, dict) else ()
    for key, value in enumerate(data) if isinstance(data, list) else named:
        yield from places(value, (*way, key))


def altered(data, way, junk):
    made = copy.deepcopy(data)
    inner = made
    for key in way[:-1]:
        inner = inner[key]
    if junk == "gone" and isinstance(inner, dict):
        del inner[way[-1]]
    else:
        inner[way[-1]] = junk
    return made


WAYS = [way for way in places(json.loads(json.dumps(HELD))) if way]


@pytest.mark.parametrize("junk", [*JUNK, "gone"], ids=repr)
def test_any_part_of_a_results_file_may_be_anything(junk):
    held, whole = edition(HELD), json.loads(json.dumps(HELD))
    read = 0
    for way in WAYS:
        data = altered(whole, way, junk)
        try:
            checked(data)
        except UNFIT:
            continue
        read += 1
        assert change_lines(changes_between(held, edition(data)), "en")
        assert change_lines(changes_between(edition(data), held), "zh")
        with contextlib.suppress(LookupError, TypeError):
            listings([data])
    assert 0 < read < len(WAYS)


EVENT = event(
    (
        KEY, {"value": "0.5", "n": "41"},
        {"description": "unit=share; level=0.95"},
    ),
)  # fmt: skip
EVENT_WAYS = [way for way in places(EVENT) if way]


@pytest.mark.parametrize("junk", [*JUNK, "gone"], ids=repr)
def test_any_part_of_a_partners_file_may_be_anything(junk):
    for way in EVENT_WAYS:
        try:
            theirs = read_partner(altered(EVENT, way, junk), Path("p.json"))
            found = agreement(edition(HELD), theirs, Tolerance())
        except CompareError:
            continue
        assert agreement_lines(found, "en") and agreement_lines(found, "zh")


@pytest.mark.parametrize("data", JUNK)
def test_what_is_no_object_at_all_is_refused(data):
    with pytest.raises(UNFIT):
        checked(data)
