"""Exhibits of what changed: measure by measure, definition by definition, group by group."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.present.content import Part, Row
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.numbers import interval_piece, interval_text, value_piece, value_text
from evalkit.present.own import stamp_before
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.style import ACCENT, INK_2, RULE
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say

# Letters of a line of a name, and of a reason, wide and on a phone.
NAMES, REASONS = (34, 13), (64, 24)


def measures_table(measured: Result | Refusal, adjusted: Result | Refusal) -> Shown:
    """Return what changed, measure by measure, with the share first.

    Parameters
    ----------
    measured : Result or Refusal
        From `recidivism.measures`.
    adjusted : Result or Refusal
        From `recidivism.adjust`.
    """
    if isinstance(measured, Refusal):
        return refusal(measured, "measures_table")
    if isinstance(adjusted, Refusal):
        return refusal(adjusted, "measures_table")
    report, gap = measured.report, adjusted.one("adjusted_difference")
    holm = {e.dim("measure"): e for e in measured.of("measure_holm")}
    gaps = measured.of("measure_difference")

    def layout(lang: str) -> Layout:
        first = [*adjusted.of("adjusted_risk"), gap, adjusted.one("adjusted_difference_p")]
        rows = [_measure_row(say("measured.share", lang), first, holm.get("share"), lang)]
        for e in (e for e in gaps if e.value is not None or e.disclosure == "withheld"):
            code = e.dim("measure") or ""
            own = [
                *measured.of("measure", measure=code),
                e,
                *measured.of("measure_p", measure=code),
            ]
            rows.append(_measure_row(words(e, "definition", lang), own, holm.get(code), lang))
        sides = [words(e, "group", lang) for e in first[:2]]
        keys = ("difference", "interval", "p", "p_holm")
        told = _not_told(gaps, lang)
        beyond = sum(e.value is not None and e.value <= report.plan.alpha for e in holm.values())
        return Layout(
            title=say("exhibit.measures_table", lang, n=beyond, of=len(holm), window=gap.window),
            note=stamp_before(measured, lang)
            + told
            + note(report, lang, "note.measures", level=gap.level, method=gap.method),
            heads=[say("head.measure", lang), *sides, *(say(f"head.{key}", lang) for key in keys)],
            rows=rows,
        )

    shown = [*adjusted.of("adjusted_risk"), gap, *measured.estimates]
    return shown_table(report, "measures_table", layout, shown)


def _measure_row(name: str, own: Sequence[Estimate], holm: Estimate | None, lang: str) -> Row:
    dash = say("shown.none", lang)
    if len(own) < 4:
        return row_of(name, [dash, dash, value_piece(own[0], lang), dash, dash, dash])
    one, two, gap, p = own
    cells: list[Part] = [value_piece(e, lang) for e in (one, two, gap)]
    cells += [interval_piece(gap, lang), value_piece(p, lang)]
    return row_of(name, [*cells, value_piece(holm, lang) if holm is not None else dash])


def _not_told(gaps: Sequence[Estimate], lang: str) -> str:
    """Return why some measures are not given, each reason once."""
    reasons: dict[str, list[str]] = {}
    for e in gaps:
        if e.value is None and e.reason is not None and e.disclosure != "withheld":
            reasons.setdefault(e.reason.text[lang], []).append(words(e, "definition", lang))
    lines = [say("note.not_told", lang, what=names, why=why) for why, names in reasons.items()]
    return "".join(lines)


def definitions_figure(compared: Result | Refusal) -> Shown:
    """Return the adjusted difference by each definition of the event, the planned one marked.

    Parameters
    ----------
    compared : Result or Refusal
        From `recidivism.definitions`.
    """
    if isinstance(compared, Refusal):
        return refusal(compared, "definitions_figure")
    report, rows = compared.report, compared.of("definition_difference")
    known = [e for e in rows if e.value is not None]
    if not rows:
        return sentences(report, "definitions_figure", [phrase("forest.one")], [],
                         frame="absent")  # fmt: skip
    if not known:
        return sentences(report, "definitions_figure", [phrase("forest.none")], rows)
    planned = next((e for e in known if e.dim("definition") == report.plan.definition), known[0])
    alike = sum(((e.value or 0.0) > 0) == ((planned.value or 0.0) > 0) for e in known)
    beyond = sum(not (e.low or 0.0) <= 0 <= (e.high or 0.0) for e in known)
    key = "more" if (planned.value or 0.0) > 0 else "fewer"
    key = key if beyond else "unclear"

    def picture(lang: str) -> Picture:
        counts = {"n": alike, "of": len(known), "k": beyond}
        title = say(f"exhibit.definitions_{key}", lang, **counts)
        return Picture(
            title=title,
            note=stamp_before(compared, lang)
            + note(report, lang, "note.definitions", level=planned.level, method=planned.method),
            alt=say("alt.forest", lang, title=title, lines=_spoken(rows, lang)),
            draw=lambda drawing: _draw_forest(drawing, rows, planned, lang),
            size=_size(rows),
            phone=_size(rows, narrow=True),
        )

    return shown_figure(report, "definitions_figure", picture, rows)


def subgroups_figure(compared: Result | Refusal) -> Shown:
    """Return the adjusted difference in each planned subgroup, and whether they differ.

    Parameters
    ----------
    compared : Result or Refusal
        From `recidivism.subgroups`.
    """
    if isinstance(compared, Refusal):
        return refusal(compared, "subgroups_figure")
    report, rows = compared.report, compared.of("subgroup_difference")
    if not rows:
        return sentences(report, "subgroups_figure", [phrase("forest.unplanned")], [],
                         frame="absent")  # fmt: skip
    tests = compared.of("interaction_p")
    known = [e for e in rows if e.value is not None]
    if not known:
        return sentences(report, "subgroups_figure", [phrase("forest.none")], compared.estimates)

    def picture(lang: str) -> Picture:
        differ = [e for e in tests if e.value is not None and e.value <= report.plan.alpha]
        tested = [e for e in tests if e.value is not None]
        key = "differ" if differ else "alike" if tested else "untested"
        said = [
            say("forest.test", lang, column=e.definition, p=e.value)
            if e.value is not None
            else say("forest.no_test", lang, column=e.definition, why=e.reason)
            for e in tests
        ]
        title = say(f"exhibit.subgroups_{key}", lang)
        return Picture(
            title=title,
            note=stamp_before(compared, lang)
            + "".join(said)
            + note(report, lang, "note.subgroups", level=known[0].level, method=known[0].method),
            alt=say("alt.forest", lang, title=title, lines=_spoken(rows, lang)),
            draw=lambda drawing: _draw_forest(drawing, rows, None, lang),
            size=_size(rows),
            phone=_size(rows, narrow=True),
        )

    return shown_figure(report, "subgroups_figure", picture, compared.estimates)


def _size(rows: Sequence[Estimate], *, narrow: bool = False) -> tuple[float, float]:
    return (PHONE, 1.4 + 0.62 * len(rows)) if narrow else (8.5, 1.1 + 0.42 * len(rows))


def _spoken(rows: Sequence[Estimate], lang: str) -> list[str]:
    """Return each row in words."""
    return [
        say("alt.forest_line", lang, name=e.definition, value=value_text(e, lang),
            interval=interval_text(e, lang))
        if e.value is not None
        else say("alt.forest_none", lang, name=e.definition, why=e.reason)
        for e in rows
    ]  # fmt: skip


def _draw_forest(
    drawing: Figure, rows: Sequence[Estimate], planned: Estimate | None, lang: str
) -> None:
    axes, narrow = drawing.subplots(), slim(drawing)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.axvline(0, color=INK_2, linewidth=0.9)
    names = []
    for row, e in enumerate(reversed(rows)):
        names.append(_wrapped(words(e, "definition", lang), NAMES[narrow], lang))
        if e.value is None or e.low is None or e.high is None:
            why = e.reason.text[lang] if e.reason else value_text(e, lang)
            axes.text(0.01, row, _wrapped(why, REASONS[narrow], lang), va="center",
                      color=INK_2, fontsize=8, transform=axes.get_yaxis_transform())  # fmt: skip
            continue
        marked = planned is None or e is planned
        colour = ACCENT if marked else INK_2
        axes.plot([100 * e.low, 100 * e.high], [row, row], "-", color=colour,
                  linewidth=2.2 if marked else 1.4)  # fmt: skip
        fill = colour if marked else "white"
        axes.plot(100 * e.value, row, "o", color=colour, markerfacecolor=fill)
        axes.annotate(value_text(e, lang), (100 * e.value, row), xytext=(0, 6),
                      textcoords="offset points", ha="center", color=colour,
                      weight="bold" if marked else "normal", fontsize=8)  # fmt: skip
    axes.set_yticks(range(len(rows)), names)
    if planned is not None:
        label = axes.get_yticklabels()[len(rows) - 1 - list(rows).index(planned)]
        label.set_fontweight("bold")
        label.set_color(ACCENT)
    axes.set_ylim(-0.6, len(rows) - 0.3)
    _ends(axes, rows)
    axes.spines["bottom"].set_color(RULE)
    axes.set_xlabel(_wrapped(say("axis.points", lang), (90, 34)[narrow], lang))


def _ends(axes: Axes, rows: Sequence[Estimate]) -> None:
    known = [100 * x for e in rows for x in (e.low, e.high) if x is not None]
    room = 0.06 * (max(*known, 0.0) - min(*known, 0.0))
    axes.set_xlim(min(*known, 0.0) - room, max(*known, 0.0) + room)


def _wrapped(text: str, wide: int, lang: str) -> str:
    return "\n".join(textwrap.wrap(text, language(lang).letters(wide)))
