"""A misspelt parameter stops a notebook that plain papermill runs."""

import pytest

from evalkit.errors import UsageError
from evalkit.outcomes import open_report
from evalkit.outcomes.injected import check_injected, check_sources

from .conftest import ROOT

OWN = 'study: str = "study.toml"\narea: str = "guigang"\nlang = "zh"'


@pytest.mark.parametrize(
    "sources",
    [
        ["", OWN],
        ["", OWN, '# Parameters\narea = "dachang"\n'],
        ["", OWN, '# Parameters\narea = "dachang"\nlang = "en"\n', "aera = 1"],
        ["", "window = 3", OWN, "# Parameters\nwindow = 4\n"],
        ["", "%matplotlib inline", OWN],
    ],
)
def test_parameters_that_the_notebook_sets_pass(sources):
    check_sources(sources, "reach.ipynb")


def test_a_parameter_that_no_cell_sets_stops_with_those_that_exist():
    sources = ["", OWN, '# Parameters\naera = "dachang"\n', "aera = 1"]

    with pytest.raises(UsageError) as caught:
        check_sources(sources, "reach.ipynb")

    assert str(caught.value) == (
        "reach.ipynb: takes no parameter aera. Parameters: area, lang, study. Nearest: area."
    )


def test_outside_a_notebook_nothing_is_checked():
    check_injected("reach.ipynb")


@pytest.mark.parametrize("given", [123, ["guigang"], True])
@pytest.mark.parametrize("name", ["area", "lang"])
def test_a_parameter_that_papermill_made_a_number_of_is_refused_by_name(name, given):
    words = {"area": "guigang", "lang": "en"} | {name: given}

    with pytest.raises(UsageError, match=f"{name} takes a text, found {type(given).__name__}"):
        open_report(ROOT / "study.toml", words["area"], "reach", words["lang"])
