"""What is said of overlaps, shares and rules is true for any number of parts and sessions."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from evalkit.outcomes.claims.said import printed_amount
from evalkit.quantity import Span

from .world import World, one, told


@pytest.fixture
def world():
    return World(random.Random(1))


def of_parts(world, sizes, whole, unit="persons"):
    parts = [world.claim(size, unit=unit) for size in sizes]
    return one(world, world.relate("part_of", parts=parts, whole=world.claim(whole, unit=unit)))


def test_of_three_parts_the_repeats_reconcile_them_and_not_so_many_people(world):
    found = of_parts(world, (31, 32, 33), 70)

    assert told(found) == (
        "cannot_verify",
        "31 + 32 + 33 = 96 > 70. At least 13 people must be counted in more than one part, or "
        "some lie outside the whole: the sum is 26 too high, and each counted in 3 parts makes "
        "up for 2 of that, each counted in two parts for one.",
    )
    assert found.otherwise.text("en").startswith(
        "It is reconciled if the repeats come to 26 or more, one for each part beyond the first"
    )
    assert "重复计入的次数合计达到26或更多" in found.otherwise.text("zh")
    assert found.settle.text("en") == "in how many parts each is counted"
    assert (found.result.value, found.result.usual) == (13, Span(Fraction(13), None))


def test_of_two_parts_repeats_and_people_are_one_number(world):
    found = of_parts(world, (608, 62), 657)

    assert found.otherwise.text("en").startswith("It is reconciled if 13 people or more are")
    assert found.result.usual == Span.at(13)


@pytest.mark.parametrize("sizes", [(3, 2), (3, 2, 2), (2, 2, 2), (3, 1, 2, 1)])
def test_the_repeats_and_the_least_people_hold_in_every_small_world(sizes):
    # Every way to fill the parts from three people, by counting.
    people = range(3)
    ways = itertools.product(*(itertools.combinations(people, size) for size in sizes))
    for parts in ways:
        counted = [sum(one in part for part in parts) for one in people]
        union = sum(n > 0 for n in counted)
        repeats, several = sum(max(n - 1, 0) for n in counted), sum(n > 1 for n in counted)
        if sum(sizes) <= union:
            continue
        found = of_parts(World(random.Random(1)), sizes, union)
        over = sum(sizes) - union

        assert repeats == over
        assert several >= found.result.value
        assert f"{over} " in found.arithmetic.text("en") or len(sizes) == 2


@pytest.mark.parametrize(
    ("value", "rounding", "usual"),
    [
        (97, "approx", "[92.15%, 100%]"),
        (100, "last_digit", "[99.5%, 100%]"),
        (100, "approx", "[95%, 100%]"),
        (99, "last_digit", "[98.5%, 99.5%)"),
        (0, "last_digit", "[0%, 0.5%)"),
        # No share at all, but a rate against a target.
        (100, "over", "[100%, 110%)"),
        (103, "approx", "[97.85%, 108.15%]"),
    ],
)
def test_a_share_is_read_as_nothing_above_the_whole(world, value, rounding, usual):
    world.claim(value, rounding, "percent", Fraction(1))
    quantity = world.claims[-1].quantity(0.05)

    assert printed_amount(quantity).text("en") == usual
    if value <= 100 and rounding != "over":
        assert "[0%, 100%]" in printed_amount(quantity, usual=False).text("en") or (
            quantity.firm.high is not None
        )


def test_only_who_asks_for_it_sees_more_digits(world):
    world.claim(50, "last_digit", "percent", Fraction(1))
    thirds = Span(Fraction(1, 3), Fraction(2, 3))
    quantity = replace(world.claims[-1].quantity(0.05), usual=thirds)

    coarse = printed_amount(quantity).text("en")

    assert coarse == printed_amount(quantity, fine=False).text("en")
    assert len(coarse) < len(printed_amount(quantity, fine=True).text("en"))


@pytest.mark.parametrize("rounding", ["exact", "last_digit", "over", "nearly", "approx"])
def test_the_share_of_a_count_in_its_base_ends_at_the_whole(world, rounding):
    count, base = world.claim(97, rounding), world.claim(100, "approx")
    share = world.claim(98, "last_digit", "percent", Fraction(1))
    codes = [
        world.relate("share_of", share=share, count=count, base=base),
        f"{world.relate('count_of_base', count=count, base=base)}:share",
    ]

    for code in codes:
        span = one(world, code).result.usual

        assert span.low >= 0 and span.high <= 1


def test_more_than_95_per_cent_of_a_target_may_be_103_and_contradicts_nothing(world):
    figures = [world.claim(95, "over", "percent"), world.claim(103, "exact", "percent")]

    assert one(world, world.relate("same_quantity", figures=figures)).verdict == "cannot_verify"


def ruled(world, each, unit, count, times=None, stated=True, shared=False):
    roles = {"rule": world.claim(each, "over", unit), "count": world.claim(*count)}
    if times is not None:
        roles["times"] = world.claim(times, unit=unit.partition("/")[2])
    code = world.relate("stated_rule", stated=stated, **roles)
    world.relations[-1].flags["shared"] = shared
    return one(world, code)


@pytest.mark.parametrize("times", [None, 1, 10])
def test_a_rule_that_not_one_session_can_keep_is_contradicted(world, times):
    found = ruled(world, 4, "persons/sessions", (3,), times)

    assert told(found) == (
        "contradicts",
        "By the rule there would be 4 or more people for each one, but 3 are reported in all: "
        "not even one of them can keep it.",
    )
    assert "at one and the same, nobody counts for two" in found.assumption.text("en")
    assert "in two roles at once" in found.otherwise.text("en")
    assert found.judged == found.relation.roles["count"]


@pytest.mark.parametrize(
    ("each", "unit", "count", "times", "more"),
    [
        (4, "persons/sessions", (3,), None, {"shared": True}),
        (4, "persons/sessions", (3, "exact", "person_times"), 1, {"shared": True}),
        (4, "persons/sessions", (3,), None, {"stated": False}),
        (4, "persons/sessions", (4,), None, {}),
        (4, "persons/sessions", (3, "over"), None, {}),
        # Five serve ten sessions in turn.
        (4, "persons/sessions", (5,), 10, {}),
        # 30 may be 34, and 4.0 on average may leave a session with three.
        (31, "persons/sessions", (30,), None, {}),
        # Of places one after the other may be served.
        (4, "organisations/communities", (3, "exact", "organisations"), 9, {}),
    ],
)
def test_a_rule_that_a_session_may_keep_is_left_open(world, each, unit, count, times, more):
    assert ruled(world, each, unit, count, times, **more).verdict == "cannot_verify"
