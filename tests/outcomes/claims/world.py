"""Random ledgers about a made-up town whose true counts are known.

`honest` prints true counts in every way that the press does: exactly, rounded,
cut, rounded without a word, "more than", "nearly", "about". `planted` holds what no reading
of the words allows; `near_misses` what only looks like it.
"""

import random
from dataclasses import dataclass, field
from fractions import Fraction

from evalkit.intake.ledger import Claim
from evalkit.outcomes.claims import check
from evalkit.protocol import ClaimsPlan
from evalkit.protocol.relations import EVERY, FORMS, Relation, Spell
from evalkit.quantity import parse_unit
from evalkit.words import Term

CHOICES = ClaimsPlan(estimands=(), approx=0.05, same_digits=3, zero_base=60, level=0.95)
COUNTED = ("persons", "teams", "cases", "sessions", "households", "wishes")


def said(text):
    return Term("statement", {"en": text, "zh": text})


@dataclass
class World:
    """A ledger under construction."""

    draw: random.Random
    claims: list = field(default_factory=list)
    relations: list = field(default_factory=list)

    def claim(self, value, rounding="exact", unit="persons", step=None, outcome="reach"):
        """Print a figure and return its id."""
        name = f"W-{len(self.claims) + 1}"
        value = Fraction(value)
        claim = Claim(
            claim_id=name,
            area="town",
            source_id="paper",
            outcome=outcome,
            indicator=f"indicator {name}",
            value=str(value),
            number=None if rounding == "none" else value,
            step=step,
            unit=parse_unit(unit),
            rounding=rounding,
            statement=said(f"figure {name}"),
        )
        self.claims.append(claim)
        return name

    def relate(self, kind, stated=True, flags=(), spell=None, **roles):
        """State a fact about figures."""
        named = {
            role: tuple(name) if isinstance(name, (list, tuple)) else (name,)
            for role, name in roles.items()
        }
        given = {flag: flag in flags for flag in (*FORMS[kind].flags, *FORMS[kind].perhaps)}
        code = f"r{len(self.relations) + 1}"
        relation = Relation(code, kind, named, {"stated": stated, **given}, spell=spell)
        self.relations.append(relation)
        return code

    def check(self):
        """Return what the rules say."""
        return check(self.claims, self.relations, CHOICES)

    # How the press prints a true count.

    def printed(self, truth, unit="persons"):
        """Print a true count honestly, in a way randomised, and return its id."""
        ways = [self.exactly, self.exactly, self.rounded, self.cut, self.silently_rounded]
        ways += [self.over, self.nearly, self.about, self.headline] if truth >= 10 else []
        ways += [self.in_ten_thousands] * 3 if truth >= 100_000 else []
        return self.draw.choice(ways)(truth, unit)

    def exactly(self, truth, unit):
        return self.claim(truth, "exact", unit)

    def place(self, truth):
        """A place of the number, from its last digit to its first."""
        return 10 ** self.draw.randrange(len(str(int(truth))))

    def rounded(self, truth, unit):
        place = self.place(truth)
        return self.claim(
            (truth + place // 2) // place * place, "last_digit", unit, Fraction(place)
        )

    def in_ten_thousands(self, truth, unit):
        # 200万 for 1,983,000: to the last place of 万, or to a rounder one.
        place = 10_000 * 10 ** self.draw.randrange(2)
        printed = (truth + place // 2) // place * place
        return self.claim(printed, "last_digit", unit, Fraction(10_000))

    def cut(self, truth, unit):
        place = self.place(truth)
        return self.claim(truth // place * place, "last_digit", unit, Fraction(place))

    def silently_rounded(self, truth, unit):
        # 120 for 118, without a word.
        place = min(10, self.place(truth))
        return self.claim((truth + place // 2) // place * place, "exact", unit)

    def over(self, truth, unit):
        place = self.place(truth)
        below = truth // place * place
        return self.claim(below, "over", unit) if below else self.exactly(truth, unit)

    def nearly(self, truth, unit):
        place = self.place(truth)
        return self.claim((truth // place + 1) * place, "nearly", unit)

    def about(self, truth, unit):
        off = self.draw.uniform(0.9, 1.1)
        return self.claim(max(1, round(truth * off)), "approx", unit)

    def headline(self, truth, unit):
        # Cut, or rounded up where that looks better.
        place = self.place(truth)
        up = self.draw.choice([0, place // 2])
        return self.claim((truth + up) // place * place, "truncated", unit, Fraction(place))

    def percent(self, share, digits=None):
        """Print a true share as a percentage, rounded or cut."""
        if self.draw.random() < 0.15:
            # To fives or tens, as in "seventy per cent" of six.
            coarse = self.draw.choice([5, 10])
            value = (share * 100 / coarse + Fraction(1, 2)).__floor__() * coarse
            # Nought per cent is never said of somebody.
            if value:
                return self.claim(value, "last_digit", "percent", Fraction(1))
        digits = self.draw.choice([0, 0, 1, 1, 2]) if digits is None else digits
        scale = 100 * 10**digits
        half = Fraction(1, 2) if self.draw.random() < 0.7 else 0
        value = Fraction((share * scale + half).__floor__(), 10**digits)
        # A ledger may call it exact; a text has no word beside it.
        rounding = self.draw.choice(["last_digit", "last_digit", "exact"])
        if value in (0, 100) and share not in (0, 1):
            rounding = "last_digit"
        return self.claim(value, rounding, "percent", Fraction(1, 10**digits))


# Facts that are true of the town and of what is printed of it.


def partition(w):
    unit = w.draw.choice(COUNTED)
    sizes = [w.draw.randrange(1, 3000) for _ in range(w.draw.randrange(2, 5))]
    parts = [w.printed(size, unit) for size in sizes]
    complete = w.draw.random() < 0.5
    whole = sum(sizes) + (0 if complete else w.draw.randrange(0, 2000))
    flags = ["exclusive", *(["complete"] if complete else [])]
    w.relate("part_of", flags=flags, parts=parts, whole=w.printed(whole, unit))


def overlapping(w):
    whole = w.draw.randrange(10, 5000)
    sizes = [w.draw.randrange(1, whole + 1) for _ in range(w.draw.randrange(2, 4))]
    parts = [w.printed(size) for size in sizes]
    w.relate("part_of", w.draw.random() < 0.5, parts=parts, whole=w.printed(whole))


def one_each(w):
    places = w.draw.randrange(5, 200)
    new = w.draw.randrange(0, places + 1)
    parts = [w.exactly(n, "teams") for n in (new, places - new)]
    whole = w.exactly(places, "communities")
    w.relate("part_of", flags=("exclusive", "complete", "one_each"), parts=parts, whole=whole)


def share_stated(w):
    base = w.draw.randrange(1, 4000)
    count = w.draw.randrange(0, base + 1)
    w.relate("share_of", share=w.percent(Fraction(count, base)), base=w.printed(base))


def share_of_visits(w):
    # Fewer people answer than there were visits.
    visits = w.draw.randrange(1, 3000)
    asked = w.draw.randrange(1, visits + 1)
    count = w.draw.randrange(0, asked + 1)
    share = w.percent(Fraction(count, asked))
    stated = w.draw.random() < 0.5
    w.relate("share_of", stated, share=share, base=w.printed(visits, "person_times"))


def share_counted(w):
    base = w.draw.randrange(1, 4000)
    count = w.draw.randrange(0, base + 1)
    share = w.percent(Fraction(count, base))
    w.relate("share_of", share=share, base=w.printed(base), count=w.printed(count))


def share_implied(w):
    base = w.draw.randrange(10, 4000)
    count = w.draw.randrange(1, base + 1)
    w.relate("share_of", share=w.percent(Fraction(count, base)), count=w.printed(count))


def counted(w):
    base = w.draw.randrange(1, 4000)
    count = w.draw.randrange(0, base + 1)
    unit = w.draw.choice(COUNTED)
    w.relate("count_of_base", count=w.printed(count, unit), base=w.printed(base, unit))


def twice(w):
    truth, unit = w.draw.randrange(1, 10**6), w.draw.choice(COUNTED)
    names = [w.printed(truth, unit) for _ in range(w.draw.randrange(2, 4))]
    w.relate("same_quantity", figures=names)


def again(w):
    truth = w.draw.randrange(1, 10**5)
    names = [w.exactly(truth, "teams") for _ in range(2)]
    w.relate("repeats", figures=names)


def quotient_printed(w):
    by, total = w.draw.randrange(1, 500), w.draw.randrange(1, 10**5)
    rate = Fraction(total, by)
    tenths = Fraction((rate * 10 + Fraction(1, 2)).__floor__(), 10)
    printed = w.claim(tenths, "last_digit", "person_times/sessions", Fraction(1, 10))
    if w.draw.random() < 0.5:
        w.claims.pop()
        whole = (rate + Fraction(1, 2)).__floor__()
        # A ledger may call a mean exact.
        printed = w.claim(w.draw.choice([whole, tenths]), "exact", "person_times/sessions")
    w.relate(
        "per_unit",
        total=w.printed(total, "person_times"),
        by=[w.printed(by, "sessions")],
        printed=printed,
    )


def rule_kept(w):
    least, places = w.draw.randrange(1, 6), w.draw.randrange(1, 60)
    rule = w.claim(least, "over", "organisations/communities")
    truth = least * places + w.draw.randrange(0, 50)
    w.relate(
        "stated_rule",
        rule=rule,
        times=w.printed(places, "communities"),
        count=w.printed(truth, "organisations"),
    )


def rule_exceeded(w):
    each, times = w.draw.randrange(1, 6), w.draw.randrange(1, 60)
    rule = w.claim(each, "exact", "sessions/months")
    truth = each * times + w.draw.randrange(0, 9)
    w.relate(
        "stated_rule",
        rule=rule,
        times=w.exactly(times, "months"),
        count=w.printed(truth, "sessions"),
    )


def target_met(w):
    name = w.claim(w.draw.randrange(90, 200), "exact", "percent")
    if w.draw.random() < 0.5:
        base = w.printed(w.draw.randrange(1, 900))
        w.relate("share_of", stated=False, share=name, base=base)


def loose_people(w):
    # The press says people where each coming is counted.
    by, each = w.draw.randrange(2, 300), w.draw.randrange(1, 90)
    w.relate(
        "per_unit",
        total=w.printed(by * each),
        by=[w.printed(by, "sessions")],
        printed=w.claim(each, "exact", "persons/sessions"),
    )


def great_parts(w):
    sizes = [w.draw.randrange(10**5, 10**7) for _ in range(w.draw.randrange(2, 4))]
    parts = [w.printed(size, "person_times") for size in sizes]
    whole = w.printed(sum(sizes), "person_times")
    w.relate("part_of", flags=("exclusive", "complete"), parts=parts, whole=whole)


def great_twice(w):
    truth = w.draw.randrange(10**5, 10**8)
    w.relate("same_quantity", figures=[w.printed(truth, "person_times") for _ in range(2)])


def measured(w):
    truth = Fraction(w.draw.randrange(5, 900), 10)
    whole = (truth + Fraction(1, 2)).__floor__()
    unit = w.draw.choice(["km", "hours", "days"])
    names = [w.claim(truth, "last_digit", unit), w.claim(whole, "exact", unit)]
    w.relate("same_quantity", figures=names)
    share = w.percent(Fraction(w.draw.randrange(1, 1000), 1000))
    w.relate("share_of", share=share, base=names[1])


def serving_several(w):
    places, least = w.draw.randrange(2, 60), w.draw.randrange(1, 6)
    unit = w.draw.choice(["persons", "organisations"])
    w.relate(
        "stated_rule",
        rule=w.claim(least, w.draw.choice(["over", "exact"]), f"{unit}/communities"),
        times=w.printed(places, "communities"),
        count=w.printed(w.draw.randrange(1, least * places + 9), unit),
    )


def both_kinds(w):
    people, groups = w.draw.randrange(1, 3000), w.draw.randrange(1, 900)
    parts = [w.printed(people), w.printed(groups, "organisations")]
    whole = w.printed(people + groups, "persons_and_organisations")
    w.relate("part_of", flags=("exclusive", "complete"), parts=parts, whole=whole)


def place_in_place(w):
    outer = w.draw.randrange(2, 10**6)
    inner = w.draw.randrange(1, outer + 1)
    w.relate("inside", flags=("alike",), inner=w.printed(inner), outer=w.printed(outer))


def places_unlike(w):
    inner, outer = w.draw.randrange(1, 10**5), w.draw.randrange(1, 10**5)
    unit = w.draw.choice(["persons", "person_times"])
    w.relate("inside", inner=w.printed(inner), outer=w.printed(outer, unit))


def zero(w):
    count = w.claim(0, "exact", "crimes", outcome="recidivism")
    if w.draw.random() < 0.5:
        w.relate("count_of_base", count=count, base=w.printed(w.draw.randrange(1, 3000)))


def rise(w):
    w.claim(1, "none", "flag")


def cadence_kept(w):
    # Once in every spell of a time that begins on any day, on any day of it, or more often.
    every, months = w.draw.choice([*EVERY]), w.draw.randrange(1, 60)
    days = {"week": 7, "month": 30.4375, "quarter": 91.3125, "half_year": 182.625, "year": 365.25}
    length, start = days[every], w.draw.uniform(0, 400)
    end = start + months * 30.4375
    held = [(n + w.draw.random()) * length for n in range(int(end / length) + 2)]
    count = sum(start <= day < end for day in held) * w.draw.choice([1, 1, 2])
    spell = Spell(every, max(1, months - w.draw.randrange(9)), months + w.draw.randrange(9))
    w.relate("cadence", held=w.printed(count, "sessions"), spell=spell)


def people_who_came(w):
    people = w.draw.randrange(1, 5000)
    visits = people + w.draw.randrange(0, 9000)
    by = [w.printed(people)]
    w.relate("per_unit", w.draw.random() < 0.5, total=w.printed(visits, "person_times"), by=by)


def staffed_in_turn(w):
    least = w.draw.randrange(1, 6)
    roles = {"rule": w.claim(least, "over", "persons/sessions")}
    if w.draw.random() < 0.5:
        roles["times"] = w.printed(w.draw.randrange(1, 60), "sessions")
    w.relate("stated_rule", **roles, count=w.printed(least + w.draw.randrange(0, 20)))


HONEST = (
    partition, overlapping, one_each, share_stated, share_of_visits, share_counted, share_implied,
    counted, twice, again, quotient_printed, rule_kept, rule_exceeded, target_met, loose_people,
    great_parts, great_twice, measured, serving_several, both_kinds, place_in_place,
    places_unlike, zero, rise, cadence_kept, people_who_came, staffed_in_turn,
)  # fmt: skip


def honest(seed):
    """Return a ledger in which everything printed is true."""
    w = World(random.Random(seed))
    for _ in range(w.draw.randrange(2, 7)):
        w.draw.choice(HONEST)(w)
    return w


def one(world, code):
    """Return the one finding of a check."""
    (found,) = [f for f in world.check().findings if f.check == code]
    return found


def told(finding):
    """Return what a reader is told of a finding: verdict and arithmetic."""
    return finding.verdict, finding.arithmetic.text("en")
