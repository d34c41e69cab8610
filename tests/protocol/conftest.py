"""What the tests of study files share."""

import pytest
from tests.helpers import write_study

from evalkit.protocol import read_study


@pytest.fixture(autouse=True)
def _tables(request, tmp_path):
    if request.module.__name__.rpartition(".")[2] == "test_partial":
        return
    for name in ("cases.csv", "claims.csv"):
        (tmp_path / name).touch()


@pytest.fixture
def plan(tmp_path):
    """The plan of the tiny study."""
    return read_study(write_study(tmp_path)).plan
