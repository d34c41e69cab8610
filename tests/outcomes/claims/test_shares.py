"""Rules on percentages and zeros, with the sentence that a reader is told."""

import random
from fractions import Fraction

import pytest
from scipy.stats import beta

from evalkit.outcomes.claims.counts import upper_bound
from evalkit.outcomes.claims.shares import reachable
from evalkit.quantity import Span

from .world import World, one, told


@pytest.fixture
def world():
    return World(random.Random(1))


def test_a_percentage_that_the_visits_cannot_give_is_not_reachable(world):
    share = world.claim(99, "last_digit", "percent", Fraction(1), outcome="satisfaction")
    code = world.relate(
        "share_of", stated=False, share=share, base=world.claim(50, unit="person_times")
    )

    found = one(world, code)

    assert told(found) == (
        "not_reachable",
        "49 ÷ 50 = 98%, 50 ÷ 50 = 100%: no whole count of 50 or fewer, nor of up to 59 should 50 "
        "be a rounded number, gives 99% [98.5%, 100%). The smallest base that can is 67 "
        "(66 ÷ 67).",
    )
    assert found.assumption.text("en") == (
        "The percentage is a share of people, and at most one person answered for each of the "
        "50 visits."
    )
    assert found.otherwise.text("en").startswith("It would not hold if at least 67 people answered")
    # The visits themselves are accused of nothing.
    assert found.judged == (share,)
    assert world.check().verdicts[world.claims[1].claim_id] == "cannot_verify"


def test_a_percentage_that_enough_visits_could_give_is_left_open(world):
    share = world.claim(99, "last_digit", "percent", Fraction(1))
    code = world.relate("share_of", share=share, base=world.claim(501, unit="person_times"))

    found = one(world, code)

    assert told(found) == (
        "cannot_verify",
        "A base of 67 (66 ÷ 67) gives [98.5%, 99.5%); at most 501 visits can have answered.",
    )


def test_a_share_of_a_stated_base_is_tried_with_whole_counts(world):
    share = world.claim(Fraction(621, 10), "last_digit", "percent", Fraction(1, 10))
    code = world.relate("share_of", share=share, base=world.claim(2829))

    assert told(one(world, code)) == (
        "cannot_verify",
        "Of 2,829, counts from 1,756 to 1,758 give [62.05%, 62.15%). A base as large as this "
        "gives every percentage of so many digits, so that nothing is tested by it.",
    )


