"""What was printed, what it lacks, and the data to ask for."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.estimate import Estimate
from evalkit.outcomes import Report, Result
from evalkit.present.content import Part, Row, note
from evalkit.present.flow import words
from evalkit.present.header import headed
from evalkit.present.numbers import said_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def opening(report: Report) -> Shown:
    """Return the first sentence, and record what the report is.

    It says which area, and whether the outcome can apply there. With it goes the header from
    which, with the estimates, every page is made: the linked tables are read for it.

    Parameters
    ----------
    report : Report
        An opened report.
    """
    level = report.term(f"level.{report.area.level}")
    said = [phrase("opening.area", area=report.area.name, place=report.area.place, level=level)]
    # The quality of what offices hand in is no outcome of an area: it applies wherever they do.
    scope = report.area.outcomes.get(report.outcome)
    there = report.spec is not None or report.from_offices
    # Why data could be had is no news where they are there; the text may be a study's own.
    if scope is not None and not (scope.applies and there):
        applies = str(scope.applies).lower()
        # Data of what is said not to be there: both are told, and which of them holds here.
        against = "_data" if report.spec is not None and not scope.applies else ""
        said.append(phrase(f"opening.applies_{applies}{against}", why=scope.why))
    return headed(sentences(report, "opening", said, []), report)


def printed_table(figures: Result, lacking: Result) -> Shown:
    """Return every printed figure with what it lacks.

    Parameters
    ----------
    figures : Result
        From `outcomes.printed`.
    lacking : Result
        From `outcomes.gaps`.
    """
    report = figures.report
    if not figures.estimates:
        if not report.ledger:
            return sentences(
                report, "printed_table", [phrase("opening.no_ledger")], [], frame="absent"
            )
        said = phrase("opening.printed_none", area=report.area.name)
        return sentences(report, "printed_table", [said], [])
    reasons = {e.dim("claim"): e for e in lacking.of("gap")}

    def layout(lang: str) -> Layout:
        return Layout(
            title=say("exhibit.printed_table", lang, n=len(figures.estimates)),
            note=say("note.printed", lang),
            heads=[
                say(f"head.{key}", lang) for key in ("claim", "printed", "base", "date", "missing")
            ],
            rows=[_printed_row(e, reasons[e.dim("claim")], lang) for e in figures.estimates],
            text_columns=(0, 1, 2, 3),
        )

    estimates = (*figures.estimates, *lacking.of("gap"))
    return shown_table(report, "printed_table", layout, estimates)


def _printed_row(figure: Estimate, gap: Estimate, lang: str) -> Row:
    place = note(words(figure, "population", lang))
    said = said_piece(figure, words(figure, "definition", lang))
    missing = said_piece(gap, words(gap, "reason", lang))
    base, date = (words(figure, name, lang) for name in ("against", "window"))
    cells: tuple[Part | Sequence[Part], ...] = ((said, place), base, date, missing)
    return row_of(figure.dim("claim") or "", cells)


def gaps_statement(lacking: Result) -> Shown:
    """Return why the outcome cannot be assessed from what is printed, with counts.

    Parameters
    ----------
    lacking : Result
        From `outcomes.gaps`.
    """
    report, counts = lacking.report, lacking.of("gaps")
    if report.spec is not None:
        return sentences(report, "gaps", [phrase("gaps.data_supplied")], [], frame="absent")
    if not counts and not lacking.of("gap"):
        return sentences(report, "gaps", [phrase("gaps.no_counts_none")], [], frame="absent")
    if not counts:
        said = phrase("gaps.no_counts_figures")
        return sentences(report, "gaps", [said], lacking.of("gap"))
    lines = [phrase("gaps.line", count=e.value, n=e.denominator, what=e.definition) for e in counts]
    said = phrase("gaps.lead", n=counts[0].denominator, lines=lines)
    return sentences(report, "gaps", [said], counts)


def requests_table(asked: Result) -> Shown:
    """Return the list of data to ask for.

    Parameters
    ----------
    asked : Result
        From `outcomes.requests`.
    """
    report = asked.report
    if not asked.estimates:
        said = phrase("request.none")
        return sentences(report, "requests_table", [said], [], frame="absent")

    def layout(lang: str) -> Layout:
        rows = [
            row_of(
                e.group.text[lang] if e.group else "",
                (
                    said_piece(e, words(e, "definition", lang)),
                    words(e, "population", lang),
                ),
            )
            for e in asked.estimates
        ]
        return Layout(
            title=say("exhibit.requests_table", lang),
            note=say("note.requests", lang),
            heads=[say(f"head.{key}", lang) for key in ("mechanism", "data", "tables")],
            rows=rows,
            text_columns=(0, 1),
        )

    return shown_table(report, "requests_table", layout, asked.estimates)
