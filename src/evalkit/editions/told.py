"""Changes in words: the sentence that matters, and the rows below it, in one language.

Imports this package, disclosure, present and words. A text of an edition is anybody's: each is
spelled with the signs that a page has.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from evalkit.bundle.compare import COUNTS
from evalkit.disclosure import read_policy
from evalkit.editions.changes import (
    MOVED,
    REWORDED,
    Change,
    Changes,
    ReportChanges,
    Reworded,
    Said,
)
from evalkit.editions.edition import ABSENT, MEANING, NUMBERS, RELEASED, TERMS, VERDICT, Report
from evalkit.editions.facts import FACTS, Fact
from evalkit.estimate import Estimate, estimate_from_json
from evalkit.export.counts import counted, counts_of
from evalkit.export.fonts import spelled
from evalkit.landing import one_line
from evalkit.present.numbers import FORMATS, interval_text, value_text
from evalkit.words import catalogue, number, say

ROUNDED = "rounded"
HASH, LONGEST = 12, 120


def known(section: str, code: str, lang: str) -> str:
    """Return what a code is called; the code itself where no sentence has it.

    Parameters
    ----------
    section : str
        Of the locale files.
    """
    key = f"{section}.{code}"
    return say(key, lang) if key in catalogue(lang) else plain(code)


def plain(text: str) -> str:
    """Return a text of somebody's file as a page can show it, cut where it is long."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return spelled(one_line(cut.encode(errors="backslashreplace").decode()))


def title(report: ReportChanges, lang: str) -> str:
    """Return what a report is called."""
    held = report.new or report.old
    assert held is not None
    names = held.results["area"].get("name") or {}
    area = names.get(lang) or next(iter(names.values()), held.results["area"]["code"])
    outcome = known("outcome", held.results["outcome"], lang)
    return say("page.title", lang, area=plain(area), outcome=outcome)


def verdict_word(code: str, lang: str) -> str:
    """Return a verdict's word, or the state where there is none."""
    section = "verdict" if f"verdict.{code}" in catalogue(lang) else "editions_state"
    return known(section, code, lang)


def judged(changes: Changes) -> list[ReportChanges]:
    """Return the reports of both editions that have a verdict in at least one."""
    none = (None, Said(ABSENT, ABSENT))
    return [report for report in changes.both if report.verdict not in none]


def sentence(changes: Changes, lang: str) -> str:
    """Return the sentence that matters: verdicts, those of figures, then numbers."""
    if changes.identical:
        key = "editions.identical_figures" if changes.figures else "editions.identical"
        counts = {"judged": len(judged(changes)), "numbers": changes.compared}
        return say(key, lang, figures=len(changes.figures), **counts)
    first = counted("verdicts", len(changes.verdicts_changed), len(judged(changes)))
    parts = [first, *counts_of(changes.tally)]
    return say("editions.sentence", lang, parts=parts)


def notes(changes: Changes, lang: str) -> list[str]:
    """Return what a reader must know before any number: what was not compared, and rounding."""
    told = []
    for which, edition in (("old", changes.old), ("new", changes.new)):
        alone = [r.place for r in changes.reports if getattr(r, which) and r.verdict is None]
        for kind, places in (
            ("alone", alone),
            ("unread", edition.unread),
            ("failed", edition.failed),
        ):
            if places:
                names = [plain(place) for place in places]
                told.append(say(f"editions.{which}_{kind}", lang, n=len(names), names=names))
    if any(not fact.known for report in changes.reports for fact in report.facts):
        told.append(say("editions.unknown_note", lang))
    if any(map(_untold, changes.both)):
        told.append(say("editions.untold_note", lang))
    said = [each for r in changes.both for each in (r.verdict, r.rating)]
    moved = bool(+changes.kinds - Counter({REWORDED: changes.kinds[REWORDED]}))
    if not (moved or changes.identical or any(each and each.changed for each in said)):
        same = all(r.identical for r in changes.both)
        told.append(say("editions.rest_identical" if same else "editions.no_number", lang))
    return told + _rounding(changes, lang)


def _untold(report: ReportChanges) -> bool:
    """Return whether words of a report are others, and are not shown."""
    worded = any(c.words or set(c.parts) & set(TERMS) for c in report.changes if not c.told)
    return worded or any(not fact.told for fact in report.facts)


