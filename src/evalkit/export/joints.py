"""What a line may not part: the two ends of an interval, and a unit from what it is for."""

from __future__ import annotations

import re

TEXT = re.compile(r">[^<]+")
INTERVAL = re.compile(r"([\[(][\d.,−]+%?), ([\d.,−]+%?[\])])")
PER = re.compile(r"(?<=[\u4e00-\u9fff）])／(?=[\u4e00-\u9fff])")


def joined(html: str) -> str:
    """Return HTML with signs that keep intervals and units whole wherever a line ends.

    Parameters
    ----------
    html : str
        What a report shows; attributes stay as they are.
    """
    return TEXT.sub(_join, html)


def _join(text: re.Match[str]) -> str:
    whole = INTERVAL.sub("\\1,\u00a0\\2", text.group())
    return PER.sub("\u2060／\u2060", whole)
