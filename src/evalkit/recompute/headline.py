"""The verdict, its grade and its sentence, from the numbers that they rest on.

Imports facts and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from evalkit.recompute.distributions import normal_deviate, normal_tail
from evalkit.recompute.facts import Estimate, Facts, code, dims, half, has, is_exact, sides
from evalkit.recompute.line import Input, Line, compared, inside, line, named
from evalkit.recompute.methods import FEWEST_DEGREES, p_freedom, p_of_ratio

# Outcomes that count an event of which fewer is better.
HARMS = ("recidivism",)
AUDITED = ("claims", "quality")
# Level of each design on the Maryland scale, in the stricter reading.
LEVELS = {"measured": 1, "waves": 1, "before_after": 3, "observational": 3, "randomised": 5}
SIDES = {
    "risk_difference": "risk",
    "adjusted_difference": "adjusted_risk",
    "reach_difference": "share_reached",
    "wave_change": "wave_share",
}
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
Told = list[tuple[Estimate, str, int, int]]


def lines(facts: Facts) -> Iterator[Line]:
    """Yield the lines on what stands first in a report."""
    verdict = next(facts.named("verdict"), None)
    if verdict is None:
        return
    yield from _verdict(facts, verdict)
    yield from _gates(facts, verdict)
    yield from _rating(facts, verdict)
    yield from _sentence(facts, verdict)
    yield from _tests(facts)


def rests_on(facts: Facts) -> set[str]:
    """Return the ids of all that a reader of the headline sees."""
    verdict = next(facts.named("verdict"), None)
    if verdict is None:
        return {"headline"}
    word = verdict["verdict"]
    seen = {"headline", verdict["id"], *(e["id"] for e in facts.named("rating", "rating_step"))}
    seen |= {e["id"] for e, *_ in _told(facts, word)}
    if word in ("not_assessable", "audited"):
        return seen
    primary = str(facts.plan.get("primary"))
    keys = (SIDES.get(primary, primary), primary)
    chosen = [e for e in facts.named(*keys) if has(e, "value")]
    # Of a level the first, of a comparison what both sides differ by, too.
    told = chosen[:1] if word == "measured" else [e for e in chosen if e["estimand"] == primary]
    seen |= {e["id"] for e in told}
    return seen | {e["id"] for e in facts.named(f"{primary}_p")}


def _verdict(facts: Facts, verdict: Estimate) -> Iterator[Line]:
    if facts.outcome in AUDITED:
        there = [e for e in facts.named("table_rows", "tally") if has(e, "value") or e["dims"]]
        found = "audited" if there else "not_assessable"
        given = named([(e, "value") for e in there[:1]])
        yield line(verdict, "audited", ["verdict"], [found], given)
        return
    primary = str(facts.plan.get("primary"))
    effects = [e for e in facts.named(primary) if has(e, "value")]
    test = next((e for e in facts.named(f"{primary}_p") if has(e, "value")), None)
    if test is None or _by_ratings(verdict):
        level = effects if primary not in SIDES else []
        there = _rated(facts) if _by_ratings(verdict) else level
        word = "measured" if there else "not_assessable"
        inputs = named([(e, "value") for e in there[:1]])
        yield line(verdict, "level", ["verdict"], [word], inputs)
        return
    if not effects:
        yield line(verdict, "level", ["verdict"], ["not_assessable"], ())
        return
    gap = effects[0]
    word = _word(gap, test["value"], float(facts.plan["alpha"]), facts.outcome in HARMS)
    given = named([(gap, "low"), (gap, "high"), (test, "value")])
    yield line(verdict, "verdict", ["verdict"], [word], given)


def _by_ratings(verdict: Estimate) -> bool:
    """Return whether ratings of orders decide, and no survey."""
    return code(verdict, "reason").startswith("ratings")


def _rated(facts: Facts) -> list[Estimate]:
    return [e for e in facts.named("top_rating_bounds") if has(e, "low")]


def _word(gap: Estimate, p: float, alpha: float, harm: bool) -> str:
    if p > alpha or gap["low"] <= 0 <= gap["high"]:
        return "no_clear"
    return "improvement" if (gap["high"] < 0) == harm else "worsening"


def _gates(facts: Facts, verdict: Estimate) -> Iterator[Line]:
    """Yield that a requirement which failed leaves no verdict and no number behind it."""
    failed = [e for e in facts.named("gate") if code(e, "method") == "failed"]
    if not failed:
        return
    given = named([(e, "method") for e in failed])
    yield line(verdict, "gates", ["verdict"], ["not_assessable"], given)
    for e in facts.named(str(facts.plan.get("primary"))):
        yield line(e, "gates", ["value", "low", "high"], [None, None, None], given)


def _rating(facts: Facts, verdict: Estimate) -> Iterator[Line]:
    steps = [e for e in facts.named("rating_step") if has(e, "value")]
    word = verdict["verdict"]
    for e in facts.named("rating"):
        if steps:
            found = max(1.0, sum(step["value"] for step in steps))
            yield line(e, "rating", ["value"], [found], named([(s, "value") for s in steps]))
        elif word in ("not_assessable", "measured"):
            level = 0.0 if word == "not_assessable" else float(LEVELS["measured"])
            yield line(e, "rating", ["value"], [level], [(verdict["id"], "verdict")])
    for step in steps:
        yield from _step(facts, verdict, step)


def _step(facts: Facts, verdict: Estimate, step: Estimate) -> Iterator[Line]:
    """Yield what a reason takes off the design's level, where results say so."""
    which = dims(step)["step"]
    if which == "design":
        began = float(LEVELS[str(facts.plan.get("design", "waves"))])
        yield line(step, "design", ["value"], [began], [("plan", "design")])
    elif which == "plan":
        late = facts.results["provenance"]["plan_status"] != "frozen"
        yield line(step, "late", ["value"], [-float(late)], [("plan", "plan_status")])
    elif which == "departed":
        given = named([(verdict, "deviations")])
        yield line(step, "departed", ["value"], [-float(bool(verdict["deviations"]))], given)
    elif which == "turned":
        yield from _turned(facts, step)


