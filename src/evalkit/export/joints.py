"""Where a line may end: not inside an interval or a unit, and inside a word of no end."""

from __future__ import annotations

import re

# A formula has pieces of its own.
TEXT = re.compile(r"<math\b.*?</math>|>[^<]+", re.DOTALL)
# A cell is as wide as its longest word: only a word that no cell holds may break anywhere.
LONG = re.compile(r"[^\s<>\u200b\u2060\u2e80-\U0003ffff]{31,}")
INTERVAL = re.compile(r"([\[(][\d.,−]+%?), ([\d.,−]+%?[\])])")
# A sign of division ties its intervals to one piece that fits no column.
OVER = re.compile(r"÷(?=[\[(])")
PER = re.compile(r"(?<=[\u4e00-\u9fff）])／(?=[\u4e00-\u9fff])")


def joined(html: str) -> str:
    """Return HTML with signs and marks that say where a line may end.

    Parameters
    ----------
    html : str
        What a report shows; attributes stay as they are.
    """
    return TEXT.sub(_join, html)


def _join(text: re.Match[str]) -> str:
    if text.group().startswith("<math"):
        return text.group()
    whole = INTERVAL.sub("\\1,\u00a0\\2", text.group())
    whole = OVER.sub("÷\u200b", whole)
    whole = PER.sub("\u2060／\u2060", whole)
    return whole[0] + LONG.sub(r'<span class="ek-long">\g<0></span>', whole[1:])
