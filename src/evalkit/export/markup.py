"""Raw HTML in a Markdown cell: what may stand there, and whether it is whole."""

from __future__ import annotations

from evalkit.export.reader import Reader
from evalkit.landing import escape

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
VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("param", "source", "track", "wbr"),
    )
)


class _Raw(Reader):
    def __init__(self) -> None:
        super().__init__()
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

    Returns
    -------
    str
        Such as ``<script>``; empty where there is none.
    """
    reader = _Raw()
    reader.read(raw)
    return reader.wrong


class Rewriter(Reader):
    """Writes HTML anew, each thing in its one form, and notes what does not nest.

    What was read is then what every browser reads: names and quotation marks are
    plain, attributes stand once and in order, and what no check sees (a comment, a
    processing instruction) is left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        self._open: list[str] = []
        self._wrong = ""

    @property
    def broken(self) -> str:
        """The first tag that has no partner, or closes another's."""
        return self._wrong or (f"<{self._open[-1]}>" if self._open else "")

    def handle_decl(self, decl: str) -> None:
        """Write the document type."""
        self.made.append(f"<!{decl}>\n")

    def handle_starttag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        """Write the begin of an element."""
        void = name in VOID
        if not void:
            self._open.append(name)
        if not pairs:
            self.made.append(f"<{name}/>" if void else f"<{name}>")
            return
        values = sorted(dict(pairs).items())
        inner = " ".join([f"{key}={_quoted(value or '')}" for key, value in values])
        self.made.append(f"<{name} {inner}/>" if void else f"<{name} {inner}>")

    def handle_startendtag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        """Write an element without content."""
        self.handle_starttag(name, pairs)
        self.handle_endtag(name)

    def handle_endtag(self, name: str) -> None:
        """Write the end of an element."""
        if name in VOID:
            return
        self.made.append(f"</{name}>")
        if not self._open or self._open[-1] != name:
            self._wrong = self._wrong or f"</{name}>"
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Write a text."""
        inside = self._open[-1] if self._open else ""
        if inside in ("script", "style"):
            self.made.append(data)
        elif data.isspace() and data.isascii() and inside not in ("pre", "textarea"):
            # Space between elements is as wide as one.
            self.made.append("\n" if "\n" in data else " ")
        else:
            self.made.append(escape(data, quote=False))


def _quoted(value: str) -> str:
    value = escape(value, quote=False)
    if '"' not in value:
        return f'"{value}"'
    return f"'{value}'" if "'" not in value else '"' + value.replace('"', "&quot;") + '"'


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
    reader = Rewriter()
    reader.read(html)
    return reader.broken
