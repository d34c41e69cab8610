"""A report's page as PDF: PDF/A-2a and PDF/UA-1 in one file, through Typst.

The head of a row is a cell as any other: Typst makes it a header cell by `pdf.header-cell`
only, behind its feature `a11y-extras`, which its Python package 0.15.2 cannot turn on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from evalkit.export.document import FACTS, picture_of
from evalkit.export.printing import MARK, Ready
from evalkit.export.typesetting import typeset
from evalkit.export.typst_form import typst
from evalkit.landing import typst_string
from evalkit.language import language
from evalkit.words import say

DOCUMENT = """\
#import "report.typ": *
#show: report.with({settings})
{body}
"""


def write_pdf(folder: Path, ready: Ready) -> Path:
    """Write a report as PDF and return the path.

    Returns
    -------
    Path
        The same document gives the same bytes.

    Raises
    ------
    PageError
        If Typst refuses the document: a picture without alternative text, a
        character without a glyph.
    """
    target = folder / ready.name("pdf")
    main = ready.folder / "main.typ"
    main.write_text(_document(ready), encoding="utf-8")
    target.write_bytes(typeset(main, ready.document.made_at, target.name))
    return target


def _document(ready: Ready) -> str:
    about = ready.document
    say_page = say("print.page", about.lang, n="{n}", of="{of}")
    settings = {
        "title": typst_string(about.title),
        "status-line": f"({', '.join(typst_string(part) for part in about.status)})",
        "made-up": typst_string(about.made_up),
        "lang": typst_string(about.lang),
        "wide": "true" if language(about.lang).full_width else "false",
        "region": typst_string(language(about.lang).region),
        "contents": typst_string(say("page.contents", about.lang)),
        "page-words": typst_string(say_page),
        "foot": typst_string(f"{about.made_at[:10]} · {about.fingerprint}"),
        "brand": _brand(about.brand),
        "headline": f"[{''.join(typst(e, '', ready.caption) for e in about.headline)}]",
    }
    listed = ", ".join(f"{name}: {value}" for name, value in settings.items())

    def placed(mark: re.Match[str]) -> str:
        if mark[1] == FACTS:
            return f"#facts(..{_pairs(about.facts)})"
        number = int(mark[1])
        return typst(about.exhibits[number], picture_of(number), ready.caption)

    return DOCUMENT.format(settings=listed, body=MARK.sub(placed, ready.typst))


def _brand(brand: Mapping[str, str] | None) -> str:
    if brand is None:
        return "none"
    keys = ("name", "file", "alt", "colour")
    return f"({', '.join(f'{key}: {typst_string(brand[key])}' for key in keys)})"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return f"({''.join(f'({typst_string(n)}, {typst_string(v)}),' for n, v in pairs)})"
