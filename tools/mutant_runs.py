"""Runs of tests in forks of one process: which lines they reach, and whether they see a mutant.

Leans on the standard library, pytest and coverage. The process has the third-party packages in it
and nothing of ours. A mutant stands in the memory of its own fork only: no file is changed. What
a test starts as another program runs the code as it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path

import coverage
import pytest

from mutant_sites import mutated

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("outcomes", "disclosure", "cohort", "table", "record", "present", "estimators")
TESTS = (
    *("tests/estimators", "tests/outcomes", "tests/present", "tests/cohort", "tests/disclosure"),
    *("tests/table", "tests/record", "tests/test_*.py"),
)
KEPT = ROOT / "build" / "mutants"
MEMORY = 12 * 2**30


# What a fork does.


class _Mutating(SourceFileLoader):
    """Imports one module with a change in it."""

    place: int | None = None

    def get_code(self, fullname: str):
        text = Path(self.path).read_text(encoding="utf-8")
        return compile(mutated(text, self.place), self.path, "exec", dont_inherit=True)


class _Finder:
    """Finds the one module that is changed."""

    def __init__(self, file: str, place: int | None) -> None:
        parts = Path(file).with_suffix("").parts[1:]
        self.folder = [str((ROOT / file).parent)] if parts[-1] == "__init__" else None
        self.name = ".".join(parts[:-1] if self.folder else parts)
        self.loader = _Mutating(self.name, str(ROOT / file))
        self.loader.place = place

    def find_spec(self, fullname: str, path=None, target=None):
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(
            fullname, self.loader.path, loader=self.loader, submodule_search_locations=self.folder
        )


class _Chosen:
    """Of the collected tests the chosen ones, in their order."""

    def __init__(self, order: list[str]) -> None:
        self.order = {name: number for number, name in enumerate(order)}
        self.missing: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.missing = self.order.keys() - {item.nodeid for item in items}
        items[:] = sorted(
            (item for item in items if item.nodeid in self.order),
            key=lambda item: self.order[item.nodeid],
        )


class _Recorder:
    """Notes for each test how long it takes and which lines of the rooms it reaches."""

    def __init__(self) -> None:
        files = [str(path) for room in ROOMS for path in (_room(room), _room(room) / "*")]
        self.cover = coverage.Coverage(data_file=None, config_file=False, include=files)
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):
        self.cover.switch_context(item.nodeid)
        began = time.perf_counter()
        answer = yield
        self.seconds[item.nodeid] = time.perf_counter() - began
        self.cover.switch_context("")
        return answer

    def lines(self) -> dict[str, dict[str, list[int]]]:
        """By file and test, the lines that were reached."""
        data = self.cover.get_data()
        found: dict[str, dict[str, list[int]]] = {}
        for file in data.measured_files():
            by_test = found[Path(file).relative_to(ROOT).as_posix()] = defaultdict(list)
            for line, tests in data.contexts_by_lineno(file).items():
                for test in tests:
                    by_test[test].append(line)
        return {file: dict(by_test) for file, by_test in found.items()}


def _room(room: str) -> Path:
    folder = ROOT / "src" / "evalkit" / room
    return folder if folder.is_dir() else folder.with_suffix(".py")


def _pytest(folder: Path, files: list[str], *plugins: object) -> int:
    quiet = ["-q", "-x", "-p", "no:cacheprovider", "--no-header", "--tb=line"]
    return int(pytest.main([*quiet, f"--basetemp={folder / 'tmp'}", *files], list(plugins)))


def _record(folder: Path, file: str) -> object:
    recorder = _Recorder()
    recorder.cover.start()
    code = _pytest(folder, [file], recorder)
    recorder.cover.stop()
    return code, recorder.seconds, recorder.lines()


def meet(folder: Path, file: str, place: int | None, tests: list[str]) -> bool:
    """Return whether the tests pass on a file with one change in it.

    Parameters
    ----------
    folder : Path
        For what the tests write.
    file : str
        Path in the repository.
    place : int or None
        The mutant's place; None for the file as it is.
    tests : list of str
        Names of tests in the order in which they are run.
    """
    sys.meta_path.insert(0, _Finder(file, place))
    chosen = _Chosen(tests)
    code = _pytest(folder, list(dict.fromkeys(t.partition("::")[0] for t in tests)), chosen)
    # Where importing fails nothing is collected: that is a failure of the mutant's.
    return code == 0 and not chosen.missing


def _packages(folder: Path) -> object:
    """Third-party modules that ours import."""
    for file in sorted((ROOT / "src" / "evalkit").rglob("*.py")):
        parts = file.relative_to(ROOT / "src").with_suffix("").parts
        if parts[1] in (*ROOMS, "protocol", "arithmetic", "sample", "export"):
            importlib.import_module(".".join(parts))
    return [name for name in sys.modules if name.partition(".")[0] not in ("evalkit", "__main__")]


# How forks are started and waited for.


class _Job:
    """One call in a fork of this process."""

    def __init__(self, key: object, seconds: float, call: Callable[[Path], object]) -> None:
        self.key = key
        self.folder = Path(tempfile.mkdtemp(prefix="mutant-"))
        self.until = time.monotonic() + seconds
        self.pid = os.fork()
        if not self.pid:
            self._run(call)

    def _run(self, call: Callable[[Path], object]) -> None:
        os.setsid()
        os.chdir(ROOT)
        sys.path.insert(0, str(ROOT))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        said = os.open(self.folder / "said", os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 1)
        os.dup2(said, 2)
        try:
            (self.folder / "answer").write_bytes(pickle.dumps(call(self.folder)))
        finally:
            os._exit(0)

    def ended(self) -> bool:
        """Whether it is over, by itself or because its time is."""
        late = time.monotonic() > self.until
        if late:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        return os.waitpid(self.pid, 0 if late else os.WNOHANG)[0] != 0

    def answer(self) -> object:
        """Return what the call returned; None where it did not come to its end."""
        with contextlib.suppress(ProcessLookupError):
            # What it left running.
            os.killpg(self.pid, signal.SIGKILL)
        file = self.folder / "answer"
        found = pickle.loads(file.read_bytes()) if file.exists() else None
        shutil.rmtree(self.folder, ignore_errors=True)
        return found


def forked(calls: list[tuple[object, float, Callable]]) -> Iterator[tuple[object, object]]:
    """Make calls in forks of this process, one for each core; yield each key and answer.

    Parameters
    ----------
    calls : list of tuple
        A key, the seconds that the call may take, and the call, which is given a folder.
    """
    waiting, running = list(reversed(calls)), []
    cores = len(os.sched_getaffinity(0))
    while waiting or running:
        while waiting and len(running) < cores:
            running.append(_Job(*waiting.pop()))
        for job in [job for job in running if job.ended()]:
            running.remove(job)
            yield job.key, job.answer()
        time.sleep(0.01)


# Which tests reach what.


def _files() -> list[str]:
    every = (path for word in TESTS for path in ROOT.glob(word))
    found = (path.rglob("test_*.py") if path.is_dir() else [path] for path in every)
    return sorted(file.relative_to(ROOT).as_posix() for files in found for file in files)


def _kept_in(files: list[str]) -> dict[str, Path]:
    """Where the record of each file of tests is kept: it holds for this code and these tests."""
    shared = hashlib.sha256(repr(ROOMS).encode())
    tests = (file for file in (ROOT / "tests").rglob("*.py") if file.name[:5] != "test_")
    for file in sorted({*(ROOT / "src").rglob("*.py"), *tests}):
        shared.update(str(file).encode() + file.read_bytes())
    found = {}
    for file in files:
        own = shared.copy()
        own.update(file.encode() + (ROOT / file).read_bytes())
        found[file] = KEPT / f"{own.hexdigest()}.pickle"
    return found


def reach() -> tuple[dict[str, float], dict[str, dict[str, list[int]]]]:
    """Return how long each test takes, and by file and test the lines that it reaches.

    Raises
    ------
    SystemExit
        If a test fails without any mutant.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = _kept_in(_files())
    for old in {*KEPT.iterdir()} - {*kept.values()}:
        old.unlink()
    missing = [file for file, place in kept.items() if not place.exists()]
    calls = [(file, 900.0, lambda folder, f=file: _record(folder, f)) for file in missing]
    for file, answer in forked(calls):
        code, *record = answer or (1,)
        if code:
            sys.exit(f"{file}: its tests must pass before a mutant meets them")
        kept[str(file)].write_bytes(pickle.dumps(record))
    seconds: dict[str, float] = {}
    lines: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for place in kept.values():
        took, reached = pickle.loads(place.read_bytes())
        seconds |= took
        for source, by_test in reached.items():
            lines[source] |= {test: there for test, there in by_test.items() if test}
    return seconds, dict(lines)


def warm() -> None:
    """Import what every fork would import by itself."""
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", COVERAGE_CORE="ctrace")
    ((_, names),) = forked([("packages", 120.0, _packages)])
    for name in names or ():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
