"""What changed since the last edition, by area: a note that holds only of the results it names.

Imports files, protocol and words. ``evalkit run --since`` writes the note; whoever shows a list of
changes asks `changes_of`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.export.counts import MOVED, OTHERS, Tally, counts_of
from evalkit.export.fonts import spelled
from evalkit.files import file_sha256
from evalkit.landing import one_line
from evalkit.protocol import CHANGED, RESULTS
from evalkit.words import Phrase, catalogue, phrase

# The first form did not know the verdicts of printed figures.
SCHEMA = 2
LONGEST = 100
# A study of all counties has fewer reports.
MOST = 20_000
COUNTS = ("figures", "judged", "compared")


@dataclass(frozen=True)
class Changed:
    """What became of one report since the last edition.

    Parameters
    ----------
    study, area, outcome : str
        Codes.
    since, day : str
        The day of the last edition's report, empty where nothing says; and that of this one.
    edition : str
        What the last edition's file or folder is called.
    old, new : str
        Codes of both verdicts; "absent" where there is none.
    tally : Tally
        Figures and numbers that both editions have, and what became of how many.
    """

    study: str
    area: str
    outcome: str
    since: str
    day: str
    edition: str
    old: str
    new: str
    tally: Tally

    @property
    def verdict_moved(self) -> bool:
        """Whether the verdict is another."""
        return self.old != self.new

    @property
    def differs(self) -> bool:
        """Whether anything of it is not as it was."""
        return self.verdict_moved or bool(self.tally.judged or any(self.tally.kinds.values()))

    @property
    def told(self) -> Phrase:
        """Whether the verdict moved, and how many figures and numbers did, in a sentence."""
        counts = counts_of(self.tally)
        if not self.verdict_moved:
            return phrase("changed.same_verdict", counts=counts)
        old, new = (_verdict(code) for code in (self.old, self.new))
        return phrase("changed.verdict", old=old, new=new, counts=counts)


def _verdict(code: str) -> Phrase:
    known = f"verdict.{code}" in catalogue("en")
    return phrase(f"verdict.{code}" if known else "changed.no_verdict")


def changes_of(root: Path) -> tuple[Changed, ...]:
    """Return what changed since the last edition, of the reports that are as they were then noted.

    Parameters
    ----------
    root : Path
        The folder of reports.

    Returns
    -------
    tuple of Changed
        By day, the latest first, then by place. Of a report that was built again since nothing is
        said, and of a study without a note nothing either: both may have changed.
    """
    found: list[Changed] = []
    for note in sorted(root.glob(f"*/{CHANGED}")):
        found += _noted(note)
    found.sort(key=lambda each: (each.study, each.area, each.outcome))
    return tuple(sorted(found, key=lambda each: each.day, reverse=True))


def _noted(note: Path) -> list[Changed]:
    try:
        if note.is_symlink():
            return []
        told = json.loads(note.read_text(encoding="utf-8"))
        if told["schema"] != SCHEMA or len(told["reports"]) > MOST:
            return []
        made = [_one(note.parent, told["edition"], *item) for item in told["reports"].items()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # A note that anybody wrote says nothing, and stops no portal.
        return []
    return [each for each in made if each is not None]


def _one(folder: Path, edition: str, place: str, held: Any) -> Changed | None:
    area, outcome = place.split("/")
    results = folder / area / outcome / RESULTS
    if not results.resolve().is_relative_to(folder.resolve()):
        return None
    if not results.is_file() or held["sha256"] != file_sha256(results):
        return None
    figures, judged, compared = (_count(held[name]) for name in COUNTS)
    kinds = {kind: _count(n) for kind, n in held["kinds"].items() if kind in (MOVED, *OTHERS)}
    if len(kinds) != len(held["kinds"]):
        raise ValueError("no kind")
    since, day, old, new = (_plain(held[name]) for name in ("since", "day", "old", "new"))
    tally = Tally(figures, judged, compared, kinds)
    codes = (folder.name, area, outcome)
    return Changed(*codes, since, day, _plain(edition), old, new, tally)


def _count(found: Any) -> int:
    if type(found) is not int or found < 0:
        raise ValueError("no count")
    return found


def _plain(text: str) -> str:
    return spelled(one_line(text))[:LONGEST]
