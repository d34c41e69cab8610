"""What a terminal shows of a comparison: what matters most first, and no more than a screen.

Imports the rest of this package and words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evalkit.bundle.listings import OPERATIONS
from evalkit.editions.agreement import AGREES, STATES, Agreement
from evalkit.editions.changes import FIGURE, KINDS, Changes, ReportChanges, Said
from evalkit.editions.told import (
    fact_rows,
    kind_title,
    notes,
    plain,
    sentence,
    verdict_word,
    words_text,
)
from evalkit.words import say

# So many of each are named; the page names all.
SHOWN = 20
# Of words: one term stands in many estimates.
FEW = 5
PLACES = 3


def change_lines(changes: Changes, lang: str) -> list[str]:
    """Return the answer: the sentence, verdicts, ratings, counts, and what they rest on."""
    names = {"old": changes.old.name, "new": changes.new.name}
    lines = [say("editions.between", lang, **names), sentence(changes, lang)]
    if any(edition.made_up for edition in (changes.old, changes.new)):
        lines.insert(0, say("page.made_up", lang))
    lines += _few([_verdict(r, lang) for r in changes.verdicts_changed], lang)
    rated = [r for r in changes.both if r.rating is not None and r.rating.changed]
    lines += _few([_rating(r, lang) for r in rated], lang)
    figures = changes.figures_changed
    kinds = {**changes.kinds, FIGURE: len(figures)}
    lines += _kind(FIGURE, kinds, lang)
    lines += _few([_figure(said, lang) for said in figures], lang)
    lines += [line for kind in KINDS[1:] for line in _kind(kind, kinds, lang)]
    lines += _few(_worded(changes, lang), lang, FEW)
    lines += _few([_fact(row, lang) for row in fact_rows(changes, lang)], lang)
    return lines + notes(changes, lang)


def _kind(kind: str, kinds: Mapping[str, int], lang: str) -> list[str]:
    n = kinds.get(kind, 0)
    return [say("editions.line_kind", lang, kind=kind_title(kind, lang), n=n)] if n else []


def _few(lines: Sequence[str], lang: str, most: int = SHOWN) -> list[str]:
    left = len(lines) - most
    more = [say("editions.more", lang, n=left)] if left > 0 else []
    return [f"  {line}" for line in [*lines[:most], *more]]


def _figure(said: Said, lang: str) -> str:
    old, new = (verdict_word(code, lang) for code in (said.old, said.new))
    return say("editions.line_verdict", lang, report=plain(said.id), old=old, new=new)


def _worded(changes: Changes, lang: str) -> list[str]:
    """Return a line for each estimate whose words are others."""
    return [
        say("editions.line_words", lang, id=plain(change.id), what=what)
        for report in changes.both
        for change in report.changes
        if (what := words_text(change, lang))
    ]


def _verdict(report: ReportChanges, lang: str) -> str:
    assert report.verdict is not None
    words = (verdict_word(code, lang) for code in (report.verdict.old, report.verdict.new))
    old, new = words
    return say("editions.line_verdict", lang, report=report.place, old=old, new=new)


def _rating(report: ReportChanges, lang: str) -> str:
    assert report.rating is not None
    old, new = (rating_word(level, lang) for level in (report.rating.old, report.rating.new))
    return say("editions.line_rating", lang, report=report.place, old=old, new=new)


def rating_word(level: str, lang: str) -> str:
    """Return a rating as it is printed, or why there is none."""
    return f"{level}/5" if level.isdigit() else verdict_word(level, lang)


def _fact(row: dict, lang: str) -> str:
    told = {key: row[key] for key in ("what", "before", "after")}
    named = say("editions.fact_name", lang, what=row["what"], name=row["name"])
    told["what"] = named if row["name"] else row["what"]
    reports = row["reports"]
    if len(reports) > PLACES:
        return say("editions.line_fact_many", lang, n=len(reports), **told)
    return say("editions.line_fact", lang, reports=reports, **told)


def agreement_lines(found: Agreement, lang: str) -> list[str]:
    """Return the answer: the sentence, what differs, what could not be compared, the tolerance."""
    lines = [say("partner.between", lang, ours=found.ours.name, theirs=found.theirs.name)]
    if found.made_up:
        lines.insert(0, say("page.made_up", lang))
    lines.append(agreement_sentence(found, lang))
    for state in STATES:
        pairs = [pair for pair in found.pairs if pair.state == state]
        if state != AGREES and pairs:
            lines.append(say("editions.line_kind", lang, kind=say(f"partner_state.{state}", lang),
                             n=len(pairs)))  # fmt: skip
            lines += _few(
                [" · ".join(filter(None, row[:5])) for row in pair_rows(pairs, lang)], lang
            )
    return lines + tolerance_notes(found, lang)


def agreement_sentence(found: Agreement, lang: str) -> str:
    """Return how many numbers agree, and how many do not or could not be compared."""
    counts = {state: found.counts[state] for state in STATES}
    if found.whole:
        one = counts[AGREES] == 1
        return say("partner.whole_one" if one else "partner.whole", lang, **counts)
    return say("partner.sentence", lang, **counts)


def pair_rows(pairs: Sequence, lang: str) -> list[list[str]]:
    """Return a row for each number: id, operation, ours, theirs, why."""
    return [
        [
            plain(pair.id),
            operation_word(pair.operation, lang),
            plain(pair.ours),
            plain(pair.theirs),
            say(f"partner_why.{pair.why}", lang) if pair.why else "",
        ]
        for pair in pairs
    ]


def operation_word(operation: str, lang: str) -> str:
    """Return what one of our operations is called; another's has the name that its file gives."""
    ours = operation in OPERATIONS
    return say(f"editions_part.{operation}", lang) if ours else plain(operation)


def tolerance_notes(found: Agreement, lang: str) -> list[str]:
    """Return what was declared, and what was taken for granted."""
    told = [
        say("partner.tolerance", lang, operation=_limited(name, lang),
            absolute=f"{float(limit.absolute):g}", relative=f"{float(limit.relative):g}")
        for name, limit in found.tolerance.limits.items()
    ]  # fmt: skip
    told = told or [say("partner.exact", lang)]
    if found.unscaled:
        told.append(say("partner.unscaled", lang, n=found.unscaled))
    places = (*found.ours.unread, *found.ours.failed)
    if places:
        names = [plain(place) for place in places]
        told.append(say("partner.unread", lang, n=len(names), names=names))
    return told


def _limited(name: str, lang: str) -> str:
    return say("partner.all", lang) if name == "all" else operation_word(name, lang)
