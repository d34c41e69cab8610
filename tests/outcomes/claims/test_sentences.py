"""What a reader is told must itself be true: cases that once were not."""

import random
from fractions import Fraction
from types import SimpleNamespace

import pytest

from evalkit.outcomes.claims.check import _alike

from .world import World, one, told


@pytest.fixture
def world():
    return World(random.Random(1))


def test_of_several_parts_one_person_may_use_up_more_than_one_of_what_is_too_much(world):
    parts = [world.claim(n) for n in (31, 32, 33)]
    code = world.relate("part_of", parts=parts, whole=world.claim(41))

    # 96 - 41 = 55, and who is in all three uses up two.
    assert "At least 28 people" in told(one(world, code))[1]


def test_an_overlap_is_never_of_nobody(world):
    parts = [world.claim(11), world.claim(9)]
    code = world.relate("part_of", parts=parts, whole=world.claim(20, "nearly"))

    assert "At least 1 people" in told(one(world, code))[1]


@pytest.mark.parametrize(
    "whole,flags,cure,no_cure",
    [
        (701, ("complete",), "parts that are not printed", "counted in two parts"),
        (601, ("exclusive",), "counted in two parts", "parts that are not printed"),
        (399, (), "counts something else", "parts that are not printed"),
    ],
)
def test_what_would_undo_a_finding_would_undo_it(world, whole, flags, cure, no_cure):
    parts = [world.claim(401), world.claim(255)]
    code = world.relate("part_of", flags=flags, parts=parts, whole=world.claim(whole))

    found = one(world, code)

    assert found.verdict == "contradicts"
    assert cure in found.otherwise.text("en")
    assert no_cure not in found.otherwise.text("en")


def test_the_ends_of_an_interval_never_look_alike(world):
    visits = world.claim(488_040, "last_digit", "person_times", Fraction(10))
    code = world.relate("per_unit", total=visits, by=[world.claim(118, unit="sessions")])

    found = one(world, code)

    assert told(found)[1].endswith("= [4,135.88983, 4,135.97458) visits per session.")
    assert "4,135.88983 to 4,135.97458" in found.can.text("en")


def test_a_contradiction_shows_the_digits_on_which_it_rests(world):
    code = world.relate(
        "per_unit",
        total=world.claim(13_754, "last_digit", "CNY"),
        by=[world.claim(11)],
        printed=world.claim(1250, "last_digit", "CNY/persons", Fraction(1, 10)),
    )

    assert told(one(world, code)) == (
        "contradicts",
        "Computed: 1,250.36364 [1,250.31818, 1,250.45455) yuan per person; "
        "printed: 1,250 [1,249.95, 1,250.1).",
    )


@pytest.mark.parametrize("unit", ["sessions", "CNY", "teams"])
def test_only_those_who_can_answer_are_said_to_answer(world, unit):
    share = world.claim(Fraction(975, 10), "last_digit", "percent", outcome="satisfaction")
    code = world.relate("share_of", stated=False, share=share, base=world.claim(118, unit=unit))

    assert "can have answered" not in told(one(world, code))[1]


def test_beside_people_nobody_comes_twice(world):
    share = world.claim(99, "last_digit", "percent", outcome="satisfaction")
    code = world.relate("share_of", stated=False, share=share, base=world.claim(51))

    found = one(world, code)

    assert found.verdict == "not_reachable"
    assert "visit" not in found.otherwise.text("en")


def test_a_count_of_nobody_is_a_share_of_any_base(world):
    share = world.claim(7, "nearly", "percent")
    code = world.relate("share_of", share=share, count=world.claim(0))

    assert told(one(world, code)) == ("cannot_verify", "A count of 0 implies no base.")


def test_the_same_thing_is_no_different_thing(world):
    world.claim(657, unit="teams")
    figures = [world.claim(657), world.claim(657)]
    world.relate("same_quantity", figures=figures)

    (found,) = [f for f in world.check().findings if f.rule == "same_digits"]

    assert told(found)[1] == "657 is printed for 2 different things."


@pytest.mark.parametrize("visits", [0, 1])
def test_of_one_visit_nothing_is_said(world, visits):
    world.claim(visits, unit="person_times")

    assert world.check().findings == ()


def test_one_part_is_no_sum(world):
    code = world.relate(
        "part_of", flags=("complete",), parts=[world.claim(31)], whole=world.claim(72)
    )

    assert told(one(world, code))[1] == "A part, 31, is less than its whole, 72."


@pytest.mark.parametrize("value", [200, 300, 1000])
def test_the_zeros_of_ten_thousands_may_be_rounded_like_others(world, value):
    wan = Fraction(10_000)
    figures = [
        world.claim((value - 2) * wan, "last_digit", "person_times", wan),
        world.claim(value * wan, "last_digit", "person_times", wan),
    ]
    code = world.relate("same_quantity", figures=figures)

    assert one(world, code).verdict == "cannot_verify"


def test_zeros_behind_a_point_are_printed_on_purpose(world):
    figures = [
        world.claim(Fraction(70), "last_digit", "percent", Fraction(1, 10)),
        world.claim(Fraction(712, 10), "last_digit", "percent", Fraction(1, 10)),
    ]
    code = world.relate("same_quantity", figures=figures)

    assert one(world, code).verdict == "contradicts"


def test_people_and_organisations_are_added_up_in_a_whole_of_both(world):
    parts = [world.claim(2001), world.claim(828, unit="organisations")]
    flags = ("exclusive", "complete")
    whole = world.claim(2829, unit="persons_and_organisations")
    code = world.relate("part_of", flags=flags, parts=parts, whole=whole)

    assert told(one(world, code)) == (
        "agrees",
        "2,001 + 828 = 2,829; the whole is printed as 2,829.",
    )


def test_who_serves_several_keeps_no_rule_from_being_kept(world):
    code = world.relate(
        "stated_rule",
        rule=world.claim(2, "over", "persons/communities"),
        times=world.claim(12, unit="communities"),
        count=world.claim(19),
    )

    found = one(world, code)

    assert found.verdict == "cannot_verify"
    assert found.settle.text("en") == "how many serve several at once"
    assert "none is counted for two of them" in found.assumption.text("en")


def test_so_many_different_people_were_not_fewer_in_each_session(world):
    code = world.relate(
        "per_unit",
        total=world.claim(3001),
        by=[world.claim(51, unit="sessions")],
        printed=world.claim(25, unit="persons/sessions"),
    )

    assert told(one(world, code)) == (
        "contradicts",
        "Were they all different people, there would be at least 58.84 visits per session, "
        "and more if some came again; printed: 25 [24.5, 26).",
    )


def test_figures_that_repeat_one_another_are_together_over_any_chain():
    def finding(*names, rule="repeats", verdict="agrees"):
        return SimpleNamespace(rule=rule, verdict=verdict, claims=names)

    chain = [finding("a", "b"), finding("c", "d"), finding("e", "f"), finding("b", "e")]
    others = [finding("a", "c", rule="parts_whole"), finding("d", "f", verdict="contradicts")]

    assert _alike([*chain, *others]) == [{"c", "d"}, {"a", "b", "e", "f"}]
