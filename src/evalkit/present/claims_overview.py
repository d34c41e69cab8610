"""Exhibits across areas: what the figures lack, in the study's order and never by rank."""

from __future__ import annotations

import textwrap
from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes.claims import ADVERSE, VERDICTS, Audit, Finding, Overview
from evalkit.present.claims import (
    DERIVED,
    FINDING,
    derived_row,
    finding_row,
    table_of_findings,
)
from evalkit.present.claims_each import have_table
from evalkit.present.content import Piece, Row
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.header import headed
from evalkit.present.numbers import count_piece, value_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.style import INK, INK_2, SEQUENCE
from evalkit.present.table import Layout, head_cell, row_of, shown_table
from evalkit.words import Phrase, phrase, say

FIGURE_VERDICTS = tuple(verdict for verdict in VERDICTS if verdict != "derived")


def overview_opening(seen: Overview) -> Shown:
    """Return which areas were checked, in the study's order.

    Parameters
    ----------
    seen : Overview
        From `claims.overview`.
    """
    areas = [one.report.area.name for one in seen.audits]
    said = [phrase("claims.opening_all", areas=areas)]
    return headed(sentences(seen.report, "overview_opening", said, []), seen.report)


def tally_table(seen: Overview) -> Shown:
    """Return the figures under each verdict, by area.

    Parameters
    ----------
    seen : Overview
        From `claims.overview`.
    """
    report = seen.report
    estimates = seen.of("tally", of="figures")

    def cells(area: str | None, lang: str) -> list[Piece]:
        chosen = [e for e in estimates if e.dim("area") == area]
        by = {e.dim("verdict"): e for e in chosen}
        first = count_piece(chosen[0], "denominator", lang)
        return [first, *(value_piece(by[verdict], lang) for verdict in FIGURE_VERDICTS)]

    def layout(lang: str) -> Layout:
        rows = [
            row_of(one.report.area.name.text[lang], cells(one.report.area.code, lang))
            for one in seen.audits
        ]
        rows.append(row_of(report.area.name.text[lang], cells(None, lang), strong=True))
        return Layout(
            title=say("exhibit.tally_table", lang),
            note=say("note.tally", lang) + say("note.ledger", lang),
            heads=[
                say("head.area", lang),
                say("head.figures", lang),
                *(say(f"verdict.{verdict}", lang) for verdict in FIGURE_VERDICTS),
            ],
            rows=rows,
        )

    return shown_table(report, "tally_table", layout, estimates)


def across_table(seen: Overview) -> Shown:
    """Return every finding against what is printed, in all areas.

    Parameters
    ----------
    seen : Overview
        From `claims.overview`.
    """
    found = [(one, finding) for one in seen.audits for finding in one.adverse]
    if not found:
        return sentences(seen.report, "across_table", [phrase("claims.none_against")], [])

    # The title counts as the headline does: figures, and then the findings that are listed.
    totals = {e.dim("verdict"): e for e in seen.of("tally", of="figures") if not e.dim("area")}
    figures = sum(int(totals[verdict].value or 0) for verdict in ADVERSE)
    return table_of_findings(
        seen.report, "across_table", found, _finding_row, FINDING, "area", figures=figures
    )


def _finding_row(one: Audit, finding: Finding, lang: str) -> Row:
    return _named(finding_row(one, finding, lang), one, finding, lang)


def _derived_row(one: Audit, finding: Finding, lang: str) -> Row:
    return _named(derived_row(one, finding, lang), one, finding, lang)


def _named(row: Row, one: Audit, finding: Finding, lang: str) -> Row:
    head = head_cell("\n".join([one.report.area.name.text[lang], *finding.claims]))
    return replace(row, cells=(head, *row.cells[1:]))


def across_derived_table(seen: Overview) -> Shown:
    """Return the computed quantities of all areas by unit; in the study's order, not ranked.

    Parameters
    ----------
    seen : Overview
        From `claims.overview`.
    """
    found = [
        (one, finding)
        for one in seen.audits
        for finding in one.checked.findings
        if finding.verdict == "derived"
    ]
    if not found:
        return sentences(seen.report, "across_derived_table", [phrase("claims.no_derived")], [])
    # Like units stand together; within one the study's order, which no number decides.
    found.sort(key=lambda pair: pair[0].estimate_of(pair[1]).unit)

    return table_of_findings(
        seen.report, "across_derived_table", found, _derived_row, DERIVED, "area", folds=True
    )


def lacks_statement(seen: Overview) -> Shown:
    """Return what no figure of any area has, by outcome.

    Parameters
    ----------
    seen : Overview
        From `claims.overview`.
    """
    report = seen.report
    totals = [e for e in seen.of("completeness") if e.dim("area") is None]
    lines: list[Phrase] = []
    for outcome in _outcomes(seen):
        have = [e for e in totals if e.dim("outcome") == outcome]
        name = report.term(f"bears_on.{outcome}")
        absent = [e.definition for e in have if not e.value]
        if not have:
            lines.append(phrase("claims.lack_none", outcome=name))
        elif absent:
            n = have[0].denominator
            lines.append(phrase("claims.lack_line", outcome=name, n=n, needs=absent))
        else:
            lines.append(phrase("claims.lack_some", outcome=name, n=have[0].denominator))
    return sentences(report, "lacks", [phrase("claims.lack_lead")], totals, lines)


