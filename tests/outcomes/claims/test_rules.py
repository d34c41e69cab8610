"""Each rule, with the sentence that a reader is told and the verdict beside it."""

import ast
import random
from fractions import Fraction
from pathlib import Path

import pytest

from evalkit.errors import StudyError
from evalkit.outcomes.claims import ADVERSE, VERDICTS
from evalkit.protocol import read_study
from evalkit.quantity import Span
from evalkit.words import sentence

from .world import World, one, told

ROOT = Path(__file__).parents[3]


@pytest.fixture
def world():
    return World(random.Random(1))


def test_parts_that_may_overlap_ask_for_the_overlap_and_accuse_nobody(world):
    parts = [world.claim(608), world.claim(62)]
    code = world.relate("part_of", parts=parts, whole=world.claim(657))

    found = one(world, code)

    assert told(found) == (
        "cannot_verify",
        "608 + 62 = 670 > 657. At least 13 people must be counted in more than one part, "
        "or some lie outside the whole.",
    )
    assert found.settle.text("en") == "how many are counted in more than one part"
    assert found.cannot.text("en") == "“670 people of 657 people”, or a success rate from them."
    assert (found.result.value, found.result.usual) == (13, Span.at(13))


def test_exclusive_parts_above_the_whole_contradict_it(world):
    parts = [world.claim(608), world.claim(62)]
    code = world.relate("part_of", flags=("exclusive",), parts=parts, whole=world.claim(657))

    found = one(world, code)

    assert told(found) == ("contradicts", "608 + 62 = 670 > 657.")
    assert "Nobody is counted in two parts" in found.assumption.text("en")
    assert "It would not hold if" in found.otherwise.text("en")


@pytest.mark.parametrize("whole,premise", [(60, "Nobody is counted"), (80, "no part of it is")])
def test_parts_that_are_all_and_apart_rest_on_the_premise_that_counts(world, whole, premise):
    parts = [world.claim(n) for n in (31, 41)]
    flags = ("exclusive", "complete")
    code = world.relate("part_of", flags=flags, parts=parts, whole=world.claim(whole + 1))

    found = one(world, code)

    assert found.verdict == "contradicts"
    assert premise in found.assumption.text("en")


def test_parts_that_make_up_the_whole_agree(world):
    parts = [world.claim(14, unit="teams"), world.claim(23, unit="teams")]
    whole = world.claim(37, unit="communities")
    flags = ("exclusive", "complete", "one_each")
    code = world.relate("part_of", flags=flags, parts=parts, whole=whole)

    assert told(one(world, code)) == ("agrees", "14 + 23 = 37; the whole is printed as 37.")
    assert world.check().verdicts == dict.fromkeys([*parts, whole], "agrees")


def test_parts_of_another_unit_than_their_whole_do_not_fit(world):
    parts = [world.claim(14, unit="teams"), world.claim(23, unit="teams")]
    code = world.relate("part_of", parts=parts, whole=world.claim(37, unit="communities"))

    found = one(world, code)

    assert told(found) == ("units_differ", "One figure counts teams, the other communities.")


def test_one_number_for_people_and_for_organisations_does_not_fit(world):
    figures = [world.claim(2829), world.claim(2829, unit="persons_and_organisations")]
    code = world.relate("same_quantity", figures=figures)

    found = one(world, code)

    assert (found.rule, *told(found)) == (
        "two_definitions",
        "units_differ",
        "One figure counts people, the other people and organisations.",
    )
    assert "loose way of speaking" in found.otherwise.text("en")


def test_a_headline_cut_short_agrees_with_the_full_figure(world):
    figures = [
        world.claim(488_040, "last_digit", step=Fraction(10)),
        world.claim(480_000, "truncated", step=Fraction(10_000)),
    ]
    code = world.relate("same_quantity", figures=figures)

    assert told(one(world, code)) == (
        "agrees",
        "[488,035, 488,045); [480,000, 490,000): the ranges overlap.",
    )


def test_a_repeat_counts_once(world):
    first, second = world.claim(4311, unit="teams"), world.claim(4311, unit="teams")
    world.relate("repeats", figures=[first, second])

    assert world.check().again == {second}


def test_a_quotient_carries_the_intervals_of_both_its_parts(world):
    code = world.relate(
        "per_unit",
        total=world.claim(5_670_000, "over", "hours"),
        by=[world.claim(488_040, "last_digit", step=Fraction(10))],
    )

    found = one(world, code)

    assert told(found) == (
        "derived",
        "[5,670,000, 5,680,000) ÷ [488,035, 488,045) = (11.62, 11.64) hours per person.",
    )
    assert found.result.firm.high is None
    assert found.cannot.text("en") == "That each received just this, or a ranking of areas by it."


