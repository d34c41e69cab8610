"""What somebody laid into the folder of reports: it is not listed, and no link is followed."""

import json
import shutil

import pytest
from bs4 import BeautifulSoup

from .conftest import evalkit

WORDS = ("run", "--area", "dachang", "--outcome", "reach", "--reports", "out", "--force")


@pytest.fixture
def reports(project):
    ran = evalkit(*WORDS, cwd=project)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return project / "out"


def portal(reports):
    return BeautifulSoup((reports / "index.en.html").read_text(encoding="utf-8"), "html.parser")


def forge(report, study, area, headline="All is well"):
    """Copy a true report under another name, with what it says changed."""
    forged = report.parents[2] / study / area / "reach"
    shutil.copytree(report, forged)
    data = json.loads((forged / "results.json").read_text(encoding="utf-8"))
    data["study"]["code"], data["area"]["code"] = study, area
    data["headline"] = dict.fromkeys(data["headline"], headline)
    (forged / "results.json").write_text(json.dumps(data), encoding="utf-8")


def test_a_forged_folder_is_named_and_not_listed(project, reports):
    report = reports / "pilots" / "dachang" / "reach"
    forge(report, "pilots", "forged")
    forge(report, "evil", "dachang")
    note = {**json.loads((report / "results.json").read_text(encoding="utf-8"))}
    note |= {"outcome": "satisfaction", "at": "2026-01-01T00:00:00Z"}
    note["error"] = {"kind": "StudyError", "key": "file_missing", "values": {"path": "All is well"}}
    (report.parent / "satisfaction.failed.json").write_text(json.dumps(note), encoding="utf-8")

    assert evalkit("run", *WORDS[1:-1], cwd=project).returncode == 0

    page = portal(reports)
    links = [a["href"] for a in page.find_all("a", href=True)]
    assert "pilots/dachang/reach/report.en.html" in links
    assert not [to for to in links if "forged" in to or "evil" in to]
    said = page.find("main").get_text(" ")
    assert "All is well" not in said
    for name in ("evil/dachang/reach", "pilots/forged/reach", "dachang/satisfaction.failed.json"):
        assert name in said
    assert "Not listed, as evalkit did not make them here" in said


def test_a_page_that_was_changed_since_is_not_listed_until_it_is_built_again(project, reports):
    page = reports / "pilots" / "dachang" / "reach" / "report.en.html"
    page.write_text("<h1>All is well</h1>", encoding="utf-8")
    # Another report is asked for: this one's pages are not looked into.
    other = [word.replace("dachang", "guigang") for word in WORDS]

    assert evalkit(*other, cwd=project).returncode == 0
    links = [a["href"] for a in portal(reports).find_all("a", href=True)]
    assert not [to for to in links if to.startswith("pilots/dachang")]

    assert evalkit(*WORDS[:-1], cwd=project).returncode == 0
    assert "pilots/dachang/reach/report.en.html" in str(portal(reports))


def test_no_file_of_a_run_is_written_through_a_link(project, reports):
    kept = project / "kept.txt"
    kept.write_text("mine", encoding="utf-8")
    names = ["run.log", "run.json", "index.html", "index.en.html", "index.partial"]
    for name in names:
        (reports / name).unlink(missing_ok=True)
        (reports / name).symlink_to(kept)
    away = project / "away"
    shutil.move(reports / "pilots" / "dachang" / "reach", away)
    (reports / "pilots" / "dachang" / "reach").symlink_to(away)
    before = {path.name: path.read_bytes() for path in away.iterdir()}

    ran = evalkit(*WORDS, cwd=project)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert kept.read_text(encoding="utf-8") == "mine"
    assert {path.name: path.read_bytes() for path in away.iterdir()} == before
    # What the run writes is its own file now.
    for name in names[:-1]:
        assert not (reports / name).is_symlink() and (reports / name).stat().st_size > 50
    assert not (reports / "pilots" / "dachang" / "reach").is_symlink()


@pytest.mark.parametrize(("lang", "said"), [("en", "is a link, and nothing"), ("zh", "是一个链接")])
def test_an_area_that_is_a_link_is_refused(project, lang, said):
    away = project / "away"
    away.mkdir()
    (project / "out" / "pilots").mkdir(parents=True)
    (project / "out" / "pilots" / "dachang").symlink_to(away)

    ran = evalkit(*WORDS, cwd=project, lang=lang)

    assert ran.returncode != 0 and said in ran.stdout + ran.stderr
    assert list(away.iterdir()) == []
