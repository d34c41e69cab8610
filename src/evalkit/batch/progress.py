"""What a person sees while reports are built: live on a terminal, else plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from evalkit.batch.job import Job, Outcome
from evalkit.errors import from_json
from evalkit.words import say, sentence


class Reporter:
    """Tells a person what happens, in their language.

    Parameters
    ----------
    jobs : sequence of Job
        Everything that will be built.
    lang : str
        Language of the messages.
    console : rich.console.Console
        Where to write; live only if it is a terminal.
    """

    def __init__(self, jobs: Sequence[Job], lang: str, console: Console) -> None:
        self.lang = lang
        self.console = console
        self.total = len(jobs)
        self.done = 0
        self.running: list[Job] = []
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(say("run.left", lang)),
            TimeRemainingColumn(),
            console=console,
        )
        self.task = self.bar.add_task(say("run.building", lang), total=self.total)
        self.live = Live(console=console, get_renderable=self._view, refresh_per_second=4)

    def __enter__(self) -> Reporter:
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.console.is_terminal:
            self.live.stop()

    def started(self, job: Job) -> None:
        """Note a report that is being built."""
        self.running.append(job)
        if self.console.is_terminal:
            self.live.refresh()

    def finished(self, outcome: Outcome) -> None:
        """Say at once what became of a report."""
        self.running.remove(outcome.job)
        self.done += 1
        self.bar.advance(self.task)
        self.console.print(self._line(outcome), soft_wrap=True)

    def _line(self, outcome: Outcome) -> Text:
        name = outcome.job.name
        count = say("run.count", self.lang, done=self.done, total=self.total)
        if outcome.error is None:
            verdict = say(f"verdict.{outcome.verdict}", self.lang)
            return Text(say("run.done", self.lang, count=count, name=name, verdict=verdict))
        reason = sentence(from_json(outcome.error), self.lang)
        return Text(say("run.failed", self.lang, count=count, name=name, reason=reason))

    def _view(self) -> Group:
        names = ", ".join(job.name for job in self.running)
        return Group(Text(say("run.running", self.lang, names=names or "-")), self.bar)
