"""How many people there are beside those on two lists, under stated assumptions."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Lists
from evalkit.present.content import Row
from evalkit.present.flow import foot, words
from evalkit.present.numbers import interval_piece, interval_text, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.words import phrase, say


def lists_table(found: Result | Refusal, drawn: Lists | Refusal) -> Shown:
    """Return the people of two lists, and how many there are if these are independent or not.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.two_lists`.
    drawn : Lists or Refusal
        From `reach.draw_lists`.
    """
    if isinstance(found, Refusal) or isinstance(drawn, Refusal):
        return lacked(found, "lists_table", "no_lists", "lists.none")
    report, whole = found.report, found.one("listed_people")
    if whole.value is None:
        said = [phrase("agreement.withheld")]
        return sentences(report, "lists_table", said, found.estimates)
    dependent = found.of("dependent_people")

    def layout(lang: str) -> Layout:
        unnamed = say("note.lists_nameless", lang, n=drawn.nameless) if drawn.nameless else ""
        rows = [
            *(_row(e, "definition", lang) for e in found.of("on_lists")),
            _row(whole, "method", lang),
            *(_row(e, "definition", lang) for e in dependent),
        ]
        return Layout(
            title=say("exhibit.lists_table", lang, n=value_text(whole, lang),
                      between=interval_text(whole, lang)),
            note=unnamed + foot(drawn, lang, "note.lists", level=whole.level),
            heads=[say(f"head.{key}", lang) for key in ("lists", "people", "interval")],
            rows=rows,
            folded=in_detail(rows),
        )  # fmt: skip

    return shown_table(report, "lists_table", layout, found.estimates)


def _row(e: Estimate, named: str, lang: str) -> Row:
    ends = interval_piece(e, lang) if e.low is not None else say("shown.none", lang)
    return row_of(words(e, named, lang), [value_piece(e, lang), ends],
                  strong=e.estimand == "listed_people")  # fmt: skip