def test_a_share_and_its_count_imply_a_base(world):
    share = world.claim(Fraction(2343, 100), "last_digit", "percent", Fraction(1, 100))
    count = world.claim(488_040, "last_digit", step=Fraction(10))
    code = world.relate("share_of", share=share, count=count)

    assert told(one(world, code)) == (
        "derived",
        "[488,035, 488,045) ÷ [23.425%, 23.435%) = [2,082,505, 2,083,436] people.",
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


def test_a_share_above_the_whole_is_not_reachable_where_the_text_calls_it_one(world):
    share = world.claim(103, "last_digit", "percent", Fraction(1))
    code = world.relate("share_of", share=share, base=world.claim(299))

    found = one(world, code)

    assert told(found) == (
        "not_reachable",
        "103% [102.5%, 104%) is more than the whole of 100%: no count of a base gives it.",
    )
    assert "a rate against a target" in found.otherwise.text("en")
    assert found.judged == (share,)


@pytest.mark.parametrize("rounding", ["exact", "last_digit", "over", "nearly", "approx"])
def test_a_percentage_above_100_by_itself_may_be_a_rate_against_a_target(world, rounding):
    name = world.claim(135, rounding, "percent")

    found = one(world, f"above_all:{name}")

    assert found.verdict == "cannot_verify"
    assert "or a rate against a target, but no share" in found.arithmetic.text("en")


def test_beside_a_base_a_percentage_above_100_is_accused_of_nothing(world):
    share, base = world.claim(135, "exact", "percent"), world.claim(299)
    code = world.relate("share_of", stated=False, share=share, base=base)

    assert one(world, code).verdict == "cannot_verify"


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
    assert "those counted were named beforehand" in found.assumption.text("en")


@pytest.mark.parametrize(
    "value,rounding,unit,told_of",
    [
        (300, "exact", "persons", "0 of 300 people: "),
        (300, "last_digit", "persons", "0 of 250 people at the least (printed: 300): "),
        (300, "nearly", "persons", "0 of 250 people at the least (printed: nearly 300): "),
        (300, "approx", "persons", "0 of 285 people at the least (printed: about 300): "),
        (300, "over", "households", "0 of 300 households at the least (printed: 300 or more): "),
    ],
)
def test_a_zero_is_bounded_by_the_fewest_that_its_base_is_read_as(
    world, value, rounding, unit, told_of
):
    base = world.claim(value, rounding, unit)
    code = world.relate("count_of_base", count=world.claim(0, unit="crimes"), base=base)

    assert told(one(world, code))[1].startswith(told_of)


@pytest.mark.parametrize("unit", ["person_times", "hours", "CNY", "sessions"])
def test_a_zero_beside_what_may_hold_one_person_twice_bounds_no_share(world, unit):
    base = world.claim(300, unit=unit)
    code = world.relate("count_of_base", count=world.claim(0, unit="crimes"), base=base)

    found = one(world, code)

    assert (found.verdict, found.result) == ("cannot_verify", None)
    assert found.settle.text("en") == "the number of people, each counted once"


def test_a_zero_that_only_stands_beside_people_says_so(world):
    code = world.relate(
        "count_of_base", stated=False, count=world.claim(0, unit="crimes"), base=world.claim(299)
    )

    assert "the text does not say so" in one(world, code).assumption.text("en")


def test_an_accusation_names_the_smallest_base_of_the_widest_reading(world):
    share = world.claim(66, "last_digit", "percent", Fraction(1))
    code = world.relate("share_of", share=share, base=world.claim(2, unit="person_times"))

    assert told(one(world, code)) == (
        "not_reachable",
        "1 ÷ 2 = 50%, 2 ÷ 2 = 100%: no whole count of 2 or fewer gives 66% [65.5%, 67%). "
        "The smallest base that can is 3 (2 ÷ 3).",
    )


@pytest.mark.parametrize(
    "share,base,told_of",
    [
        # Silently rounded: 60 visits can be up to 69.
        (
            (99, "last_digit"),
            (60, "exact", "person_times"),
            "Read as widely as the words allow, 99% [98.5%, 100%), the smallest base is 67 "
            "(66 ÷ 67); at most 69 visits can have answered.",
        ),
        (
            (99, "last_digit"),
            (60, "over", "person_times"),
            "A base of 67 (66 ÷ 67) gives [98.5%, 99.5%); how many can have answered has no "
            "upper end (60 or more).",
        ),
        (
            (33, "last_digit"),
            (150, "over", "persons"),
            "Of [150, 160), 50 ÷ 150 for one gives [32.5%, 33.5%).",
        ),
        (
            (66, "last_digit"),
            (3, "exact", "persons"),
            "No whole count of 3 gives [65.5%, 66.5%). Read as widely as the words allow, "
            "66% [65.5%, 67%), 2 ÷ 3 does.",
        ),
        ((38, "last_digit"), (8, "exact", "persons"), "Of 8, a count of 3 gives [37.5%, 38.5%)."),
    ],
)
def test_each_base_is_told_as_it_was_tried(world, share, base, told_of):
    name = world.claim(share[0], share[1], "percent", Fraction(1))
    code = world.relate("share_of", share=name, base=world.claim(*base))

    assert told(one(world, code))[1] == told_of


@pytest.mark.parametrize(
    "count,share,verdict",
    [
        (3, "70", "derived"),  # 75 % of 4, said in tens.
        (4, "99.7", "not_reachable"),
        (0, "50", "not_reachable"),
        (3, "135", "not_reachable"),
        (3, "75", "derived"),
    ],
)
def test_a_count_and_a_share_without_a_whole_base_are_found(world, count, share, verdict):
    step = Fraction(1, 10) if "." in share else Fraction(1)
    name = world.claim(Fraction(share), "last_digit", "percent", step)
    code = world.relate("share_of", share=name, count=world.claim(count))

    found = one(world, code)

    assert found.verdict == verdict
    if verdict == "derived":
        assert found.result.usual.low.denominator == found.result.usual.high.denominator == 1


def test_a_share_with_its_base_is_not_said_to_lack_a_number(world):
    share = world.claim(Fraction(621, 10), "over", "percent", Fraction(1, 10))
    code = world.relate("share_of", share=share, base=world.claim(2829))

    can = world.check()
    (found,) = [f for f in can.findings if f.check == code]
    assert found.can.text("en") == (
        "“figure W-1; figure W-2”: the text prints 62.1% or more, and 2,829 people."
    )


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
        "2,000 or more visits can be those of 1 person, or each of a different person."
    )


def test_a_share_is_reachable_exactly_where_counting_finds_it():
    for base in range(1, 60):
        for tenths in range(0, 1001, 7):
            value = Fraction(tenths, 1000)
            span = Span(max(value - Fraction(1, 2000), Fraction(0)), value + Fraction(1, 2000),
                        high_open=True)  # fmt: skip
            counted = any(Fraction(k, base) in span for k in range(base + 1))

            assert (reachable(span, Span.at(base)) is not None) == counted, (base, tenths)


@pytest.mark.parametrize(
    ("share", "base", "found"),
    [
        # One person is a base: of one all or none.
        (Span.at(1), Span.at(1), (1, 1)),
        (Span.at(0), Span.at(1), (0, 1)),
        (Span.at(Fraction(1, 2)), Span.at(1), None),
        (Span.at(Fraction(1, 2)), Span.at(2), (1, 2)),
        (Span.at(Fraction(1, 2)), Span(Fraction(1), Fraction(3)), (1, 2)),
        (Span.at(Fraction(1, 2)), Span(Fraction(3), None), (2, 4)),
        (Span.at(2), Span.at(1), None),
    ],
)
def test_a_share_of_so_few_that_they_can_be_named(share, base, found):
    assert reachable(share, base) == found