SECOND = ("log_rank_p", "second_difference_p", "adjusted_difference_p", "risk_difference_p")


def _turned(facts: Facts, step: Estimate) -> Iterator[Line]:
    """Yield whether a second planned test lies on the other side of the threshold."""
    alpha = float(facts.plan["alpha"])
    first = next(facts.named(f"{facts.plan.get('primary')}_p"), None)
    if not has(first, "value"):
        return
    beside = [e for e in facts.named(*SECOND) if has(e, "value") and e is not first]
    other = [e for e in beside if (e["value"] <= alpha) != (first["value"] <= alpha)]
    given = named([(e, "value") for e in (first, *beside)])
    yield line(step, "turned", ["value"], [-float(bool(other))], given)


def _told(facts: Facts, word: str) -> Told:
    """Return each number of the sentence: its estimate, its field, and how it is printed."""
    if word == "audited":
        return []
    primary = str(facts.plan.get("primary"))
    if word == "measured":
        first = next((e for e in facts.named(primary) if has(e, "value")), None)
        if first is None or any(map(_by_ratings, facts.named("verdict"))):
            return [(_rated(facts)[0], f, s, d) for f, s, d in RATED] if _rated(facts) else []
        told = [(first, "value", 100, 1), (first, "n", 1, 0)]
        if primary == "risk":
            return [(first, "value", 100, 0)]
        bounds = facts.one("silent_bounds")
        if has(bounds, "low", "high"):
            told += [(bounds, "low", 100, 1), (bounds, "high", 100, 1)]
        return told
    gap = next((e for e in facts.named(primary) if has(e, "value")), None)
    if gap is None or primary not in SIDES:
        return []
    if primary == "wave_change":
        waves = [e for e in facts.named(SIDES[primary]) if has(e, "value")]
        return [(e, "value", 100, 1) for e in waves[:2]]
    return [(e, "value", 100, 0) for e in sides(facts, SIDES[primary], gap) or ()]


RATED = (("n", 1, 0), ("events", 1, 0), ("low", 100, 1), ("high", 100, 1))


def _sentence(facts: Facts, verdict: Estimate) -> Iterator[Line]:
    word = verdict["verdict"]
    for lang in facts.results["languages"]:
        text = str(facts.results["headline"].get(lang, ""))
        if word == "not_assessable":
            said = str((verdict["reason"] or {"text": {}})["text"].get(lang, ""))
            yield compared("headline", "reason", [lang], [text], [said],
                           [(verdict["id"], "reason")], check=True)  # fmt: skip
            continue
        wanted, inputs = _numbers(facts, word)
        if not wanted:
            continue
        printed = _read(facts, text, lang)
        # Of a hundred people is said twice where two groups are compared.
        hundreds = [100.0] * (len(printed) - len(wanted)) if word not in AUDITED_WORDS else []
        order = sorted if word not in AUDITED_WORDS else list
        yield compared(
            "headline", "sentence", [lang], order(printed), order([*wanted, *hundreds]), inputs
        )


AUDITED_WORDS = ("audited",)


