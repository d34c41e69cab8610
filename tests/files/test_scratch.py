"""Temporary folders: swept when their process was killed, named when there is no room."""

import errno
import os
import subprocess
import sys
import tempfile

import pytest

from evalkit.errors import OutputError
from evalkit.files import append_line, remove_stale_scratch, scratch, scratch_folder, write_whole

KILLED = """
import os, signal
from evalkit.files import scratch
print(scratch(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.mark.skipif(os.name != "posix", reason="asks whether a process runs")
def test_what_a_killed_run_left_is_swept_and_nothing_else(place, tmp_path):
    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True)
    (left,) = place.iterdir()
    assert str(left) in killed.stdout
    (left / "deep").mkdir()
    mine = scratch()
    # Of another program, of another machine, and a link that leads elsewhere.
    (place / "evalkit-other").mkdir()
    (place / "evalkit-away").mkdir()
    (place / "evalkit-away" / ".owner-00000000-1").touch()
    away = tmp_path / "away"
    left_owner = next(left.glob(".owner-*"))
    away.mkdir()
    (away / left_owner.name).touch()
    (place / "evalkit-link").symlink_to(away)

    remove_stale_scratch()

    names = {path.name for path in place.iterdir()}
    assert names == {mine.name, "evalkit-other", "evalkit-away", "evalkit-link"}
    assert (away / left_owner.name).exists()


@pytest.mark.parametrize(
    ("number", "lang", "said"),
    [
        (errno.ENOSPC, "en", "the folder for temporary files is full"),
        (errno.ENOSPC, "zh", "存放临时文件的文件夹已满"),
        (errno.EACCES, "en", "the folder for temporary files may not be written"),
        (errno.EACCES, "zh", "存放临时文件的文件夹不可写"),
    ],
)
def test_a_temporary_folder_without_room_is_called_by_its_name(
    place, monkeypatch, number, lang, said
):
    def refuse(*words, **more):
        raise OSError(number, os.strerror(number), str(place / "evalkit-x"))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    monkeypatch.setenv("EVALKIT_LANG", lang)

    with pytest.raises(OutputError) as told:
        scratch()

    assert str(told.value).startswith(str(place)) and said in str(told.value)
    assert "TMPDIR" in str(told.value)


def test_what_fills_up_meanwhile_is_told_from_another_full_disk(place, tmp_path):
    def fill(name):
        with scratch_folder() as folder:
            raise OSError(errno.ENOSPC, "full", str(name or folder / "x.svg"))

    with pytest.raises(OutputError, match="temporary files is full"):
        fill(None)
    with pytest.raises(OSError) as other:
        fill(tmp_path / "reports" / "x")
    assert not isinstance(other.value, OutputError)
    assert list(place.iterdir()) == []


def test_a_file_takes_the_place_of_a_link_and_an_appended_line_stops_at_one(tmp_path):
    place = tmp_path / "reports"
    place.mkdir()
    kept, link = place / "kept", place / "link"
    kept.write_text("mine")
    link.symlink_to(kept)

    with pytest.raises(OSError) as told:
        append_line(link, "x")
    write_whole(link, "ours\n")
    append_line(link, "x")

    assert told.value.errno == errno.ELOOP
    assert kept.read_text() == "mine" and link.read_text() == "ours\nx\n"
    assert {path.name for path in place.iterdir()} == {"kept", "link"}