def _outcomes(seen: Overview) -> list[str]:
    return [o for o in seen.report.study.outcomes if o != seen.report.outcome]


def lacks_table(seen: Overview) -> Shown:
    """Return how many figures of all areas have what they need, by outcome.

    Parameters
    ----------
    seen : Overview
        From `claims.overview`.
    """
    totals = [e for e in seen.of("completeness") if e.dim("area") is None]
    if not totals:
        return sentences(seen.report, "completeness_table", [phrase("claims.lack_lead")], [])
    return have_table(seen.report, "completeness_table", totals)


def completeness_figure(seen: Overview) -> Shown:
    """Draw which area's figures have what they need: a matrix for each outcome.

    Parameters
    ----------
    seen : Overview
        From `claims.overview`.
    """
    report = seen.report
    estimates = [e for e in seen.of("completeness") if e.dim("area") is not None]
    if not estimates:
        return sentences(report, "completeness_figure", [phrase("claims.lack_lead")], [])

    def picture(lang: str) -> Picture:
        lines = [
            say("alt.share", lang, name=_name(seen, e, lang), value=_of(e, lang)) for e in estimates
        ]
        return Picture(
            title=say("exhibit.completeness_figure", lang),
            note=say("note.matrix", lang) + say("note.ledger", lang),
            alt=say("alt.completeness", lang, lines=lines),
            draw=lambda drawing: _draw_matrix(drawing, seen, estimates, lang),
            size=(8.5, 1.4 + 0.36 * len(seen.audits)),
            phone=(PHONE, (1.4 + 0.36 * len(seen.audits)) * _panels(seen, estimates)),
        )

    return shown_figure(report, "completeness_figure", picture, estimates)


def _name(seen: Overview, e: Estimate, lang: str) -> str:
    assert e.group is not None and e.definition is not None
    area = seen.report.study.areas[e.dim("area") or ""].name.text[lang]
    return f"{area}, {e.group.text[lang]}, {e.definition.text[lang]}"


def _of(e: Estimate, lang: str) -> str:
    return say("figure.of_all", lang, x=e.value, n=e.denominator)


def _panels(seen: Overview, estimates: list[Estimate]) -> int:
    return sum(any(e.dim("outcome") == o for e in estimates) for o in _outcomes(seen))


def _draw_matrix(drawing: Figure, seen: Overview, estimates: list[Estimate], lang: str) -> None:
    outcomes = [o for o in _outcomes(seen) if any(e.dim("outcome") == o for e in estimates)]
    needs = {
        o: list(dict.fromkeys(e.dim("need") or "" for e in estimates if e.dim("outcome") == o))
        for o in outcomes
    }
    if slim(drawing):
        panels = drawing.subplots(len(outcomes), 1, squeeze=False)[:, 0]
    else:
        widths = [len(needs[o]) for o in outcomes]
        panels = drawing.subplots(1, len(outcomes), squeeze=False, width_ratios=widths)[0]
    for axes, outcome in zip(panels, outcomes, strict=True):
        chosen = [e for e in estimates if e.dim("outcome") == outcome]
        _draw_panel(axes, seen, chosen, needs[outcome], lang)
        axes.set_title(
            say(f"bears_on.{outcome}", lang), fontsize=9, weight="bold", loc="left", pad=4
        )
    areas = [one.report.area.name.text[lang] for one in seen.audits]
    names = ["\n".join(textwrap.wrap(a, 20, max_lines=2, placeholder="…")) for a in areas]
    for position, axes in enumerate(panels):
        named = position == 0 or slim(drawing)
        axes.set_yticks(range(len(areas)), names if named else [""] * len(areas))
        axes.set_ylim(len(areas) - 0.5, -0.5)


def _draw_panel(
    axes: Axes, seen: Overview, estimates: list[Estimate], needs: list[str], lang: str
) -> None:
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    cells = {(e.dim("area"), e.dim("need")): e for e in estimates}
    for row, one in enumerate(seen.audits):
        for column, need in enumerate(needs):
            e = cells.get((one.report.area.code, need))
            share = None if e is None else (e.value or 0) / (e.denominator or 1)
            # A fourth of the scale a step; nothing at all stays white.
            shade = "white" if not share else SEQUENCE[min(3, int(share * 4))]
            # Not `barh`, which looks at all cells again for each: the limits are set below.
            axes.add_artist(Rectangle((column - 0.47, row - 0.45), 0.94, 0.9, facecolor=shade,
                                      edgecolor=SEQUENCE[1], linewidth=0.6,
                                      hatch=None if e else "////"))  # fmt: skip
            if e is not None:
                dark = shade == SEQUENCE[-1]
                axes.text(column, row, _of(e, lang), ha="center", va="center", fontsize=8,
                          color="white" if dark else INK)  # fmt: skip
    wide = language(lang).letters(13)
    heads = ["\n".join(textwrap.wrap(say(f"need.{need}", lang), wide)) for need in needs]
    # Neighbours stand on different heights, so that they do not run into each other.
    levels = 3 if slim(axes) else 2
    heads = ["\n\n" * (i % levels) + head for i, head in enumerate(heads)]
    axes.set_xticks(range(len(needs)), heads, fontsize=8, color=INK_2)
    axes.tick_params(axis="x", length=0, labeltop=False)
    axes.set_xlim(-0.55, len(needs) - 0.45)
