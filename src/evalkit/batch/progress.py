"""What a person sees while reports are built: live on a terminal, else plain lines."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from evalkit.batch.model import PAGES, Job, JobResult, Task
from evalkit.errors import from_json
from evalkit.landing import one_line
from evalkit.words import say, sentence


class Reporter:
    """Tells a person what happens, in their language.

    Parameters
    ----------
    tasks : sequence of Task
        Everything that will be built.
    lang : str
        Language of the messages.
    console : rich.console.Console
        Where to write; live only if it is a terminal.
    costs : mapping of Job to float
        Seconds that each is expected to take, as measured before; all alike when absent.
    workers : int
        Reports built at once.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        lang: str,
        console: Console,
        costs: Mapping[Job, float] | None = None,
        workers: int = 1,
    ) -> None:
        self.lang = lang
        self.console = console
        self.total = len(tasks)
        self.done = 0
        self.running: list[Job] = []
        self.costs = {task.job: (costs or {}).get(task.job, 1.0) for task in tasks}
        self.workers = workers
        self.began = time.monotonic()
        self.spent = 0.0
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
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

    def started(self, task: Task) -> None:
        """Note a report that is being built."""
        self.running.append(task.job)
        if self.console.is_terminal:
            self.live.refresh()

    def finished(self, task: Task, result: JobResult) -> None:
        """Say at once what became of a report."""
        self.running.remove(task.job)
        self.done += 1
        self.spent += self.costs.pop(task.job)
        self.bar.advance(self.task)
        self.console.print(Text(self.line(task, result)), soft_wrap=True)

    def left(self) -> float:
        """Return the seconds that are left, from what each report cost before.

        What this run has done so far tells how fast this machine is today.
        """
        waits = sum(self.costs.values()) / self.workers
        passed = time.monotonic() - self.began
        expected = self.spent / self.workers
        return waits * (passed / expected if expected else 1.0)

    def line(self, task: Task, result: JobResult) -> str:
        """Return what is said of a report that has just ended."""
        name = result.job.name
        count = say("run.count", self.lang, done=self.done, total=self.total)
        if result.error is None:
            verdict = say(f"verdict.{result.verdict}", self.lang)
            key = "run.done_pages" if task.work == PAGES else "run.done"
            return one_line(say(key, self.lang, count=count, name=name, verdict=verdict))
        reason = sentence(from_json(result.error), self.lang)
        return one_line(say("run.failed", self.lang, count=count, name=name, reason=reason))

    def _view(self) -> Group:
        names = ", ".join(job.name for job in self.running)
        lines = [Text(say("run.running", self.lang, names=names or "-"))]
        if self.done:
            # Nothing is known of today's speed before the first report is done.
            minutes, seconds = divmod(round(self.left()), 60)
            left = f"{minutes}:{seconds:02}"
            lines.append(Text(say("run.left", self.lang, time=left)))
        return Group(*lines, self.bar)
