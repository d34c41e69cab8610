"""What outside reviewers said of a study's reports: a note that holds only of the results it names.

Imports files, protocol and words. ``evalkit review export --reports`` writes the note; whoever can
write a page can write it too, so a bundle has none, and its record of review is asked instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evalkit.export.fonts import spelled
from evalkit.files import file_sha256
from evalkit.landing import one_line
from evalkit.protocol import REVIEWED
from evalkit.words import say

SCHEMA = 1
# Of the states of a review those that a reader of the results is told; all others are under way.
TOLD = ("approved", "lapsed", "rejected")
MOST, LONGEST = 20, 100


@dataclass(frozen=True)
class Reviewed:
    """What is said of one report's results.

    Parameters
    ----------
    state : str
        "approved", "lapsed", "rejected" or "under_review".
    day : str
        Of the last step of the review.
    names : tuple of str
        Reviewers who agreed to be named.
    unnamed : int
        How many declined.
    """

    state: str
    day: str
    names: tuple[str, ...]
    unnamed: int

    def text(self, lang: str) -> str:
        """Return it in a sentence."""
        names = [*self.names, *[say("reviewed.unnamed", lang)] * self.unnamed]
        return say(f"reviewed.{self.state}", lang, names=names, date=self.day)


def review_of(results: Path) -> Reviewed | None:
    """Return what reviewers said of a results file; None where they said nothing of it.

    Parameters
    ----------
    results : Path
        ``<reports>/<study>/<area>/<outcome>/results.json``; the note lies in the study's folder.
    """
    note = results.parents[2] / REVIEWED
    try:
        if note.is_symlink():
            return None
        told = json.loads(note.read_text(encoding="utf-8"))
        held = told["results"].get("/".join(results.parts[-3:-1]))
        state, day, names = told["state"], told["at"][:10], told["names"]
        known = told["schema"] == SCHEMA and all(isinstance(n, str) for n in (*names, state, day))
        if not known or held is None or len(names) + int(told["unnamed"]) > MOST:
            return None
        same = held == file_sha256(results)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if not same:
        # What was said of other results is not said of these; that an approval was, is.
        state = "lapsed" if state in ("approved", "lapsed") else ""
    if not state:
        return None
    plain = tuple(spelled(one_line(name))[:LONGEST] for name in names)
    return Reviewed(state if state in TOLD else "under_review", day, plain, int(told["unnamed"]))


def status(results: Iterable[Path], lang: str) -> str:
    """Return in a few words what reviewers said of several reports: the least of it."""
    found = [review_of(path) for path in results]
    states = {one.state for one in found if one is not None}
    if not states:
        return say("page.status", lang)
    for state in ("lapsed", "rejected", "under_review"):
        if state in states:
            return say(f"reviewed.short_{state}", lang)
    if None in found:
        return say("reviewed.short_part", lang)
    last = max(one.day for one in found if one is not None)
    return say("reviewed.short_approved", lang, date=last)
