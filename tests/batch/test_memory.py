"""Where evalkit remembers what it built: for this user alone, or not at all."""

import pytest

from evalkit.batch.cache.store import cache
from evalkit.errors import OutputError


def test_a_memory_that_others_can_write_is_refused(tmp_path, monkeypatch):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "shared"))

    with pytest.raises(OutputError, match="other users can write here"):
        cache()


def test_a_memory_that_cannot_be_made_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "file" / "cache"))

    with pytest.raises(
        OutputError, match=r"cannot keep there what it has built \(NotADirectoryError\)"
    ):
        cache()
