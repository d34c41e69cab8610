"""Faults that no reading allows, and near misses that one does; see `world`.

Each plant returns the check, the rule and the verdict that must be found.
"""

from dataclasses import replace
from fractions import Fraction

from evalkit.quantity import Span, simplest_share


def odd(w, low, high):
    """A number that does not end in zero, so that nobody can have rounded it in silence."""
    return 10 * w.draw.randrange(low // 10, high // 10) + w.draw.randrange(1, 10)


def exclusive_parts_exceed(w):
    sizes = [odd(w, 20, 900) for _ in range(w.draw.randrange(2, 5))]
    whole = odd(w, 20, max(40, sum(sizes) - 20))
    parts = [w.exactly(size, "persons") for size in sizes]
    code = w.relate(
        "part_of",
        flags=("exclusive",),
        parts=parts,
        whole=w.exactly(min(whole, sum(sizes) - 1), "persons"),
    )
    return code, "parts_whole", "contradicts"


def complete_parts_fall_short(w):
    sizes = [odd(w, 20, 900) for _ in range(w.draw.randrange(2, 5))]
    # "More than" has no upper end, but a lower one: the whole is above the sum of exact parts.
    whole = sum(sizes) + w.draw.randrange(20, 500)
    parts = [w.exactly(size, "persons") for size in sizes]
    code = w.relate(
        "part_of", flags=("complete",), parts=parts, whole=w.claim(whole, "over", "persons")
    )
    return code, "parts_whole", "contradicts"


def part_exceeds_whole(w):
    whole = odd(w, 50, 900)
    parts = [w.exactly(whole + w.draw.randrange(1, 50) * 10, "persons"), w.exactly(3, "persons")]
    if w.claims[-2].number % 10 == 0:
        whole -= 1
    code = w.relate("part_of", parts=parts, whole=w.exactly(whole, "persons"))
    return code, "parts_whole", "contradicts"


def parts_of_other_unit(w):
    parts = [w.exactly(odd(w, 20, 90), "persons"), w.exactly(odd(w, 20, 90), "persons")]
    whole = w.exactly(odd(w, 200, 900), "cases")
    return w.relate("part_of", parts=parts, whole=whole), "parts_whole", "units_differ"


def unreachable_percentage(w, digits):
    """A base and a percentage that no count of it gives, rounded or cut."""
    while True:
        base = odd(w, 10, 60 if digits == 0 else 300)
        value = Fraction(w.draw.randrange(1, 100 * 10**digits), 10**digits)
        step = Fraction(1, 10**digits)
        low, high = (value - step / 2) / 100, (value + step) / 100
        # A multiple of five may have been rounded to fives or tens.
        if value % 5 and not any(low <= Fraction(k, base) < high for k in range(base + 1)):
            return base, value, step


def share_not_reachable(w):
    base, value, step = unreachable_percentage(w, w.draw.choice([0, 1]))
    share = w.claim(value, "last_digit", "percent", step)
    code = w.relate("share_of", share=share, base=w.exactly(base, "persons"))
    return code, "share_reachable", "not_reachable"


def share_of_too_few_visits(w):
    step = Fraction(1)
    value = Fraction(w.draw.choice([97, 98, 99, 1, 2, 3]))
    span = Span((value - step / 2) / 100, (value + step) / 100, high_open=True)
    least = simplest_share(span).denominator
    # An odd number of visits, below the smallest base that can give the share.
    visits = w.draw.randrange(3, least - 1)
    visits -= visits % 10 == 0
    share = w.claim(value, "last_digit", "percent", step, outcome="satisfaction")
    base = w.exactly(visits, "person_times")
    code = w.relate("share_of", w.draw.random() < 0.5, share=share, base=base)
    return code, "share_reachable", "not_reachable"


def share_and_count_differ(w):
    base = odd(w, 200, 3000)
    count = w.draw.randrange(1, base // 2)
    count += count % 10 == 0
    wrong = Fraction(count * 100, base) + w.draw.randrange(3, 40)
    share = w.claim(Fraction(round(wrong * 10), 10), "last_digit", "percent", Fraction(1, 10))
    code = w.relate(
        "share_of", share=share, base=w.exactly(base, "persons"), count=w.exactly(count, "persons")
    )
    return code, "share_reachable", "contradicts"


def share_above_all(w):
    value = Fraction(w.draw.randrange(1110, 3000), 10)
    share = w.claim(value, "last_digit", "percent", Fraction(1, 10))
    code = w.relate("share_of", share=share, base=w.printed(w.draw.randrange(1, 900), "persons"))
    return code, "share_reachable", "not_reachable"


def share_of_no_whole_base(w):
    # Between k and k + 1 there is no base: 4 people are never 99.7 % of a whole number.
    count = w.draw.randrange(2, 60)
    share = w.claim(Fraction(997, 10), "last_digit", "percent", Fraction(1, 10))
    code = w.relate("share_of", share=share, count=w.exactly(count + (count % 10 == 0), "persons"))
    return code, "implied_base", "not_reachable"


def count_above_base(w):
    base = odd(w, 20, 900)
    count = w.claim(base + w.draw.randrange(1, 200), "over", "teams")
    return (
        w.relate("count_of_base", count=count, base=w.exactly(base, "teams")),
        "count_base",
        "contradicts",
    )


def same_quantity_differs(w):
    truth = odd(w, 100, 9000)
    other = truth + w.draw.choice([-1, 1]) * w.draw.randrange(11, 90)
    other += other % 10 == 0
    names = [w.exactly(truth, "persons"), w.exactly(other, "persons")]
    return w.relate("same_quantity", figures=names), "same_quantity", "contradicts"


def headline_exaggerates(w):
    truth = w.draw.randrange(10_000, 90_000)
    place = 10_000
    headline = (truth // place + w.draw.randrange(2, 9)) * place
    # A hundred thousand may itself be rounded to that.
    headline += place * (headline % (10 * place) == 0)
    names = [
        w.claim(truth // 10 * 10 + 1, "exact", "persons"),
        w.claim(headline, "truncated", "persons", Fraction(place)),
    ]
    return w.relate("same_quantity", figures=names), "same_quantity", "contradicts"


def repeat_differs(w):
    truth = odd(w, 100, 9000)
    names = [w.exactly(truth, "teams"), w.exactly(truth + 10, "teams")]
    return w.relate("repeats", figures=names), "repeats", "contradicts"


def two_definitions(w):
    truth = odd(w, 100, 9000)
    names = [w.exactly(truth, "persons"), w.exactly(truth, "persons_and_organisations")]
    return w.relate("same_quantity", figures=names), "two_definitions", "units_differ"


def quotient_wrong(w):
    by, total = odd(w, 10, 300), odd(w, 1000, 9000)
    wrong = Fraction(round(Fraction(total, by) * w.draw.choice([2, 3])) + 1)
    printed = w.claim(wrong, "exact", "person_times/sessions")
    if wrong % 10 == 0:
        w.claims.pop()
        printed = w.claim(wrong + 1, "exact", "person_times/sessions")
    total_name, by_name = w.exactly(total, "person_times"), w.exactly(by, "sessions")
    code = w.relate("per_unit", total=total_name, by=[by_name], printed=printed)
    return code, "per_unit", "contradicts"


def people_too_few_each(w):
    # So many different people cannot have been fewer in each session.
    by = odd(w, 10, 90)
    each = w.draw.randrange(3, 30)
    total = w.exactly(by * each + (by * each % 10 == 0), "persons")
    printed = w.claim(each // 3 + (each // 3 % 10 == 0), "exact", "persons/sessions")
    code = w.relate("per_unit", total=total, by=[w.exactly(by, "sessions")], printed=printed)
    return code, "per_unit", "contradicts"


def rule_not_kept(w):
    least, places = w.draw.randrange(2, 6), odd(w, 10, 60)
    rule = w.claim(least, "over", "person_times/sessions")
    count = least * places - w.draw.randrange(1, places)
    count -= count % 10 == 0
    code = w.relate(
        "stated_rule",
        rule=rule,
        times=w.exactly(places, "sessions"),
        count=w.exactly(count, "person_times"),
    )
    return code, "stated_rule", "contradicts"


def inner_exceeds_outer(w):
    outer = odd(w, 20, 9000)
    inner = w.claim(outer + w.draw.randrange(1, 500), "over", "persons")
    code = w.relate("inside", flags=("alike",), inner=inner, outer=w.exactly(outer, "persons"))
    return code, "place_inside", "contradicts"


def digits_twice(w):
    truth = odd(w, 1000, 9000)
    first = w.exactly(truth, "persons")
    w.exactly(truth, "sessions")
    return f"digits:{first}", "same_digits", "cannot_verify"


def one_text_twice(w):
    first = w.claim(odd(w, 100, 900), "exact", "teams")
    w.claims.append(replace(w.claims[-1], claim_id="W-again", source_id="reprint"))
    return f"reprint:{first}", "reprint", "cannot_verify"


def bare_zero(w):
    name = w.claim(0, "exact", "crimes", outcome="recidivism")
    return f"zero:{name}", "zero", "cannot_verify"


def bare_rise(w):
    name = w.claim(1, "none", "flag")
    return f"unquantified:{name}", "unquantified", "unquantified"


PLANTS = (
    exclusive_parts_exceed, complete_parts_fall_short, part_exceeds_whole, parts_of_other_unit,
    share_not_reachable, share_of_too_few_visits, share_and_count_differ, share_above_all,
    share_of_no_whole_base,
    count_above_base, same_quantity_differs, headline_exaggerates, repeat_differs, two_definitions,
    quotient_wrong, people_too_few_each, rule_not_kept, inner_exceeds_outer, digits_twice,
    one_text_twice, bare_zero, bare_rise,
)  # fmt: skip


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
    round_kilometres, part_of_what_is_measured, people_and_organisations,
)  # fmt: skip
