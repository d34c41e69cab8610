"""A whole run: what there is to build, who builds it, and what stands over it at the end.

Imports everything else of batch, most of it only when there is work: that nothing is to be
built is told before anything heavy is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.batch.cache.store import BuildCache
from evalkit.batch.executors.dask.scheduler import Scheduler
from evalkit.batch.executors.protocol import Executor
from evalkit.batch.model import RUN, Job, JobResult, Task
from evalkit.batch.owner import check_owners
from evalkit.batch.plan import plan_jobs
from evalkit.errors import EvalkitError, Interrupted
from evalkit.protocol import read_study
from evalkit.run.limits import HOUR, LEAST, Limits, machine_memory
from evalkit.words import Phrase, phrase

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class RunRequest:
    """What somebody asks to be built, and with what.

    Parameters
    ----------
    studies : tuple of str
        Study files.
    area, outcome : str or None
        Narrow to one.
    reports, notebooks : Path or None
        Folders, as `evalkit.batch.plan_jobs` takes them.
    force : bool
        Run every notebook, whatever is remembered.
    at_once : int or None
        Reports at once; as many as there are cores, or threads of a cluster, when None.
    cell_seconds : int
        How long a cell may take.
    memory : int or None
        Bytes that a notebook may hold; a share of this machine's when None.
    scheduler, exchange : str or None
        Of a Dask cluster; both or neither.
    """

    studies: tuple[str, ...]
    area: str | None = None
    outcome: str | None = None
    reports: Path | None = None
    notebooks: Path | None = None
    force: bool = False
    at_once: int | None = None
    cell_seconds: int = HOUR
    memory: int | None = None
    scheduler: str | None = None
    exchange: str | None = None


@dataclass(frozen=True)
class RunPlan:
    """What is to be done, before anything is.

    Parameters
    ----------
    request : RunRequest
        What was asked for.
    tasks : tuple of Task
        Every report, and what it needs.
    caches : dict of Path to BuildCache
        What is remembered, by folder of reports.
    """

    request: RunRequest
    tasks: tuple[Task, ...]
    caches: dict[Path, BuildCache]

    @property
    def wanted(self) -> list[Task]:
        """Reports that need anything."""
        return [task for task in self.tasks if task.work]

    @property
    def to_run(self) -> list[Job]:
        """Reports whose notebook is run."""
        return [task.job for task in self.tasks if task.work == RUN]


@dataclass(frozen=True)
class RunResult:
    """What became of a run.

    Parameters
    ----------
    results : tuple of JobResult
        Of each report that needed anything.
    unchanged : int
        How many needed nothing.
    portals : tuple of Path
        The first page of each folder's portal.
    wrong : dict of Path to EvalkitError
        Summaries that could not be written, by their area's folder.
    """

    results: tuple[JobResult, ...]
    unchanged: int
    portals: tuple[Path, ...]
    wrong: dict[Path, EvalkitError]

    @property
    def failed(self) -> bool:
        """Whether anything could not be built."""
        return bool(self.wrong) or any(result.error for result in self.results)


def plan_run(request: RunRequest) -> RunPlan:
    """Return what a run would do, and why.

    Raises
    ------
    EvalkitError
        As `evalkit.batch.plan_jobs` raises it, or if a folder holds the reports of
        another study.
    """
    narrowed = (request.area, request.outcome, request.reports, request.notebooks)
    jobs = plan_jobs(request.studies, *narrowed)
    check_owners(jobs)
    caches = {folder: BuildCache(folder) for folder in dict.fromkeys(job.root for job in jobs)}
    needs = [caches[job.root].need(job, request.force) for job in jobs]
    limits = _limits(request, sum(bool(need.work) for need in needs))
    return RunPlan(request, tuple(replace(need, limits=limits) for need in needs), caches)


def _limits(request: RunRequest, reports: int) -> Limits:
    """Return what a notebook may use: asked for, or an hour a cell and a share of the memory."""
    # Of a cluster's machines each knows its own memory.
    if request.memory is not None or request.scheduler is not None:
        return Limits(request.cell_seconds, request.memory)
    # Together they fit the machine, so that no kernel is killed for another's greed.
    at_once = max(1, min(request.at_once or os.cpu_count() or 1, reports))
    return Limits(request.cell_seconds, max(machine_memory() // at_once, LEAST))


def run_study(
    plan: RunPlan,
    console: Console,
    lang: str,
    tell: Callable[[Phrase], None],
    note: Callable[[Phrase], None],
    built: Callable[[], None] = lambda: None,
) -> RunResult:
    """Build what a plan needs, and what stands over it.

    Parameters
    ----------
    tell : callable
        Told in a sentence where the work goes to a slower executor.
    note : callable
        Told in a sentence which forms of a report, edited by somebody, got another name.
    built : callable
        Called once the reports stand, before what stands over them is made.

    Raises
    ------
    EvalkitError
        What stops every report: a name, a notebook, a ledger, a folder, a cluster.
    Interrupted
        On Ctrl-C: finished reports stay, the others leave nothing.
    """
    from evalkit.batch.executors.select import executor_for
    from evalkit.batch.preflight import check_all

    wanted = plan.wanted
    for task in wanted:
        for path in plan.caches[task.job.root].set_aside(task.job):
            note(phrase("run.edited", path=str(path)))
    with executor_for(len(wanted), plan.request.at_once, tell, _scheduler(plan)) as executor:
        check_all([task.job for task in wanted], executor)
        return _built(plan, executor, console, lang, built)


def _built(
    plan: RunPlan, executor: Executor, console: Console, lang: str, built: Callable[[], None]
) -> RunResult:
    from evalkit.batch.aggregates import finish, tidy
    from evalkit.batch.executors.inline import InlineExecutor
    from evalkit.batch.progress import Reporter
    from evalkit.batch.run_log import RunLog
    from evalkit.batch.runner import run_jobs

    wanted, caches = plan.wanted, plan.caches
    jobs = [task.job for task in plan.tasks]
    reporter = Reporter(wanted, lang, console, _costs(plan), executor.workers)
    log = RunLog(plan.tasks, caches, reporter)
    try:
        with reporter:
            results = run_jobs(wanted, executor, log)
    except Interrupted:
        log.close("interrupted")
        if log.built:
            tidy(jobs, caches, executor if executor.drop() else InlineExecutor(), _listed(plan))
        raise
    built()
    made = finish(jobs, caches, executor, _listed(plan))
    log.close("finished")
    unchanged = len(plan.tasks) - len(wanted)
    return RunResult(tuple(results), unchanged, tuple(made.portals), made.wrong)


def _listed(plan: RunPlan) -> dict[str, list[str]]:
    """Return the reports that each study of a run has now, whatever was asked for of them."""
    if plan.request.area is None and plan.request.outcome is None:
        # The tasks are all of them, and thousands of areas need not be read again.
        have = [(task.job.code, task.job.area, task.job.outcome) for task in plan.tasks]
    else:
        files = {task.job.study for task in plan.tasks}
        read = [read_study(file) for file in sorted(files)]
        have = [(study.code, *place) for study in read for place in study.reports()]
    listed: dict[str, list[str]] = {}
    for code, area, outcome in have:
        listed.setdefault(code, []).append(f"{area}/{outcome}")
    return listed


def _costs(plan: RunPlan) -> dict[Job, float]:
    """Return how many seconds each report is expected to take."""
    costs: dict[Job, float] = {}
    for folder, cache in plan.caches.items():
        costs |= cache.seconds(task for task in plan.wanted if task.job.root == folder)
    return costs


def _scheduler(plan: RunPlan) -> Scheduler | None:
    address, exchange = plan.request.scheduler, plan.request.exchange
    if address is None or exchange is None or not plan.tasks:
        return None
    # A worker works in another folder.
    place = exchange if "://" in exchange else os.path.abspath(exchange)
    return Scheduler(address, place, plan.tasks[0].job.run)
