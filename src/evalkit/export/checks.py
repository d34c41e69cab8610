"""What stops a page from leaving the house."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

from evalkit.errors import PageError
from evalkit.export.markup import ALLOWED, VOID, Rewriter
from evalkit.export.maths import ELEMENTS
from evalkit.landing import leads_where_it_says
from evalkit.language import language
from evalkit.words import catalogue, languages

# Alternative texts that say nothing; automatic checkers accept them.
FILLER = frozenset({"image", "figure", "plot", "chart", "no description has been provided"})
LEAST_ALT = 20
LINKS = ("href", "action", "formaction", "xlink:href")
# What a browser loads by itself must be in the page, not beside it and not elsewhere.
LOADED = ("src", "srcset", "data", "poster", "background")
# What every form can show; an inline drawing has no alternative text to keep.
PICTURES = ("data:image/svg+xml", "data:image/png", "data:image/jpeg")
FRAMES = ("iframe", "frame", "embed", "object", "base", "applet")
LOADING = frozenset((*FRAMES, "link", "svg", "img"))
# What stands in the text of a page: it is read, and does nothing by itself.
SHOWN = ELEMENTS | {
    *ALLOWED,
    *("main", "section", "picture", "source", "input", "semantics", "annotation"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
    # A portal is searched in.
    *("form", "label", "select", "option", "button"),
}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Addresses as a script writes them, and its ways to ask for one.
ASKS = re.compile(
    r"""["'`](?:https?:|wss?:)?//|\b(?:fetch|import|importScripts|EventSource|WebSocket)\s*\("""
    r"""|XMLHttpRequest|sendBeacon"""
)
KEY = re.compile(r"(?<![\w.])[a-z_]+\.[a-z0-9_]+(?![\w.\[])")
WORDS = ("alt", "aria-label", "title", "placeholder")


class _Reader(Rewriter):
    """Reads a page once: notes every fault, its visible text, and the page anew."""

    def __init__(self, mixed: bool, own: Iterable[str]) -> None:
        super().__init__()
        self.mixed = mixed
        # The longest first: one may hold another.
        self.own = sorted(filter(None, own), key=len, reverse=True)
        self.faults: list[str] = []
        self.text: list[str] = []
        self.lang = ""
        self.ids: list[str] = []
        self._langs: list[tuple[str, str]] = []
        # How many elements of each name are open.
        self._within: Counter[str] = Counter()
        self._hidden = ""
        self._inert = False
        self._level = 0
        self._captions: list[bool] = []
        self._head: list[str] | None = None

    def handle_starttag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(name, pairs)
        values = {key: value or "" for key, value in pairs}
        if name == "html":
            self.lang = values.get("lang", "")
        if name not in VOID:
            self._langs.append((name, values.get("lang") or self._speaks))
            self._within[name] += 1
        if name in ("style", "script"):
            self._hidden = name
            self._inert = values.get("type") == "application/json"
        if name in LOADING:
            self._note_element(name, values)
        if self._within["main"] and name not in SHOWN:
            self.faults.append(f"active:{name}")
        if values:
            self._note_values(name, values)
        # A style within what is said could hide or cover it.
        if self._within["main"] and (name in ("script", "style") or "style" in values):
            self.faults.append(f"active:{name}")
        if name in ("table", "figure"):
            self._captions.append(False)
        elif name in ("caption", "figcaption") and self._captions:
            self._captions[-1] = True
        elif name == "th":
            self._head = []
        elif name in HEADINGS:
            if int(name[1]) > self._level + 1:
                self.faults.append(f"heading:{name}")
            self._level = int(name[1])

    def _note_element(self, name: str, values: dict[str, str]) -> None:
        if name in FRAMES or (name == "link" and not values.get("href", "").startswith("data:")):
            self.faults.append(f"remote:{name}")
        if name == "svg":
            self.faults.append("svg")
        if name == "img":
            if says_nothing(values.get("alt", "")):
                self.faults.append("alt")
            kind = values.get("src", "").partition(",")[0].partition(";")[0]
            if kind.startswith("data:") and kind not in PICTURES:
                self.faults.append(f"picture:{kind}")

    def _note_values(self, name: str, values: dict[str, str]) -> None:
        for key, value in values.items():
            if key == "id":
                self.ids.append(value)
            elif key in LINKS:
                inside = name == "a" and key == "href" and bool(self._within["main"])
                if not leads_where_it_says(value, inside):
                    self.faults.append(f"remote:{value[:60]}")
            elif key in LOADED:
                if not value.strip().startswith(("data:", "#")):
                    self.faults.append(f"remote:{value[:60]}")
            elif key in WORDS:
                self._note_language(value)
            elif key == "style":
                self.faults += ["remote:style"] if _fetches(value) else []
            elif key == "http-equiv":
                self.faults += ["remote:refresh"] if value.lower() == "refresh" else []
            elif key.startswith("on"):
                # What a browser would run by itself; the page's own script is no attribute.
                self.faults.append(f"active:{name} {key}")

    def _note_language(self, text: str) -> None:
        # Code is in no language, and a quotation says in which it is.
        within = self._within
        if not text or within["code"] or within["pre"] or within["math"]:
            return
        known = self.lang in languages()
        for other in language(self.lang).foreign if known and not self.mixed else ():
            if self._speaks == self.lang and (found := other.search(text)):
                for words in self.own:
                    text = text.replace(words, " ")
                if other.search(text):
                    self.faults.append(f"untranslated:{found.group()[:40]}")
        # Most texts have no full stop between letters.
        if "." in text and known:
            said = catalogue(self.lang)
            self.faults += [f"raw_key:{key}" for key in KEY.findall(text) if key in said]

    @property
    def _speaks(self) -> str:
        return self._langs[-1][1] if self._langs else ""

    def handle_endtag(self, name: str) -> None:
        super().handle_endtag(name)
        # A stray end closes nothing.
        if self._within[name]:
            closed = ""
            while closed != name:
                closed, _ = self._langs.pop()
                self._within[closed] -= 1
        if name == self._hidden:
            self._hidden = ""
        if name in ("table", "figure") and self._captions and not self._captions.pop():
            self.faults.append(f"caption:{name}")
        if name == "th" and self._head is not None:
            if not "".join(self._head).strip():
                self.faults.append("empty_head")
            self._head = None

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if self._hidden:
            if self._hidden == "style" and _fetches(data):
                self.faults.append("remote:style")
            if self._hidden == "script" and not self._inert and ASKS.search(data):
                self.faults.append("remote:script")
            return
        self.text.append(data)
        self._note_language(data)
        if self._head is not None:
            self._head.append(data)


