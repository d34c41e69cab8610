"""An edition is read from whatever somebody has of it, or refused in a sentence."""

import json
import os

import pytest

from evalkit.cli import main
from evalkit.editions import load as loading
from evalkit.editions.edition import Edition
from evalkit.editions.partner import Partner
from evalkit.editions.read import cells_of, read_edition
from evalkit.editions.tolerance import read_tolerance
from evalkit.errors import BundleError, CompareError
from evalkit.words import sentence

from .made import (
    PLACE,
    bundled,
    estimate,
    event,
    notebook,
    origin,
    results,
    verdict,
    withheld,
    written,
)

HELD = results(verdict(), estimate("x", value=0.5, n=40), withheld("y"))
OTHER = results(verdict(), estimate("z", value=0.5), area="b")


@pytest.fixture
def folder(tmp_path):
    return written(tmp_path / "reports", HELD, OTHER)


def test_a_bundle_a_folder_a_report_and_a_file_say_the_same(folder, tmp_path):
    one = folder / PLACE
    made = [
        read_edition(bundled(tmp_path / "it.zip", folder)),
        read_edition(folder),
        read_edition(one),
        read_edition(one / "results.json"),
    ]

    assert [each.kind for each in made] == ["bundle", "reports", "report", "results"]
    assert [len(each.reports) for each in made] == [2, 2, 1, 1]
    for each in made:
        report = each.reports[PLACE]
        assert report.results == HELD
        assert report.cells == cells_of(notebook("x = 1")) and len(report.cells) == 1
        assert report.made_at == "2026-11-28T08:00:00Z"
        assert (each.unread, each.failed) == ((), ())


def test_a_results_file_alone_says_neither_cells_nor_day(tmp_path):
    file = tmp_path / "any.json"
    file.write_text(json.dumps(HELD), encoding="utf-8")
    report = read_edition(file).reports[PLACE]
    assert (report.cells, report.made_at) == (None, "")

    older = origin(HELD, made_at="2025-01-02T03:04:05Z")
    file.write_text(json.dumps(older), encoding="utf-8")
    assert read_edition(file).reports[PLACE].made_at == "2025-01-02T03:04:05Z"


def test_a_partners_file_is_told_by_what_it_holds(tmp_path):
    file = tmp_path / "any.txt"
    file.write_text(json.dumps(event(("x", {"n": "1"}))), encoding="utf-8")

    assert isinstance(read_edition(file), Partner)


def test_reports_that_cannot_be_read_are_named_and_failures_too(folder):
    (folder / "s/b/reach/results.json").write_text("{", encoding="utf-8")
    (folder / "s/c/reach").mkdir(parents=True)
    (folder / "s/c/reach/results.json").write_text(json.dumps(HELD), encoding="utf-8")
    (folder / "s/a/claims.failed.json").write_text("{}", encoding="utf-8")
    (folder / "s/a/summary.failed.json").write_text("{}", encoding="utf-8")
    (folder / "s/.half/reach").mkdir(parents=True)
    (folder / "s/.half/reach/results.json").write_text("{}", encoding="utf-8")
    found = read_edition(folder)

    assert list(found.reports) == [PLACE]
    # One is cut off, one says of itself that it is another.
    assert found.unread == ("s/b/reach", "s/c/reach")
    assert found.failed == ("s/a/claims",)


def test_a_report_of_a_bundle_that_cannot_be_read_is_named(folder, tmp_path):
    for name, content in (("results.json", "{"), ("results.json", "[]"), ("report.ipynb", "{}")):
        written(tmp_path / content / name, HELD, OTHER)
        (tmp_path / content / name / PLACE / name).write_text(content, encoding="utf-8")
        found = read_edition(bundled(tmp_path / "it.zip", tmp_path / content / name))

        assert (list(found.reports), found.unread) == (["s/b/reach"], (PLACE,))


def test_a_link_is_not_followed(folder, tmp_path):
    (folder / "s/d").symlink_to(folder / "s/a", target_is_directory=True)
    (folder / "t").symlink_to(folder / "s", target_is_directory=True)

    assert sorted(read_edition(folder).reports) == [PLACE, "s/b/reach"]


def refused(path):
    with pytest.raises((CompareError, BundleError)) as problem:
        read_edition(path)
    for lang in ("en", "zh"):
        assert sentence(problem.value, lang)
    return problem.value.key


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "compare.no_json"),
        (b"%PDF-1.7", "compare.no_json"),
        (b"\xff\xfe\x00", "compare.no_json"),
        (b'{"a": 1, "a": 2}', "compare.no_json"),
        (b'{"a": NaN}', "compare.no_json"),
        (b"[" * 100 + b"]" * 100, "compare.deep"),
        (b"[" * 100_000 + b"]" * 100_000, "compare.deep"),
        (b"{}", "compare.foreign"),
        (b"[1]", "compare.foreign"),
        (b'{"analyses": []}', "compare.no_ars"),
        (b'{"estimates": []}', "compare.foreign"),
        (b"PK\x03\x04 no zip", "bundle.no_zip"),
    ],
)
def test_a_corrupt_or_foreign_file_is_refused(content, key, tmp_path):
    file = tmp_path / "it.json"
    file.write_bytes(content)

    found = refused(file)
    assert found == key or (key == "bundle.no_zip" and found.startswith("bundle."))


