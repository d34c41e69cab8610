"""What every test relies on: messages in English, whatever the developer's own language."""

import logging
import os

import pytest

from evalkit.words import LANGUAGE_VARIABLE


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
def _a_memory_of_its_own(tmp_path_factory):
    """What a run remembers of reports goes among this session's files, not the user's."""
    before = os.environ.get("EVALKIT_CACHE")
    os.environ["EVALKIT_CACHE"] = str(tmp_path_factory.mktemp("memory"))
    yield
    if before is None:
        del os.environ["EVALKIT_CACHE"]
    else:
        os.environ["EVALKIT_CACHE"] = before