def _rounding(changes: Changes, lang: str) -> list[str]:
    """Return by how much rounding alone may move what was formed from rounded counts."""
    told = []
    found = {
        (str(held.results["study"].get("people")), str(each.get("policy")))
        for report in changes.both
        for held in (report.old, report.new)
        if held is not None
        for each in held.results["estimates"]
        if each.get("disclosure") == ROUNDED
    }
    for people, version in sorted(found):
        policy = read_policy(people) if people in ("minors", "adults") else None
        if policy is None or policy.version != version:
            told.append(say("editions.rounding_unknown", lang, version=plain(version)))
        else:
            steps = {"rounding": policy.rounding, "midpoint": policy.midpoint}
            told.append(say("editions.rounding", lang, version=plain(version), **steps))
    return list(dict.fromkeys(told))


def fact_rows(changes: Changes, lang: str) -> list[dict[str, Any]]:
    """Return each fact in which editions differ, once, with the reports that it is of."""
    held: dict[Fact, list[str]] = {}
    for report in changes.both:
        for fact in report.facts:
            held.setdefault(fact, []).append(report.place)
    ordered = sorted(held, key=lambda f: (FACTS.index(f.kind), f.name, -len(held[f])))
    return [
        {
            "what": say(f"editions_fact.{fact.kind}", lang),
            "name": plain(fact.name),
            "before": _fact(fact, fact.old, lang) if fact.told else say("editions.untold", lang),
            "after": _fact(fact, fact.new, lang) if fact.told else say("editions.changed", lang),
            "reports": held[fact],
            "n": number(len(held[fact]), "int", lang),
        }
        for fact in ordered
    ]


def _fact(fact: Fact, value: str | None, lang: str) -> str:
    if value is None:
        return say("editions.not_told", lang)
    if value == "":
        return say("editions_state.absent", lang)
    if fact.kind == "made_up":
        return say(f"editions_state.{value}", lang)
    if fact.kind == "plan_status":
        return known("plan", value, lang)
    if fact.kind in ("headline", "cautions", "publisher"):
        return _said(value, lang)
    return plain(", ".join(map(_short, value.split(", "))))


def _short(text: str) -> str:
    digest = len(text) == 64 and set(text) <= set("0123456789abcdef")
    return text[:HASH] if digest else text


def _said(value: str, lang: str) -> str:
    data = json.loads(value)
    texts = data if isinstance(data, list) else [data]
    said = [t.get(lang) or next(iter(t.values()), "") for t in texts if isinstance(t, dict)]
    joined = " ".join(map(str, said))
    return plain(joined) if joined else say("editions_state.absent", lang)


def number_row(change: Change, lang: str) -> list[str]:
    """Return one change as it is listed: id, before, after, by how much, what differs.

    Parameters
    ----------
    change : Change
        Of any kind; where one edition withholds or refuses it, only that is told.
    """
    before = text_of(change.old, change.before, lang)
    after = text_of(change.new, change.after, lang)
    if change.kind == MOVED and before == after:
        before, after = (_finely(e, change.parts, lang) for e in (change.old, change.new))
    return [plain(change.id), before, after, difference(change, lang), _what(change, lang)]


def _what(change: Change, lang: str) -> str:
    if change.before != change.after:
        return ""
    parts = [_from_to(change, part, lang) for part in change.parts]
    parts += [
        say("editions.lacks", lang, part=known("editions_part", part, lang))
        for part in change.lacking
    ]
    parts += [words_text(change, lang)] if change.words else []
    return say("format.list_separator", lang).join(dict.fromkeys(parts))


def words_text(change: Change, lang: str) -> str:
    """Return which words of an estimate are others; nothing where none is."""
    parts = [_reworded(each, change.told, lang) for each in change.words]
    return say("format.list_separator", lang).join(parts)


def _from_to(change: Change, part: str, lang: str) -> str:
    """Return what differs; of a word, from what to what."""
    name = known("editions_part", part, lang)
    untold = part in TERMS and not change.told
    worded = part in (*MEANING, "unit", VERDICT) and not untold
    if not worded or change.old is None or change.new is None:
        return name
    old, new = (_word(held.get(part), part, lang) for held in (change.old, change.new))
    return say("editions.from_to", lang, part=name, old=old, new=new)


def _reworded(each: Reworded, told: bool, lang: str) -> str:
    """Return which words are others, and from what to what where that may be told."""
    name = say("editions.words", lang, part=known("editions_part", each.part, lang))
    if not told:
        return name
    old, new = (_spoken(texts, lang) for texts in (each.old, each.new))
    if old == new:
        # They differ in another language alone, or behind what is shown of a long text.
        return name
    return say("editions.from_to", lang, part=name, old=old, new=new)


