"""What is to be built and what became of it; light, for what only asks.

Imports protocol, errors and the limits of run. Nothing here loads pandas: an unchanged
study is told from a changed one before anything heavy is imported.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalkit.protocol import FAILED
from evalkit.run.limits import Limits
from evalkit.trace import Trace

# What a report needs: its notebook run, its pages written, or nothing.
RUN, PAGES, NOTHING = "run", "pages", ""


@dataclass(frozen=True)
class Job:
    """One report.

    Parameters
    ----------
    study : Path
        The study file.
    code : str
        The study's code.
    area, outcome, lang : str
        What to report on; the language that the executed notebook displays.
    notebook : Path
        The outcome's notebook.
    root : Path
        The folder of reports.
    run : str
        Marks what this run leaves half-made, so that it sweeps nothing else.
    """

    study: Path
    code: str
    area: str
    outcome: str
    lang: str
    notebook: Path
    root: Path
    run: str

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.code}/{self.area}/{self.outcome}"

    @property
    def folder(self) -> Path:
        """Where it goes."""
        return self.root / self.code / self.area / self.outcome

    @property
    def failure(self) -> Path:
        """Where its failure is noted, for the portal."""
        return self.folder.with_name(self.outcome + FAILED)

    @property
    def parameters(self) -> dict[str, str]:
        """What the notebook is given.

        The study's path is relative: the executed notebook leaves the house, this
        machine's folders do not.
        """
        study = Path(os.path.relpath(self.study, self.notebook.parent)).as_posix()
        return {"study": study, "area": self.area, "lang": self.lang}


@dataclass(frozen=True)
class Task:
    """A report and what it needs.

    Parameters
    ----------
    job : Job
        The report.
    work : {"run", "pages", ""}
        Run its notebook, write its pages anew from the executed one, or nothing.
    why : tuple of str
        Codes of ``[why]`` in the locale files, behind a colon what it is about.
    limits : Limits
        What its notebook may use; no result depends on it.
    """

    job: Job
    work: str = RUN
    why: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class JobResult:
    """What became of a report.

    Parameters
    ----------
    job : Job
        The report.
    verdict : str
        Its verdict's code; empty where it failed.
    error : dict or None
        As `EvalkitError.to_json` gives it.
    seconds : float
        How long it took.
    ran, wrote : Trace
        What its notebook, and what its pages read and said; empty where it failed, and
        `ran` where the notebook was not run.
    """

    job: Job
    verdict: str
    error: dict[str, Any] | None
    seconds: float = 0.0
    ran: Trace = field(default_factory=Trace)
    wrote: Trace = field(default_factory=Trace)
