"""Every form of a report, in every language, from its record."""

from __future__ import annotations

from pathlib import Path

from evalkit.export.agreed import write_agreed
from evalkit.export.document import document
from evalkit.export.docx import write_docx
from evalkit.export.page import compose, write_page
from evalkit.export.pdf import write_pdf
from evalkit.export.printing import ready
from evalkit.export.results import Provenance, write_results
from evalkit.export.workbook import write_workbook
from evalkit.outcomes import Report
from evalkit.protocol import RESULTS
from evalkit.record import Record


def write_forms(folder: Path, report: Report, record: Record, origin: Provenance) -> None:
    """Write a report's results and its HTML, PDF, DOCX and XLSX in each of its languages.

    Parameters
    ----------
    folder : Path
        The report's.
    report : Report
        Opened.
    record : Record
        Read back from the executed notebook.
    origin : Provenance
        Where the report comes from.

    Raises
    ------
    PageError
        If one of them may not leave the house.
    """
    write_results(folder / RESULTS, report, record, origin)
    write_agreed(folder, report)
    made = [compose(folder, report, record, origin, lang) for lang in report.languages]
    for each in made:
        write_page(folder, report, record, each)
        write_workbook(folder, report, record, origin, each.lang)
    with ready([document(each) for each in made]) as documents:
        for printed in documents:
            write_pdf(folder, printed)
            write_docx(folder, printed)
