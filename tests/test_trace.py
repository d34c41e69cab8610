"""What was read and said is noted; what was read by another way is found."""

import hashlib
from pathlib import Path

from evalkit.protocol import read_study
from evalkit.trace import Trace, note_read, read_bytes, recording
from evalkit.words import catalogue, say

ROOT = Path(__file__).parents[1]


def sha(raw):
    return hashlib.sha256(raw).hexdigest()


def test_a_file_is_noted_by_what_it_held_when_it_was_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"first")
    with recording() as trace:
        read_bytes(path)
        path.write_bytes(b"second")
        note_read(path, "area=x", "part")

    assert trace.reads == {(str(path), ""): sha(b"first"), (str(path), "area=x"): "part"}


def test_reading_that_does_not_count_is_not_noted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"first")
    with recording() as trace:
        read_bytes(path, noted=False)

    assert trace == Trace()


def test_sentences_are_noted_and_nothing_is_after_the_end():
    with recording() as outer:
        with recording() as inner:
            say("run.portal", "en", path="p")
        say("run.stopped", "zh")

    assert inner.words == {("en", "run.portal")}
    assert outer.words == {("en", "run.portal"), ("zh", "run.stopped")}


def test_that_a_sentence_is_missing_is_noted_too():
    with recording() as trace:
        assert "unit.of_nobody" not in catalogue("en")

    assert trace.words == {("en", "unit.of_nobody")}


def test_a_study_opened_for_an_area_rests_on_that_area_alone():
    with recording() as trace:
        read_study(ROOT / "study.toml").area("guigang")

    assert {Path(name).name for name, _ in trace.reads} == {"study.toml", "guigang.toml"}


def test_a_study_opened_for_all_areas_rests_on_all():
    with recording() as trace:
        study = read_study(ROOT / "study.toml")
        study.area("all")

    assert {Path(name).stem for name, _ in trace.reads} == {"study", *study.areas}
