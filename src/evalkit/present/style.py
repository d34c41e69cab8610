"""The family style of figures: type, colour, lines."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager

INK, INK_2, ACCENT, TINT = "#17222D", "#4A5866", "#1B5E91", "#D3E2EE"
AGAINST, IN_FAVOUR = "#A63C06", "#00685B"
RING = "#7F8B97"
GRID, RULE = "#E4E8EC", "#C9D1D9"
SEQUENCE = ("#EAF1F6", "#BFD3E3", "#7FA6C5", "#1B5E91")
FAMILY = "Noto Sans SC"

RC: dict[str, Any] = {
    "font.family": FAMILY,
    "font.size": 9,
    "text.color": INK,
    "axes.labelsize": 9,
    "axes.labelcolor": INK_2,
    "xtick.color": INK_2,
    "ytick.color": INK_2,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.75,
    "axes.unicode_minus": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.75,
    "xtick.major.size": 3.5,
    "ytick.major.size": 0,
    "lines.linewidth": 1.9,
    "lines.markersize": 6,
    "axes.prop_cycle": cycler(color=[ACCENT, INK_2], linestyle=["-", "--"]),
    "hatch.linewidth": 1.2,
    "legend.frameon": False,
    "figure.figsize": (8.5, 3.4),
    "svg.fonttype": "path",
    # A dollar in a text is a dollar.
    "text.parse_math": False,
    "svg.hashsalt": "evalkit",
}


def font_files() -> list[Path]:
    """Return the package's font files, regular first."""
    folder = resources.files("evalkit") / "fonts"
    return [Path(str(folder / f"NotoSansSC_{weight}.ttf")) for weight in ("400Regular", "700Bold")]


@functools.cache
def _register() -> None:
    for file in font_files():
        font_manager.fontManager.addfont(file)


@contextmanager
def family_style() -> Iterator[None]:
    """Draw in the family style; a character without a glyph is an error, not a box."""
    _register()
    with mpl.rc_context(), warnings.catch_warnings():
        # Not what a style file says that lies in the working folder: a picture is the same
        # wherever it is drawn, and no text of it goes to LaTeX.
        mpl.rcdefaults()
        mpl.rcParams.update(cast(Any, RC))
        # Said of a text that leaves its drawing no room, which the figure's note tells.
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        warnings.filterwarnings("error", message=r"Glyph \d+ .* missing from")
        yield
