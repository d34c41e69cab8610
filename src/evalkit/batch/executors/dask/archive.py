"""What travels to a worker and back: a report's inputs, the finished report.

Imports errors, model, protocol and trace. A worker sees the study's files in the same
places to one another as here, below a folder of its own; what it reports of them is
told in our names again.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from evalkit.batch.model import Job, JobResult
from evalkit.errors import ClusterError, DataError
from evalkit.protocol import ALL, Study, home_of, notebook_of, read_study
from evalkit.protocol.strict import read_toml
from evalkit.trace import Trace

# Folders on a worker: the inputs, the report; and in what comes back.
TREE, OUT, RESULT, REPORT = "tree", "out", "result.json", "report"


@dataclass(frozen=True)
class InputArchive:
    """The inputs of an area's reports.

    Parameters
    ----------
    root : str
        The folder here that the worker's folder of inputs stands for.
    files : mapping of str to str
        Name below that folder to the file here.
    folders : tuple of str
        Folders that must exist, though nothing may lie in them.
    """

    root: str
    files: Mapping[str, str]
    folders: tuple[str, ...]

    def away(self, job: Job) -> Job:
        """Return a report as a worker knows it: its paths are below the worker's folder."""
        study, notebook = (Path(TREE, self._name(path)) for path in (job.study, job.notebook))
        return replace(job, study=study, notebook=notebook, root=Path(OUT))

    def write(self, target: Path) -> None:
        """Write it as a zip.

        Raises
        ------
        DataError
            If a file may not be read.
        """
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as made:
            for name in self.folders:
                made.mkdir(f"{TREE}/{name}")
            for name, source in self.files.items():
                try:
                    made.write(source, f"{TREE}/{name}")
                except PermissionError:
                    raise DataError("file_unreadable", path=source) from None

    def _name(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.root)).as_posix()


def input_archive(job: Job) -> InputArchive:
    """Return the inputs of a report and of its area's other ones.

    Returns
    -------
    InputArchive
        The study file, all area files, the area's notebooks, its own tables and those
        that areas share; of another area no table.

    Raises
    ------
    ClusterError
        If a file names another by an absolute path, at which a worker has nothing.
    """
    study = read_study(job.study)
    named = dict(_named(study, job.area))
    for outcome in study.outcomes_of(job.area):
        notebook = job.notebook.parent / f"{notebook_of(job.area, outcome)}.ipynb"
        named[os.path.abspath(notebook)] = str(notebook)
    # A page names the study from the folder on that holds the notebooks' folder.
    home = os.path.abspath(home_of(job.notebook))
    root = os.path.commonpath([home, *map(os.path.dirname, named)])
    # A path with .. leads through folders in which nothing else may lie.
    through = {os.path.abspath(f) for a in study.areas.values() for f in a.path.parents}
    through |= {path for path, source in named.items() if os.path.isdir(source)}
    inside = [Path(f).relative_to(root) for f in sorted(through) if Path(f).is_relative_to(root)]
    files = {
        Path(os.path.relpath(path, root)).as_posix(): source
        for path, source in named.items()
        # One that is missing is missed by the report itself.
        if os.path.isfile(source)
    }
    return InputArchive(root, files, tuple(f.as_posix() for f in inside if f.parts))


def _named(study: Study, area: str) -> Iterator[tuple[str, str]]:
    """Yield where the study's files say that each file is, links not followed, and the file."""
    yield os.path.abspath(study.path), str(study.path)
    top = read_toml(study.path)
    _check_relative(study.path, top.get("areas_folder", ""))
    if study.brand is not None:
        own, *logo = study.brand.files
        yield _beside(study.path, top["brand"]), str(own)
        for picture in logo:
            yield _beside(own, read_toml(own)["logo"]["file"]), str(picture)
    files = {table["name"]: table["file"] for table in top.get("tables", [])}
    for spec in study.tables.values():
        if spec.area in ("", area):
            yield _beside(study.path, files[spec.name]), str(spec.path)
    for code, each in study.areas.items():
        yield os.path.abspath(each.path), str(each.path)
        if each.ledger is not None and area in (code, ALL):
            yield _beside(each.path, read_toml(each.path)["ledger"]["file"]), str(each.ledger.path)


def _beside(path: Path, file: str) -> str:
    _check_relative(path, file)
    return os.path.abspath(path.parent / file)


def _check_relative(path: Path, file: str) -> None:
    if Path(file).is_absolute():
        raise ClusterError("cluster_absolute", path=path, found=file)


def write_result(result: JobResult, folder: Path, target: Path) -> None:
    """Write what became of a report, and the report, as a zip.

    Parameters
    ----------
    folder : Path
        Where its inputs and the report lie; its name is in what was read.

    Notes
    -----
    What was read stands there with fingerprints, out of which a confidential table of
    counts could be guessed: they go by the exchange, as the table itself, and not by the
    cluster's scheduler.
    """
    told = {
        "folder": str(folder),
        "verdict": result.verdict,
        "error": result.error,
        "seconds": result.seconds,
        "ran": _plain(result.ran),
        "wrote": _plain(result.wrote),
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as made:
        made.writestr(RESULT, json.dumps(told))
        if result.error is None:
            for path in sorted(result.job.folder.iterdir()):
                made.write(path, f"{REPORT}/{path.name}")


def read_result(source: Path, job: Job, archive: InputArchive) -> JobResult:
    """Return what became of a report on a worker, in the names of this machine."""
    with zipfile.ZipFile(source) as made:
        told = json.loads(made.read(RESULT))
    pairs = _pairs(told["folder"], job, archive)
    error = told["error"]
    if error is not None:
        values = {name: _ours(value, pairs) for name, value in error["values"].items()}
        error = {**error, "values": values}
    ran, wrote = (_trace(told[name], pairs) for name in ("ran", "wrote"))
    return JobResult(job, told["verdict"], error, told["seconds"], ran, wrote)


def unpack_report(source: Path, folder: Path) -> None:
    """Unpack the report that came back."""
    with zipfile.ZipFile(source) as made:
        for name in made.namelist():
            if name.startswith(f"{REPORT}/"):
                # Only the last part of a name counts: nothing is written elsewhere.
                (folder / Path(name).name).write_bytes(made.read(name))


def _plain(trace: Trace) -> dict[str, Any]:
    kept = asdict(trace)
    reads = [[*key, found] for key, found in trace.reads.items()]
    return {"reads": reads, "words": sorted(kept["words"]), "behind": sorted(kept["behind"])}


def _trace(told: Mapping[str, Any], pairs: Iterable[tuple[str, str]]) -> Trace:
    reads = {(str(_ours(path, pairs)), part): found for path, part, found in told["reads"]}
    return Trace(reads, {(lang, key) for lang, key in told["words"]}, set(told["behind"]))


def _pairs(folder: str, job: Job, archive: InputArchive) -> list[tuple[str, str]]:
    """Return each of the worker's names beside ours, longer ones first."""
    tree, out = (os.path.join(folder, part) for part in (TREE, OUT))
    # A table may lie here behind a link, and is noted by where it is.
    pairs = [(os.path.join(tree, n), os.path.abspath(s)) for n, s in archive.files.items()]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return [*pairs, (tree, archive.root.rstrip(os.sep)), (out, str(job.root))]


def _ours(value: Any, pairs: Iterable[tuple[str, str]]) -> Any:
    if isinstance(value, list):
        return [_ours(item, pairs) for item in value]
    if isinstance(value, str):
        for theirs, ours in pairs:
            value = value.replace(theirs, ours)
    return value