def test_people_for_each_person_are_a_ratio(world):
    code = world.relate("per_unit", total=world.claim(50), by=[world.claim(5)])

    assert told(one(world, code)) == ("derived", "50 ÷ 5 = 10 times as many.")


def test_a_rule_gives_what_would_be_due_and_has_no_upper_end(world):
    rule = world.claim(4, "over", "organisations/communities")
    code = world.relate("stated_rule", rule=rule, times=world.claim(4, unit="communities"))

    found = one(world, code)

    assert told(found) == ("derived", "4 or more for each gives 16 or more organisations in all.")
    assert found.result.usual == Span(Fraction(16), None)


def test_a_rule_that_the_text_does_not_tie_to_the_count_stays_open(world):
    rule = world.claim(3, "over", "persons/sessions")
    code = world.relate("stated_rule", stated=False, rule=rule, count=world.claim(2))

    found = one(world, code)

    assert told(found) == (
        "cannot_verify",
        "By the rule there would be 3 or more people, but 2 are reported.",
    )
    assert found.settle.text("en") == "whether the text means them to belong together"


def test_people_in_each_session_times_sessions_are_visits(world):
    rule = world.claim(3, "over", "persons/sessions")
    code = world.relate("stated_rule", rule=rule, times=world.claim(8, unit="sessions"))

    assert told(one(world, code)) == (
        "derived",
        "3 or more for each gives 24 or more visits in all.",
    )


@pytest.mark.parametrize(
    "reported,verdict",
    [(24, "agrees"), (25, "cannot_verify"), (23, "cannot_verify"), (15, "contradicts")],
)
def test_a_rule_is_broken_by_less_and_never_by_more(world, reported, verdict):
    code = world.relate(
        "stated_rule",
        rule=world.claim(2, unit="sessions/months"),
        times=world.claim(12, unit="months"),
        count=world.claim(reported, unit="sessions"),
    )

    found = one(world, code)

    assert found.verdict == verdict
    if reported == 25:
        assert "more than the rule asks for" in found.arithmetic.text("en")
        assert found.settle.text("en") == "whether the rule is a least number"


@pytest.mark.parametrize("unit", ["persons/sessions", "person_times/sessions"])
def test_people_who_come_to_each_session_may_be_counted_each_coming(world, unit):
    code = world.relate(
        "per_unit",
        total=world.claim(9600),
        by=[world.claim(241, unit="sessions")],
        printed=world.claim(40, unit=unit),
    )

    assert one(world, code).verdict == "cannot_verify"


def test_one_wrong_whole_does_not_brand_its_parts(world):
    parts = [world.claim(n) for n in (11, 12, 13, 14)]
    whole = world.claim(9)
    world.relate("part_of", flags=("exclusive", "complete"), parts=parts, whole=whole)

    assert world.check().verdicts == dict.fromkeys(parts, "cannot_verify") | {whole: "contradicts"}


def test_to_be_smaller_or_to_stand_twice_makes_no_figure_right(world):
    base, count = world.claim(31), world.claim(17)
    world.relate("count_of_base", count=count, base=base)
    world.relate("inside", flags=("alike",), inner=count, outer=base)
    world.relate("repeats", figures=[base, world.claim(31)])

    checked = world.check()

    assert {f.verdict for f in checked.findings} == {"agrees", "derived"}
    assert set(checked.verdicts.values()) == {"cannot_verify"}


def test_what_stands_side_by_side_is_never_said_to_be_in_the_text(world):
    """Every kind, not stated: no assumption claims that the text says so."""
    share, base = world.claim(50, "last_digit", "percent", Fraction(1)), world.claim(31)
    count, visits = world.claim(17), world.claim(310, unit="person_times")
    sessions, each = (
        world.claim(31, unit="sessions"),
        world.claim(10, "exact", "person_times/sessions"),
    )
    other = world.claim(31, unit="cases")
    tell = [
        ("part_of", {"parts": [count], "whole": base}),
        ("part_of", {"parts": [count], "whole": other}),
        ("share_of", {"share": share, "base": base}),
        ("share_of", {"share": share, "base": base, "count": count}),
        ("share_of", {"share": share, "count": count}),
        ("same_quantity", {"figures": [base, count]}),
        ("same_quantity", {"figures": [base, other]}),
        ("count_of_base", {"count": count, "base": base}),
        ("per_unit", {"total": visits, "by": [sessions], "printed": each}),
        ("per_unit", {"total": visits, "by": [sessions]}),
        ("stated_rule", {"rule": each, "times": sessions, "count": visits}),
        ("inside", {"inner": count, "outer": base}),
    ]
    for kind, roles in tell:
        world.relate(kind, stated=False, **roles)

    for found in world.check().findings:
        if found.relation and found.assumption:
            assert "as the text" not in found.assumption.text("en"), found
            assert "原文如此" not in found.assumption.text("zh"), found
            assert found.verdict in ("cannot_verify", "derived"), found