def _numbers(facts: Facts, word: str) -> tuple[list[float], tuple[Input, ...]]:
    if word != "audited":
        told = [one for one in _told(facts, word) if has(one[0], one[1])]
        given = named([(e, field) for e, field, *_ in told])
        return [_as_printed(e[field], scale, d) for e, field, scale, d in told], given
    tables = list(facts.named("table_rows"))
    if tables:
        return [float(len(tables))], named([(e, "value") for e in tables])
    figures = [e for e in facts.of("tally", of="figures") if "area" not in dims(e)]
    tally = {dims(e)["verdict"]: e for e in figures}
    if not tally or not figures[0]["denominator"]:
        return [], ()
    groups = (AGAINST, ["agrees"], ["cannot_verify"], ["unquantified"])
    counts = [float(sum(tally[v]["value"] for v in group)) for group in groups]
    whole, given = float(figures[0]["denominator"]), named([(e, "value") for e in figures])
    # That all of them are open is told in one number, and none of a kind is not told.
    if tally["cannot_verify"]["value"] == whole:
        return [whole], given
    return [whole, *filter(None, counts)], given


AGAINST = ["contradicts", "not_reachable", "units_differ"]


def _as_printed(value: float, scale: int, decimals: int) -> float:
    step = Decimal(1).scaleb(-decimals)
    return float(abs(Decimal(str(float(value) * scale))).quantize(step, ROUND_HALF_EVEN))


def _read(facts: Facts, text: str, lang: str) -> list[float]:
    """Return the numbers of a sentence, without those of names in it."""
    names = {term["text"].get(lang, "") for term in _terms(facts)}
    for name in sorted(filter(NUMBER.search, names), key=len, reverse=True):
        text = text.replace(name, " ")
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]


def _terms(facts: Facts) -> Iterator[dict[str, Any]]:
    primary = str(facts.plan.get("primary"))
    for e in facts.named(primary, SIDES.get(primary, primary), "top_rating_bounds"):
        yield from (e[name] for name in ("group", "against", "window", "definition") if e[name])


# Of each difference, where its test stands.
TESTED = {
    "adjusted_difference": "adjusted_difference_p",
    "reach_difference": "reach_difference_p",
    "placebo_difference": "placebo_difference_p",
    "second_difference": "second_difference_p",
    "measure_difference": "measure_p",
    "clustered_difference": "clustered_p",
}


def _tests(facts: Facts) -> Iterator[Line]:
    """Yield each test beside its interval."""
    freedom: Freedom = {}
    for estimand, twin in TESTED.items():
        for e in facts.named(estimand):
            test = facts.one(twin, **dims(e))
            if not has(e, "value", "low", "high") or code(e, "method") not in MIRRORED:
                continue
            ends = [(e, "low"), (e, "high")]
            slack = 2 * half(e, "low")
            middle = (e["low"] + e["high"]) / 2
            yield line(e, "middle", ["value"], [middle], named(ends), slack, check=True)
            if has(test, "value"):
                yield from _test(e, test, freedom)


# By how many people, the degrees of freedom that an earlier test told, and by what.
Freedom = dict[int, tuple[float, tuple[Input, ...]]]


def _test(e: Estimate, test: Estimate, freedom: Freedom) -> Iterator[Line]:
    """Yield whether a p-value is one that its interval can have."""
    width, level = (e["high"] - e["low"]) / 2, e["level"]
    given = named([(e, field) for field in ("value", "low", "high")])
    off = half(e, "value")
    ratios = [max(abs(e["value"]) - off, 0.0) / (width + off)]
    ratios.append((abs(e["value"]) + off) / max(width - off, 1e-9))
    found = [p_of_ratio(r, level, df) for r in ratios for df in (None, FEWEST_DEGREES)]
    least, most = min(found), max(found)
    if off:
        # Its deviate was rounded to a tenth.
        least, most = _moved(least, 0.05), _moved(most, -0.05)
    yield inside(test, "p_range", "value", (least, most), given)
    if is_exact(e) and has(e, "n"):
        ratio = abs(e["value"]) / width
        if e["n"] in freedom:
            df, behind = freedom[e["n"]]
            p = p_of_ratio(ratio, level, df)
            yield line(test, "p_freedom", ["value"], [p], [*given, *behind])
        elif (told := p_freedom(ratio, level, test["value"])) is not None:
            freedom[e["n"]] = told, (*given, (test["id"], "value"))


def _moved(p: float, by: float) -> float:
    z = max(normal_deviate(p / 2) + by, 0.0) if 0 < p < 1 else 0.0 if p >= 1 else 37.0
    return 2 * normal_tail(z)


# Methods whose interval lies evenly about the value, and whose test is the interval's own.
MIRRORED = (
    *("entropy_balancing", "doubly_robust", "by_person", "by_township", "cr2", "cv3"),
    *("clustered_difference", "sites_balanced"),
)
