"""The difference between groups that were made alike."""

from __future__ import annotations

from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Part
from evalkit.present.flow import note, words
from evalkit.present.headline import is_of_overlap
from evalkit.present.numbers import count_piece, interval_piece, value_piece
from evalkit.present.own import stamp_before
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def adjusted_table(adjusted: Result | Refusal) -> Shown:
    """Return the share with the event beside that of similar people, and the difference.

    Parameters
    ----------
    adjusted : Result or Refusal
        From `recidivism.adjust`.
    """
    if isinstance(adjusted, Refusal):
        return refusal(adjusted, "adjusted_table")
    report, gap = adjusted.report, adjusted.one("adjusted_difference")
    p = adjusted.one("adjusted_difference_p")
    worth = {e.dim("group"): e for e in adjusted.of("effective")}

    def layout(lang: str) -> Layout:
        dash = say("shown.none", lang)
        rows = []
        for e in adjusted.of("adjusted_risk"):
            cells: list[Part] = [count_piece(e, "n", lang), count_piece(e, "events", lang)]
            cells += [value_piece(worth[e.dim("group")], lang), value_piece(e, lang), dash, dash]
            rows.append(row_of(words(e, "group", lang), cells))
        cells = [count_piece(gap, "n", lang), count_piece(gap, "events", lang), dash]
        cells += [value_piece(gap, lang), interval_piece(gap, lang), value_piece(p, lang)]
        rows.append(row_of(say("head.difference_points", lang), cells, strong=True))
        keys = ("group", "n", "events", "effective", "share", "interval", "p")
        kind = "adjusted_overlap" if is_of_overlap(gap) else "adjusted"
        return Layout(
            title=say("exhibit.adjusted_table", lang, definition=gap.definition, window=gap.window),
            note=stamp_before(adjusted, lang)
            + note(report, lang, f"note.{kind}", level=gap.level, method=gap.method),
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=rows,
        )

    shown = [*adjusted.of("adjusted_risk"), *worth.values(), gap, p]
    return shown_table(report, "adjusted_table", layout, shown)


def placebo_table(adjusted: Result | Refusal, placebo: Result | Refusal) -> Shown:
    """Return the effect beside a difference that the programme cannot have made.

    Parameters
    ----------
    adjusted : Result or Refusal
        From `recidivism.adjust`.
    placebo : Result or Refusal
        From `recidivism.placebo`.
    """
    if isinstance(placebo, Refusal):
        return refusal(placebo, "placebo_table")
    if isinstance(adjusted, Refusal):
        return refusal(adjusted, "placebo_table")
    report = placebo.report
    if not placebo.of("placebo_difference_p"):
        # One group has such contacts, the other none: there is no difference, and a finding.
        said = placebo.one("placebo_difference")
        assert said.reason is not None
        line = phrase("settling.plain", said=said.reason)
        return sentences(report, "placebo_table", [line], [said])
    pairs = [
        (result.one(f"{name}_difference"), result.one(f"{name}_difference_p"))
        for name, result in (("adjusted", adjusted), ("placebo", placebo))
    ]
    before, p_before = pairs[1]
    clear = p_before.value is not None and p_before.value <= report.plan.alpha

    def layout(lang: str) -> Layout:
        rows = [
            row_of(
                words(gap, "definition", lang),
                [count_piece(gap, "events", lang), value_piece(gap, lang),
                 interval_piece(gap, lang), value_piece(p, lang)],
            )
            for gap, p in pairs
        ]  # fmt: skip
        told = dict(level=before.level, method=before.method)
        return Layout(
            title=say("exhibit.placebo_clear" if clear else "exhibit.placebo_none", lang),
            note=stamp_before(placebo, lang) + note(report, lang, "note.placebo", **told),
            heads=[say(f"head.{x}", lang)
                   for x in ("measured", "events", "difference_points", "interval", "p")],
            rows=rows,
        )  # fmt: skip

    return shown_table(report, "placebo_table", layout, [e for pair in pairs for e in pair])
