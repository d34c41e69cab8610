"""The markdown cells of a page: headings, notes, callouts, references, formulas."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from mistune import import_plugin
from nbconvert.filters.markdown_mistune import (
    InvalidNotebook,
    IPythonRenderer,
    MarkdownWithMath,
)

from evalkit.errors import PageError
from evalkit.export.exhibits import Exhibit
from evalkit.export.markup import ALLOWED, not_allowed, not_whole
from evalkit.export.maths import mathml
from evalkit.landing import escape
from evalkit.words import say

CALLOUTS = ("note", "tip", "important", "warning", "caution")
CALLOUT = re.compile(r"\s*<p>\[!(\w+)\]\s*(?:<br\s*/?>)?\s*(</p>)?", re.IGNORECASE)
# Bold and italics as an author of Chinese means them. CommonMark takes "**" between a mark
# and a letter for no end ("**注意：**请"), which in a text without spaces it always is.
INNER = r"(?:[^*\\`]|\\.|`[^`]*`|\*[^*\s][^*]*\*)+?"
STRONG = rf"(?<![\\*])\*\*(?![\s*])(?P<strong_text>{INNER})(?<![\s\\])\*\*(?!\*)"
ITALIC = r"(?<![\\*])\*(?![\s*])(?P<italic_text>(?:[^*\\`]|\\.|`[^`]*`)+?)(?<![\s\\])\*(?!\*)"
# Links and places of an author's text; our own have a class.
LINK = re.compile(r"""<a\b(?![^>]*\bclass="ek-)[^>]*?\bhref=["']([^"']*)["']""")
ANCHOR = re.compile(r"""\bid=["']([^"']+)["']""")
ORIGIN = "origin"
REFERENCE = r"\[@(?P<exhibit_name>[A-Za-z][A-Za-z0-9_-]*)\]"


@dataclass
class Section:
    """One heading of the contents.

    Parameters
    ----------
    id, text : str
        Its anchor and its words.
    parts : list of Section
        The subsections in it.
    """

    id: str
    text: str
    parts: list[Section] = field(default_factory=list)


class Prose:
    """Renders the markdown cells of one page, and keeps what they add up to.

    Parameters
    ----------
    lang : str
        Language code.
    page : str
        Names the page in messages.
    exhibits : mapping of str to list of Exhibit
        By name, from `evalkit.export.exhibits.by_name`.
    """

    def __init__(self, lang: str, page: str, exhibits: Mapping[str, list[Exhibit]]) -> None:
        self.lang = lang
        self.page = page
        self.exhibits = exhibits
        self.sections: list[Section] = []
        self.notes: list[str] = []
        self.pointers: dict[int, int] = {}
        self.cell = 0
        self.anchors: set[str] = set()
        self.links: list[tuple[int, str]] = []

    def html(self, source: str, cell: int = 0, pasted: Mapping[str, Any] | None = None) -> str:
        """Return one cell as HTML.

        Parameters
        ----------
        pasted : mapping of str to mapping, optional
            The cell's attachments: by name, the picture in base64 by its MIME type.

        Raises
        ------
        PageError
            On a reference, a note, a callout or a pasted picture that does not exist,
            or a formula that cannot be read.
        """
        self.cell = cell
        plugins = [import_plugin(name) for name in (*MarkdownWithMath.DEFAULT_PLUGINS, "footnotes")]
        plugins += [_references, _emphasis]
        markdown = MarkdownWithMath(_Renderer(self, pasted or {}), plugins=plugins)
        try:
            html = str(markdown.render(source))
        except InvalidNotebook:
            raise self.fault("picture_unpasted", known=sorted(pasted or {})) from None
        if tag := not_whole(html):
            raise self.fault("html_broken", tag=tag)
        for name in filter(None, (self._leads_to(link) for link in LINK.findall(html))):
            self.links.append((cell, name))
        self.anchors.update(ANCHOR.findall(html))
        return html

    def _leads_to(self, link: str) -> str:
        """Return the anchor to which a link of the text leads; empty of one to elsewhere."""
        address = unescape(link).strip()
        if not address:
            # Paper has no link to nothing.
            raise self.fault("link_empty")
        return address.removeprefix("#") if address.startswith("#") else ""

    def check_links(self) -> None:
        """Stop on a link to a place that the page does not have, once all cells are rendered.

        Raises
        ------
        PageError
            With the cell, and the places that were probably meant.
        """
        shown = [one.id for each in self.exhibits.values() for one in each]
        notes = [f"note-{n}" for n in range(1, len(self.notes) + 1)]
        known = sorted({*self.anchors, *shown, *notes, ORIGIN})
        for cell, name in self.links:
            self.cell = cell
            if name not in known:
                near = difflib.get_close_matches(name, known, 5, 0.5) or known
                raise self.fault("link_unknown", name=name, known=near)

    def fault(self, key: str, **values: Any) -> PageError:
        """Return the error of something in a cell."""
        where = {"in_cell": self.cell} if self.cell else {}
        return PageError(key, page=self.page, **where, **values)


