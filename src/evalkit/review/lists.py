"""The closed lists of a review: its items, what may be found of them, verdicts and roles.

Imports nothing of evalkit. The sentences live in the locale files, under the same names.
"""

from __future__ import annotations

from collections.abc import Mapping

SCHEMA = 1
ITEMS = (
    *("question", "registered", "deviations", "cohort", "windows", "linkage", "comparison"),
    *("estimator", "gates", "multiplicity", "hidden_bias", "subgroups", "frame", "scale"),
    *("silent", "denominators", "people", "claims", "recomputed", "prose", "figures"),
    *("disclosure", "law", "languages", "limits", "rating", "conclusion"),
)
FOUND = ("met", "partly", "not_met", "not_applicable", "could_not")
# What is found so asks for something, and says how urgently.
LACKING = ("partly", "not_met")
# From the mildest to the gravest.
SEVERITIES = ("suggested", "required", "blocking")
PLACES = ("result", "exhibit", "section", "whole")
ROLES = ("methods", "subject", "ethics", "execution")
MATERIALS = ("report", "results", "code", "aggregates", "rows")
VERDICTS = ("approve", "after_changes", "reject", "cannot_judge")
# A reviewer with one of these may sign.
FAVOURABLE = ("approve", "after_changes")
CLASSES = ("not_tried", "full", "minor", "partial", "not_able")
CODES = ("no_data", "no_environment", "code_failed", "numbers_differ", "no_time", "witnessed")
LEVELS = ("0", "1", "2", "3", "4", "5", "cannot_judge")
# ROBINS-I V2 (2025), and RoB 2 (Sterne et al. 2019, BMJ 366, l4898) where a lot was drawn.
JUDGEMENTS: Mapping[str, tuple[str, ...]] = {
    "robins": ("low", "moderate", "serious", "critical", "no_information"),
    "rob2": ("low", "some_concerns", "high", "no_information"),
}
LONGEST = {"comment": 20_000, "line": 300, "evidence": 4_000}
MOST_COMMENTS, MOST_REVIEWERS = 500, 9


def orcid_checks(text: str) -> bool:
    """Return whether a text is an ORCID with the right check digit.

    Parameters
    ----------
    text : str
        As ORCID writes it: ``0000-0002-1825-0097``.

    Notes
    -----
    ISO/IEC 7064, MOD 11-2.
    """
    parts = text.split("-")
    digits = "".join(parts)
    if [len(part) for part in parts] != [4, 4, 4, 4] or not digits.isascii():
        return False
    if not digits[:-1].isdecimal() or not (digits[-1].isdecimal() or digits[-1] == "X"):
        return False
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return digits[-1] == "0123456789X"[(12 - total % 11) % 11]
