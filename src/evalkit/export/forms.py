"""Every form of a report, in every language, from its record and from nothing else."""

from __future__ import annotations

from pathlib import Path

from evalkit.export.document import document
from evalkit.export.docx import write_docx
from evalkit.export.page import compose, write_page
from evalkit.export.pdf import write_pdf
from evalkit.export.printing import ready
from evalkit.export.results import write_results
from evalkit.export.workbook import write_workbook
from evalkit.protocol import RESULTS
from evalkit.record import Record


def write_forms(folder: Path, record: Record) -> None:
    """Write a report's results and its HTML, PDF, DOCX and XLSX in each of its languages.

    Raises
    ------
    RecordError
        If the notebook does not say what the report is, or how it was run.
    PageError
        If one of them may not leave the house.
    """
    write_results(folder / RESULTS, record)
    _write_agreed(folder, record)
    made = [compose(folder, record, lang) for lang in record.header.languages]
    for each in made:
        write_page(folder, record, each)
        write_workbook(folder, record, each.lang)
    with ready([document(each) for each in made]) as documents:
        for printed in documents:
            write_pdf(folder, printed)
            write_docx(folder, printed)


def _write_agreed(folder: Path, record: Record) -> None:
    """Write copies of the files that say what was agreed.

    Who receives a report can hold its fingerprints against them, and read what the plan was.
    """
    for name, text in record.header.agreed.items():
        (folder / name).write_bytes(text.encode())
