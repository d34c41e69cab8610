"""A report's page as PDF: PDF/A-2a and PDF/UA-1 in one file, through Typst."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import typst

from evalkit.errors import PageError
from evalkit.export.hub import Hub
from evalkit.export.pandoc import PRINT, pandoc
from evalkit.present.style import font_files
from evalkit.words import say

REGIONS = {"zh": "cn", "en": "gb"}
DOCUMENT = """\
#import "report.typ": *
#show: report.with({settings})
{body}
"""


def pdf_name(lang: str) -> str:
    """Return the file name of a report's PDF in one language.

    Parameters
    ----------
    lang : str
        Language code.
    """
    return f"report.{lang}.pdf"


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
    target = folder / pdf_name(hub.lang)
    made = datetime.fromisoformat(hub.made_at)
    with tempfile.TemporaryDirectory(prefix="evalkit-pdf-") as name:
        work = Path(name)
        shutil.copyfile(PRINT / "report.typ", work / "report.typ")
        for file, content in hub.images.items():
            (work / file).write_bytes(content)
        (work / "main.typ").write_text(_document(hub, made, target.name), encoding="utf-8")
        try:
            data = typst.compile(
                str(work / "main.typ"),
                root=name,
                font_paths=[str(font_files()[0].parent)],
                ignore_system_fonts=True,
                pdf_standards=["a-2a", "ua-1"],
                timestamp=int(made.timestamp()),
            )
        except RuntimeError as problem:
            # Typst names files of a folder that is gone when a reader sees the message.
            first = str(problem).splitlines()[0].replace(f"{name}/", "")
            raise PageError("document_refused", page=target.name, problem=first) from None
    target.write_bytes(data)
    return target


def _document(hub: Hub, made: datetime, page: str) -> str:
    filters = [f"--lua-filter={PRINT / 'typst.lua'}"]
    body, headline = (pandoc(html, "typst", page, filters) for html in (hub.body, hub.headline))
    say_page = say("print.page", hub.lang, n="{n}", of="{of}")
    settings = {
        "title": _string(hub.title),
        "status-line": f"({', '.join(_string(part) for part in hub.status)})",
        "made-up": _string(hub.made_up),
        "lang": _string(hub.lang),
        "region": _string(REGIONS.get(hub.lang, "")),
        "created": f"datetime(year: {made.year}, month: {made.month}, day: {made.day})",
        "contents": _string(say("page.contents", hub.lang)),
        "page-words": _string(say_page),
        "foot": _string(f"evalkit · {hub.made_at[:10]}"),
        "cover": "(" + "".join(f"({_string(n)}, {_string(v)})," for n, v in hub.cover) + ")",
        "headline": f"[{headline}]",
    }
    listed = ", ".join(f"{name}: {value}" for name, value in settings.items())
    return DOCUMENT.format(settings=listed, body=body)


def _string(text: str) -> str:
    # Typst reads JSON's escapes of quotation marks, backslashes and line ends.
    return json.dumps(text, ensure_ascii=False)
