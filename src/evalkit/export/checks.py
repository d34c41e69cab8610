"""What stops a page from leaving the house."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from evalkit.errors import PageError
from evalkit.export.markup import VOID, not_whole
from evalkit.words import catalogue

# Alternative texts that say nothing; automatic checkers accept them.
FILLER = frozenset({"image", "figure", "plot", "chart", "no description has been provided"})
REMOTE = re.compile(r"^\s*(?!data:)([a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
LEAST_ALT = 20
LINKS = ("href", "action", "formaction", "xlink:href")
# What a browser loads by itself must be in the page, not beside it and not elsewhere.
LOADED = ("src", "srcset", "data", "poster", "background")
# What every form can show; an inline drawing has no alternative text to keep.
PICTURES = ("data:image/svg+xml", "data:image/png", "data:image/jpeg")
FRAMES = ("iframe", "frame", "embed", "object", "base", "applet")
# Addresses as a script writes them, and its ways to ask for one.
ASKS = re.compile(
    r"""["'`](?:https?:|wss?:)?//|\b(?:fetch|import|importScripts|EventSource|WebSocket)\s*\("""
    r"""|XMLHttpRequest|sendBeacon"""
)
KEY = re.compile(r"(?<![\w.])[a-z_]+\.[a-z0-9_]+(?![\w.\[])")
WORDS = ("alt", "aria-label", "title", "placeholder")
# A name within English is a few characters; a journal's name within Chinese is some words.
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
ENGLISH = re.compile(r"(?:[A-Za-z'’]+,? ){5,}[A-Za-z'’]+")
UNTRANSLATED = {"en": CHINESE, "zh": ENGLISH}


class _Reader(HTMLParser):
    """Reads a page once and notes every fault and its visible text."""

    def __init__(self, mixed: bool, own: Iterable[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.mixed = mixed
        # The longest first: one may hold another.
        self.own = sorted(filter(None, own), key=len, reverse=True)
        self.faults: list[str] = []
        self.text: list[str] = []
        self.lang = ""
        self.ids: list[str] = []
        self._langs: list[tuple[str, str]] = []
        self._hidden = ""
        self._inert = False
        self._level = 0
        self._open: list[dict[str, bool]] = []
        self._head: list[str] | None = None

    def handle_starttag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in pairs}
        if name == "html":
            self.lang = values.get("lang", "")
        if name not in VOID:
            self._langs.append((name, values.get("lang") or self._speaks))
        if "id" in values:
            self.ids.append(values["id"])
        if name in ("style", "script"):
            self._hidden = name
            self._inert = values.get("type") == "application/json"
        if name == "img" and _says_nothing(values.get("alt", "")):
            self.faults.append("alt")
        if name == "svg":
            self.faults.append("svg")
        if name == "img" and values.get("src", "").startswith("data:"):
            kind = values["src"].partition(",")[0].partition(";")[0]
            self.faults += [] if kind in PICTURES else [f"picture:{kind}"]
        self._note_loading(name, values)
        # What a browser would run by itself; the page's own script is no attribute.
        self.faults += [f"active:{name} {key}" for key in values if key.startswith("on")]
        # A style within what is said could hide or cover it.
        if any(opened == "main" for opened, _ in self._langs):
            hides = name in ("script", "style") or "style" in values
            self.faults += [f"active:{name}"] if hides else []
        for key in WORDS:
            self._note_language(values.get(key, ""))
        if name in ("table", "figure"):
            self._open.append({"caption": False})
        if name in ("caption", "figcaption") and self._open:
            self._open[-1]["caption"] = True
        if name == "th":
            self._head = []
        if re.fullmatch(r"h[1-6]", name):
            if int(name[1]) > self._level + 1:
                self.faults.append(f"heading:{name}")
            self._level = int(name[1])

    def _note_loading(self, name: str, values: dict[str, str]) -> None:
        addresses = [values[key] for key in LINKS if REMOTE.match(values.get(key, ""))]
        # A link to a page within itself opens what nobody has checked.
        addresses += [a for key in LINKS if (a := values.get(key, "")).lower().startswith("data:")]
        addresses += [
            values[key]
            for key in LOADED
            if not values.get(key, "data:").strip().startswith(("data:", "#"))
        ]
        self.faults += [f"remote:{address[:60]}" for address in addresses]
        if _fetches(values.get("style", "")):
            self.faults.append("remote:style")
        if name in FRAMES or (name == "link" and not values.get("href", "").startswith("data:")):
            self.faults.append(f"remote:{name}")
        if values.get("http-equiv", "").lower() == "refresh":
            self.faults.append("remote:refresh")

    def _note_language(self, text: str) -> None:
        other = None if self.mixed else UNTRANSLATED.get(self.lang)
        # Code is in no language, and a quotation says in which it is.
        inside = {name for name, _ in self._langs}
        if inside & {"code", "pre", "math"}:
            return
        if other and self._speaks == self.lang and (found := other.search(text)):
            for words in self.own:
                text = text.replace(words, " ")
            if other.search(text):
                self.faults.append(f"untranslated:{found.group()[:40]}")
        known = catalogue(self.lang) if self.lang in UNTRANSLATED else {}
        self.faults += [f"raw_key:{key}" for key in KEY.findall(text) if key in known]

    @property
    def _speaks(self) -> str:
        return self._langs[-1][1] if self._langs else ""

    def handle_endtag(self, name: str) -> None:
        # A stray end closes nothing.
        if any(name == opened for opened, _ in self._langs):
            while self._langs.pop()[0] != name:
                pass
        if name == self._hidden:
            self._hidden = ""
        if name in ("table", "figure") and self._open and not self._open.pop()["caption"]:
            self.faults.append(f"caption:{name}")
        if name == "th" and self._head is not None:
            if not "".join(self._head).strip():
                self.faults.append("empty_head")
            self._head = None

    def handle_data(self, data: str) -> None:
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


def _says_nothing(alt: str) -> bool:
    return len(alt) < LEAST_ALT or alt.strip(" .").lower() in FILLER


def check_page(
    html: str, lang: str, page: str, *, mixed: bool = False, own: Iterable[str] = ()
) -> str:
    """Return the visible text of a page, or stop on what may not leave the house.

    Parameters
    ----------
    html : str
        The whole page.
    lang : str
        The language that it must declare.
    page : str
        Names the page in the message.
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
    reader.feed(html)
    if tag := not_whole(html):
        reader.faults.append(f"nesting:{tag}")
    if reader.lang != lang:
        reader.faults.append(f"lang:{reader.lang}")
    reader.faults += [f"id:{name}" for name in set(reader.ids) if reader.ids.count(name) > 1]
    if reader.faults:
        raise PageError("page_faults", page=page, faults=sorted(set(reader.faults)))
    return "".join(reader.text)
