"""The shown noun: what a reader sees, as data, and every estimate that it draws."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

from evalkit.estimate import Estimate
from evalkit.landing import escape
from evalkit.language import language
from evalkit.present.content import Content, to_json
from evalkit.present.markup import html, tag
from evalkit.words import say

Kind = Literal["statement", "table", "figure"]
SCHEMA = 2
MIME = "application/vnd.evalkit.{kind}.v{schema}+json"


def mime(kind: str) -> str:
    """Return the MIME type under which a shown thing is stored in a notebook."""
    return MIME.format(kind=kind, schema=SCHEMA)


# Of a number in HTML: the id of its estimate.
NUMBER = re.compile(r'data-ek="([^"]*)"')
MIMES = tuple(mime(kind) for kind in ("statement", "table", "figure"))
# Beside the first statement of a report: what the report is.
HEADER = MIME.format(kind="header", schema=1)


@functools.cache
def stylesheet() -> str:
    """Return the family style, for JupyterLab and for reports alike."""
    file = resources.files("evalkit.present") / "evalkit.css"
    return file.read_text(encoding="utf-8")


def _one_language(lang: str) -> str:
    """Return the style by which JupyterLab shows Markdown cells in the reader's language only.

    A cell says by ``<span lang="zh">`` in which it is: tags are not to be seen in a page.
    """
    ours = ", ".join(f'[lang="{code}"]' for code in dict.fromkeys((lang, language(lang).cells)))
    return f".jp-MarkdownCell:has(.jp-MarkdownOutput [lang]):not(:has({ours})) {{ display: none; }}"


@dataclass(frozen=True)
class Shown:
    """A statement, table or figure in every language of the study.

    Parameters
    ----------
    kind : {"statement", "table", "figure"}
        What it is.
    name : str
        Names it within its report.
    lang : str
        The language that JupyterLab displays.
    content : mapping of str to Table, Drawing or Statement
        What it holds, by language: every form is written from it.
    text : mapping of str to str
        Its plain words, by language.
    estimates : tuple of Estimate
        Every estimate that it draws, each released by the disclosure gate.
    header : mapping, optional
        What the report is, as `evalkit.present.header` gives it; of the first statement alone.

    Raises
    ------
    ValueError
        If an estimate has not passed the gate, or a language is missing.
    """

    kind: Kind
    name: str
    lang: str
    content: Mapping[str, Content]
    text: Mapping[str, str]
    estimates: tuple[Estimate, ...]
    header: Mapping[str, Any] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for estimate in self.estimates:
            if estimate.disclosure == "unchecked":
                raise ValueError(f"{estimate.id} has not passed the disclosure gate.")
        if set(self.content) != set(self.text) or self.lang not in self.content:
            raise ValueError(f"{self.name}: a language is missing.")

    @property
    def html(self) -> dict[str, str]:
        """It as HTML, as JupyterLab shows it, by language."""
        return {lang: html(held, lang) for lang, held in self.content.items()}

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data; what `evalkit.record` reads back."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "name": self.name,
            "content": {code: to_json(content) for code, content in self.content.items()},
            "text": dict(self.text),
            "estimates": [estimate.to_json() for estimate in self.estimates],
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        # Nobody can forget to record what is shown: it is the same act.
        family = language(self.lang).family
        page = f'<div class="{family}" lang="{self.lang}"><style>{stylesheet()}</style>'
        # A report says it once at its head; in a notebook each exhibit stands by itself.
        mark = say("page.made_up", self.lang) if any(e.made_up for e in self.estimates) else ""
        marked = tag("p", tag("strong", escape(mark)), class_="ek-made-up") if mark else ""
        header = {} if self.header is None else {HEADER: self.header}
        if header:
            page += f"<style>{_one_language(self.lang)}</style>"
        return {
            mime(self.kind): self.to_json(),
            **header,
            "text/html": f"{page}{marked}{_telling(self)}</div>",
            "text/plain": f"{mark}\n{self.text[self.lang]}" if mark else self.text[self.lang],
        }


def _telling(seen: Shown) -> str:
    """Return a shown thing as HTML whose numbers tell under the pointer what they are.

    A page does so behind a click; JupyterLab runs no script of ours.
    """
    known = {escape(e.id): e for e in seen.estimates}

    def told(found: re.Match[str]) -> str:
        e = known.get(found[1])
        if e is None:
            return found[0]
        said = [e.id, *([e.method.text[seen.lang]] if e.method else [])]
        said += [say("summary.n", seen.lang, n=e.n)] if e.n is not None else []
        return f'{found[0]} title="{escape(chr(10).join(said))}"'

    return NUMBER.sub(told, html(seen.content[seen.lang], seen.lang))


def shown(
    kind: Kind,
    name: str,
    lang: str,
    languages: Iterable[str],
    build: Callable[[str], tuple[Content, str]],
    estimates: Iterable[Estimate],
) -> Shown:
    """Return a shown thing by building it once for each language."""
    built = {code: build(code) for code in languages}
    return Shown(
        kind=kind,
        name=name,
        lang=lang,
        content={code: content for code, (content, _) in built.items()},
        text={code: text for code, (_, text) in built.items()},
        estimates=tuple(estimates),
    )
