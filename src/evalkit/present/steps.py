"""Steps one after the other as bars: how many are left of the first, and of the step before."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.present.figure import slim
from evalkit.present.flow import words
from evalkit.present.numbers import value_text
from evalkit.present.style import ACCENT, INK, TINT, TRACK
from evalkit.words import say

# Letters of a step's name in a line: wide, and on a phone.
LETTERS = (26, 12)
# Percent of the axis from which a bar holds its own words.
INSIDE = 60


@dataclass(frozen=True)
class Steps:
    """What a drawing of steps shows.

    Parameters
    ----------
    steps : sequence of Estimate
        The share of the first at each, in order.
    kept : mapping of str to Estimate
        By step, the share of the step before.
    counted : callable
        Takes an estimate and a language, and returns the words at its bar.
    axis : str
        Key of the axis' name.
    """

    steps: Sequence[Estimate]
    kept: dict[str | None, Estimate]
    counted: Callable[[Estimate, str], str]
    axis: str


def draw_steps(drawing: Figure, told: Steps, lang: str) -> None:
    """Draw the steps from the top down; the first is pale, for it is what all are of."""
    axes, small = drawing.subplots(), slim(drawing)
    axes.grid(False)
    names = []
    for place, e in enumerate(reversed(told.steps)):
        first = e is told.steps[0]
        wide = language(lang).letters(LETTERS[small])
        names.append("\n".join(textwrap.wrap(words(e, "definition", lang), wide)))
        share = 100 * (e.value or 0.0)
        axes.barh(place, 100, color=TRACK, height=0.62)
        axes.barh(place, share, color=TINT if first else ACCENT, height=0.62)
        before = told.kept.get(e.dim("step"))
        text = told.counted(e, lang)
        if before is not None and before.value is not None and not small:
            text = say("cascade.bar", lang, counted=text, kept=value_text(before, lang))
        inside = share > INSIDE
        axes.annotate(text, (share, place), (-6 if inside else 6, 0), textcoords="offset points",
                      ha="right" if inside else "left", va="center", fontsize=8.5,
                      color="white" if inside and not first else INK)  # fmt: skip
    axes.set_yticks(range(len(told.steps)), names)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, len(told.steps) - 0.4)
    axes.set_xlabel(say(told.axis, lang))
