"""Exhibits of the claims notebook in words: what is printed, found, computed and said."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evalkit.estimate import Estimate
from evalkit.outcomes import Report
from evalkit.outcomes.claims import ADVERSE, Audit, Finding
from evalkit.outcomes.claims.said import unit_words
from evalkit.present.content import Block, Line, Part, Piece, Row, Statement, note
from evalkit.present.flow import words
from evalkit.present.header import headed
from evalkit.present.numbers import brackets_piece, said_piece, value_piece
from evalkit.present.shown import Shown, shown
from evalkit.present.statement import sentences
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.quantity import parse_unit
from evalkit.words import Phrase, Term, phrase, say

GROUPS = {
    "fit": ("agrees",),
    "against": ADVERSE,
    "open": ("cannot_verify", "unquantified"),
}


def claims_opening(audited: Audit) -> Shown:
    """Return which texts were read and how many figures they print.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    report, checked = audited.report, audited.checked
    area = report.area
    said = [
        phrase(
            "claims.opening",
            area=area.name,
            place=area.place,
            level=report.term(f"level.{area.level}"),
        )
    ]
    total, again = len(checked.book.claims), len(checked.again)
    if not total:
        said.append(phrase("claims.none", area=area.name))
        return headed(sentences(report, "claims_opening", said, []), report)
    if texts := sources(report):
        said.append(phrase("claims.opening_sources", texts=texts))
    counted = {"n": total, "counted": total - again, "again": again}
    said.append(phrase("claims.counted" if again else "claims.counted_plain", **counted))
    counted_in = audited.of("tally", of="figures")
    return headed(sentences(report, "claims_opening", said, counted_in), report)


def sources(report: Report) -> list[Phrase]:
    """Return the texts that printed the figures of a report, each with its date."""
    used = {claim.source_id for claim in report.claims}
    if report.sources is None:
        own = report.area.ledger
        return [phrase("claims.publisher", publisher=own.source)] if own else []
    rows = report.sources.frame[report.sources.frame["source_id"].isin(used)].to_dict("records")
    return [
        phrase(
            "claims.source",
            publisher=_spoken(row, "publisher", report),
            published=str(row["published"]),
        )
        for row in rows
    ]


def _spoken(row: Mapping[Hashable, object], stem: str, report: Report) -> Term:
    return Term(stem, {lang: str(row[f"{stem}_{lang}"]) for lang in report.languages})


