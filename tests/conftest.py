"""What every test relies on: messages in English, whatever the developer's own language."""

import functools
import logging
import os
import re
from pathlib import Path

import coverage
import pytest
from tests.warm import end_warm
from xdist.scheduler import LoadScopeScheduling

from evalkit.words import LANGUAGE_VARIABLE

ROOT = Path(__file__).parents[1]
GROUP = re.compile(r'xdist_group\("([^"]+)"\)')
# What reads the one large run of the journeys stays in one worker, so that it runs once.
READS_THE_RUN = re.compile(r"\bbuilt\b[,)]")


class Grouped(LoadScopeScheduling):
    """Tests that share a slow set-up go to one worker, and all others by themselves.

    From pytest 9.2 on an item's name can no longer be changed, by which xdist's own groups
    are told (3.8): every set-up was then made in each worker, in silence.
    """

    def _split_scope(self, nodeid):
        return group_of(nodeid.partition("::")[0]) or nodeid


@functools.cache
def group_of(file):
    """The group of a file of tests: that of its mark, of the large run, or its own."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if marked := GROUP.search(text):
        return marked[1]
    if READS_THE_RUN.search(text):
        return "built"
    return file if 'scope="module"' in text else ""


def pytest_xdist_make_scheduler(config, log):
    """Give xdist our scheduler."""
    return Grouped(config, log)


def pytest_sessionfinish():
    """Keep the lines that were reached before xdist may kill a worker that ends slowly.

    It waits ten seconds for one to end (3.8). What Python does last, as coverage's writing, did
    not happen then, and half of the suite counted as not run.
    """
    if measured := coverage.Coverage.current():
        measured.save()


@pytest.fixture(autouse=True)
def _messages_in_english(monkeypatch):
    monkeypatch.setenv(LANGUAGE_VARIABLE, "en")


@pytest.fixture(autouse=True)
def _nobody_is_silenced():
    """What silences a library while it works lets it speak again afterwards."""
    yield
    before, logging.root.manager.disable = logging.root.manager.disable, logging.NOTSET
    assert before == logging.NOTSET


@pytest.fixture(scope="session", autouse=True)
def _a_warm_process_of_its_own():
    """What is kept warm for the reports of the tests goes with them."""
    yield
    end_warm()


@pytest.fixture(scope="session", autouse=True)
def _a_memory_of_its_own(tmp_path_factory):
    """What a run remembers of reports goes among this session's files, not the user's."""
    before = os.environ.get("EVALKIT_CACHE")
    os.environ["EVALKIT_CACHE"] = str(tmp_path_factory.mktemp("memory"))
    yield
    if before is None:
        del os.environ["EVALKIT_CACHE"]
    else:
        os.environ["EVALKIT_CACHE"] = before
