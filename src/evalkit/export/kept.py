"""Values and intervals that a line of print does not part."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

# What is longer needs the break: a column may be narrow.
LONGEST = 24
_NUMBER = r"[−-]?\d[\d,.]*%?"
_BARE = r"[−-]?\d(?:[\d,.]*\d)?%?"
_KEPT = re.compile(
    rf"([\[(]{_NUMBER},[ \u00a0]{_NUMBER}[\])]|{_BARE} (?:to|至) {_BARE}|\bp [=<>≤≥] {_BARE})"
)
_TEXTS = (
    ".//text()[not(ancestor::code or ancestor::pre or ancestor::*[local-name()='math'])"
    " and not(ancestor::*[contains(@class, 'ek-keep')])]"
)


def kept_parts(text: str) -> list[tuple[str, bool]]:
    """Return a text in parts, each with whether no line may end within it.

    Parameters
    ----------
    text : str
        Of a piece of an exhibit, or of a Markdown cell.
    """
    parts = _KEPT.split(text)
    return [(part, bool(i % 2) and len(part) < LONGEST) for i, part in enumerate(parts) if part]


def keep_together(prose: Any) -> None:
    """Mark short intervals and p-values of a text, so that no line ends within one.

    Parameters
    ----------
    prose : lxml element
        Markdown cells; its spans of the class ek-keep are the result.
    """
    for text in prose.xpath(_TEXTS):
        parts = _KEPT.split(text)
        if len(parts) > 1:
            _mark(text, parts)


def _mark(text: Any, parts: list[str]) -> None:
    node = text.getparent()
    spans = []
    for kept, after in zip(parts[1::2], parts[2::2], strict=True):
        span = etree.Element("span", {"class": "ek-keep"} if len(kept) < LONGEST else {})
        span.text, span.tail = kept, after
        spans.append(span)
    if text.is_text:
        node.text = parts[0]
        node[:0] = spans
        return
    outer = node.getparent()
    at = outer.index(node) + 1
    node.tail = parts[0]
    outer[at:at] = spans
