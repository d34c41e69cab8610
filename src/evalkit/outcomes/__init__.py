"""Cohort rule, estimators and gates of each outcome; and what is printed instead.

Imports everything below: disclosure, estimators, cohort, table, protocol,
estimate, words, errors. Returns estimates; laying them out is `present`'s work.
"""

from evalkit.outcomes.choices import choices
from evalkit.outcomes.printed import gaps, printed
from evalkit.outcomes.report import Refusal, Report, Result, open_report
from evalkit.outcomes.requests import requests

__all__ = ["Refusal", "Report", "Result", "choices", "gaps", "open_report", "printed", "requests"]