def _spoken(texts: Mapping[str, str], lang: str) -> str:
    text = texts.get(lang) or next(iter(texts.values()), "")
    return plain(text) if text else say("editions_state.absent", lang)


def _word(found: Any, part: str, lang: str) -> str:
    if found is None:
        return say("editions_state.absent", lang)
    if isinstance(found, dict):
        texts = found.get("text") or {}
        return plain(str(texts.get(lang) or next(iter(texts.values()), found["code"])))
    if part == VERDICT:
        return verdict_word(found, lang)
    return known({"unit": "unit", "plan": "plan_state"}.get(part, "disclosed"), str(found), lang)


def text_of(estimate: Mapping[str, Any] | None, state: str, lang: str) -> str:
    """Return a number as an edition prints it, with its interval and its counts.

    Parameters
    ----------
    estimate : mapping or None
        As the edition has it; None where only its state may be told.
    state : str
        What the edition does with it.
    """
    if estimate is None:
        return say(f"editions_state.{state}", lang)
    parts = [] if state == RELEASED else [say(f"editions_state.{state}", lang)]
    parts += [known("verdict", estimate["verdict"], lang)] if estimate.get("verdict") else []
    held = _estimate(estimate)
    if held is None:
        parts += [
            say("editions.part", lang, part=known("editions_part", p, lang), value=repr(found))
            for p in NUMBERS
            if (found := estimate.get(p)) is not None
        ]
        return plain(say("format.clause_separator", lang).join(parts)) or "–"
    if held.value is not None:
        parts.append(value_text(held, lang))
    if held.interval != "none":
        interval = interval_text(held, lang)
        parts.append(say("editions.interval", lang, interval=interval, level=_level(held, lang)))
    parts += [
        say("editions.part", lang, part=known("editions_part", p, lang),
            value=number(found, "int", lang))
        for p in COUNTS
        if (found := getattr(held, p)) is not None
    ]  # fmt: skip
    return plain(say("format.clause_separator", lang).join(parts)) or "–"


def _level(held: Estimate, lang: str) -> str:
    return say(f"editions_interval.{held.interval}", lang) + (
        "" if held.level is None else " " + number(held.level, "figpct", lang)
    )


def _estimate(estimate: Mapping[str, Any]) -> Estimate | None:
    """Return an estimate of today's form; None where an edition of another age has another."""
    try:
        return estimate_from_json(estimate)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _finely(estimate: Mapping[str, Any] | None, parts: Iterable[str], lang: str) -> str:
    """Return what differs behind the digits that are printed."""
    told = estimate or {}
    said = [
        say("editions.part", lang, part=known("editions_part", part, lang), value=repr(told[part]))
        for part in parts
        if part in NUMBERS and told.get(part) is not None
    ]
    return plain(say("format.clause_separator", lang).join(said)) or "–"


def difference(change: Change, lang: str) -> str:
    """Return by how much a value moved; nothing where that has no meaning.

    Parameters
    ----------
    change : Change
        One that both editions release: of every other no difference is formed.
    """
    if change.kind != MOVED or "value" not in change.parts:
        return ""
    if change.old is None or change.new is None:
        return ""
    one, other = change.old.get("value"), change.new.get("value")
    if one is None or other is None:
        return ""
    told = _signed(other - one, change.new, lang)
    rounded = ROUNDED in (change.old.get("disclosure"), change.new.get("disclosure"))
    return say("editions.about", lang, size=told) if rounded else told


def _signed(size: float, estimate: Mapping[str, Any], lang: str) -> str:
    digits = estimate.get("digits") or 0
    unit = "points" if estimate.get("unit") == "share" else str(estimate.get("unit"))
    spec = "num4" if unit == "p" else FORMATS.get(unit, "fig").format(d=digits)
    text = number(size, spec, lang)
    if not set(text) - set("+0.,"):
        return say("editions.tiny", lang)
    signed = text if text[0] in "+−" else f"+{text}"
    return say("editions.points", lang, size=signed) if unit == "points" else signed


@functools.cache
def kind_title(kind: str, lang: str) -> str:
    """Return what the changes of one kind are called."""
    return say(f"editions_kind.{kind}", lang)


def day(report: Report | None) -> str:
    """Return the day on which a report was made; empty where nothing says."""
    return report.made_at[:10] if report is not None else ""
