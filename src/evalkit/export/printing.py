"""A report's documents made ready for their forms: prose through pandoc, exhibits beside it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.export.document import Document
from evalkit.export.docx_reference import reference
from evalkit.export.maths import IN_CAPTION
from evalkit.export.pandoc import PRINT, convert
from evalkit.export.pictures import as_png
from evalkit.export.results import form_name
from evalkit.export.typst_form import typst_text
from evalkit.files import scratch_folder
from evalkit.language import language

MARK = re.compile("\ue000([a-z0-9]+)\ue001")
FORMULA = "\ue002"


@dataclass(frozen=True)
class Ready:
    """A document with its prose in the language of each form.

    Parameters
    ----------
    document : Document
        The report in one language.
    folder : Path
        Where its pictures lie, for as long as `ready` lasts.
    typst : str
        Its prose; marks stand for exhibits.
    docx : bytes
        Its prose; marks stand for exhibits.
    formulas : dict of str to str
        Typst of the formulas of captions, by their TeX.
    """

    document: Document
    folder: Path
    typst: str
    docx: bytes
    formulas: dict[str, str] = field(default_factory=dict)

    def name(self, ending: str) -> str:
        """Return the file name of one form."""
        made_up = self.document.all_made_up
        return form_name(self.document.lang, ending, made_up=made_up)

    def caption(self, text: str) -> str:
        """Return a text of a caption as Typst, its formulas too."""
        parts = IN_CAPTION.split(text)
        return "".join(
            self.formulas[part] if i % 2 else typst_text(part) for i, part in enumerate(parts)
        )


@contextmanager
def ready(documents: Sequence[Document]) -> Iterator[list[Ready]]:
    """Have the prose of a report's documents in the language of each form.

    Parameters
    ----------
    documents : sequence of Document
        A report in each of its languages.

    Raises
    ------
    PageError
        If pandoc cannot read or write one of them.
    """
    with scratch_folder(prefix="evalkit-print-") as work:
        folders = [_laid_out(work / str(n), each) for n, each in enumerate(documents)]
        page = ", ".join(form_name(d.lang, "docx", made_up=d.all_made_up) for d in documents)
        convert(folders, page)
        yield [_read(d, folder) for d, folder in zip(documents, folders, strict=True)]


def _laid_out(folder: Path, document: Document) -> Path:
    folder.mkdir()
    shutil.copyfile(PRINT / "report.typ", folder / "report.typ")
    (folder / "reference.docx").write_bytes(reference())
    for name, content in document.pictures.items():
        (folder / name).write_bytes(content)
        if name.startswith("prose-"):
            as_png(folder / name)
    lang = language(document.lang).tag
    formulas = "".join(f'<div class="ek-formula"><p>{m}</p></div>' for _, m in document.formulas)
    text = f"{lang}\n{document.prose}{formulas}"
    (folder / "prose.html").write_text(text, encoding="utf-8")
    return folder


def _read(document: Document, folder: Path) -> Ready:
    text, *rest = (folder / "prose.typ").read_text(encoding="utf-8").split(FORMULA)
    made = {
        tex: inner.strip() for (tex, _), inner in zip(document.formulas, rest[0::2], strict=True)
    }
    return Ready(document, folder, text, (folder / "made.docx").read_bytes(), made)
