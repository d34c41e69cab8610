"""What is written stands whole or not at all."""

import os
import stat

import pytest

from evalkit.files import replace_folder, staged_file, staged_folder, write_whole


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_writer_that_stops_halfway_leaves_what_was_there(tmp_path):
    path = tmp_path / "table.csv"
    write_whole(path, "old")

    with pytest.raises(ZeroDivisionError), staged_file(path) as staged:
        staged.write_text("half")
        _ = 1 / 0

    assert path.read_text() == "old"
    assert names(tmp_path) == ["table.csv"]


def test_a_link_gives_way_and_what_it_leads_to_stays(tmp_path):
    kept = tmp_path / "mine.txt"
    kept.write_text("mine")
    link = tmp_path / "state.json"
    link.symlink_to(kept)

    write_whole(link, b"{}")

    assert kept.read_text() == "mine"
    assert not link.is_symlink() and link.read_bytes() == b"{}"


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_who_may_read_it(tmp_path, private, mode):
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "file", "text", private=private)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


def test_a_folder_is_replaced_and_what_others_put_there_stays(tmp_path):
    (tmp_path / "reach").mkdir()
    (tmp_path / "reach" / "report.html").write_text("old")
    (tmp_path / "reach" / "notes.txt").write_text("somebody's")

    with staged_folder(tmp_path, "reach", "run") as staged:
        (staged / "report.html").write_text("new")
        replace_folder(staged, tmp_path / "reach", lambda name: name.startswith("report"))

    assert names(tmp_path) == ["reach"]
    assert names(tmp_path / "reach") == ["notes.txt", "report.html"]
    assert (tmp_path / "reach" / "report.html").read_text() == "new"