@pytest.mark.parametrize(
    "change",
    [
        {"value": "0.5"}, {"value": True}, {"value": 10**400}, {"id": ""}, {"id": 3},
        {"estimand": None}, {"n": 1e300}, {"digits": -1}, {"digits": 10}, {"digits": 1.0},
        {"disclosure": "withheld"}, {"unit": 3}, {"method": "text"}, {"data": [["t"]]},
        {"deviations": [{"parameter": "x"}]}, {"id": "a.reach.verdict"}, {"verdict": 3},
    ],
)  # fmt: skip
def test_results_with_one_field_that_cannot_be_are_refused(change, tmp_path):
    data = json.loads(json.dumps(HELD))
    data["estimates"][1] |= change
    file = tmp_path / "it.json"
    file.write_text(json.dumps(data), encoding="utf-8")

    assert refused(file) == "compare.foreign"


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "../x"}, {"plan": []}, {"headline": {"en": 3}}, {"estimates": {}},
        {"study": {"code": "s", "name": {"en": 1}}}, {"provenance": {"version": 3}},
        {"languages": [3]}, {"languages": "en"},
    ],
)  # fmt: skip
def test_results_that_do_not_say_what_they_are_are_refused(change, tmp_path):
    file = tmp_path / "it.json"
    file.write_text(json.dumps({**HELD, **change}), encoding="utf-8")

    assert refused(file) == "compare.foreign"


@pytest.mark.parametrize(
    "change",
    [{"digits": 9}, {"digits": 0}, {"id": "x" * 2000}, {"n": -9e299}, {"data": [["t", None]]}],
)
def test_results_at_the_edge_of_what_can_be_are_read(change, tmp_path):
    data = json.loads(json.dumps(HELD))
    data["estimates"][1] |= change
    file = tmp_path / "it.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    assert read_edition(file)
    if "id" in change:
        data["estimates"][1]["id"] += "x"
        file.write_text(json.dumps(data), encoding="utf-8")
        assert refused(file) == "compare.foreign"


def test_an_edition_that_lacks_fields_is_read(tmp_path):
    older = json.loads(json.dumps(HELD))
    for part in ("headline", "cautions", "plan", "provenance", "languages"):
        del older[part]
    older["estimates"] = [{"id": "a.reach.x", "estimand": "x", "value": 0.5}]
    file = tmp_path / "it.json"
    file.write_text(json.dumps(older), encoding="utf-8")

    assert isinstance(read_edition(file), Edition)


def test_what_is_too_large_or_not_there_is_refused(tmp_path, monkeypatch):
    assert refused(tmp_path / "none") == "file_missing"
    assert refused(tmp_path) == "compare.no_report"
    file = tmp_path / "it.json"
    file.write_text(json.dumps(HELD), encoding="utf-8")
    monkeypatch.setattr(loading, "LARGEST", file.stat().st_size)
    assert read_edition(file)
    monkeypatch.setattr(loading, "LARGEST", file.stat().st_size - 1)
    assert refused(file) == "compare.large"


def test_the_depth_that_a_file_may_have():
    inside = b"[" * (loading.DEEPEST - 1) + b"]" * (loading.DEEPEST - 1)
    assert loading.parsed(inside, None)
    with pytest.raises(CompareError):
        loading.parsed(b"[" + inside + b"[1]"[1:], None)


def test_a_bundle_whose_file_is_not_that_of_its_list_is_refused(folder, tmp_path):
    other = json.dumps(results(verdict("improvement"))).encode()
    path = bundled(tmp_path / "it.zip", folder, {f"reports/{PLACE}/results.json": other})

    assert refused(path) == "compare.bundle_changed"


def test_a_bundle_without_a_report_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()

    assert refused(bundled(tmp_path / "it.zip", tmp_path / "empty")) == "compare.no_report"


def test_the_command_refuses_with_its_code(folder, tmp_path, capsys):
    file = tmp_path / "other.json"
    file.write_text(json.dumps(results(verdict(), study="t")), encoding="utf-8")

    assert main(["--lang", "en", "compare", str(folder), str(file)]) == 13
    assert "no report in common" in capsys.readouterr().err
    partner = tmp_path / "partner.json"
    partner.write_text(json.dumps(event(("x", {"n": "1"}))), encoding="utf-8")
    assert main(["compare", str(partner), str(partner)]) == 13
    assert main(["compare", str(folder), str(partner)]) == 13
    assert main(["results", str(partner)]) == 13
    tolerance = ["--tolerance", str(tmp_path / "t.toml")]
    assert main(["compare", str(folder), str(folder), *tolerance]) == 2


def test_a_pipe_is_refused_and_not_waited_for(folder, tmp_path, capsys):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for words in (["compare", pipe, folder], ["compare", folder, pipe], ["results", pipe]):
        assert main(["--lang", "en", *map(str, words)]) == 13
        assert "is a pipe" in capsys.readouterr().err
    with pytest.raises(CompareError):
        read_tolerance(pipe)
    # Nor does one in the place of results hold up a folder.
    inside = folder / PLACE / "results.json"
    inside.unlink()
    os.mkfifo(inside)
    assert read_edition(folder).unread == (PLACE,)
