"""Where people live and where sites are: a map that needs no network."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.reach import Access
from evalkit.present.figure import PHONE, Picture, shown_figure, slim
from evalkit.present.flow import foot
from evalkit.present.numbers import value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import lacked, sentences
from evalkit.present.style import ACCENT, AGAINST, GRID, INK
from evalkit.words import phrase, say

KM_OF_DEGREE = 111.2


def access_figure(found: Result | Refusal, drawn: Access | Refusal) -> Shown:
    """Return a map of the grid's cells, those near a site and the others, with the sites.

    Parameters
    ----------
    found : Result or Refusal
        From `reach.access`.
    drawn : Access or Refusal
        From `reach.draw_access`.
    """
    if isinstance(drawn, Refusal) or isinstance(found, Refusal):
        return lacked(found, "access_figure", "no_grid", "access.none")
    shares = [e for e in found.of("access_share") if e.value is not None]
    if not shares:
        said = [phrase("agreement.withheld")]
        return sentences(found.report, "access_figure", said, found.estimates)
    counted = drawn

    def picture(lang: str) -> Picture:
        told = [
            say("alt.share", lang, name=e.definition, value=value_text(e, lang)) for e in shares
        ]
        faults = [
            say("access.fault", lang, what=e.definition, n=e.value)
            for e in found.of("access_fault")
        ]
        return Picture(
            title=say("exhibit.access_figure", lang, whom=shares[0].definition,
                      share=value_text(shares[0], lang)),
            note=say("access.rule", lang, how=shares[0].method) + "".join(faults)
            + foot(counted, lang, "note.access"),
            alt=say("alt.access", lang, shares=told, sites=found.one("access_sites").value),
            draw=lambda drawing: _draw(drawing, counted, found.one("access_radius"), lang),
            size=(8.5, 4.4),
            phone=(PHONE, 4.2),
        )  # fmt: skip

    return shown_figure(found.report, "access_figure", picture, found.estimates)


def _draw(drawing: Figure, drawn: Access, radius: Estimate, lang: str) -> None:
    axes = drawing.subplots()
    frame, sites = drawn.cohort.frame, drawn.sites
    near = frame["away"] <= (radius.value or 0)
    small = slim(drawing)
    # How large a dot is tells how many live there; none is so small that it is not seen.
    size = (3 if small else 6) + (30 if small else 60) * frame["residents"].fillna(0) / max(
        1.0, float(frame["residents"].max())
    )
    for inside, shade in ((~near, AGAINST), (near, ACCENT)):
        axes.scatter(frame.loc[inside, "longitude"], frame.loc[inside, "latitude"],
                     s=size[inside], color=shade, alpha=0.65, linewidths=0)  # fmt: skip
    # Hollow: whoever lives beside a site is seen in it.
    axes.plot(sites["longitude"], sites["latitude"], "s", color=INK, fillstyle="none",
              markersize=6 if small else 9)  # fmt: skip
    middle = float(frame["latitude"].mean())
    axes.set_aspect(1 / math.cos(math.radians(middle)))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_color(GRID)
    _scale(axes, middle, lang)
    keys = [
        Line2D([], [], marker="o", linestyle="", color=ACCENT, label=say("access.near", lang)),
        Line2D([], [], marker="o", linestyle="", color=AGAINST, label=say("access.far", lang)),
        Line2D([], [], marker="s", linestyle="", color=INK, fillstyle="none",
               label=say("access.site", lang)),
    ]  # fmt: skip
    axes.legend(handles=keys, ncols=1 if small else 3, loc="lower left", bbox_to_anchor=(0, 1.0),
                frameon=False, borderaxespad=0)  # fmt: skip


def _scale(axes: Axes, middle: float, lang: str) -> None:
    """Draw a bar of a round number of kilometres."""
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    wide = (high - low) * KM_OF_DEGREE * math.cos(math.radians(middle))
    length = 10 ** math.floor(math.log10(max(wide / 4, 1e-3)))
    length *= max(n for n in (1, 2, 5) if n * length <= wide / 4 or n == 1)
    step = length / KM_OF_DEGREE / math.cos(math.radians(middle))
    right, up = high - 0.03 * (high - low), bottom + 0.03 * (top - bottom)
    axes.plot([right - step, right], [up, up], color=INK, linewidth=2)
    axes.annotate(say("access.km", lang, km=f"{length:g}"), (right - step / 2, up), (0, 4),
                  textcoords="offset points", ha="center", fontsize=8)  # fmt: skip