def _references(md: Any) -> None:
    def parse(inline: Any, match: re.Match[str], state: Any) -> int:
        state.append_token({"type": "exhibit", "raw": match.group("exhibit_name")})
        return match.end()

    md.inline.register("exhibit", REFERENCE, parse, before="link")


def _emphasis(md: Any) -> None:
    def parse(kind: str, group: str) -> Callable[[Any, re.Match[str], Any], int]:
        def one(inline: Any, match: re.Match[str], state: Any) -> int:
            inner = state.copy()
            inner.src = match.group(group)
            state.append_token({"type": kind, "children": inline.render(inner)})
            return match.end()

        return one

    md.inline.register("cjk_strong", STRONG, parse("strong", "strong_text"), before="emphasis")
    md.inline.register("cjk_italic", ITALIC, parse("emphasis", "italic_text"), before="emphasis")


class _Renderer(IPythonRenderer):
    def __init__(self, prose: Prose, pasted: Mapping[str, Any]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True, attachments=dict(pasted))
        self.prose = prose
        # Notes are numbered through the page, not anew in each cell.
        self.before = len(prose.notes)

    def text(self, text: str) -> str:
        if lost := re.search(r"\[\^[^\]]+\]", text):
            raise self.prose.fault("note_unknown", note=lost.group())
        return str(super().text(text))

    def block_html(self, html: str) -> str:
        return self._raw(html, str(super().block_html(html)))

    def inline_html(self, html: str) -> str:
        return self._raw(html, str(super().inline_html(html)))

    def _raw(self, html: str, made: str) -> str:
        if tag := not_allowed(html):
            raise self.prose.fault("html_not_allowed", tag=tag, known=sorted(ALLOWED))
        return made

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        sections = self.prose.sections
        words = unescape(re.sub(r"<[^>]+>", "", text)).strip()
        if level == 2:
            sections.append(Section(f"section-{len(sections) + 1}", words))
            made = sections[-1]
        elif level == 3 and sections:
            parts = sections[-1].parts
            parts.append(Section(f"{sections[-1].id}-{len(parts) + 1}", words))
            made = parts[-1]
        elif level == 1:
            # The page's title is the only one.
            raise self.prose.fault("heading_first", words=words)
        else:
            return f"<h{level}>{text}</h{level}>\n"
        return f'<h{level} id="{made.id}">{text}</h{level}>\n'

    def block_quote(self, text: str) -> str:
        match = CALLOUT.match(text)
        if not match:
            return str(super().block_quote(text))
        kind = match.group(1).lower()
        if kind not in CALLOUTS:
            found = {"callout": match.group(1), "known": [name.upper() for name in CALLOUTS]}
            raise self.prose.fault("callout_unknown", **found)
        title = escape(say(f"callout.{kind}", self.prose.lang))
        rest = text[match.end() :].strip()
        body = rest if match.group(2) else f"<p>{rest}"
        return (
            f'<div class="ek-callout ek-{kind}-callout" role="note">'
            f'<p class="ek-callout-title"><strong>{title}</strong></p>{body}</div>\n'
        )

    def inline_math(self, body: str) -> str:
        # "$5 and $6" are prices.
        if body != body.strip():
            return f"${self.escape_html(body)}$"
        return mathml(body, self.prose.page)

    def block_math(self, body: str) -> str:
        return mathml(body, self.prose.page, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", self.prose.page, block=True)

    def exhibit(self, name: str) -> str:
        found = self.prose.exhibits.get(name, [])
        if not found:
            known = sorted(self.prose.exhibits)
            near = difflib.get_close_matches(name, known, 5, 0.5) or known
            raise self.prose.fault("reference_unknown", name=name, known=near)
        if len(found) > 1:
            raise self.prose.fault("reference_twice", name=name, known=[e.label for e in found])
        return f'<a class="ek-ref" href="#{found[0].id}">{escape(found[0].label)}</a>'

    def footnote_ref(self, key: str, index: int) -> str:
        n = self.before + index
        times = self.prose.pointers[n] = self.prose.pointers.get(n, 0) + 1
        name = escape(say("page.note", self.prose.lang, n=n))
        return (
            f'<sup class="ek-noteref"><a id="{_pointer(n, times)}" href="#note-{n}" '
            f'role="doc-noteref" aria-label="{name}">{n}</a></sup>'
        )

    def footnotes(self, text: str) -> str:
        # They stand at the end of the page, not of the cell.
        return ""

    def footnote_item(self, text: str, key: str, index: int) -> str:
        n = self.before + index
        name = escape(say("page.note_back", self.prose.lang, n=n))
        back = "".join(
            f' <a class="ek-back ek-screen" href="#{_pointer(n, time)}" role="doc-backlink" '
            f'aria-label="{name}">↑</a>'
            for time in range(1, self.prose.pointers[n] + 1)
        )
        inner = re.sub(r"(</p>)?\s*$", rf"{back}\1", text.strip(), count=1)
        self.prose.notes.append(f'<li id="note-{n}">{inner}</li>')
        return ""


def _pointer(n: int, times: int) -> str:
    return f"noteref-{n}" + (f"-{times}" if times > 1 else "")
