"""What only looks like a fault; see `world`. Each returns the check that must stay open."""

from fractions import Fraction

from evalkit.protocol.relations import Spell

from .planted import odd

# What looks like a fault and rests on an assumed end, or on what the text does not say.


def parts_exceed_more_than(w):
    whole = w.draw.randrange(2, 9) * 100
    sizes = [whole - 30, 30 + 100 + odd(w, 10, 90)]
    parts = [w.exactly(size + (size % 10 == 0), "persons") for size in sizes]
    whole_name = w.claim(whole, "over", "persons")
    return w.relate("part_of", flags=("exclusive",), parts=parts, whole=whole_name)


def parts_exceed_and_may_overlap(w):
    whole = odd(w, 100, 900)
    parts = [w.exactly(whole - 2, "persons"), w.exactly(odd(w, 20, 90), "persons")]
    return w.relate("part_of", parts=parts, whole=w.exactly(whole, "persons"))


def parts_exceed_side_by_side(w):
    sizes = [odd(w, 100, 900), odd(w, 100, 900)]
    parts = [w.exactly(size, "persons") for size in sizes]
    whole = w.exactly(odd(w, 20, 90), "persons")
    return w.relate("part_of", stated=False, flags=("exclusive",), parts=parts, whole=whole)


def parts_exceed_a_round_whole(w):
    whole = 100 * w.draw.randrange(2, 9)
    parts = [w.exactly(whole - 51, "persons"), w.exactly(51 + w.draw.randrange(1, 9), "persons")]
    return w.relate("part_of", flags=("exclusive",), parts=parts, whole=w.exactly(whole, "persons"))


def nearly_reached(w):
    truth = 1000 * w.draw.randrange(2, 9)
    names = [w.exactly(truth - 501 - w.draw.randrange(1, 99), "persons"), w.claim(truth, "nearly")]
    return w.relate("same_quantity", figures=names)


def cut_instead_of_rounded(w):
    # 66.6 % of 3, where rounding would give 66.7 %.
    share = w.claim(Fraction(666, 10), "last_digit", "percent", Fraction(1, 10))
    return w.relate(
        "share_of", share=share, base=w.exactly(3 * w.draw.choice([1, 7, 11]), "persons")
    )


def understated_headline(w):
    truth = odd(w, 60_000, 90_000)
    headline = w.claim(50_000, "truncated", "persons", Fraction(10_000))
    return w.relate("same_quantity", figures=[w.exactly(truth, "persons"), headline])


def rule_for_others(w):
    rule = w.claim(3, "over", "persons/sessions")
    return w.relate("stated_rule", stated=False, rule=rule, count=w.exactly(2, "persons"))


def inner_exceeds_unlike_outer(w):
    outer = odd(w, 20, 900)
    inner = w.exactly(outer + 11, "persons")
    return w.relate("inside", inner=inner, outer=w.exactly(outer, "persons"))


def base_is_zero(w):
    return w.relate("count_of_base", count=w.exactly(3, "teams"), base=w.exactly(0, "teams"))


def quotient_of_other_units(w):
    people, sessions = odd(w, 100, 900), odd(w, 10, 90)
    unit = w.draw.choice(["persons/sessions", "person_times/sessions"])
    printed = w.claim(people // sessions + w.draw.randrange(1, 9), "exact", unit)
    total, by = w.exactly(people, "persons"), w.exactly(sessions, "sessions")
    return w.relate("per_unit", total=total, by=[by], printed=printed)


def one_serves_several(w):
    unit = w.draw.choice(["persons/communities", "organisations/communities"])
    rule, places = w.claim(w.draw.randrange(2, 6), "over", unit), odd(w, 10, 60)
    count = w.exactly(odd(w, 10, 30), unit.split("/")[0])
    return w.relate("stated_rule", rule=rule, times=w.exactly(places, "communities"), count=count)


def round_kilometres(w):
    names = [w.claim(Fraction(118, 10), "last_digit", "km"), w.claim(12, "exact", "km")]
    return w.relate("same_quantity", figures=names)


def part_of_what_is_measured(w):
    unit = w.draw.choice(["km", "hours", "CNY", "days"])
    share = w.claim(odd(w, 10, 90), "last_digit", "percent")
    return w.relate("share_of", share=share, base=w.claim(5, "exact", unit))


def people_and_organisations(w):
    count, base = w.exactly(2000, "persons"), w.exactly(2829, "persons_and_organisations")
    return w.relate("count_of_base", count=count, base=base)


def rule_exceeded(w):
    each, times = w.draw.randrange(1, 6), odd(w, 10, 60)
    rule = w.claim(each, "exact", "sessions/months")
    count = w.exactly(each * times + odd(w, 10, 50) * 10 + 1, "sessions")
    return w.relate("stated_rule", rule=rule, times=w.exactly(times, "months"), count=count)


def roles_in_one_person(w):
    rule = w.claim(4, "over", "persons/sessions")
    return w.relate("stated_rule", flags=("shared",), rule=rule, count=w.exactly(3, "persons"))


def cadence_beside(w):
    held = w.exactly(w.draw.randrange(1, 10), "sessions")
    return w.relate("cadence", stated=False, held=held, spell=Spell("month", 12, 24))


def cadence_of_a_short_time(w):
    # "More than two" in at most five months.
    held = w.claim(2, "over", "sessions")
    return w.relate("cadence", held=held, spell=Spell("month", 5, 5))


def visits_of_others(w):
    visits, people = w.exactly(odd(w, 100, 900), "person_times"), w.exactly(1001, "persons")
    return w.relate("per_unit", stated=False, total=visits, by=[people])


def rate_against_a_target(w):
    name = w.claim(w.draw.randrange(101, 300), "exact", "percent")
    return f"above_all:{name}"


def rate_beside_people(w):
    share = w.claim(w.draw.randrange(101, 300), "exact", "percent")
    return w.relate(
        "share_of", stated=False, share=share, base=w.exactly(odd(w, 20, 900), "persons")
    )


NEAR = (
    parts_exceed_more_than, parts_exceed_and_may_overlap, parts_exceed_side_by_side,
    parts_exceed_a_round_whole, nearly_reached, cut_instead_of_rounded, understated_headline,
    rule_for_others, inner_exceeds_unlike_outer, base_is_zero, quotient_of_other_units,
    rule_exceeded, rate_against_a_target, rate_beside_people, one_serves_several,
    round_kilometres, part_of_what_is_measured, people_and_organisations, roles_in_one_person,
    cadence_beside, cadence_of_a_short_time, visits_of_others,
)  # fmt: skip
