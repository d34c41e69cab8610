"""A summary's box of one outcome: verdict, picture, sentence, interval, n and rating."""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evalkit.estimate import Estimate
from evalkit.export.results import form_name
from evalkit.present.headline import is_weighted
from evalkit.present.hundred import Span, hundred_svg
from evalkit.present.marks import MARKS, chip, squares
from evalkit.present.numbers import closed, interval_digits, interval_text
from evalkit.protocol import DECLARED, SUMMARY
from evalkit.words import number, say

# Of what is lacking for a verdict, so much stands on a summary; the report has it all.
ASKED = 2


@dataclass(frozen=True)
class Read:
    """One report's results, read back.

    Parameters
    ----------
    data : mapping
        What its results.json holds.
    estimates : tuple of Estimate
        Those in it.
    fingerprint : str
        The file's SHA-256, in hexadecimal digits.
    """

    data: Mapping[str, Any]
    estimates: tuple[Estimate, ...]
    fingerprint: str

    def one(self, estimand: str) -> Estimate:
        """Return the first estimate of an estimand."""
        return next(e for e in self.estimates if e.estimand == estimand)


def outcome_box(outcome: str, read: Read | None, lang: str, asked: int = ASKED) -> dict[str, Any]:
    """Return what the box of one outcome says.

    Parameters
    ----------
    read : Read or None
        The report's results; None where there is no report.
    asked : int
        How many of the requirements that fail are told; the others are counted.

    Returns
    -------
    dict
        As the templates of the summary take it; an empty kind where there is no report.
    """
    name = say(f"outcome.{outcome}", lang)
    if read is None:
        return {"name": name, "kind": ""}
    verdict, rating = read.one("verdict"), read.one("rating")
    assert verdict.verdict is not None
    word = say(f"verdict.{verdict.verdict}", lang)
    headline = read.data["headline"][lang]
    level = int(rating.value or 0)
    made_up = read.data["study"].get("made_up") is True
    cautions = [said[lang] for said in read.data.get("cautions", [])]
    if not verdict.deviations and (n := _departures(read)):
        cautions.append(say("summary.departures", lang, n=n))
    decided = verdict.verdict != "not_assessable"
    values = {"outcome": name, "told": _short(outcome, read, lang) or headline}
    return {
        "name": name,
        "kind": verdict.verdict.replace("_", "-"),
        "mark": MARKS[verdict.verdict],
        "word": word,
        "chip": chip(verdict.verdict, lang),
        "text": headline,
        "interval": _interval(outcome, read, lang),
        "cautions": cautions,
        "picture": _picture(outcome, read, lang),
        "counts": _counts(outcome, read, lang),
        "rating": say("shown.rating", lang, level=level),
        "squares": squares(level),
        # The reason stands in the sentence above already.
        "limit": say("shown.limited", lang, limit=rating.reason) if level else "",
        "file": f"../{outcome}/{form_name(lang, 'html', made_up=made_up)}",
        "short": _brief(outcome, read, lang),
        # Outcomes without a verdict are told together.
        "can": say(f"summary_can.{verdict.verdict}", lang, **values) if decided else "",
        "cannot": say(f"summary_cannot.{verdict.verdict}", lang, **values) if decided else "",
        "change": _change(read, verdict, lang, asked),
    }


def _departures(read: Read) -> int:
    """Return in how many choices a report departs from its plan beside its verdict."""
    return len({(d.parameter, str(d.used)) for e in read.estimates for d in e.deviations})


def _brief(outcome: str, read: Read, lang: str) -> str:
    """Return the numbers of the verdict without their groups, which the box names."""
    primary = _primary(outcome, read)
    if primary is None:
        return ""
    if primary.unit == "share":
        answered = any(e.estimand == "silent_bounds" for e in read.estimates)
        key = "brief_answered" if answered else "brief_one"
        return say(f"summary.{key}", lang, a=_whole(primary.value))
    sides = [n for _, n in (_dots_of(e, lang) for e in _sides(outcome, read, primary))]
    return say("summary.brief_two", lang, a=sides[0], b=sides[1]) if len(sides) > 1 else ""


def _short(outcome: str, read: Read, lang: str) -> str:
    """Return the numbers of the verdict alone; empty where it has none of 100 people."""
    primary = _primary(outcome, read)
    if primary is None:
        return ""
    bounds = [e for e in read.estimates if e.estimand == "silent_bounds" and e.low is not None]
    if primary.unit == "share" and bounds:
        # Of those who said nothing nobody knows: never the share of those who answered alone.
        wide = {"low": bounds[0].low, "high": bounds[0].high}
        return say("summary.of_answered", lang, n=_whole(primary.value), **wide)
    sides = [primary] if primary.unit == "share" else _sides(outcome, read, primary)
    dots = [_dots_of(e, lang) for e in sides]
    told = [say("summary.of_100", lang, n=n, group=name) for name, n in dots]
    return say("summary.beside", lang, first=told[0], second=told[1]) if len(told) > 1 else told[0]


