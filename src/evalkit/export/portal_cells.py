"""What a cell of the portal says beside its chip: the number, or in short why there is none."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Mapping
from typing import Any

from evalkit.estimate import Estimate, estimate_from_json
from evalkit.export.portal_read import UNFIT, verdict_of
from evalkit.outcomes.claims import ADVERSE
from evalkit.present.numbers import interval_text, number, value_text
from evalkit.words import catalogue, say

COMPARED = ("improvement", "worsening", "no_clear")
WIDEST = 46  # half-widths: two lines of a cell at 1,100 px; a Chinese character has two


def spoken(texts: Mapping[str, str], lang: str) -> str:
    """Return a text in the portal's language, or as its study has it: each has its own."""
    return texts[lang] if lang in texts else next(iter(texts.values()))


def figure(item: Mapping[str, Any], lang: str) -> tuple[str, bool]:
    """Return what stands under a cell's chip, and whether it is only the start of a sentence.

    Parameters
    ----------
    item : mapping
        What a report's results file holds, checked.
    """
    verdict = verdict_of(item)
    if verdict == "not_assessable":
        return _reason(item, lang)
    said = _audited(item, lang) if verdict == "audited" else _number(item, verdict, lang)
    return (said, False) if said else shortened(spoken(item["headline"], lang), lang)


def shortened(sentence: str, lang: str) -> tuple[str, bool]:
    """Return as much of a sentence as a cell has room for, and whether that is not all."""
    widths = (2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in sentence)
    kept = sum(width <= WIDEST for width in itertools.accumulate(widths))
    if kept == len(sentence):
        return sentence, False
    start = sentence[:kept]
    # No word is cut in two where the language has spaces between words.
    start = start.rpartition(" ")[0] or start
    return say("portal.goes_on", lang, start=start.rstrip(" ,;:，；：、")), True


def _reason(item: Mapping[str, Any], lang: str) -> tuple[str, bool]:
    reason = next(e.get("reason") for e in item["estimates"] if e["estimand"] == "verdict")
    code = reason.get("code") if isinstance(reason, dict) else None
    if isinstance(code, str) and f"short.{code}" in catalogue(lang):
        return say(f"short.{code}", lang), False
    return shortened(spoken(item["headline"], lang), lang)


def _read(item: Mapping[str, Any], estimand: object) -> Estimate | None:
    """Return the first estimate of an estimand that has an interval."""
    found = (e for e in item["estimates"] if e["estimand"] == estimand and e.get("low") is not None)
    try:
        # The first alone: the verdict rests on it, and the others are of parts.
        return estimate_from_json(next(found))
    except (StopIteration, *UNFIT):
        return None


def _number(item: Mapping[str, Any], verdict: str, lang: str) -> str:
    plan = item.get("plan")
    primary = _read(item, plan.get("primary")) if isinstance(plan, dict) else None
    try:
        if primary is None or primary.value is None:
            return ""
        if verdict in COMPARED and primary.unit == "points":
            return _gap(primary, lang)
        interval = interval_text(primary, lang)
        bounds = _read(item, "silent_bounds") if verdict == "measured" else None
        # Beside what the silent could make of a share its sampling error alone is too narrow.
        key = "number" if bounds is None else "number_asked"
        interval = interval if bounds is None else interval_text(bounds, lang)
        return say(f"portal.{key}", lang, value=value_text(primary, lang), interval=interval)
    except UNFIT:
        return ""


def _gap(gap: Estimate, lang: str) -> str:
    """Return a difference in whole people of 100, with the ends of its interval."""
    assert gap.value is not None and gap.low is not None and gap.high is not None
    value, low, high = (_people(end, lang) for end in (gap.value, gap.low, gap.high))
    least, most = sorted(abs(end) for end in (gap.low, gap.high))
    if gap.low * gap.high > 0 and not _is_none(least, lang):
        # The word is said once where it holds of all three.
        return say("portal.gap_one_way", lang, value=value, least=100 * least, most=100 * most)
    return say("portal.gap", lang, value=value, low=low, high=high)


def _people(gap: float, lang: str) -> str:
    if _is_none(gap, lang):
        # What is not 0 must not read as if it were.
        return say("portal.almost" if gap else "portal.same", lang)
    return say("portal.fewer" if gap < 0 else "portal.more", lang, n=100 * abs(gap))


def _is_none(gap: float, lang: str) -> bool:
    return number(100 * abs(gap), "int", lang) == number(0, "int", lang)


def _audited(item: Mapping[str, Any], lang: str) -> str:
    tables = sum(e["estimand"] == "table_rows" for e in item["estimates"])
    if tables:
        return say("portal.tables", lang, n=tables)
    counts = [_count(e) for e in item["estimates"] if e["estimand"] == "tally"]
    tally = {verdict: n for of, verdict, n in counts if of == "figures"}
    if not tally or not sum(tally.values()):
        return ""
    against = sum(tally.get(verdict, 0) for verdict in ADVERSE)
    unknown = tally.get("cannot_verify", 0)
    return say("portal.figures", lang, n=sum(tally.values()), against=against, open=unknown)


def _count(e: Mapping[str, Any]) -> tuple[str, str, float]:
    """Return of what a tally is, of which verdict, and how many; nothing where it is none."""
    try:
        tally = estimate_from_json(e)
    except UNFIT:
        return "", "", 0.0
    return tally.dim("of") or "", tally.dim("verdict") or "", tally.value or 0.0
