"""Exhibits of the claims notebook, figure by figure: what each stands for and lacks."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from evalkit.estimate import Estimate
from evalkit.intake.ledger import Claim
from evalkit.outcomes import Report
from evalkit.outcomes.claims import Audit
from evalkit.outcomes.claims.completeness import NEEDS
from evalkit.outcomes.claims.said import span_words
from evalkit.present.claims import chip_piece, unit_note
from evalkit.present.content import Line, Part, Piece, Row, note
from evalkit.present.flow import words
from evalkit.present.numbers import brackets_piece, said_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.quantity.quantity import within_whole
from evalkit.schema import load_schema
from evalkit.words import phrase, say

# Units of what counts people, or their visits.
PEOPLE = ("persons", "person_times", "share")
# What a figure lacks that has all that a text can give; and so many groups lie open.
CHECKABLE, MANY_KINDS = "checkable", 15


def _nothing(report: Report, name: str, frame: str = "statement") -> Shown:
    """Return that an area prints no figure."""
    said = phrase("claims.none", area=report.area.name)
    return sentences(report, name, [said], [], frame=frame)


def claims_table(audited: Audit) -> Shown:
    """Return every printed figure: what it can stand for, its verdict, what is missing.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    report, estimates = audited.report, audited.of("claim")
    if not estimates:
        return _nothing(report, "claims_table")

    def layout(lang: str) -> Layout:
        rows = [_claim_row(audited, e, lang) for e in estimates]
        return Layout(
            title=say("exhibit.claims_table", lang, n=len(estimates)),
            note="".join(say(f"note.{k}", lang) for k in ("claims", "brackets", "ledger")),
            heads=[
                say(f"head.{k}", lang)
                for k in ("claim", "printed", "stands_for", "verdict", "missing")
            ],
            rows=rows,
            text_columns=(0, 2, 3),
            folded=in_detail(rows),
        )

    return shown_table(report, "claims_table", layout, estimates)


def lacking_table(audited: Audit) -> Shown:
    """Return the figures that lack the same, together: what to ask for once.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    report, estimates = audited.report, audited.of("claim")
    if not estimates:
        return _nothing(report, "lacking_table", "absent")
    again = audited.checked.again
    groups = _lacking([e for e in estimates if (e.dim("claim") or "") not in again])
    counted = sum(map(len, groups))
    codes = Counter(code for group in groups for e in group for code in _codes(e))
    # What the data alone would tell is lacking in every figure: it is named where nothing else is.
    named = [code for code, _ in codes.most_common() if code != CHECKABLE] or [CHECKABLE]
    alone = sum(len(group) for group in groups if _codes(group[0]) == [named[0]])

    def row(group: list[Estimate], lang: str) -> Row:
        named: list[Part] = []
        for e in group:
            named += [say("format.clause_separator", lang)] if named else []
            named.append(said_piece(e, f"{e.dim('claim')} {words(e, 'definition', lang)}"))
        count = say("figure.plain", lang, x=len(group))
        return row_of(words(group[0], "reason", lang), [count, named])

    def layout(lang: str) -> Layout:
        told = {"n": codes[named[0]], "of": counted, "alone": alone}
        rows = [row(group, lang) for group in groups]
        return Layout(
            title=say("exhibit.lacking_table", lang, what=say(f"missing.{named[0]}", lang), **told),
            note=say("note.lacking", lang) + say("note.ledger", lang),
            heads=[say(f"head.{k}", lang) for k in ("missing", "figures", "printed")],
            rows=rows,
            text_columns=(1,),
            folded=in_detail(rows) if len(rows) > MANY_KINDS else "",
        )

    return shown_table(report, "lacking_table", layout, estimates)


def _lacking(estimates: Sequence[Estimate]) -> list[list[Estimate]]:
    """Return figures by all that they lack, the largest group first, people first in each."""
    groups: dict[str, list[Estimate]] = {}
    for e in sorted(estimates, key=lambda e: e.unit not in PEOPLE):
        groups.setdefault(e.reason.code if e.reason else "", []).append(e)
    return sorted(groups.values(), key=len, reverse=True)


def _codes(e: Estimate) -> list[str]:
    """Return what a figure lacks, each by its code."""
    return e.reason.code.split("+") if e.reason else []


def _claim_row(audited: Audit, e: Estimate, lang: str) -> Row:
    name = e.dim("claim") or ""
    claim = audited.checked.book.claims[name]
    number: list[Part] = [say("shown.none", lang)]
    if e.value is not None:
        number = [brackets_piece(e, lang), *unit_note(e, lang), note(words(e, "method", lang))]
    again = [note(say("rule.repeats", lang))] if name in audited.checked.again else []
    cells: tuple[Part | Sequence[Part], ...] = (
        (words(e, "definition", lang), *_printed(claim, lang), note(words(e, "population", lang))),
        (*number, *_widest(audited, e, lang)),
        (chip_piece(e.verdict or "", lang), *again),
        words(e, "reason", lang),
    )
    return row_of(name, cells)


def _widest(audited: Audit, e: Estimate, lang: str) -> list[Line]:
    """Return the widest reading as a small line, where the verdict rests on it; else nothing."""
    quantity = audited.checked.book.quantities[e.dim("claim") or ""]
    if quantity is None or e.verdict not in ("contradicts", "not_reachable"):
        return []
    if quantity.firm == quantity.usual:
        return []
    span = span_words(within_whole(quantity.firm, quantity.value, quantity.unit), quantity.unit)
    return [note(say("claims.widest", lang, span=span))]


def _printed(claim: Claim, lang: str) -> list[Line]:
    """Return the printed words as a small line; empty where they hold no number."""
    # 班等 beside a figure is a word and no figure.
    if not any(unicodedata.numeric(sign, None) is not None for sign in claim.printed):
        return []
    # Nothing but a quotation stands on a page in another language than its own.
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in claim.printed)
    quoted = Piece(claim.printed, lang="zh" if chinese else lang)
    return [note(say("claims.as_printed", lang), quoted)]


def completeness_table(audited: Audit) -> Shown:
    """Return how many figures have what they need, by what they bear on.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    report, estimates = audited.report, audited.of("completeness")
    if not estimates:
        return _nothing(report, "completeness_table")
    return have_table(report, "completeness_table", estimates)


def have_table(report: Report, name: str, estimates: list[Estimate]) -> Shown:
    """Return a table of figures that have what they need: outcomes down, needs across.

    Parameters
    ----------
    estimates : list of Estimate
        ``completeness`` of one area, or of all together.
    """
    needs = [need for need in NEEDS if any(e.dim("need") == need for e in estimates)]
    known = load_schema("claims").columns["outcome"].choices
    outcomes = [o for o in known if any(e.dim("outcome") == o for e in estimates)]
    cells = {(e.dim("outcome"), e.dim("need")): e for e in estimates}

    def cell(outcome: str | None, need: str | None, lang: str) -> Part:
        e = cells.get((outcome, need))
        if e is None:
            return say("shown.none", lang)
        text = say("figure.of_all", lang, x=e.value, n=e.denominator)
        return said_piece(e, text, "number")

    def layout(lang: str) -> Layout:
        heads = [say("head.outcome", lang), *(say(f"need.{need}", lang) for need in needs)]
        rows = [
            row_of(say(f"bears_on.{o}", lang), [cell(o, need, lang) for need in needs])
            for o in outcomes
        ]
        return Layout(
            title=say(f"exhibit.{name}", lang),
            note=say("note.completeness", lang) + say("note.ledger", lang),
            heads=heads,
            rows=rows,
        )

    return shown_table(report, name, layout, estimates)
