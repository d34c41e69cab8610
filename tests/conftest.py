"""What every test relies on: messages in English, whatever the developer's own language."""

import pytest

from evalkit.words import LANGUAGE_VARIABLE


@pytest.fixture(autouse=True)
def _messages_in_english(monkeypatch):
    monkeypatch.setenv(LANGUAGE_VARIABLE, "en")
