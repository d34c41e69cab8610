"""One notebook, parameters that are checked first, and a kernel of its own."""

import json
import os
from pathlib import Path

import nbformat
import pytest

from evalkit.errors import NotebookError, StudyError, UsageError
from evalkit.protocol import find_study
from evalkit.run import PROSE
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


@pytest.fixture
def study(tmp_path):
    """A notebook in its project, with the study file beside its folder."""
    (tmp_path / "home" / "notebooks").mkdir(parents=True)
    file = tmp_path / "home" / "study.toml"
    file.write_text("code = 'one'", encoding="utf-8")
    source = tmp_path / "home" / "notebooks" / "x.ipynb"
    cells = [
        nbformat.v4.new_code_cell("study: str = 'study.toml'", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "from evalkit.protocol import find_study\nfind_study(study).name"
        ),
    ]
    # No kernelspec, as tools leave it out that write notebooks.
    nbformat.write(nbformat.v4.new_notebook(cells=cells), source)
    return source, file


def test_a_notebook_that_names_no_kernel_runs(study, tmp_path):
    source, _ = study
    target = tmp_path / "done.ipynb"

    check_parameters(source, {"study": "../study.toml"})
    run_notebook(source, target, {"study": "../study.toml"}, source.parent)

    assert "study.toml" in nbformat.read(target, 4).cells[-1].outputs[0].data["text/plain"]


def test_a_kernel_that_is_not_here_is_named(study, tmp_path):
    source, _ = study
    notebook = json.loads(source.read_text(encoding="utf-8"))
    notebook["metadata"]["kernelspec"] = {"name": "no-such", "display_name": "R", "language": "R"}
    source.write_text(json.dumps(notebook), encoding="utf-8")

    with pytest.raises(NotebookError, match="no-such") as caught:
        run_notebook(source, tmp_path / "done.ipynb", {"study": "../study.toml"}, source.parent)
    assert caught.value.key == "kernel_unknown"


def test_an_executed_notebook_takes_its_own_study_or_stops(study, tmp_path):
    source, file = study
    target = tmp_path / "done.ipynb"
    run_notebook(source, target, {"study": "../study.toml"}, source.parent)
    injected = next(
        cell.source
        for cell in nbformat.read(target, 4).cells
        if "injected-parameters" in cell.metadata.get("tags", [])
    )
    asked = injected.split('"')[1]

    other = tmp_path / "elsewhere" / "study.toml"
    other.parent.mkdir()
    other.write_text("code = 'another'", encoding="utf-8")
    name = asked.replace("../", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(other.parent)
        with pytest.raises(StudyError) as caught:
            find_study(name)
        assert caught.value.key == "study_another"
        # The same content is the same study, wherever it lies.
        other.write_bytes(file.read_bytes())
        assert find_study(name) == other.resolve()


@pytest.mark.parametrize("folder", ["合作 大学", 'so "called"'])
def test_no_folder_of_this_machine_stays_in_what_was_run(study, tmp_path, folder):
    source, file = study
    elsewhere = tmp_path / folder / "study.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(file.read_bytes())
    target = tmp_path / "done.ipynb"

    run_notebook(
        source, target, {"study": os.path.relpath(elsewhere, source.parent)}, source.parent
    )

    injected = next(
        cell.source
        for cell in nbformat.read(target, 4).cells
        if "injected-parameters" in cell.metadata.get("tags", [])
    )
    assert injected.splitlines()[1].startswith('study = "study.toml#sha256=')
    # Nor by the numbers of its letters.
    written = target.read_text(encoding="utf-8")
    assert folder not in written and json.dumps(folder).strip('"') not in written


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


def test_an_executed_notebook_is_written_once_and_a_cell_a_line(notebook, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr("papermill.iorw.LocalHandler.write", lambda *given: written.append(given))
    source, target = notebook("print('一\\n二')", "{'b': 1, 'a': '三'}"), tmp_path / "done.ipynb"

    run_notebook(source, target, {"window": 12}, tmp_path)

    assert written == []
    found = nbformat.read(target, 4)
    nbformat.validate(found)
    first, *cells, last = target.read_text(encoding="utf-8").splitlines()[:-1]
    assert (first, last) == ('{"cells": [', "],")
    assert [json.loads(cell.rstrip(","))["source"] for cell in cells] == [
        cell.source for cell in found.cells
    ]
    assert [out.get("text") for cell in found.cells for out in cell.outputs] == ["一\n二\n", None]


def test_a_notebook_is_not_told_where_a_run_keeps_prose(notebook, tmp_path, monkeypatch):
    monkeypatch.setenv(PROSE, str(tmp_path))
    source = notebook(f"import os\nprint(os.environ.get({PROSE!r}))")

    run_notebook(source, tmp_path / "done.ipynb", {}, tmp_path)

    assert nbformat.read(tmp_path / "done.ipynb", 4).cells[-1].outputs[0].text == "None\n"
