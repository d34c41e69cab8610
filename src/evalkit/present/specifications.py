"""One chart of every analysis that could be defended, with its choices below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal
from evalkit.outcomes.recidivism import SORTS, Specified
from evalkit.outcomes.report import Result
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import note
from evalkit.present.numbers import level_of, value_text, with_interval
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.style import ACCENT, INK, INK_2, RING
from evalkit.protocol.outcomes.recidivism import ADJUSTED
from evalkit.words import Phrase, Term, phrase, say

Rows = Mapping[str, Sequence[tuple[str, Term]]]
# Inches of a row of dots, and of the upper panel with its labels.
ROW, UPPER = 0.185, 2.9


def specifications_figure(specified: Result | Refusal) -> Shown:
    """Return every analysis, sorted by its difference, with its choices as dots below.

    Parameters
    ----------
    specified : Result or Refusal
        From `recidivism.specifications`.
    """
    if isinstance(specified, Refusal):
        return refusal(specified, "specifications_figure")
    assert isinstance(specified, Specified)
    report, every = specified.report, specified.of("specification")
    drawn = sorted((e for e in every if e.value is not None), key=lambda e: e.value or 0.0)
    planned = next((e for e in every if _code(e) == specified.planned), None)
    if not drawn:
        said = [phrase("specification.none", n=len(every))]
        return sentences(report, "specifications_figure", said, every)
    rows = _used(specified.shown, drawn)
    # Where another estimand decides, the plan names none of these.
    decides = report.plan.primary == ADJUSTED
    named = phrase("axis.planned") if decides else phrase("axis.as_above")
    tall = UPPER + ROW * sum(map(len, rows.values()))

    def picture(lang: str) -> Picture:
        counts = _counts(drawn, planned)
        hidden = len(every) - len(drawn)
        key = "note.specifications_hidden" if hidden else "note.specifications"
        level = level_of(drawn, report.plan.level)
        return Picture(
            title=say(f"exhibit.specifications_{counts.pop('side')}", lang, **counts),
            note=note(report, lang, key, level=level, n=hidden, of=len(every)),
            alt=_alt(drawn, planned, counts, lang),
            draw=lambda drawing: _draw(drawing, drawn, planned, rows, named, lang),
            size=(8.5, tall),
            phone=(PHONE, tall),
        )

    return shown_figure(report, "specifications_figure", picture, every)


def _code(e: Estimate) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(e.dims))


def _used(rows: Rows, drawn: Sequence[Estimate]) -> dict[str, list[tuple[str, Term]]]:
    """Return the rows in which some analysis that is drawn has a dot."""
    return {
        sort: [(code, name) for code, name in rows[sort] if any(e.dim(sort) == code for e in drawn)]
        for sort in SORTS
    }


def _side(e: Estimate) -> int:
    if e.low is None or e.high is None or e.low <= 0 <= e.high:
        return 0
    return 1 if e.low > 0 else -1


def _counts(drawn: Sequence[Estimate], planned: Estimate | None) -> dict[str, object]:
    """Return how many lie on the planned analysis's side of zero, and with the interval too."""
    ours = planned.value if planned is not None and planned.value is not None else drawn[0].value
    below = (ours or 0.0) < 0
    beyond = sum((e.value or 0.0) < 0 if below else (e.value or 0.0) > 0 for e in drawn)
    clear = sum(_side(e) == (-1 if below else 1) for e in drawn)
    return {"side": "below" if below else "above", "n": len(drawn), "m": beyond, "clear": clear}


def _alt(
    drawn: Sequence[Estimate], planned: Estimate | None, counts: Mapping[str, object], lang: str
) -> str:
    ends = {"first": value_text(drawn[0], lang), "last": value_text(drawn[-1], lang)}
    ours = say("shown.none", lang)
    if planned is not None and planned.value is not None:
        ours = with_interval(planned, lang)
    return say("alt.specifications", lang, planned=ours, **ends, **counts)


def _draw(
    drawing: Figure,
    drawn: Sequence[Estimate],
    planned: Estimate | None,
    rows: Mapping[str, Sequence[tuple[str, Term]]],
    named: Phrase,
    lang: str,
) -> None:
    count = sum(map(len, rows.values()))
    top, below = drawing.subplots(2, 1, sharex=True, height_ratios=[UPPER - 0.5, ROW * count])
    colours = [ACCENT if e is planned else INK_2 for e in drawn]
    low, value, high = (
        [100 * (getattr(e, end) or 0.0) for e in drawn] for end in ("low", "value", "high")
    )
    places = range(len(drawn))
    inside = [colour if _side(e) else "white" for e, colour in zip(drawn, colours, strict=True)]
    top.vlines(places, low, high, colors=colours, linewidths=1.1)
    top.scatter(places, value, s=20, c=inside, edgecolors=colours, linewidths=1.1, zorder=3)
    top.axhline(0, color=INK, linewidth=0.9)
    least, most = min(0.0, *low), max(0.0, *high)
    # The name of the planned analysis stands above all intervals.
    top.set_ylim(least - 0.05 * (most - least), most + 0.17 * (most - least))
    top.set_xlim(-0.8, len(drawn) - 0.2)
    top.set_title(say("axis.gap", lang), fontsize=9, loc="left", color=INK_2)
    top.tick_params(axis="x", length=0)
    top.spines["bottom"].set_visible(False)
    _dots(below, drawn, planned, rows, lang)
    if planned in drawn:
        _outline(top, below, drawn.index(planned), named.text(lang))


def _dots(
    axes: Axes,
    drawn: Sequence[Estimate],
    planned: Estimate | None,
    rows: Mapping[str, Sequence[tuple[str, Term]]],
    lang: str,
) -> None:
    wide, y = 15 if slim(axes) else 34, 0.0
    names, at, dots = [], [], []
    for sort in SORTS:
        for code, name in rows[sort]:
            dots += [(x, y, e is planned) for x, e in enumerate(drawn) if e.dim(sort) == code]
            names.append(name.text[lang])
            at.append(y)
            y += 1.0
        # A gap between one sort of choice and the next.
        y += 0.6
    axes.hlines(at, -0.5, len(drawn) - 0.5, colors=RING, linewidths=0.3)
    across, down, ours = zip(*dots, strict=True)
    axes.scatter(across, down, s=10, c=[ACCENT if one else INK_2 for one in ours], zorder=3)
    axes.set_yticks(at, [_short(name, wide) for name in names], fontsize=7 if slim(axes) else 8)
    axes.set_ylim(y - 0.3, -0.7)
    axes.set_xticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)


def _short(name: str, wide: int) -> str:
    """Return a name that fits beside its row of dots: a Chinese letter is as wide as two."""
    width = 0
    for i, letter in enumerate(name):
        width += 2 if ord(letter) > 0x2E80 else 1
        if width > 1.35 * wide:
            return f"{name[:i]}…"
    return name


def _outline(top: Axes, below: Axes, x: int, name: str) -> None:
    for axes in (top, below):
        low, high = axes.get_ylim()
        axes.add_patch(
            Rectangle((x - 0.45, low), 0.9, high - low, fill=False, edgecolor=ACCENT,
                      linewidth=1.1, clip_on=False)
        )  # fmt: skip
        axes.set_ylim(low, high)
    left = x > 0.6 * (top.get_xlim()[1])
    top.annotate(
        name, (x - 0.5 if left else x + 0.5, top.get_ylim()[1]),
        xytext=(-3 if left else 3, -2), textcoords="offset points", color=ACCENT, weight="bold",
        ha="right" if left else "left", va="top",
    )  # fmt: skip