def _change(read: Read, verdict: Estimate, lang: str, asked: int) -> str:
    """Return what would change the verdict: on one side of A4 not more than the first of it."""
    lacking = [e.would_pass for e in read.estimates if e.estimand == "gate" and e.would_pass]
    if len(lacking) <= asked or not lacking:
        return plain(verdict.would_pass.text[lang]) if verdict.would_pass else ""
    said = [term.text[lang] for term in lacking[:asked]]
    more = "lacking" if asked else "lacking_all"
    said.append(say(f"summary.{more}", lang, n=len(lacking) - asked))
    joined = functools.reduce(lambda a, b: say("would_pass.also", lang, first=a, then=b), said)
    return plain(joined)


def plain(text: str) -> str:
    """Return a text without the marks of code, which a summary does not set apart."""
    return text.replace("`", "")


def _primary(outcome: str, read: Read) -> Estimate | None:
    """Return the estimate on which the verdict rests, where a picture of 100 people can be of it.

    A report holds many a difference and interval beside it, and none of them is the verdict's.
    """
    if read.one("verdict").verdict == "not_assessable":
        return None
    planned = read.data["plan"].get("primary")
    found = (e for e in read.estimates if e.estimand == planned and e.low is not None)
    primary = next(found, None)
    return primary if primary is not None and primary.unit in ("points", "share") else None


def _picture(outcome: str, read: Read, lang: str) -> dict[str, str] | None:
    """Return the box's picture and its alternative text: dots of 100, and the interval."""
    primary = _primary(outcome, read)
    if primary is None:
        return None
    sides = [primary] if primary.unit == "share" else _sides(outcome, read, primary)
    groups = [_dots_of(e, lang) for e in sides]
    span = _span(primary, lang)
    names = [say("summary.dots", lang, group=name, n=n) for name, n in groups]
    alt = "".join(names) + _interval(outcome, read, lang)
    picture = hundred_svg(groups, span, alt, lang, f"{SUMMARY}.{outcome}")
    source = "data:image/svg+xml;base64," + base64.b64encode(picture).decode()
    name = f"{outcome}.svg"
    return {"svg": picture.decode(), "source": source, "alt": alt.strip(), "name": name}


def _sides(outcome: str, read: Read, gap: Estimate) -> list[Estimate]:
    """Return the shares of the two sides whose difference is the gap, as the sentence has them."""
    estimand = DECLARED[outcome].sides[read.data["plan"]["primary"]]
    shares = [e for e in read.estimates if e.estimand == estimand and e.value is not None]
    codes = [side.code for side in (gap.group, gap.against) if side is not None]
    if not codes:
        return shares[:2]
    # Of groups made alike the one has another name, and is the group of its dimension still.
    named = [
        [e for e in shares if code in (e.dim("group"), e.group and e.group.code)] for code in codes
    ]
    return [some[0] for some in named if some]


def _dots_of(share: Estimate, lang: str) -> tuple[str, int]:
    name = share.group.text[lang] if share.group else ""
    # The same rounding as the sentence beside it.
    return name, int(number(share.value or 0, "per100", lang))


def _span(e: Estimate, lang: str) -> Span:
    value, low, high = (100 * (x or 0) for x in (e.value, e.low, e.high))
    if e.unit == "points":
        words = (_people_of_100(e.low, lang), _people_of_100(e.high, lang))
        sides = (say("summary.side_fewer", lang), say("summary.side_more", lang))
        return Span(value, low, high, words, True, sides, say("summary.no_gap", lang))
    spec = f"num{interval_digits(e)}"
    words = (number(low, spec, lang), number(high, spec, lang))
    sides = (say("summary.side_none", lang), say("summary.side_all", lang))
    return Span(value, low, high, words, False, sides)


def _interval(outcome: str, read: Read, lang: str) -> str:
    """Return what the true gap, or the true level, could be, in words of 100 people."""
    # Groups that cannot be compared have a difference, but no true gap.
    primary = _primary(outcome, read)
    if primary is None:
        return ""
    if primary.unit == "points":
        ends = (_people_of_100(bound, lang) for bound in (primary.low, primary.high))
        low, high = ends
        if low == high:
            return say(f"summary.{'gap_one' if _whole(primary.low) else 'gap_none'}", lang, x=low)
        return say("summary.gap", lang, low=low, high=high)
    interval = interval_text(primary, lang)
    bounds = [e for e in read.estimates if e.estimand == "silent_bounds" and e.low is not None]
    if bounds:
        wide = {"low": bounds[0].low, "high": bounds[0].high}
        name = closed("level_bounds", bounds[0])
        return say(f"summary.{name}", lang, interval=interval, **wide)
    return say("summary.level", lang, interval=interval)


def _people_of_100(bound: float | None, lang: str) -> str:
    size = _whole(bound)
    if not size:
        # Half a person is nobody, and "0 fewer" would be read as no gap at all.
        return say("summary.almost_none", lang)
    return say("summary.fewer" if (bound or 0) < 0 else "summary.more", lang, x=size)


def _whole(bound: float | None) -> int:
    """Return a bound in whole people of 100, without its sign."""
    assert bound is not None
    return int(number(abs(bound), "per100", "en"))


def _counts(outcome: str, read: Read, lang: str) -> str:
    primary = _primary(outcome, read)
    if primary is None or primary.n is None:
        return ""
    if primary.events is None or is_weighted(primary):
        return say("summary.n", lang, n=primary.n)
    return say(f"summary.n_{outcome}", lang, n=primary.n, events=primary.events)
