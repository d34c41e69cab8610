"""What changed since the last edition, noted by a run between its reports and its portal.

Imports editions and batch, only where the option is given.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.errors import EvalkitError
from evalkit.words import say

if TYPE_CHECKING:
    from evalkit.batch.run import RunPlan
    from evalkit.editions.changes import Changes


class Since:
    """The last edition, and what became of it in this run.

    Parameters
    ----------
    path : Path or None
        The last edition; nothing is noted where it is None.
    plan : RunPlan
        What is to be built.

    Raises
    ------
    EvalkitError
        If there is no such edition, or it has none of these reports: before anything is built.
    """

    def __init__(self, path: Path | None, plan: RunPlan) -> None:
        self.found: list[Changes] = []
        self.problem: EvalkitError | None = None
        self.roots = tuple(plan.caches)
        self.old = None
        if path is not None:
            from evalkit.editions.note import last_edition

            self.old = last_edition(path, {task.job.name for task in plan.tasks}, self.roots)

    def note(self) -> None:
        """Write the notes; what hinders it is told when the portal stands."""
        if self.old is None:
            return
        from evalkit.editions.note import note_changes

        try:
            made = (note_changes(self.old, root) for root in self.roots)
            self.found = [changes for changes in made if changes is not None]
        except EvalkitError as problem:
            self.problem = problem

    def lines(self, lang: str) -> list[str]:
        """Return what changed, a sentence for each folder of reports.

        Raises
        ------
        EvalkitError
            If a note could not be written.
        """
        if self.problem is not None:
            raise self.problem
        if not self.found:
            return []
        from evalkit.editions.told import plain, sentence

        lines = []
        for each in self.found:
            if each.both:
                told = sentence(each, lang)
                lines.append(say("editions.since", lang, old=each.old.name, sentence=told))
            if failed := [plain(place) for place in each.new.failed]:
                lines.append(say("editions.since_failed", lang, n=len(failed), names=failed))
        return lines
