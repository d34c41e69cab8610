"""One notebook never meets another: not its names, its patches, its folder, its numbers."""

import nbformat
import pytest
from tests.run import calls
from tests.run.conftest import needs_fork

from evalkit.errors import NotebookError

pytestmark = [needs_fork, pytest.mark.xdist_group("warm-b")]

SPOIL = """
import builtins, os, random, sys
import matplotlib, numpy, pandas
leaked = builtins.leaked = 1
pandas.DataFrame.to_html = None
pandas.set_option("display.max_columns", 3)
matplotlib.rcParams["figure.dpi"] = 7
os.environ["LEAKED"] = "1"
os.chdir("/")
sys.path.insert(0, "/leaked")
sys.modules["leaked"] = sys
numpy.random.seed(1), random.seed(1)
"""
CHECK = """
import builtins, os, sys
import matplotlib, pandas
assert "leaked" not in globals()
assert not hasattr(builtins, "leaked")
assert callable(pandas.DataFrame.to_html)
assert pandas.get_option("display.max_columns") == 20
assert matplotlib.rcParams["figure.dpi"] != 7
assert "LEAKED" not in os.environ
assert os.getcwd() == {folder!r}
assert "/leaked" not in sys.path and "leaked" not in sys.modules
"""
DRAW = "import random, numpy\nprint(random.random(), numpy.random.random())"


def text(path):
    return nbformat.read(path, as_version=4).cells[-1].outputs[0].text


def test_what_a_notebook_spoils_is_whole_in_the_next(warm, make, tmp_path):
    before = warm.submit(calls.state).result()
    warm.submit(calls.run, make(SPOIL, name="a"), tmp_path / "o.ipynb").result()

    warm.submit(
        calls.run, make(CHECK.format(folder=str(tmp_path)), name="b"), tmp_path / "o.ipynb"
    ).result()

    after = warm.submit(calls.state).result()
    before.pop("drawn"), after.pop("drawn")
    assert after == before
    assert after["sigint"]


def test_the_check_would_find_what_is_spoilt(warm, make, tmp_path):
    source = make(SPOIL, CHECK.format(folder=str(tmp_path)))

    problem = warm.submit(calls.run, source, tmp_path / "o.ipynb").exception()

    assert problem.values["problem"] == "AssertionError"


def test_two_notebooks_draw_different_numbers(warm, make, tmp_path):
    drawn = []
    for _ in range(2):
        warm.submit(calls.run, make(DRAW), tmp_path / "o.ipynb").result()
        drawn += text(tmp_path / "o.ipynb").split()

    assert len(set(drawn)) == 4


def test_two_drivers_draw_different_numbers(warm):
    first, other = (warm.submit(calls.state).result()["drawn"] for _ in range(2))

    assert not set(first) & set(other)


def test_a_notebook_has_the_environment_and_folder_of_its_driver(warm, make, tmp_path, monkeypatch):
    monkeypatch.setenv("OF_NOW", "yes")
    source = make("import os\nprint(os.environ['OF_NOW'], os.getcwd())")

    warm.submit(calls.run, source, tmp_path / "o.ipynb").result()

    assert text(tmp_path / "o.ipynb").split() == ["yes", str(tmp_path)]


def test_a_style_in_the_notebooks_folder_is_found_as_with_a_kernel_of_its_own(warm, make, tmp_path):
    (tmp_path / "matplotlibrc").write_text("figure.dpi: 33\n")
    source = make("import matplotlib\nprint(matplotlib.rcParams['figure.dpi'])")

    with pytest.raises(NotebookError, match="matplotlibrc"):
        warm.submit(calls.run, source, tmp_path / "o.ipynb").result()

    assert text(tmp_path / "o.ipynb") == "33.0\n"


def test_a_notebook_of_a_driver_is_a_fork_of_the_warm_process(warm, make, tmp_path):
    source = make("import os\nprint(os.getppid())")

    warm.submit(calls.run, source, tmp_path / "o.ipynb").result()

    assert text(tmp_path / "o.ipynb").strip() == str(warm.process.pid)
