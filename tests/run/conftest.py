"""Small notebooks, and one warm process for all the tests that need one."""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest

from evalkit.run.warm import WarmExecutor, linux

PATIENCE = 60
needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks kernels")


@pytest.fixture
def make(tmp_path):
    """Write a notebook whose first cell is its parameters."""

    def write(*sources, name="n"):
        cells = [nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]})]
        cells += [nbformat.v4.new_code_cell(source) for source in sources]
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number}"
        metadata = {"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}}
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
        return path

    return write


def wait_for(condition, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def left_of(executor):
    """What a warm process that has nothing to do should not have: processes, folders."""
    process = executor.process
    processes = [pid for pid in linux.descendants(process.family) if pid != process.pid]
    # Its socket, and the file that says whose the folder is.
    names = (p.name for p in process.folder.iterdir())
    folders = [name for name in names if name != "warm" and not name.startswith(".owner-")]
    return [*processes, *folders]


@pytest.fixture(scope="session")
def shared():
    with WarmExecutor(2) as executor:
        yield executor


@pytest.fixture
def warm(shared, monkeypatch):
    """An executor, which after the test has neither a process nor a folder left."""
    # A kernel under pytest leaves its standard output alone; ours must not.
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    yield shared
    wait_for(lambda: not left_of(shared))


@pytest.fixture
def own(tmp_path_factory, monkeypatch):
    """An executor for one test, with a temporary folder in which nothing may be left."""
    # Short: a socket's path has to fit.
    folder = Path(tempfile.gettempdir()) / f"ek{os.getpid()}"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    with WarmExecutor(2) as executor:
        yield executor
    left = sorted(p.name for p in folder.iterdir())
    shutil.rmtree(folder)
    assert left == []