def tally(audited: Audit) -> Shown:
    """Return the figures under each verdict, in three groups, and what was computed.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    report = audited.report
    estimates = audited.of("tally")

    def build(lang: str) -> tuple[Statement, str]:
        blocks, lines = [], []
        for group, verdicts in GROUPS.items():
            found = [audited.one("tally", of="figures", verdict=v) for v in verdicts]
            blocks.append(_block(say(f"claims.group_{group}", lang), found, lang))
            lines += [_line(e, lang) for e in found]
        computed = [audited.one("tally", of="findings", verdict="derived")]
        blocks.append(_block(say("claims.group_computed", lang), computed, lang))
        return Statement(tuple(blocks), "tally"), "; ".join(lines)

    return shown("statement", "tally", report.lang, report.languages, build, estimates)


def _line(e: Estimate, lang: str) -> str:
    verdict = say(f"verdict.{e.dim('verdict')}", lang)
    return f"{verdict} {say('figure.plain', lang, x=e.value)}"


def _block(name: str, estimates: Iterable[Estimate], lang: str) -> Block:
    counts = [
        Line((replace(value_piece(e, lang), look="key"), chip_piece(e.dim("verdict") or "", lang)))
        for e in estimates
    ]
    return Block(tuple(counts), "group", name)


def chip_piece(verdict: str, lang: str, estimate: str = "") -> Piece:
    """Return a verdict's chip.

    Parameters
    ----------
    estimate : str
        Id of the result that it is said of.
    """
    return Piece(say(f"verdict.{verdict}", lang), "chip", estimate, code=verdict)


@dataclass(frozen=True)
class Columns:
    """The columns of a table of findings behind its first, and the notes under its title.

    Parameters
    ----------
    heads, notes : tuple of str
        Keys under ``[head]`` and ``[note]``.
    words : int
        So many of the columns, from the first, hold words; the rest are numbers.
    """

    heads: tuple[str, ...]
    notes: tuple[str, ...]
    words: int


FINDING = Columns(("finding", "arithmetic", "rests_on"), ("findings", "brackets", "widest"), 3)
DERIVED = Columns(("quantity", "arithmetic", "rests_on", "stands_for"), ("derived", "brackets"), 3)
WORDING = Columns(("can_say", "cannot_say"), ("wording",), 2)


def table_of_findings(
    report: Report,
    name: str,
    found: Sequence[tuple[Audit, Finding]],
    row: Callable[[Audit, Finding, str], Row],
    columns: Columns,
    first: str = "claim",
    folds: bool = False,
    **counts: int,
) -> Shown:
    """Return a table with one finding a row, or with several that one row tells.

    Parameters
    ----------
    found : sequence of (Audit, Finding)
        The findings, each with the audit that holds it.
    row : callable
        Takes both and a language and returns the row.
    folds : bool
        Whether a long one is folded: it says nothing that is against a figure.
    """

    def layout(lang: str) -> Layout:
        rows = [row(audited, finding, lang) for audited, finding in found]
        return Layout(
            title=say(f"exhibit.{name}", lang, n=len(found), **counts),
            note="".join(say(f"note.{key}", lang) for key in (*columns.notes, "ledger")),
            heads=[say(f"head.{key}", lang) for key in (first, *columns.heads)],
            rows=rows,
            text_columns=range(columns.words),
            folded=in_detail(rows) if folds else "",
        )

    estimates = [audited.estimate_of(finding) for audited, finding in found]
    return shown_table(report, name, layout, estimates)


def findings_table(audited: Audit) -> Shown:
    """Return every finding with its arithmetic, what it rests on, and what would undo it.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    report = audited.report
    others = [
        f
        for f in audited.checked.findings
        if not f.adverse and f.verdict != "derived" and f.rule != "unquantified"
    ]
    found = [*audited.adverse, *others]
    if not found:
        return sentences(report, "findings_table", [phrase("claims.no_findings")], [])

    groups = _alike(found)
    key = "findings_table" if audited.adverse else "findings_none"

    def layout(lang: str) -> Layout:
        rows = [_joined([_named_row(audited, f, lang, group) for f in group]) for group in groups]
        return Layout(
            title=say(f"exhibit.{key}", lang, n=len(found), against=len(audited.adverse)),
            note="".join(say(f"note.{key}", lang) for key in (*FINDING.notes, "ledger")),
            heads=[say(f"head.{key}", lang) for key in ("claim", *FINDING.heads)],
            rows=rows,
            text_columns=range(FINDING.words),
        )

    estimates = [audited.estimate_of(finding) for finding in found]
    return shown_table(report, "findings_table", layout, estimates)


