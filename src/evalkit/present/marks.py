"""The signs beside words: a verdict's mark and chip, a rating's squares."""

from __future__ import annotations

from evalkit.landing import escape
from evalkit.words import say

MARKS = {
    "improvement": "+",
    "worsening": "\u2212",
    "no_clear": "~",
    "measured": "=",
    "not_assessable": "\u00d7",
    "audited": "\u00a7",
    "agrees": "\u2713",
    "possible": "~",
    "contradicts": "\u00d7",
    "not_reachable": "\u2298",
    "units_differ": "\u2260",
    "cannot_verify": "?",
    "derived": "\u03a3",
    "unquantified": "\u2026",
}

FULL, EMPTY, MOST_LEVEL = "\u25a0", "\u25a1", 5


def chip(verdict: str, lang: str) -> str:
    """Return a verdict's chip as HTML: mark and word, never colour alone."""
    return chip_of(verdict, escape(say(f"verdict.{verdict}", lang)))


def chip_of(verdict: str, word: str) -> str:
    """Return a chip as HTML around a word."""
    mark = f'<span class="ek-mark" aria-hidden="true">{escape(MARKS[verdict])}</span>'
    kind = escape(verdict.replace("_", "-"))
    return f'<span class="ek-chip ek-{kind}">{mark}{word}</span>'


def squares(level: int) -> str:
    """Return an evidence rating as filled and empty squares.

    Parameters
    ----------
    level : int
        From 0 to `MOST_LEVEL`.
    """
    return FULL * level + EMPTY * (MOST_LEVEL - level)
