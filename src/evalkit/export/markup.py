"""Raw HTML in a Markdown cell: what may stand there, and whether it is whole."""

from __future__ import annotations

from html.parser import HTMLParser

# Marks of text and of its language, lists, tables and figures: nothing that acts,
# loads, hides or covers what the page itself says.
ALLOWED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("b", "strong", "em", "i", "mark", "small", "sub", "sup", "kbd", "s"), ()),
    **dict.fromkeys(("del", "ins", "code", "pre", "br", "hr", "wbr"), ()),
    **dict.fromkeys(("p", "span", "div", "q", "cite", "bdi", "blockquote"), ("lang", "dir")),
    **dict.fromkeys(("ul", "ol", "li", "dl", "dt", "dd", "details", "summary"), ("lang",)),
    **dict.fromkeys(("table", "thead", "tbody", "tr", "caption"), ("lang",)),
    **dict.fromkeys(("th", "td"), ("lang", "scope", "colspan", "rowspan")),
    **dict.fromkeys(("figure", "figcaption", "ruby", "rt", "rp"), ("lang",)),
    "a": ("href", "title", "lang"),
    "abbr": ("title", "lang"),
    "img": ("alt", "src"),
}
VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong = ""

    def handle_starttag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        if name not in ALLOWED:
            self.wrong = self.wrong or f"<{name}>"
            return
        for key, _ in pairs:
            if key not in ALLOWED[name]:
                self.wrong = self.wrong or f"<{name} {key}>"

    def handle_endtag(self, name: str) -> None:
        if name not in ALLOWED:
            self.wrong = self.wrong or f"</{name}>"


def not_allowed(raw: str) -> str:
    """Return the first tag or attribute of raw HTML that may not stand in a cell.

    Parameters
    ----------
    raw : str
        As an author wrote it.

    Returns
    -------
    str
        Such as ``<script>``; empty where there is none.
    """
    reader = _Reader()
    reader.feed(raw)
    reader.close()
    return reader.wrong


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong = ""

    def handle_starttag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        if name not in VOID:
            self.open.append(name)

    def handle_startendtag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, name: str) -> None:
        if name in VOID:
            return
        if not self.open or self.open[-1] != name:
            self.wrong = self.wrong or f"</{name}>"
        else:
            self.open.pop()


def not_whole(html: str) -> str:
    """Return the first tag that has no partner, or closes another's.

    Parameters
    ----------
    html : str
        Of a cell or of a whole page.

    Returns
    -------
    str
        Such as ``</main>`` or ``<div>``; empty where everything nests.
    """
    reader = _Nesting()
    reader.feed(html)
    reader.close()
    return reader.wrong or (f"<{reader.open[-1]}>" if reader.open else "")
