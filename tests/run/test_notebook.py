"""One notebook, parameters that are checked first, and a kernel of its own."""

import json
from pathlib import Path

import nbformat
import pytest

from evalkit.errors import NotebookError, UsageError
from evalkit.run.kernel import PrivateKernelManager
from evalkit.run.notebook import check_parameters, run_notebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "reach.ipynb"


@pytest.fixture
def notebook(tmp_path):
    def make(*sources, parameters="area: str = 'a'\nwindow: int = 3"):
        cells = [nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
        cells += [nbformat.v4.new_code_cell(source) for source in sources]
        metadata = {"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}}
        path = tmp_path / "study.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
        return path

    return make


def test_a_misspelt_parameter_stops_with_those_that_exist():
    with pytest.raises(UsageError) as caught:
        check_parameters(NOTEBOOK, {"aera": "guigang"})

    assert "takes no parameter aera. Parameters: area, lang, study." in str(caught.value)


@pytest.mark.parametrize(
    "values,message",
    [
        ({"window": "12"}, "parameter window must be int, found 12"),
        ({"window": True}, "parameter window must be int, found True"),
        ({"area": 5}, "parameter area must be str, found 5"),
    ],
)
def test_a_parameter_of_another_type_stops(notebook, values, message):
    with pytest.raises(UsageError, match=message):
        check_parameters(notebook(), values)


def test_parameters_of_the_right_type_pass(notebook):
    check_parameters(notebook(), {"area": "b", "window": 12})


@pytest.mark.parametrize("content", ["", "hello", "[]", '{"cells": 5}'])
def test_what_is_no_notebook_stops(tmp_path, content):
    path = tmp_path / "x.ipynb"
    path.write_text(content)

    with pytest.raises(NotebookError):
        check_parameters(path, {})


def test_a_missing_notebook_stops(tmp_path):
    with pytest.raises(NotebookError, match="there is no such file"):
        check_parameters(tmp_path / "x.ipynb", {})


def test_the_executed_notebook_names_no_folder_of_this_machine(notebook, tmp_path):
    source, target = notebook("x = window + 1"), tmp_path / "done.ipynb"

    run_notebook(source, target, {"window": 12}, tmp_path)

    assert str(tmp_path) not in target.read_text(encoding="utf-8")
    assert json.loads(target.read_text())["metadata"]["papermill"]["parameters"] == {"window": 12}


def test_the_text_of_a_foreign_error_is_not_repeated(notebook, tmp_path):
    source = notebook("raise KeyError('440781200901015678')")

    with pytest.raises(NotebookError) as caught:
        run_notebook(source, tmp_path / "done.ipynb", {}, tmp_path)

    assert caught.value.values["problem"] == "KeyError"
    assert caught.value.values["cell"] == "2"


def test_a_kernel_that_dies_is_named(notebook, tmp_path):
    with pytest.raises(NotebookError, match="its kernel died"):
        run_notebook(notebook("import os; os._exit(1)"), tmp_path / "done.ipynb", {}, tmp_path)


def test_two_kernels_never_share_a_socket_or_a_folder():
    first, second = PrivateKernelManager(), PrivateKernelManager()

    assert first.connection_file != second.connection_file
    assert first.transport != "ipc" or first.ip != second.ip
    assert Path(first.connection_file).parent.stat().st_mode & 0o077 == 0
