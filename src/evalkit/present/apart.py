"""Exhibits of what is never added up: the legal classes, and school beside work."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.recidivism.milestones import STATES
from evalkit.present.content import Line, Part, Piece
from evalkit.present.flow import note, words
from evalkit.present.numbers import count_piece, interval_piece, value_piece
from evalkit.present.own import stamp_before
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def classes_table(found: Result | Refusal) -> Shown:
    """Return the share with the event in each legal class, each group by itself.

    Parameters
    ----------
    found : Result or Refusal
        From `recidivism.classes`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "classes_table")
    rows = found.of("class_share")
    if not rows:
        line = phrase("apart.no_class")
        return sentences(found.report, "classes_table", [line], [], frame="absent")
    report = found.report
    codes = list(dict.fromkeys(e.dim("class") for e in rows))

    def layout(lang: str) -> Layout:
        made = []
        for code in codes:
            pair = [e for e in rows if e.dim("class") == code]
            cells = [part for e in pair for part in _cells(e, lang)]
            made.append(row_of(words(pair[0], "definition", lang), cells))
        groups = [e.group for e in rows if e.dim("class") == codes[0]]
        heads = [say(f"head.{k}_of", lang, group=g) for g in groups for k in ("n", "share")]
        return Layout(
            title=say("exhibit.classes_table", lang, window=rows[0].window),
            note=stamp_before(found, lang)
            + note(report, lang, "note.classes", level=report.plan.level),
            heads=[say("head.class", lang), *heads],
            rows=made,
        )

    return shown_table(report, "classes_table", layout, rows)


def _cells(e: Estimate, lang: str) -> list[Part | list[Part]]:
    if e.value is None:
        why = e.reason.text[lang] if e.disclosure != "withheld" and e.reason else ""
        first = value_piece(e, lang)
        return [count_piece(e, "n", lang), [first, Line((Piece(why),), "note")] if why else first]
    return [
        count_piece(e, "n", lang),
        [value_piece(e, lang), Line((interval_piece(e, lang),), "note")],
    ]


def milestones_table(found: Result | Refusal) -> Shown:
    """Return who was at school, in work, both or neither: each person in one cell.

    Parameters
    ----------
    found : Result or Refusal
        From `recidivism.milestones`.
    """
    if isinstance(found, Refusal):
        return refusal(found, "milestones_table")
    cells = found.of("milestone")
    if not cells:
        line = phrase("apart.no_milestone")
        return sentences(found.report, "milestones_table", [line], [], frame="absent")
    report = found.report
    groups = list(dict.fromkeys(e.dim("group") or "" for e in cells))

    def layout(lang: str) -> Layout:
        rows = []
        for code in groups:
            for school in STATES:
                own = found.of("milestone", group=code, school=school)
                head = say(f"milestone.school_{school}", lang)
                if len(groups) > 1:
                    head = f"{words(own[0], 'group', lang)}: {head}"
                rows.append(row_of(head, [value_piece(e, lang) for e in own]))
        return Layout(
            title=say("exhibit.milestones_table", lang, group=cells[0].group)
            if len(groups) == 1
            else say("exhibit.milestones_tables", lang),
            note=stamp_before(found, lang)
            + note(report, lang, "note.milestones", window=cells[0].window),
            heads=[
                say("head.school", lang),
                *(say(f"milestone.work_{work}", lang) for work in STATES),
            ],
            rows=rows,
        )

    return shown_table(report, "milestones_table", layout, cells)
