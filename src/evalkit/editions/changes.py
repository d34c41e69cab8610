"""What moved between two editions, by id: a pure function of both.

Imports edition and facts. Of a number that one edition withholds or refuses no difference is
formed: only that it became so is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from evalkit.editions.edition import (
    ABSENT,
    MEANING,
    NUMBERS,
    RATING,
    REFUSED,
    RELEASED,
    STATED,
    TERMS,
    VERDICT,
    WITHHELD,
    Edition,
    Report,
    is_figure,
    state_of,
)
from evalkit.editions.facts import Fact, facts_of, other_fact
from evalkit.editions.hidden import hides, untold
from evalkit.export.counts import Tally

# Of a printed figure: its verdict is another, and no number is.
FIGURE = "figure"
MOVED, SAME_NUMBER, UNLIKE = "moved", "redefined", "unlike"
NEW, GONE, BECAME_RELEASED, REWORDED = "new", "gone", "released", "reworded"
# In the order in which they are listed.
KINDS = (
    *(FIGURE, MOVED, UNLIKE, SAME_NUMBER, WITHHELD, REFUSED, BECAME_RELEASED, NEW, GONE),
    REWORDED,
)
# Without these two alike, two numbers have no difference.
SCALE = ("unit", "level")
# Words of which no fact and no change of meaning tells that their code is another.
ASIDE = ("would_pass", "assumption", "otherwise")


@dataclass(frozen=True)
class Reworded:
    """Words of an estimate that are others under the same code.

    Parameters
    ----------
    part : str
        Of its `TERMS`.
    old, new : mapping
        The text of each edition by language; empty where there is none.
    """

    part: str
    old: Mapping[str, str]
    new: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """What became of one estimate.

    Parameters
    ----------
    id : str
        The estimate.
    before, after : {"absent", "released", "withheld", "refused"}
        What each edition does with it.
    parts : tuple of str
        Where both release it: which of its fields differ.
    lacking : tuple of str
        Fields that one edition has and the other does not know.
    old, new : mapping or None
        As each edition has it, where both release it or one edition alone has it.
    words : tuple of Reworded
        Where both do the same with it: which of its words are others.
    told : bool
        Whether words may be told; where not, only that they differ.
    """

    id: str
    before: str
    after: str
    parts: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] | None = None
    words: tuple[Reworded, ...] = ()
    told: bool = True

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        if ABSENT in (self.before, self.after):
            return NEW if self.before == ABSENT else GONE
        if self.before != self.after:
            return self.after
        if self.lacking or set(self.parts) & set(SCALE):
            return UNLIKE
        if set(self.parts) & {*NUMBERS, *STATED} - {VERDICT}:
            return MOVED
        if VERDICT in self.parts and (is_figure(self.old) or is_figure(self.new)):
            return FIGURE
        return SAME_NUMBER if self.parts else REWORDED


@dataclass(frozen=True)
class Said:
    """A verdict or a rating in both editions.

    Parameters
    ----------
    old, new : str
        A verdict's code, or a rating's level; the state where there is none of it.
    id : str
        The estimate, where a report has many.
    """

    old: str
    new: str
    id: str = ""

    @property
    def changed(self) -> bool:
        """Whether they differ."""
        return self.old != self.new


@dataclass(frozen=True)
class ReportChanges:
    """What became of one report.

    Parameters
    ----------
    place : str
        ``<study>/<area>/<outcome>``.
    old, new : Report or None
        As each edition has it.
    verdict, rating : Said or None
        None where one edition alone has the report.
    figures : tuple of Said
        The verdict of each printed figure that both editions have, by id.
    compared : int
        Numbers that both release, and that can be compared.
    changes : tuple of Change
        By kind, then by id.
    facts : tuple of Fact
        What the report rests on.
    """

    place: str
    old: Report | None
    new: Report | None
    verdict: Said | None = None
    rating: Said | None = None
    figures: tuple[Said, ...] = ()
    compared: int = 0
    changes: tuple[Change, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def kinds(self) -> Counter[str]:
        """How many changes there are of each kind; of words, in how many estimates."""
        found = Counter(change.kind for change in self.changes)
        found[REWORDED] = sum(bool(change.words) for change in self.changes)
        return +found

    @property
    def tally(self) -> Tally:
        """How many of its figures and numbers there are, and what became of how many."""
        changed = sum(said.changed for said in self.figures)
        return Tally(len(self.figures), changed, self.compared, _others(self.kinds))

    @property
    def identical(self) -> bool:
        """Whether nothing of it differs, and everything of it could be compared."""
        said = [s for s in (self.verdict, self.rating) if s is not None]
        same = not self.changes and not self.facts and not any(s.changed for s in said)
        return same and self.old is not None and self.new is not None


@dataclass(frozen=True)
class Changes:
    """What became of an edition.

    Parameters
    ----------
    old, new : Edition
        Both.
    reports : tuple of ReportChanges
        Every report of either, by place.
    """

    old: Edition
    new: Edition
    reports: tuple[ReportChanges, ...]

    @property
    def both(self) -> list[ReportChanges]:
        """Reports that both editions have."""
        return [r for r in self.reports if r.old is not None and r.new is not None]

    @property
    def identical(self) -> bool:
        """Whether nothing differs, and everything could be compared."""
        unread = (*self.old.unread, *self.new.unread, *self.old.failed, *self.new.failed)
        return not unread and all(report.identical for report in self.reports)

    @property
    def verdicts_changed(self) -> list[ReportChanges]:
        """Reports whose verdict is another."""
        return [r for r in self.both if r.verdict is not None and r.verdict.changed]

    @property
    def figures(self) -> list[Said]:
        """The verdict of each printed figure that both editions have."""
        return [said for report in self.both for said in report.figures]

    @property
    def figures_changed(self) -> list[Said]:
        """Those of them that are others."""
        return [said for said in self.figures if said.changed]

    @property
    def kinds(self) -> Counter[str]:
        """How many changes there are of each kind, over all reports."""
        return sum((report.kinds for report in self.reports), Counter())

    @property
    def compared(self) -> int:
        """Numbers that both editions release, and that can be compared."""
        return sum(report.compared for report in self.reports)

    @property
    def tally(self) -> Tally:
        """How many figures and numbers there are, and what became of how many."""
        changed = len(self.figures_changed)
        return Tally(len(self.figures), changed, self.compared, _others(self.kinds))


def _others(kinds: Counter[str]) -> dict[str, int]:
    """Return the counts of each kind, in order; the verdicts of figures are counted apart."""
    return {kind: kinds[kind] for kind in KINDS if kind != FIGURE and kinds[kind]}


def changes_between(old: Edition, new: Edition) -> Changes:
    """Return what differs between two editions.

    Parameters
    ----------
    old, new : Edition
        Of whatever age; a report that one of them could not be read of is not compared.
    """
    places = sorted({*old.reports, *new.reports})
    reports = tuple(_report(p, old.reports.get(p), new.reports.get(p)) for p in places)
    return Changes(old, new, reports)


def _report(place: str, old: Report | None, new: Report | None) -> ReportChanges:
    if old is None or new is None:
        return ReportChanges(place, old, new)
    before, after = old.estimates, new.estimates
    found: list[Change] = []
    figures: list[Said] = []
    compared = 0
    for key in sorted({*before, *after}):
        one, other = before.get(key), after.get(key)
        if (one or other or {})["estimand"] in (VERDICT, RATING):
            continue
        change = change_of(key, one, other)
        both = _has_numbers(one) and _has_numbers(other) and state_of(one) == state_of(other)
        compared += both and (change is None or change.kind != UNLIKE)
        if change is not None:
            found.append(change)
        if one is not None and other is not None and (is_figure(one) or is_figure(other)):
            figures.append(Said(_figure(one), _figure(other), key))
    found.sort(key=lambda change: (KINDS.index(change.kind), change.id))
    verdict, rating = (Said(_said(old, name), _said(new, name)) for name in (VERDICT, RATING))
    facts = facts_of(old, new)
    if not (found or facts or verdict.changed or rating.changed):
        facts = other_fact(old, new)
    if hides(old, new):
        found = [replace(change, told=False) for change in found]
        facts = untold(facts)
    held = tuple(figures)
    return ReportChanges(place, old, new, verdict, rating, held, compared, tuple(found), facts)


def _figure(estimate: Mapping[str, Any]) -> str:
    state = state_of(estimate)
    return str(estimate.get(VERDICT) or ABSENT) if state == RELEASED else state


def _has_numbers(estimate: Mapping[str, Any] | None) -> bool:
    """Return whether an edition tells any number of an estimate: of one refused, how many."""
    held = estimate or {}
    told = any(held.get(part) is not None for part in NUMBERS)
    # What has a verdict alone has no number that could move.
    return told or (state_of(estimate) == RELEASED and held.get(VERDICT) is None)


def change_of(
    key: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Change | None:
    """Return what became of one estimate; None where nothing did.

    Parameters
    ----------
    key : str
        Its id.
    old, new : mapping or None
        As each edition has it.
    """
    before, after = state_of(old), state_of(new)
    if old is None or new is None:
        return Change(key, before, after, (), (), _shown(old), _shown(new))
    if before != after:
        return Change(key, before, after)
    words = _reworded(old, new)
    if before == WITHHELD:
        return Change(key, before, after, words=words) if words else None
    # What is refused has no meaning that could be another; its reason is a fact of the report.
    fields = (*NUMBERS, *STATED, "unit", *MEANING) if before == RELEASED else NUMBERS
    lacking = tuple(part for part in fields if (part in old) != (part in new))
    parts = tuple(
        part
        for part in fields
        if part not in lacking and _plain(old.get(part)) != _plain(new.get(part))
    )
    if not (parts or lacking or words):
        return None
    return Change(key, before, after, parts, lacking, old, new, words)


def _reworded(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Reworded, ...]:
    """Return the words that differ in a language that both have.

    Another code is another meaning, which `change_of` and the facts tell; of what the numbers do
    not rest on neither does.
    """
    found = []
    for part in TERMS:
        one, other = old.get(part), new.get(part)
        texts = [held["text"] if held else {} for held in (one, other)]
        if one and other and one["code"] == other["code"]:
            differs = any(texts[0][lang] != texts[1][lang] for lang in texts[0].keys() & texts[1])
        else:
            differs = part in ASIDE and bool(one or other)
        if differs:
            found.append(Reworded(part, *texts))
    return tuple(found)


def _shown(estimate: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return estimate if state_of(estimate) == RELEASED else None


def _plain(value: Any) -> Any:
    """Return what two editions are held by: of a term its code, which every language has."""
    return value["code"] if isinstance(value, dict) else value


def _said(report: Report, estimand: str) -> str:
    """Return the one verdict or rating of a report, or why there is none."""
    found = [e for e in report.results["estimates"] if e["estimand"] == estimand]
    if len(found) != 1:
        return ABSENT
    value = found[0].get("verdict") if estimand == VERDICT else found[0].get("value")
    if value is None:
        return state_of(found[0]) if state_of(found[0]) != RELEASED else ABSENT
    return str(value) if estimand == VERDICT else f"{value:.0f}"
