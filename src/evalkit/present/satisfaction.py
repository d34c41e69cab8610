"""Exhibits of the satisfaction notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.satisfaction import Spread
from evalkit.present.content import Line, Part
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note, words
from evalkit.present.headline import is_weighted
from evalkit.present.numbers import count_piece, interval_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.style import ACCENT, AGAINST, GRID, INK
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def _by_group(result: Result) -> list[list[Estimate]]:
    groups: dict[str, list[Estimate]] = {}
    for estimate in result.of("answer_share"):
        assert estimate.group is not None
        groups.setdefault(estimate.group.code, []).append(estimate)
    return list(groups.values())


def distribution_table(spread: Result | Refusal) -> Shown:
    """Return the full distribution of answers by group.

    Parameters
    ----------
    spread : Result or Refusal
        From `satisfaction.distribution`.
    """
    if isinstance(spread, Refusal):
        return refusal(spread, "distribution_table")
    report, groups = spread.report, _by_group(spread)

    def layout(lang: str) -> Layout:
        answers = [words(e, "definition", lang) for e in groups[0]]
        rows = [
            row_of(
                words(group[0], "group", lang),
                [count_piece(group[0], "n", lang), *(value_piece(e, lang) for e in group)],
                strong=group is groups[-1],
            )
            for group in groups
        ]
        return Layout(
            title=say("exhibit.distribution_table", lang, item=groups[0][0].population),
            note=_of_the_answers(groups[0], lang) + note(report, lang, "note.distribution"),
            heads=[say("head.group", lang), say("head.n", lang), *answers],
            rows=rows,
            folded="drawn" if any(e.value is not None for e in spread.estimates) else "",
        )

    return shown_table(report, "distribution_table", layout, spread.estimates)


def distribution_figure(spread: Result | Refusal) -> Shown:
    """Return the full distribution of answers as bars on both sides of the middle of the scale.

    Parameters
    ----------
    spread : Result or Refusal
        From `satisfaction.distribution`.
    """
    if isinstance(spread, Refusal):
        return refusal(spread, "distribution_figure")
    report, groups = spread.report, _by_group(spread)
    assert isinstance(spread, Spread)
    sides = spread.sides
    if all(e.value is None for e in spread.estimates):
        why = phrase("satisfaction.nothing_to_draw")
        return sentences(report, "distribution_figure", [why], spread.estimates)

    def picture(lang: str) -> Picture:
        everyone = groups[-1]
        parts = [
            say("alt.share", lang, name=e.definition, value=value_text(e, lang)) for e in everyone
        ]
        item = everyone[0].population
        return Picture(
            title=_title(everyone, sides, lang),
            note=_of_the_answers(everyone, lang) + note(report, lang, "note.distribution_figure"),
            alt=say("alt.distribution", lang, item=item, shares=parts, n=len(groups) - 1),
            draw=lambda drawing: _draw_bars(drawing, groups, sides, lang),
            size=(8.5, 1.1 + 0.46 * len(groups)),
            phone=(PHONE, 1.4 + 0.17 * len(sides) + 0.6 * len(groups)),
        )

    return shown_figure(report, "distribution_figure", picture, spread.estimates)


def _title(row: list[Estimate], sides: Sequence[int], lang: str) -> str:
    """Return how many lie on either side of the middle of the scale, as the finding."""
    item = row[0].population
    up, down = (
        sum(e.value or 0.0 for e, at in zip(row, sides, strict=True) if at == side)
        for side in (1, -1)
    )
    if any(e.value is None for e in row) or not {-1, 1} <= set(sides):
        return say("exhibit.distribution_figure", lang, item=item)
    return say("exhibit.distribution_finding", lang, item=item, up=up, down=down)


def _draw_bars(
    drawing: Figure, groups: list[list[Estimate]], sides: Sequence[int], lang: str
) -> None:
    axes = drawing.subplots()
    axes.grid(False)
    # A narrower part has no room for its number, which the table has.
    least = 15 if slim(drawing) else 5
    shades = _shades(sides)
    reach = 0.0
    for row, group in enumerate(reversed(groups)):
        if any(e.value is None for e in group):
            axes.text(1, row, value_text(group[0], lang), va="center", color=INK)
            continue
        left = -_below(group, sides)
        for estimate, shade in zip(group, shades, strict=True):
            width = 100 * (estimate.value or 0)
            axes.barh(row, width, left=left, color=shade, edgecolor="white", height=0.72)
            if width >= least:
                axes.text(left + width / 2, row, value_text(estimate, lang), ha="center",
                          va="center", color="white" if _dark(shade) else INK)  # fmt: skip
            reach = max(reach, -left, left + width)
            left += width
    wide = 14 if slim(drawing) else 40
    named = [_named(group, wide, lang) for group in reversed(groups)]
    axes.set_yticks(range(len(groups)), named)
    axes.set_ylim(-0.5, len(groups) - 0.15)
    lowest = max((_below(g, sides) for g in groups), default=0.0)
    axes.set_xlim(-lowest - 4, max(reach, 20) + 4)
    axes.axvline(0, color=INK, linewidth=0.9)
    # Both sides of the middle are shares.
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    axes.set_xlabel(say("axis.share_answers", lang))
    _name_answers(axes, groups, shades, lang)


def _named(group: list[Estimate], wide: int, lang: str) -> str:
    """Return a group with its people, where they may be told."""
    name = textwrap.fill(words(group[0], "group", lang), wide)
    n = group[0].n
    return name if n is None else f"{name}\n{say('summary.n', lang, n=n)}"


def _below(group: list[Estimate], sides: Sequence[int]) -> float:
    """Return how far a bar reaches below the middle: of the middle itself by half."""
    part = {-1: 1.0, 0: 0.5, 1: 0.0}
    return sum(100 * (e.value or 0) * part[side] for e, side in zip(group, sides, strict=True))


# Dissatisfied, from the far end to the middle; the middle; satisfied, to the other end.
LOW, MIDDLE, HIGH = (AGAINST, "#EFC9A8"), GRID, ("#BFD3E3", ACCENT)


def _shades(sides: Sequence[int]) -> list[str]:
    """Return a shade for each answer: two hues from the middle of the scale outwards."""
    down, up = sides.count(-1), sides.count(1)
    low = _scale(LOW, down) if down > 1 else [LOW[0]] * down
    high = _scale(HIGH, up) if up > 1 else [HIGH[1]] * up
    return [*low, *[MIDDLE] * sides.count(0), *high]


def _scale(ends: tuple[str, str], n: int) -> list[str]:
    scale = LinearSegmentedColormap.from_list("answers", ends)
    return [to_hex(scale(i / (n - 1))) for i in range(n)]


def _dark(shade: str) -> bool:
    red, green, blue = to_rgb(shade)
    return 0.3 * red + 0.6 * green + 0.1 * blue < 0.5


def _name_answers(axes: Axes, groups: list[list[Estimate]], shades: list[str], lang: str) -> None:
    """Write a key of all answers above the bars."""
    names = [words(estimate, "definition", lang) for estimate in groups[0]]
    keys = [Patch(color=shade, label=name) for shade, name in zip(shades, names, strict=True)]
    columns = 1 if slim(axes) else len(keys)
    axes.legend(handles=keys, ncols=columns, loc="lower left", bbox_to_anchor=(0, 1.0),
                frameon=False, borderaxespad=0, handlelength=1.2, columnspacing=1.2)  # fmt: skip


def top_box_table(measured: Result | Refusal, averaged: Result | Refusal | None = None) -> Shown:
    """Return the share of the top answers with its interval, by group; the mean beside it.

    Parameters
    ----------
    measured : Result or Refusal
        From `satisfaction.top_box`.
    averaged : Result or Refusal, optional
        From `satisfaction.mean_answer`.
    """
    if isinstance(measured, Refusal):
        return refusal(measured, "top_box_table")
    report, estimates = measured.report, measured.of("top_box")
    means = averaged.of("mean_answer") if isinstance(averaged, Result) else []
    # Of the same groups, each by its code.
    mean_of = {e.dims: e for e in means}

    def layout(lang: str) -> Layout:
        rows = [
            row_of(
                words(e, "group", lang),
                [count_piece(e, "n", lang), count_piece(e, "events", lang),
                 value_piece(e, lang), interval_piece(e, lang),
                 *([_mean(mean_of.get(e.dims), lang)] if means else [])],
                strong=e is estimates[0],
            )
            for e in estimates
        ]  # fmt: skip
        keys = ["group", "n", "top", "share", "interval", *(["mean"] if means else [])]
        first = estimates[0]
        return Layout(
            title=say("exhibit.top_box_table", lang, definition=first.definition),
            note=_of_the_design(first, lang)
            + (say("note.mean", lang) if means else "")
            + note(report, lang, "note.interval", level=first.level or report.plan.level),
            heads=[say(f"head.{key}", lang) for key in keys],
            rows=rows,
        )

    return shown_table(report, "top_box_table", layout, (*estimates, *means))


def _mean(e: Estimate | None, lang: str) -> Part | list[Part]:
    """Return a mean above its interval."""
    if e is None:
        return say("shown.none", lang)
    if e.low is None:
        return value_piece(e, lang)
    return [value_piece(e, lang), Line((interval_piece(e, lang),), "note")]


def _of_the_design(estimate: Estimate, lang: str) -> str:
    """Return that a share is weighted, where it is: it is then not one count by the other."""
    return say("note.weighted", lang) if is_weighted(estimate) else ""


def _of_the_answers(row: list[Estimate], lang: str) -> str:
    """Return how answers are counted: weighted or not, and which of them were joined."""
    weighted = any(e.method is not None and e.method.code == "weighted" for e in row)
    joined = any("+" in (e.dim("answer") or "") for e in row)
    parts = [("note.weighted_answers", weighted), ("note.joined", joined)]
    return "".join(say(key, lang) for key, holds in parts if holds)
