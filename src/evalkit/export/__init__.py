"""An executed notebook becomes pages; the only home of nbconvert.

Imports run, record and everything below.
"""

from evalkit.export.docx import write_docx
from evalkit.export.forms import write_forms
from evalkit.export.pdf import write_pdf
from evalkit.export.portal import write_portal
from evalkit.export.results import Provenance, write_results
from evalkit.export.summary import write_summaries
from evalkit.export.workbook import write_workbook

__all__ = [
    "Provenance",
    "write_docx",
    "write_forms",
    "write_pdf",
    "write_portal",
    "write_results",
    "write_summaries",
    "write_workbook",
]