def _alike(found: Sequence[Finding]) -> list[list[Finding]]:
    """Return findings of one rule that rest on the same, together; each group at its first."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in found:
        rests = (finding.assumption, finding.otherwise, finding.settle)
        told = tuple(str(said) for said in rests)
        key = (finding.rule, finding.verdict, bool(finding.judged), *told)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _named_row(audited: Audit, finding: Finding, lang: str, group: Sequence[Finding]) -> Row:
    """Return a finding as a row; of several in one each calculation says of which figures it is."""
    row = finding_row(audited, finding, lang)
    if len(group) == 1:
        return row
    named = Piece(say("claims.of_figures", lang, names=list(finding.claims)), "strong")
    head, said, arithmetic, *rest = row.cells
    *first, quoted = said.lines
    told = replace(quoted, pieces=(named, *quoted.pieces))
    counted = Line((named, *arithmetic.lines[0].pieces))
    return replace(
        row,
        cells=(
            head,
            replace(said, lines=(*first, told)),
            replace(arithmetic, lines=(counted,)),
            *rest,
        ),
    )


def _joined(rows: Sequence[Row]) -> Row:
    """Return rows that differ in their figures alone as one: its rule and premises once."""
    first, *others = rows
    cells = list(first.cells)
    for row in others:
        for at, cell in enumerate(row.cells):
            new = tuple(line for line in cell.lines if line not in cells[at].lines)
            cells[at] = replace(cells[at], lines=(*cells[at].lines, *new))
    return replace(first, cells=tuple(cells))


def finding_row(audited: Audit, finding: Finding, lang: str) -> Row:
    """Return one finding as a row: what the text says, verdict, arithmetic, premises."""
    e = audited.estimate_of(finding)
    rule = Piece(words(e, "method", lang), "strong")
    said = (
        _note("claims.fact", lang, fact=e.definition, place=e.population)
        if e.definition
        else _statements(audited, finding, lang)
    )
    arithmetic = said_piece(e, finding.arithmetic.text(lang))
    told = {
        "assumption": finding.assumption,
        "otherwise": finding.otherwise,
        "settle": finding.settle,
    }
    rests = [_note(f"claims.{key}", lang, what=what) for key, what in told.items() if what]
    # A finding that judges no figure has tested none: "agrees" would say that it had.
    untested = finding.verdict == "agrees" and not finding.judged
    chip = chip_piece("possible" if untested else finding.verdict, lang)
    cells: tuple[Part | Sequence[Part], ...] = (
        (rule, Line((chip,)), said),
        arithmetic,
        rests or say("shown.none", lang),
    )
    return row_of(_ids(finding), cells)


def _ids(finding: Finding) -> str:
    # One a line: an id must not be broken at its hyphen.
    return "\n".join(finding.claims)


def _note(key: str, lang: str, **values: object) -> Line:
    return note(say(key, lang, **values))


def _statements(audited: Audit, finding: Finding, lang: str) -> Line:
    claims = audited.checked.book.claims
    said = [claims[name].statement for name in finding.claims]
    return note(say("figure.said", lang, said=said))


def derived_table(audited: Audit) -> Shown:
    """Return what can be computed from what is printed, with intervals; never ranked.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    report = audited.report
    found = [f for f in audited.checked.findings if f.verdict == "derived"]
    if not found:
        return sentences(report, "derived_table", [phrase("claims.no_derived")], [])

    pairs = [(audited, finding) for finding in found]
    return table_of_findings(report, "derived_table", pairs, derived_row, DERIVED, folds=True)


def derived_row(audited: Audit, finding: Finding, lang: str) -> Row:
    """Return one computed quantity as a row: what of what, arithmetic, premise, interval."""
    e = audited.estimate_of(finding)
    rule = Piece(words(e, "method", lang), "strong")
    rests = finding.assumption.text(lang) if finding.assumption else say("shown.none", lang)
    arithmetic = said_piece(e, finding.arithmetic.text(lang))
    cells: tuple[Part | Sequence[Part], ...] = (
        (rule, _statements(audited, finding, lang)),
        arithmetic,
        rests,
        (brackets_piece(e, lang), *unit_note(e, lang)),
    )
    return row_of(_ids(finding), cells)


def unit_note(e: Estimate, lang: str) -> list[Line]:
    """Return the unit of a figure as the small line under it; none under a share."""
    if e.unit == "share" or e.value is None:
        return []
    return [note(unit_words(parse_unit(e.unit)).text(lang), unit=True)]


def wording_table(audited: Audit) -> Shown:
    """Return wordings that the figures support, and wordings that they do not.

    Parameters
    ----------
    audited : Audit
        From `claims.audit`.
    """
    report = audited.report
    others = [f for f in audited.checked.findings if not f.adverse]
    found = [f for f in (*audited.adverse, *others) if f.can is not None]
    if not found:
        return sentences(report, "wording_table", [phrase("claims.no_findings")], [])

    pairs = [(audited, finding) for finding in found]
    return table_of_findings(report, "wording_table", pairs, _wording_row, WORDING, folds=True)


def _wording_row(audited: Audit, finding: Finding, lang: str) -> Row:
    e = audited.estimate_of(finding)
    assert finding.can is not None and finding.cannot is not None
    can = said_piece(e, finding.can.text(lang))
    return row_of(_ids(finding), (can, finding.cannot.text(lang)))
