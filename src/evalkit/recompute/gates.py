"""Whether a requirement passed, from what was found and what it asks for, as it is told.

Imports facts and line. Both are words with numbers in them; where words stand in the place of
a number ("none or hardly any"), or rounding leaves it open, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from evalkit.recompute.facts import Estimate, Facts, code, is_exact
from evalkit.recompute.line import Line, compared, named

TOLD = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(%?)")
# In a list each number stands behind the name of its group.
LISTED = re.compile(r"[:：]\s*(?:[^\d:：]{0,9})(\d[\d,]*(?:\.\d+)?)\s*(%?)")
COLON = re.compile(r"[:：]")
LEAST = ("at_least", "at_least_share", "at_least_one", "at_least_people", "at_least_places")
MOST = ("at_most_share", "at_most_smd")
WORDS = ("passed", "failed")
Numbers = list[tuple[float, float]]


def lines(facts: Facts) -> Iterator[Line]:
    """Yield a line for each requirement whose words tell whether it passed."""
    lang = facts.results["languages"][0]
    for e in facts.named("gate", "wave_gate", "rating_gate"):
        # Behind one that failed others are left unjudged, whatever was found.
        if not e["population"] or not e["against"] or code(e, "method") not in WORDS:
            continue
        found, limit = _found(e, lang), _numbers(e["against"]["text"].get(lang, ""), TOLD)
        word = _judged(code(e, "against"), found, limit[0][0] if limit else 0.0)
        if word:
            printed = code(e, "method")
            inputs = named([(e, "population"), (e, "against")])
            yield compared(e["id"], "limit", ["state"], [printed], [word], inputs, check=True)


def _found(e: Estimate, lang: str) -> Numbers:
    """Return what was found, each with what rounding leaves open; empty where words stand."""
    text, kind = str(e["population"]["text"].get(lang, "")), code(e, "population")
    if kind == "groups":
        made = _numbers(text, LISTED)
        return _loosened(e, made) if len(made) == len(COLON.findall(text)) else []
    if kind == "of":
        (a, _), (b, _) = _numbers(text, TOLD) or [(0.0, 0.0), (0.0, 0.0)]
        return [(a / b, 0.0)] if b else []
    return _loosened(e, _numbers(text, TOLD)) if kind in ("share", "smd", "count", "about") else []


def _loosened(e: Estimate, made: Numbers) -> Numbers:
    """Return numbers with half of what counts of persons are rounded to, where they were."""
    whole = 0.0 if is_exact(e) else 2.5
    return [(x, whole if step == 0.5 else step) for x, step in made]


def _numbers(text: str, pattern: re.Pattern[str]) -> Numbers:
    """Return the numbers of a text, each with half of its last digit."""
    made = []
    for digits, sign in pattern.findall(text):
        decimals = len(digits.partition(".")[2])
        scale = 100 if sign else 1
        made.append((float(digits.replace(",", "")) / scale, 0.5 * 10.0**-decimals / scale))
    return made


def _judged(asked: str, found: Numbers, limit: float) -> str:
    """Return "passed" or "failed"; empty where neither is certain."""
    if not found:
        return ""
    if asked in LEAST:
        return _all(found, lambda x: x - limit)
    if asked in MOST:
        return _all(found, lambda x: limit - x)
    if asked == "differ_by" and len(found) == 2:
        (a, off), (b, more) = found
        return _all([(abs(a - b), off + more)], lambda x: limit - x)
    return ""


def _all(found: Numbers, room: Callable[[float], float]) -> str:
    """Return whether each has room, beyond what rounding leaves open."""
    if all(room(x) > off for x, off in found):
        return "passed"
    return "failed" if any(room(x) < -off for x, off in found) else ""
