"""How wide a text is in letters."""

from __future__ import annotations

# The last character that is one letter wide.
NARROW = "\u2e7f"


def letters(text: str) -> int:
    """Return how wide a line is in letters; a Chinese one is as wide as two."""
    return len(text) if text.isascii() else len(text) + sum(map(NARROW.__lt__, text))
