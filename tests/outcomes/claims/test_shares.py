"""Rules on percentages and zeros, with the sentence that a reader is told."""

import random
from fractions import Fraction

import pytest
from scipy.stats import beta

from evalkit.outcomes.claims.shares import reachable, upper_bound
from evalkit.quantity import Span

from .world import World, one, told


@pytest.fixture
def world():
    return World(random.Random(1))


def test_a_percentage_that_the_visits_cannot_give_is_not_reachable(world):
    share = world.claim(99, "last_digit", "percent", Fraction(1))
    code = world.relate(
        "share_of", stated=False, share=share, base=world.claim(50, unit="person_times")
    )

    found = one(world, code)

    assert told(found) == (
        "not_reachable",
        "49 ÷ 50 = 98%, 50 ÷ 50 = 100%: no whole count of 50 or fewer gives [98.5%, 99.5%). "
        "The smallest base that can is 67 (66 ÷ 67).",
    )
    assert found.assumption.text("en") == (
        "The percentage is a share of people, and at most one person answered for each of the "
        "50 visits."
    )
    assert found.otherwise.text("en").startswith("It would not hold if at least 67 people answered")
    # The visits themselves are accused of nothing.
    assert found.claims == (share,)
    assert world.check().verdicts[world.claims[1].claim_id] == "cannot_verify"


def test_a_percentage_that_enough_visits_could_give_is_left_open(world):
    share = world.claim(99, "last_digit", "percent", Fraction(1))
    code = world.relate("share_of", share=share, base=world.claim(501, unit="person_times"))

    found = one(world, code)

    assert told(found) == (
        "cannot_verify",
        "A base of 67 (66 ÷ 67) gives [98.5%, 99.5%), and up to [1, 501] can have answered.",
    )


def test_a_share_of_a_stated_base_is_tried_with_whole_counts(world):
    share = world.claim(Fraction(621, 10), "last_digit", "percent", Fraction(1, 10))
    code = world.relate("share_of", share=share, base=world.claim(2829))

    assert told(one(world, code)) == (
        "agrees",
        "Of 2,829, a count of 1,756 to 1,758 gives [62.05%, 62.15%).",
    )


def test_a_share_and_its_count_imply_a_base(world):
    share = world.claim(Fraction(2343, 100), "last_digit", "percent", Fraction(1, 100))
    count = world.claim(488_040, "last_digit", step=Fraction(10))
    code = world.relate("share_of", share=share, count=count)

    assert told(one(world, code)) == (
        "derived",
        "[488,035, 488,045) ÷ [23.425%, 23.435%) = (2,082,505, 2,083,436) people.",
    )


def test_a_count_of_a_base_gives_its_share_with_the_ends_that_rounding_leaves(world):
    code = world.relate(
        "count_of_base",
        count=world.claim(135, unit="wishes"),
        base=world.claim(150, "over", "wishes"),
    )

    assert told(one(world, code))[0] == "agrees"
    assert told(one(world, f"{code}:share")) == (
        "derived",
        "135 ÷ [150, 160) = (84.375%, 90%].",
    )


def test_a_share_without_a_base_names_the_smallest_base(world):
    name = world.claim(Fraction(7191, 100), "last_digit", "percent", Fraction(1, 100))

    assert told(one(world, f"smallest_base:{name}")) == (
        "cannot_verify",
        "The smallest base that gives [71.905%, 71.915%) is 89 (64 ÷ 89).",
    )


def test_a_share_above_the_whole_is_not_reachable(world):
    name = world.claim(103, "last_digit", "percent", Fraction(1))

    found = one(world, f"above_all:{name}")

    assert told(found) == ("not_reachable", "[102.5%, 103.5%) is more than the whole of 100%.")
    assert "is a share of a whole and not a rise" in found.assumption.text("en")


@pytest.mark.parametrize("printed", ["100", "100.4"])
def test_a_share_that_may_be_the_whole_is_accused_of_nothing(world, printed):
    world.claim(
        Fraction(printed), "approx" if printed != "100" else "last_digit", "percent", Fraction(1)
    )

    assert not any(f.adverse for f in world.check().findings)


def test_a_change_in_per_cent_is_no_share(world):
    world.claim(140, "exact", "percent_change")

    assert world.check().findings == ()


def test_a_zero_without_people_gives_an_example_of_what_it_leaves_open(world):
    name = world.claim(0, "exact", "crimes", outcome="recidivism")

    verdict, text = told(one(world, f"zero:{name}"))

    assert verdict == "cannot_verify"
    assert "Had there been 60 people, every true share up to 4.870% would remain possible" in text


def test_a_zero_beside_people_gives_its_upper_bound(world):
    count = world.claim(0, "exact", "crimes", outcome="recidivism")
    code = world.relate("count_of_base", count=count, base=world.claim(299))

    found = one(world, code)

    assert told(found) == (
        "cannot_verify",
        "0 of 299 people: every true share up to 0.9969% remains possible (one-sided 95% bound).",
    )
    assert "the villages were named before anything was counted" in found.assumption.text("en")


@pytest.mark.parametrize("n", [1, 10, 60, 299, 5000])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_the_bound_of_a_zero_is_that_of_clopper_and_pearson(n, level):
    # Both are closed forms of the same quantile; a billionth is their rounding.
    assert upper_bound(n, level) == pytest.approx(beta.ppf(level, 1, n), abs=1e-9)


def test_the_rule_of_three_holds_at_ninety_five_per_cent():
    # Hanley and Lippman-Hand (1983): 3/n is within a tenth for n of 30 and more.
    for n in (30, 100, 1000):
        assert upper_bound(n, 0.95) == pytest.approx(3 / n, rel=0.1)


def test_visits_give_bounds_for_the_people_behind_them(world):
    exact, open_ = world.claim(50, unit="person_times"), world.claim(2000, "over", "person_times")

    assert told(one(world, f"visits:{exact}"))[1] == (
        "50 visits can be those of 1 person or of up to 50 different people."
    )
    assert told(one(world, f"visits:{open_}"))[1] == (
        "More than 2,000 visits can be those of 1 person or of as many different people."
    )


def test_a_share_is_reachable_exactly_where_counting_finds_it():
    for base in range(1, 60):
        for tenths in range(0, 1001, 7):
            value = Fraction(tenths, 1000)
            span = Span(max(value - Fraction(1, 2000), Fraction(0)), value + Fraction(1, 2000),
                        high_open=True)  # fmt: skip
            counted = any(Fraction(k, base) in span for k in range(base + 1))

            assert (reachable(span, Span.at(base)) is not None) == counted, (base, tenths)
