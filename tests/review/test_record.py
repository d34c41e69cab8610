"""The record: a chain of lines that shows each change, and is written whole or not at all."""

import errno
import json

import pytest

from evalkit.errors import OutputError, ReviewError
from evalkit.review import acts, chain
from evalkit.review.chain import FIRST, RECORD, closed, entry, fingerprint, read_lines
from evalkit.review.history import read_history

from .made import form, step


def raw(desk):
    return (desk.folder / RECORD).read_bytes()


def key(raised):
    return raised.value.key.removeprefix("review.")


def test_each_line_holds_the_fingerprint_of_the_one_before(desk):
    desk.add(1)
    desk.add(2)
    lines = [json.loads(line) for line in raw(desk).splitlines()]

    assert [line["action"] for line in lines] == ["open", "submit", "submit"]
    assert [line["before"] for line in lines] == [FIRST, lines[0]["hash"], lines[1]["hash"]]
    for line in lines:
        assert line["hash"] == fingerprint({k: v for k, v in line.items() if k != "hash"})


def test_a_changed_byte_is_named_by_its_line_and_nothing_is_written(desk):
    desk.add(1)
    lines = raw(desk).splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        for at in (5, len(line) // 2, len(line) - 3):
            other = bytearray(line)
            other[at] ^= 1
            spoilt = b"".join([*lines[: number - 1], bytes(other), *lines[number:]])
            (desk.folder / RECORD).write_bytes(spoilt)
            with pytest.raises(ReviewError) as raised:
                desk.add(2)
            assert key(raised) == "record_broken"
            assert raised.value.values["line"] == str(number)
            assert raw(desk) == spoilt


@pytest.mark.parametrize("change", ["gone", "swapped", "twice", "cut", "blank"])
def test_lines_that_are_gone_moved_doubled_or_cut_are_found(desk, change):
    desk.add(1)
    desk.add(2)
    first, second, third = raw(desk).splitlines(keepends=True)
    held = {
        "gone": first + third, "swapped": first + third + second, "twice": first + first,
        "cut": first + second + third[:-1], "blank": first + b"\n" + second,
    }[change]  # fmt: skip
    (desk.folder / RECORD).write_bytes(held)
    with pytest.raises(ReviewError) as raised:
        read_history(desk.folder)
    assert key(raised) == "record_broken"


def test_a_chain_made_anew_with_a_forbidden_step_is_not_read(desk):
    desk.add(1)
    lines = read_lines(desk.folder)
    by = {"role": "reviewer", "who": "R1"}
    forged = closed(entry(lines, lines[-1]["at"], by, "sign", {"binding": "", "submission": ""}))
    chain.append(desk.folder, lines, [forged])
    with pytest.raises(ReviewError) as raised:
        read_history(desk.folder)
    assert key(raised) == "record_forbidden" and raised.value.values["line"] == "3"


def test_an_entry_dated_before_the_one_above_is_noted_and_kept(desk, monkeypatch):
    times = iter(["2026-11-29T12:00:00Z", "2026-11-29T12:00:00Z", "2026-11-29T11:59:59Z"])
    monkeypatch.setattr(acts, "utc_now", lambda: next(times))
    desk.add(1)
    desk.add(2)
    history = read_history(desk.folder)

    assert history.backwards == [3]
    assert sorted(history.reviews) == ["R1", "R2"]


def test_no_space_left_loses_nothing(desk, monkeypatch):
    desk.add(1)
    before = raw(desk)

    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(chain, "write_whole", full)
    with pytest.raises(OutputError) as raised:
        desk.add(2)
    assert raised.value.key == "cannot_write_full"
    assert raw(desk) == before
    assert not (desk.folder / chain.LOCK).exists()


def test_two_at_once_do_not_write_one_record(desk):
    desk.add(1)
    before = raw(desk)
    with chain.writing(desk.folder), pytest.raises(ReviewError) as raised:
        desk.add(2)
    assert key(raised) == "locked"
    assert raw(desk) == before
    desk.add(2)
    assert raw(desk).startswith(before)


def test_a_file_in_the_place_of_the_folder_is_said(desk):
    desk.folder.write_text("x")
    with pytest.raises((ReviewError, OutputError)) as raised:
        desk.add(1)
    assert "record" in str(raised.value) or "cannot" in str(raised.value)
    assert desk.folder.read_text() == "x"


def test_a_later_version_under_another_key_is_no_line_of_a_record(desk):
    desk.add(1)
    desk.add(2)
    history = read_history(desk.folder)
    other = form(1, desk.keys[3][1], version=2)
    by = {"role": "reviewer", "who": "R1"}
    with pytest.raises(ValueError, match="another key"):
        step(history, by, "submit", {"form": other}, desk.keys[1][0])
