"""Where a line may end: not inside an interval or a unit, and inside a word of no end."""

from __future__ import annotations

import re

from evalkit.landing import escape

# A cell is as wide as its longest word: only a word that no cell holds may break anywhere.
LONG = re.compile(r"[^\s\u200b\u2060\u2e80-\U0003ffff]{31,}")
INTERVAL = re.compile(r"([\[(][\d.,−]+%?), ([\d.,−]+%?[\])])")
# A sign of division ties what it divides to one piece that fits no column.
OVER = re.compile(r"÷(?=[\[(])|(?<=[\])])÷(?=\d)")
# A sign between a p-value and its name.
P_VALUE = re.compile(r"\bp ([<>=≤≥]) ?(?=\d)")
PER = re.compile(r"(?<=[\u4e00-\u9fff）])／(?=[\u4e00-\u9fff])")


def joined(text: str) -> str:
    """Return a text with signs that say where a line may end."""
    whole = INTERVAL.sub("\\1,\u00a0\\2", text)
    whole = P_VALUE.sub("p\u00a0\\1\u00a0", whole)
    whole = OVER.sub("÷\u200b", whole)
    return PER.sub("\u2060／\u2060", whole)


def page_text(text: str) -> str:
    """Return a text of an exhibit as HTML, with what says where a line may end."""
    whole, at, made = joined(text), 0, list[str]()
    for long in LONG.finditer(whole):
        made.append(escape(whole[at : long.start()]))
        made.append(f'<span class="ek-long">{escape(long[0])}</span>')
        at = long.end()
    return "".join([*made, escape(whole[at:])])
