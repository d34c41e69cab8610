"""What travels of a study, what stays, and where its data are taken from again."""

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from evalkit.bundle import reproduce as reproducing
from evalkit.bundle.inputs import StudyInputs, inputs_of
from evalkit.bundle.reproduce import Request, _data, _enough_room, _narrowed, _place
from evalkit.errors import BundleError

ROOT = Path(__file__).parents[2]


def test_public_tables_travel_and_the_offices_stay():
    found = inputs_of(ROOT / "studies" / "sample" / "study.toml")

    assert found.code == "sample" and found.made_up
    assert f"inputs/sample/{found.file}" in found.members
    assert any(name.endswith("areas/guigang.toml") for name in found.members)
    assert not any(name.endswith(".parquet") for name in found.members)
    (clean,) = found.withheld
    assert (clean["kind"], clean["place"]) == ("clean", "studies/sample/data/clean")


def test_a_published_studys_tables_travel():
    found = inputs_of(ROOT / "studies" / "reference" / "study.toml")
    assert found.withheld == () and not found.made_up
    assert sum(name.endswith(".csv") for name in found.members) >= 3
    assert all(path.is_file() for path in found.members.values())


def test_what_is_told_of_a_study_is_read_back():
    found = inputs_of(ROOT / "studies" / "sample" / "study.toml")
    again = StudyInputs.from_json(found.to_json())
    assert (again.code, again.file, again.withheld) == (found.code, found.file, found.withheld)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../study.toml"},
        {"file": "/etc/passwd"},
        {"code": 1},
        {"made_up": "no"},
        {"withheld": [{"kind": "clean"}]},
        {"withheld": [{"kind": "clean", "name": "x", "status": "y", "place": "a/../../b"}]},
    ],
)
def test_a_place_outside_the_bundle_is_not_read(change):
    told = inputs_of(ROOT / "studies" / "sample" / "study.toml").to_json() | change
    with pytest.raises((ValueError, LookupError, TypeError)):
        StudyInputs.from_json(told)


def study(code, *kinds):
    items = [{"kind": k, "name": k, "status": "confidential", "place": k} for k in kinds]
    return StudyInputs(code, "study.toml", {}, tuple(items))


def request(**data):
    return Request(Path("it.zip"), {code.replace("one", ""): path for code, path in data.items()})


def test_a_folder_without_a_name_is_the_only_studys(tmp_path):
    assert _data(request(one=tmp_path), [study("a", "clean"), study("b")]) == {"a": tmp_path}
    assert _data(request(a=tmp_path), [study("a", "table"), study("b", "clean")]) == {"a": tmp_path}


@pytest.mark.parametrize(
    ("given", "studies", "key"),
    [
        ("one", [study("a")], "bundle.data_of_which"),
        ("one", [study("a", "clean"), study("b", "clean")], "bundle.data_of_which"),
        ("c", [study("a", "clean")], "bundle.data_not_needed"),
        ("a", [study("a", "server")], "bundle.data_not_needed"),
    ],
)
def test_data_that_fit_no_study_are_named(tmp_path, given, studies, key):
    with pytest.raises(BundleError) as problem:
        _data(request(**{given: tmp_path}), studies)
    assert problem.value.key == key


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BundleError) as problem:
        _data(request(a=tmp_path / "gone"), [study("a", "clean")])
    assert problem.value.key == "bundle.data_missing"


def test_one_fingerprint_tells_whether_any_table_changed(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "people.parquet").write_bytes(b"1")
    item = {"kind": "clean", "name": "clean"}
    before = _place(study("a", "clean"), item, {"a": tmp_path})
    assert before == _place(study("a", "clean"), item, {"a": tmp_path})
    (tmp_path / "x" / "people.parquet").write_bytes(b"2")
    assert before != _place(study("a", "clean"), item, {"a": tmp_path})
    assert _place(study("a", "clean"), item, {}).before == ""


def test_only_what_was_handed_over_is_run():
    one = ["reports/s/a/reach", "reports/t/b/claims"]
    assert _narrowed(one, "s") == ["--area", "a", "--outcome", "reach"]
    assert _narrowed(["reports/s/a/reach", "reports/s/a/claims"], "s") == ["--area", "a"]
    assert _narrowed(["reports/s/a/reach", "reports/s/b/claims"], "s") == []


def test_a_full_disk_ends_in_one_sentence_and_leaves_nothing(monkeypatch):
    with pytest.raises(BundleError) as problem, _enough_room() as place:
        raise OSError(errno.ENOSPC, "full")
    assert problem.value.key == "bundle.no_room" and not place.exists()
    with pytest.raises(OSError, match="other"), _enough_room():
        raise OSError(errno.EIO, "other")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    with pytest.raises(BundleError) as problem, _enough_room():
        pytest.fail("there is no room")
    assert problem.value.key == "bundle.no_room"
    assert reproducing.RUNS == len(reproducing.STEPS) == 2
