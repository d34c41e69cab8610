"""An executed notebook becomes pages; the only home of nbconvert.

Imports run, record and everything below.
"""

from evalkit.export.page import write_page
from evalkit.export.portal import write_portal
from evalkit.export.results import Provenance, write_results
from evalkit.export.workbook import write_workbook

__all__ = ["Provenance", "write_page", "write_portal", "write_results", "write_workbook"]
