"""Faults that no reading allows; see `world`. What only looks like one is in `near_misses`.

Each plant returns the check, the rule and the verdict that must be found.
"""

from dataclasses import replace
from fractions import Fraction

from evalkit.protocol.relations import Spell
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


def rule_that_no_session_keeps(w):
    least = w.draw.randrange(3, 9)
    roles = {"rule": w.claim(least, "over", "persons/sessions")}
    if w.draw.random() < 0.5:
        roles["times"] = w.exactly(odd(w, 10, 60), "sessions")
    code = w.relate("stated_rule", **roles, count=w.exactly(w.draw.randrange(1, least), "persons"))
    return code, "stated_rule", "contradicts"


def cadence_missed(w):
    # Twelve months hold eleven whole months wherever they begin.
    held = w.exactly(w.draw.randrange(1, 10), "sessions")
    return w.relate("cadence", held=held, spell=Spell("month", 12, 24)), "cadence", "contradicts"


def fewer_visits_than_people(w):
    visits = odd(w, 100, 900)
    people = w.claim(visits + w.draw.randrange(1, 500), "over", "persons")
    code = w.relate("per_unit", total=w.exactly(visits, "person_times"), by=[people])
    return code, "visits_people", "contradicts"


def short_digits_twice(w):
    names = [w.exactly(15, "stations"), w.exactly(15, "facilities")]
    return w.relate("same_digits", figures=names), "same_digits", "cannot_verify"


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
    one_text_twice, bare_zero, bare_rise, rule_that_no_session_keeps, cadence_missed,
    fewer_visits_than_people, short_digits_twice,
)  # fmt: skip
