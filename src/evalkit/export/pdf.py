"""A report's page as PDF: PDF/A-2a and PDF/UA-1 in one file, through Typst.

The head of a row is a cell as any other: Typst makes it a header cell by `pdf.header-cell`
only, behind its feature `a11y-extras`, which its Python package 0.15.2 cannot turn on.
"""

from __future__ import annotations

import functools
import shutil
from datetime import datetime
from pathlib import Path

import typst

from evalkit.errors import PageError
from evalkit.export.hub import Hub
from evalkit.export.pandoc import PRINT, pandoc
from evalkit.export.results import form_name
from evalkit.files import scratch_folder
from evalkit.landing import typst_string
from evalkit.present.style import font_files
from evalkit.words import say

REGIONS = {"zh": "cn", "en": "gb"}
DOCUMENT = """\
#import "report.typ": *
#show: report.with({settings})
{body}
"""


def write_pdf(folder: Path, hub: Hub) -> Path:
    """Write a report as PDF and return the path.

    Parameters
    ----------
    folder : Path
        Where the file goes.
    hub : Hub
        The report's page, read back.

    Returns
    -------
    Path
        The same hub gives the same bytes.

    Raises
    ------
    PageError
        If Typst refuses the document: a picture without alternative text, a
        character without a glyph.
    """
    target = folder / form_name(hub.lang, "pdf", made_up=hub.all_made_up)
    with scratch_folder(prefix="evalkit-pdf-") as work:
        shutil.copyfile(PRINT / "report.typ", work / "report.typ")
        for file, content in hub.images.items():
            (work / file).write_bytes(content)
        (work / "main.typ").write_text(_document(hub, target.name), encoding="utf-8")
        data = typeset(work / "main.typ", hub.made_at, target.name)
    target.write_bytes(data)
    return target


@functools.cache
def fonts() -> typst.Fonts:
    """Return the package's fonts for Typst: to find them takes as long as a short document."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(font_files()[0].parent)])


def typeset(document: Path, made_at: str, page: str) -> bytes:
    """Return a document of Typst's as PDF/A-2a and PDF/UA-1.

    Parameters
    ----------
    document : Path
        Its main file; it reaches no file outside its folder.
    made_at : str
        The file's time, ISO 8601.
    page : str
        Names the page in the message.

    Raises
    ------
    PageError
        With Typst's first line, where it refuses the document.
    """
    folder = str(document.parent)
    try:
        return typst.compile(
            str(document),
            root=folder,
            font_paths=fonts(),
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(datetime.fromisoformat(made_at).timestamp()),
        )
    except RuntimeError as problem:
        # Typst names files of a folder that is gone when a reader sees the message.
        first = str(problem).splitlines()[0].replace(f"{folder}/", "")
        raise PageError("document_refused", page=page, problem=first) from None


def _document(hub: Hub, page: str) -> str:
    filters = [f"--lua-filter={PRINT / 'typst.lua'}"]
    body, headline = (pandoc(html, "typst", page, filters) for html in (hub.body, hub.headline))
    say_page = say("print.page", hub.lang, n="{n}", of="{of}")
    cover = "".join(f"({typst_string(n)}, {typst_string(v)})," for n, v in hub.cover)
    settings = {
        "title": typst_string(hub.title),
        "status-line": f"({', '.join(typst_string(part) for part in hub.status)})",
        "made-up": typst_string(hub.made_up),
        "lang": typst_string(hub.lang),
        "region": typst_string(REGIONS.get(hub.lang, "")),
        "contents": typst_string(say("page.contents", hub.lang)),
        "page-words": typst_string(say_page),
        "foot": typst_string(f"evalkit · {hub.made_at[:10]}"),
        "cover": f"({cover})",
        "headline": f"[{headline}]",
    }
    listed = ", ".join(f"{name}: {value}" for name, value in settings.items())
    return DOCUMENT.format(settings=listed, body=body)