def _fetches(text: str) -> bool:
    # Not even a file beside the page: it would be left behind when the page is sent.
    return "@import" in text or bool(re.search(r"url\(\s*[\"']?(?!data:|#|[\"'\s])", text))


def says_nothing(alt: str) -> bool:
    """Return whether an alternative text is too short, or a filler, to stand for a picture."""
    # A Chinese character says as much as two letters, at the least.
    length = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in alt)
    return length < LEAST_ALT or alt.strip(" .").lower() in FILLER


@dataclass(frozen=True)
class Checked:
    """A page that may leave the house.

    Parameters
    ----------
    html : str
        The page, written anew.
    text : str
        Its visible text.
    """

    html: str
    text: str


def check_page(
    html: str, lang: str, page: str, *, mixed: bool = False, own: Iterable[str] = ()
) -> str:
    """Return the visible text of a page, or stop on what may not leave the house.

    Raises
    ------
    PageError
        With every fault.
    """
    return read_page(html, lang, page, mixed=mixed, own=own).text


def read_page(
    html: str, lang: str, page: str, *, mixed: bool = False, own: Iterable[str] = ()
) -> Checked:
    """Return a page as it was read, or stop on what may not leave the house.

    Parameters
    ----------
    mixed : bool
        Whether names in other languages may stand on it: a portal lists studies that
        speak one language only.
    own : iterable of str
        What a study says in this language in its own words: the title of an English
        book is no translation that was forgotten.

    Raises
    ------
    PageError
        With every fault: missing or filler alternative text, missing caption,
        empty column head, a jump in heading levels, a remote resource, a wrong
        language, text in another language that is not marked as such, the key of a
        sentence instead of it, an id twice.
    """
    reader = _Reader(mixed, own)
    reader.read(html)
    if reader.broken:
        reader.faults.append(f"nesting:{reader.broken}")
    if reader.lang != lang:
        reader.faults.append(f"lang:{reader.lang}")
    reader.faults += [f"id:{name}" for name, times in Counter(reader.ids).items() if times > 1]
    if reader.faults:
        raise PageError("page_faults", page=page, faults=sorted(set(reader.faults)))
    return Checked("".join(reader.made), "".join(reader.text))
