"""Exhibits of the quality notebook: the tables that the offices handed in, counted."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.disclosure import read_policy
from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Report, Result
from evalkit.present.content import Piece
from evalkit.present.flow import rounded, words
from evalkit.present.numbers import count_piece, value_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def contents_table(counted: Result | Refusal) -> Shown:
    """Return the rows of each table.

    Parameters
    ----------
    counted : Result or Refusal
        From `quality.contents`.
    """
    if isinstance(counted, Refusal):
        return refusal(counted, "contents_table")
    report, estimates = counted.report, counted.of("table_rows")

    def layout(lang: str) -> Layout:
        return Layout(
            title=say("exhibit.contents_table", lang, n=len(estimates)),
            note=_note(report, lang),
            heads=[say("head.table", lang), say("head.rows", lang)],
            rows=[row_of(words(e, "group", lang), [value_piece(e, lang)]) for e in estimates],
        )

    return shown_table(report, "contents_table", layout, estimates)


def problems_table(counted: Result | Refusal) -> Shown:
    """Return what the checks of the tables doubt, or only describe.

    Parameters
    ----------
    counted : Result or Refusal
        From `quality.contents`.
    """
    if isinstance(counted, Refusal):
        return refusal(counted, "problems_table")
    report, estimates = counted.report, counted.of("problem")
    wholes = (*estimates, *counted.of("table_rows"))
    if not estimates:
        return sentences(report, "problems_table", [phrase("quality.no_problems")], [])

    def layout(lang: str) -> Layout:
        heads = ("rule", "table", "level_of_check", "rows", "of_rows")
        return Layout(
            title=say("exhibit.problems_table", lang),
            note=_note(report, lang),
            heads=[say(f"head.{key}", lang) for key in heads],
            rows=[
                row_of(
                    words(e, "definition", lang),
                    [words(e, "group", lang), say(f"quality.{e.dim('level')}", lang),
                     value_piece(e, lang), _whole(e, wholes, lang)],
                )
                for e in estimates
            ],
            text_columns=(0, 1),
        )  # fmt: skip

    return shown_table(report, "problems_table", layout, estimates)


def missing_table(counted: Result | Refusal) -> Shown:
    """Return the columns with empty cells.

    Parameters
    ----------
    counted : Result or Refusal
        From `quality.missing`.
    """
    if isinstance(counted, Refusal):
        return refusal(counted, "missing_table")
    return _counted(counted.report, "missing_table", "column", counted.estimates)


def linkage_table(counted: Result | Refusal) -> Shown:
    """Return which rows and people can be followed.

    Parameters
    ----------
    counted : Result or Refusal
        From `quality.linkage`.
    """
    if isinstance(counted, Refusal):
        return refusal(counted, "linkage_table")
    return _counted(counted.report, "linkage_table", "condition", counted.estimates)


def _counted(report: Report, name: str, head: str, estimates: Sequence[Estimate]) -> Shown:
    """Return rows out of all rows, each under what it counts."""
    if not estimates:
        return sentences(report, name, [phrase(f"quality.no_{name}")], [])

    def layout(lang: str) -> Layout:
        return Layout(
            title=say(f"exhibit.{name}", lang),
            note=_note(report, lang),
            heads=[say(f"head.{key}", lang) for key in (head, "table", "rows", "of_rows")],
            rows=[
                row_of(
                    words(e, "definition", lang),
                    [words(e, "group", lang), value_piece(e, lang), _whole(e, estimates, lang)],
                )
                for e in estimates
            ],
            text_columns=(0,),
        )

    return shown_table(report, name, layout, estimates)


def _note(report: Report, lang: str) -> str:
    clean, policy = report.study.clean, read_policy(report.study.people)
    assert clean is not None
    return say("note.source", lang, source=clean.source) + rounded(policy).text(lang)


def _whole(e: Estimate, beside: Sequence[Estimate], lang: str) -> Piece:
    """Return out of how many rows; of a small part, where the same whole stands elsewhere."""
    place = [e.dim("table"), e.dim("group"), e.dim("to")]
    same = [o for o in beside if [o.dim("table"), o.dim("group"), o.dim("to")] == place]
    known = next((o for o in (e, *same) if o.n is not None), e)
    return count_piece(known, "n", lang)