def test_a_place_is_judged_by_the_larger_one_only_where_both_count_the_same(world):
    inner, outer = world.claim(657), world.claim(600, "exact")
    alike = world.relate("inside", flags=("alike",), inner=inner, outer=world.claim(613))
    unlike = world.relate("inside", inner=inner, outer=outer)

    assert told(one(world, alike)) == (
        "contradicts",
        "657 in the smaller place is more than 613 in the larger one.",
    )
    assert one(world, unlike).verdict == "cannot_verify"


def test_visits_of_unlike_places_say_nothing(world):
    world.relate("inside", inner=world.claim(9), outer=world.claim(5, unit="person_times"))

    assert [f.rule for f in world.check().findings] == ["visits"]


def test_a_rise_without_a_figure_stays_out_of_every_result(world):
    name = world.claim(1, "none", "flag")

    found = one(world, f"unquantified:{name}")

    assert found.verdict == world.check().verdicts[name] == "unquantified"
    assert found.result is None


def test_a_base_of_zero_divides_nothing(world):
    code = world.relate("per_unit", total=world.claim(5, unit="hours"), by=[world.claim(0)])

    assert told(one(world, code)) == (
        "cannot_verify",
        "The base is 0: nothing is a share of it or can be divided by it.",
    )


def test_a_relation_to_what_is_no_number_is_left_open(world):
    code = world.relate("same_quantity", figures=[world.claim(5), world.claim(1, "none", "flag")])

    assert told(one(world, code)) == ("cannot_verify", "One of the figures is no number.")


def test_equal_figures_that_a_relation_explains_are_not_pointed_out(world):
    figures = [world.claim(4311, unit="teams") for _ in range(2)]
    world.relate("repeats", figures=figures)

    assert "same_digits" not in {f.rule for f in world.check().findings}


@pytest.mark.parametrize("value,noted", [(12, False), (120, False), (1200, False), (123, True)])
def test_equal_figures_with_few_digits_are_chance(world, value, noted):
    world.claim(value)
    world.claim(value, unit="sessions")

    assert ("same_digits" in {f.rule for f in world.check().findings}) == noted


def test_every_finding_against_what_is_printed_says_what_it_rests_on():
    from .planted import PLANTS

    for plant in PLANTS:
        world = World(random.Random(7))
        plant(world)
        for found in world.check().findings:
            if found.adverse:
                for lang in ("en", "zh"):
                    assert found.assumption.text(lang) and found.otherwise.text(lang)
                    assert found.can.text(lang) and found.cannot.text(lang)


def test_verdicts_are_ordered_from_the_gravest():
    assert VERDICTS[: len(ADVERSE)] == ADVERSE
    assert VERDICTS[-1] == "unquantified"


def test_no_rule_names_an_area_a_place_or_a_figure():
    study = read_study(ROOT / "study.toml")
    names = {*study.areas, *(t for a in study.areas.values() for t in a.name.text.values())}
    for file in (ROOT / "src/evalkit/outcomes/claims").glob("*.py"):
        nodes = [n for n in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
        texts = [n.value for n in nodes if isinstance(n, ast.Constant)]
        words = " ".join(t for t in texts if isinstance(t, str))
        numbers = {t for t in texts if isinstance(t, int | float) and not isinstance(t, bool)}

        assert not [name for name in names if name.lower() in words.lower().split()], file
        # What is left are the ends of a share, a share in per cent, guards of size, and how
        # near a misspelt name must be to be offered.
        assert numbers <= {0, 0.5, 1, 2, 3, 6, 10, 100, 100_000}, (file, numbers)


@pytest.mark.parametrize("unit", ["percent", "percent_change", "CNY/persons"])
def test_a_rate_of_a_smaller_place_may_exceed_that_of_the_larger(world, unit):
    inner, outer = world.claim(15, "exact", unit), world.claim(8, "exact", unit)
    code = world.relate("inside", flags=("alike",), inner=inner, outer=outer)

    assert one(world, code).verdict == "cannot_verify"


@pytest.mark.parametrize(
    "kind,roles,told",
    [
        (
            "share_of",
            ("share", "base"),
            "share must be a figure in percent, but W-1 counts persons.",
        ),
        ("stated_rule", ("rule", "count"), "such as persons/sessions, but W-1 counts persons."),
    ],
)
def test_a_figure_that_cannot_play_its_role_is_a_slip_of_the_relation(world, kind, roles, told):
    world.relate(kind, **{role: world.claim(n) for role, n in zip(roles, (5, 9), strict=True)})

    with pytest.raises(StudyError) as caught:
        world.check()

    assert told in sentence(caught.value, "en")
