"""How a drawing of the family looks on a dark page: a rule for each of its colours.

Imports nothing of evalkit but the family style. Paper, PDF and office forms never see it.
"""

from __future__ import annotations

import re

from evalkit.present.style import (
    ACCENT,
    AGAINST,
    GRID,
    IN_FAVOUR,
    INK,
    INK_2,
    MILD,
    PALE,
    PAPER,
    RING,
    RULE,
    SEQUENCE,
    TINT,
    TRACK,
)

# What is dark on paper is light on the dark page, and the other way round: as in `evalkit.css`.
DARK = {
    PAPER: "#11181F",
    INK: "#E6EBF0",
    INK_2: "#A9B6C2",
    ACCENT: "#7DB8E8",
    TINT: "#24425A",
    AGAINST: "#F0A070",
    IN_FAVOUR: "#5CC8B6",
    MILD: "#6B4426",
    RING: "#8B97A3",
    RULE: "#44525F",
    GRID: "#2B3742",
    TRACK: "#1E2933",
    PALE: "#2A2721",
    **dict(zip(SEQUENCE[:3], ("#1C2F3F", "#2C506C", "#3D6D92"), strict=True)),
}
# The picture of a page takes its paper from the page; a copy that is saved has its own.
MARK = '<style id="ek-theme">'
COLOUR = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)


def follows(svg: str) -> bool:
    """Return whether every colour of a drawing is the family's, so that it can follow a theme."""
    # A drawing is written with small letters; by others the rules below would go past it.
    return set(COLOUR.findall(svg)) <= {colour.lower() for colour in DARK}


def themed(svg: str) -> str:
    """Return a drawing that has no paper of its own and follows the page's theme.

    Parameters
    ----------
    svg : str
        As it is drawn for paper. One with a colour that is none of the family's stays as it is:
        what it would look like on a dark page nobody has seen.
    """
    end = svg.rfind("</svg>")
    if end < 0 or not follows(svg):
        return svg
    rules = "".join(
        f'[style*="{kind}: {colour.lower()}"]{{{kind}:{dark}!important}}'
        for colour, dark in DARK.items()
        for kind in ("fill", "stroke")
        if f"{kind}: {colour.lower()}" in svg
    )
    # A hatch has its colours as attributes of the pattern.
    rules += "".join(
        f'[{kind}="{colour.lower()}"]{{{kind}:{dark}!important}}'
        for colour, dark in DARK.items()
        for kind in ("fill", "stroke")
        if f'{kind}="{colour.lower()}"' in svg
    )
    # A browser that does not know the function shows the light page, and then this too.
    dark = "@supports (color:light-dark(red,red)){@media (prefers-color-scheme:dark){"
    # What is black is written without a colour.
    black = f"svg{{fill:{DARK[INK]}}}"
    style = f"{MARK}#patch_1>path{{fill-opacity:0}}{dark}{black}{rules}}}}}</style>"
    return svg[:end] + style + svg[end:]
