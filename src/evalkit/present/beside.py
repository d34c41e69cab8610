"""Printed shares beside the data's, and by which instrument each is."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Part
from evalkit.present.flow import words
from evalkit.present.numbers import said_piece, value_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def beside_table(found: Result, measured: Result | Refusal, rated: Result | Refusal) -> Shown:
    """Return each printed share beside the data's, and whether both are of one instrument.

    Parameters
    ----------
    found : Result
        From `satisfaction.beside_printed`.
    measured : Result or Refusal
        From `satisfaction.top_box`.
    rated : Result or Refusal
        From `satisfaction.ratings`.
    """
    report, rows = found.report, found.of("printed_beside")
    if not rows:
        # What an area prints stands above; without data nothing stands beside it.
        return sentences(report, "beside_table", [phrase("beside.none")], [], frame="absent")
    survey = None if isinstance(measured, Refusal) else measured.estimates[0]
    tickets = None if isinstance(rated, Refusal) else rated.one("top_rating", all="all")

    def layout(lang: str) -> Layout:
        shares = [_share(survey, lang), _share(tickets, lang)]
        return Layout(
            title=say(
                "exhibit.beside", lang, n=sum(e.dim("instrument") != "none" for e in rows),
                of=len(rows),
            ),
            note=say("note.beside", lang),
            heads=[say(f"head.{key}", lang)
                   for key in ("printed", "survey", "ratings", "by_the_same")],
            rows=[
                row_of(words(e, "definition", lang),
                       [*shares, said_piece(e, words(e, "reason", lang))])
                for e in rows
            ],
            text_columns=(2,),
        )  # fmt: skip

    behind = [e for e in (survey, tickets) if e is not None]
    return shown_table(report, "beside_table", layout, (*rows, *behind))


def _share(e: Estimate | None, lang: str) -> Part:
    return say("shown.none", lang) if e is None else value_piece(e, lang)


def counts_beside_table(found: Result) -> Shown:
    """Return each printed count beside what the data hold of the same unit.

    Parameters
    ----------
    found : Result
        From `reach.beside_printed`.
    """
    report, rows = found.report, found.of("printed_beside")
    if not rows:
        said = [phrase("beside.no_counts")]
        return sentences(report, "counts_beside_table", said, [], frame="absent")

    def layout(lang: str) -> Layout:
        return Layout(
            title=say("exhibit.counts_beside", lang, n=len(rows)),
            note=say("note.counts_beside", lang),
            heads=[say(f"head.{key}", lang) for key in ("printed", "data_hold", "to_compare")],
            rows=[
                row_of(
                    words(e, "definition", lang),
                    [said_piece(e, words(e, "population", lang)),
                     said_piece(e, words(e, "reason", lang))],
                )
                for e in rows
            ],
            text_columns=(0, 1),
        )  # fmt: skip

    return shown_table(report, "counts_beside_table", layout, rows)
