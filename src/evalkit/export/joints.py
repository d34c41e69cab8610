"""What a line may not part: the two ends of an interval, and a unit from what it is for."""

from __future__ import annotations

import re

TEXT = re.compile(r">[^<]+")
INTERVAL = re.compile(r"([\[(][\d.,−]+%?), ([\d.,−]+%?[\])])")
# A sign of division ties its intervals to one piece that fits no column.
OVER = re.compile(r"÷(?=[\[(])")
PER = re.compile(r"(?<=[\u4e00-\u9fff）])／(?=[\u4e00-\u9fff])")


def joined(html: str) -> str:
    """Return HTML with signs that say where a line may end: not inside an interval or a unit.

    Parameters
    ----------
    html : str
        What a report shows; attributes stay as they are.
    """
    return TEXT.sub(_join, html)


def _join(text: re.Match[str]) -> str:
    whole = INTERVAL.sub("\\1,\u00a0\\2", text.group())
    whole = OVER.sub("÷\u200b", whole)
    return PER.sub("\u2060／\u2060", whole)
