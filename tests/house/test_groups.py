"""Tests that share a slow set-up go to one worker: else each worker makes it again."""

from tests.conftest import Grouped, group_of
from tests.helpers import ROOT


def test_whoever_reads_the_large_run_is_in_one_group():
    files = [f"tests/journeys/test_{name}.py" for name in ("pilots", "documents", "workbooks")]

    assert {group_of(file) for file in files} == {"built"}


def test_a_mark_and_a_set_up_of_a_file_are_seen():
    assert group_of("tests/journeys/test_nothing_leaves.py") == "nothing"
    own = [f for f in ROOT.glob("tests/**/test_*.py") if 'scope="module"' in f.read_text("utf-8")]
    assert own and all(group_of(f.relative_to(ROOT).as_posix()) for f in own)


def test_all_others_are_by_themselves():
    scheduler = object.__new__(Grouped)

    assert (
        scheduler._split_scope("tests/test_words.py::test_x[1]") == "tests/test_words.py::test_x[1]"
    )
