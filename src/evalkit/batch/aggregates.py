"""What stands over the reports: summaries and the portal.

Each is made where what it rests on has changed, and only then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from evalkit.batch.cache.fingerprints import digest
from evalkit.batch.cache.store import BuildCache
from evalkit.batch.executors.inline import InlineExecutor
from evalkit.batch.executors.protocol import Executor, ask
from evalkit.batch.model import Job
from evalkit.errors import EvalkitError, Interrupted
from evalkit.files import cannot_write, remove, remove_stale
from evalkit.language import whole_languages
from evalkit.protocol import CHANGED, FAILED, MADE, OUTCOMES, RESULTS, REVIEWED, SUMMARY
from evalkit.signals import ignore_termination
from evalkit.words import catalogue

PORTAL, LISTED = "portal", "listed"


@dataclass(frozen=True)
class Finished:
    """What was made over the reports.

    Parameters
    ----------
    portals : list of Path
        The first page of each folder's portal.
    wrong : dict of Path to EvalkitError
        Summaries that could not be written, by their area's folder.
    """

    portals: list[Path]
    wrong: dict[Path, EvalkitError]


def finish(
    jobs: Sequence[Job],
    caches: Mapping[Path, BuildCache],
    executor: Executor,
    listed: Mapping[str, Collection[str]],
) -> Finished:
    """Write the summaries and portals whose reports changed.

    Parameters
    ----------
    jobs : sequence of Job
        Every report of the run, built or not.
    listed : mapping of str to collection of str
        The reports that each study of the run has now, each as ``<area>/<outcome>``: what
        else lies in its folder was taken out of it, and is told of no longer.

    Raises
    ------
    OutputError
        If a folder cannot be written.
    Interrupted
        On Ctrl-C: summaries that were not written are the next run's.
    """
    _keep_listed(jobs, caches, listed)
    try:
        wrong = _summaries(jobs, caches, executor)
        return Finished(_portals(caches, executor), wrong)
    except KeyboardInterrupt:
        ignore_termination()
        can_ask = executor.drop()
        for area in {job.folder.parent for job in jobs}:
            remove_stale(area)
        tidy(jobs, caches, executor if can_ask else InlineExecutor(), listed)
        raise Interrupted("interrupted_late") from None


def tidy(
    jobs: Sequence[Job],
    caches: Mapping[Path, BuildCache],
    executor: Executor,
    listed: Mapping[str, Collection[str]],
) -> None:
    """Leave nothing that says what is no longer so, at once: who asked us to end waits.

    Parameters
    ----------
    jobs, caches, executor, listed
        As `finish` takes them. A summary that is out of date goes, and the next run writes
        it; to write it here would take longer than a scheduler waits before it kills.
    """
    _keep_listed(jobs, caches, listed)
    for area, root in {(job.folder.parent, job.root) for job in jobs}:
        if (area / SUMMARY).exists() and not area.is_symlink():
            inputs = _summary_inputs(area, caches[root]) | _summary_made(area, caches[root])
            if caches[root].whole(_name(area)) != inputs:
                remove(area / SUMMARY)
    _portals(caches, executor)


def _keep_listed(
    jobs: Sequence[Job],
    caches: Mapping[Path, BuildCache],
    listed: Mapping[str, Collection[str]],
) -> None:
    """Keep what each study has now: a run of another study lists the same of it."""
    for code, root in {(job.code, job.root) for job in jobs if job.code in listed}:
        kept = {place: LISTED for place in sorted(listed[code])}
        if caches[root].whole(f"{code}.{LISTED}") != kept:
            caches[root].remember_whole(f"{code}.{LISTED}", kept)


def _listed(root: Path, cache: BuildCache) -> dict[str, list[str]]:
    """Return the reports of each study as of its last run; of one that had none, nothing."""
    codes = sorted(path.name for path in root.glob("*") if path.is_dir())
    kept = {code: sorted(cache.whole(f"{code}.{LISTED}")) for code in codes}
    return {code: places for code, places in kept.items() if places}


def _outcomes(area: Path, cache: BuildCache) -> list[str] | None:
    """Return the outcomes that an area has now; None where no run told."""
    places = cache.whole(f"{area.parent.name}.{LISTED}")
    pairs = (place.split("/") for place in sorted(places))
    return [outcome for code, outcome in pairs if code == area.name] if places else None


def _summaries(
    jobs: Sequence[Job], caches: Mapping[Path, BuildCache], executor: Executor
) -> dict[Path, EvalkitError]:
    wrong: dict[Path, EvalkitError] = {}
    stale = []
    for area, root in sorted({(job.folder.parent, job.root) for job in jobs}):
        # What it rests on as of before it is written: what changes meanwhile is due again.
        inputs = _summary_inputs(area, caches[root])
        if caches[root].whole(_name(area)) != inputs | _summary_made(area, caches[root]):
            stale.append((area, caches[root], inputs))
    # A thousand summaries at once would wait in as many threads.
    threads = ThreadPoolExecutor(executor.workers)
    try:
        made = threads.map(
            lambda item: _made(executor, write_summary_of, item[0], _outcomes(item[0], item[1])),
            stale,
        )
        for (area, cache, inputs), found in zip(stale, made, strict=True):
            wrong |= found
            if area in wrong:
                cache.remember_failure(area / f"{SUMMARY}{FAILED}")
            else:
                cache.remember_whole(_name(area), inputs | _summary_made(area, cache))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
    return wrong


def _portals(caches: Mapping[Path, BuildCache], executor: Executor) -> list[Path]:
    portals = []
    for root, cache in caches.items():
        made, summaries = cache.made_here(), _summaries_made_here(root, cache)
        listed = _listed(root, cache)
        known = digest([made, summaries, listed])
        inputs = _portal_inputs(root, cache) | {"known": known}
        if cache.whole(PORTAL) != inputs | _portal_made(root, cache):
            _made(executor, write_portal_of, root, made, summaries, listed)
            cache.remember_whole(PORTAL, inputs | _portal_made(root, cache))
        portals += [page for page in (root / "index.html",) if page.exists()]
        cache.save()
    return portals


def write_summary_of(area: Path, outcomes: Sequence[str] | None = None) -> dict[Path, EvalkitError]:
    """Write the one-page summary of an area, where pandas may be loaded."""
    from evalkit.export.summary import write_summaries

    return write_summaries([area], outcomes)


def write_portal_of(
    root: Path,
    made: Mapping[str, str],
    summaries: Sequence[str],
    listed: Mapping[str, Sequence[str]],
) -> dict[Path, EvalkitError]:
    """Write the portal over a folder of reports, where jinja may be loaded."""
    from evalkit.export.portal import write_portal

    write_portal(root, made, summaries, listed)
    return {}


def _summaries_made_here(root: Path, cache: BuildCache) -> list[str]:
    """Return the areas whose summary is as it was made, each as study/area."""
    return [
        f"{area.parent.name}/{area.name}"
        for area in sorted(root.glob("*/*"))
        if (kept := cache.whole(_name(area)))
        and kept.items() >= _summary_made(area, cache).items()
        and _sums_up(_outcomes(area, cache))
    ]


def _sums_up(outcomes: Sequence[str] | None) -> bool:
    """Return whether an area has a report that a summary is of, as far as is known."""
    return outcomes is None or any(outcome in OUTCOMES for outcome in outcomes)


def _made(
    executor: Executor, call: Callable[..., dict[Path, EvalkitError]], place: Path, *more: object
) -> dict[Path, EvalkitError]:
    try:
        return dict(ask(executor, call, place, *more))
    except OSError as problem:
        raise cannot_write(place, problem) from None


def _name(area: Path) -> str:
    return f"{area.parent.name}.{area.name}.{SUMMARY}"


def _summary_inputs(area: Path, cache: BuildCache) -> dict[str, str]:
    note = area / f"{SUMMARY}{FAILED}"
    # The note of a failure is never remembered, so that a failed summary is tried again.
    # When a report was made stands beside its results, and on the summary.
    made = (path for name in (RESULTS, MADE) for path in area.glob(f"*/{name}"))
    review = area.parent / REVIEWED
    rests_on = [*made, *(path for path in (note, review) if path.exists())]
    return _inputs(rests_on, cache) | {LISTED: digest(_outcomes(area, cache))}


def _summary_made(area: Path, cache: BuildCache) -> dict[str, str]:
    return _written(_files(area / SUMMARY), cache)


def _portal_inputs(root: Path, cache: BuildCache) -> dict[str, str]:
    made = (path for name in (RESULTS, MADE) for path in root.glob(f"*/*/*/{name}"))
    notes = (path for name in (REVIEWED, CHANGED) for path in root.glob(f"*/{name}"))
    rests_on = [*made, *root.glob(f"*/*/*{FAILED}"), *notes]
    return _inputs(rests_on, cache)


def _portal_made(root: Path, cache: BuildCache) -> dict[str, str]:
    return _written(root.glob("index*.html"), cache)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file())


def _written(made: Iterable[Path], cache: BuildCache) -> dict[str, str]:
    """Return what was made of several reports."""
    return {"made": digest([[path.name, cache.files.digest(path)] for path in sorted(made)])}


def _inputs(rests_on: Iterable[Path], cache: BuildCache) -> dict[str, str]:
    """Return what something over several reports rests on."""
    listed = [[str(path), cache.files.digest(path)] for path in sorted(rests_on)]
    return {
        "results": digest(listed),
        # It says sentences of every report: all of them count.
        "words": digest({lang: dict(catalogue(lang)) for lang in whole_languages()}),
        **cache.code.run,
        **cache.code.pages,
    }
