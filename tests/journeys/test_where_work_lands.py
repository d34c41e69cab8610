"""Work lands where the user is: beside their study, and never over another one's."""

import json
import shutil

import pytest
from tests.helpers import ROOT, STUDY, swapped, write_study

from evalkit.batch import plan_jobs
from evalkit.batch.model import Job
from evalkit.batch.owner import OWNER, check_owners, own
from evalkit.errors import UsageError
from evalkit.export import write_portal
from evalkit.outcomes import open_report
from evalkit.words import sentence

from .conftest import evalkit

CASES = "case_id,group,index_date\n1,programme,2024-01-01\n"


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "study.toml: there is no such study file, neither in"), ("zh", "都找不到这个研究文件")],
)
def test_read_without_a_study_here_refuses_and_writes_nothing(command, tmp_path, lang, said):
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    words = ("read", "cases.csv", "--as", "cases", "--area", "guigang")

    code, out, complaint = command(*words, cwd=tmp_path, lang=lang)

    assert (code, out) == (3, "")
    assert said in complaint and str(tmp_path) in complaint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.csv"]
    assert not (ROOT / "data" / "clean" / "guigang").exists()


@pytest.mark.parametrize("name", ["run", "sample"])
def test_no_command_takes_the_software_s_own_study_from_elsewhere(command, tmp_path, name):
    code, _, complaint = command(name, cwd=tmp_path)

    assert code == 3
    assert "there is no such study file" in complaint


def test_reports_go_beside_the_study_from_whatever_folder_it_is_run(tmp_path, monkeypatch):
    path = write_study(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)

    jobs = plan_jobs(["mine/study.toml"])

    assert {job.root for job in jobs} == {path.parent / "reports"}


def job_of(study, root):
    return Job(study, "tiny", "north", "reach", "zh", ROOT / "notebooks" / "reach.ipynb", root, "r")


def test_a_second_study_of_the_same_code_never_replaces_the_first(tmp_path):
    root = tmp_path / "reports"
    first = job_of(write_study(tmp_path / "a"), root)
    own([first])
    other = write_study(tmp_path / "b")
    # The same content is the same study; an edited copy is another.
    check_owners([first, job_of(other, root)])
    other.write_text(other.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        check_owners([job_of(other, root)])

    assert sentence(caught.value, "en") == (
        f"{root / 'tiny'}: holds the reports of another study of the code tiny "
        "(A tiny study / 小研究). Give one of the two another code, or name another folder with "
        "--reports."
    )
    assert "另一项同代码（tiny）研究的报告" in sentence(caught.value, "zh")


def test_a_study_that_is_edited_where_it_lies_keeps_its_folder(tmp_path):
    root = tmp_path / "reports"
    study = write_study(tmp_path / "a")
    own([job_of(study, root)])

    study.write_text(study.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")

    check_owners([job_of(study, root)])
    # Nor does what is noted name a folder of this machine.
    assert str(tmp_path) not in (root / "tiny" / OWNER).read_text(encoding="utf-8")


def test_the_folder_of_study_and_reports_may_be_moved(tmp_path):
    study = write_study(tmp_path / "a")
    own([job_of(study, study.parent / "reports")])
    shutil.move(tmp_path / "a", tmp_path / "b")
    moved = tmp_path / "b" / "study.toml"
    moved.write_text(moved.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")

    check_owners([job_of(moved, moved.parent / "reports")])


@pytest.mark.slow
def test_a_second_study_of_the_same_code_is_refused_by_the_command(project):
    study = project / "study.toml"
    mine = project / "mine"
    mine.mkdir()
    text = study.read_text(encoding="utf-8").replace('"data/', '"../data/')
    text = text.replace('notebooks = "', 'notebooks = "../')
    (mine / "study.toml").write_text(text, encoding="utf-8")
    words = ("--area", "dalian", "--outcome", "reach")
    first = evalkit("run", *words, cwd=project)
    assert first.returncode == 0, first.stdout + first.stderr
    page = project / "reports" / "pilots" / "dalian" / "reach" / "report.en.html"
    before = page.read_bytes()

    second = evalkit(
        "run", *words, "--study", "mine/study.toml", "--reports", "reports", cwd=project
    )

    assert second.returncode == 2
    assert "holds the reports of another study of the code pilots" in second.stderr
    assert page.read_bytes() == before
    # Beside itself it has room.
    planned = evalkit("run", *words, "--study", "mine/study.toml", "--dry-run", cwd=project)
    assert planned.returncode == 0, planned.stderr


def test_no_page_of_a_language_that_is_no_longer_built_stays_in_the_portal(tmp_path):
    for stale in ("index.html", "index.en.html", "index.zh.html"):
        (tmp_path / stale).write_text("old", encoding="utf-8")
    report = tmp_path / "tiny" / "north" / "reach.failed.json"
    report.parent.mkdir(parents=True)
    said = {
        "study": {"code": "tiny", "name": {"en": "A tiny study"}, "people": "minors"},
        "area": {"code": "north", "name": {"en": "North"}, "place": {"en": "North"}, "order": 1},
        "outcome": "reach", "languages": ["en"], "outcomes": ["reach"],
        "error": {"kind": "StudyError", "key": "no_table", "values": {"path": "x", "area": "n"}},
        "at": "2026-11-22T00:00:00Z",
    }  # fmt: skip
    report.write_text(json.dumps(said), encoding="utf-8")

    write_portal(tmp_path)

    assert sorted(path.name for path in tmp_path.glob("index*")) == ["index.html"]
    assert "A tiny study" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_study_in_one_language_opens_without_naming_language_or_area(tmp_path):
    study = write_study(tmp_path, swapped(STUDY, '["zh", "en"]', '["en"]'))

    report = open_report(study, "", "recidivism", "")

    assert (report.area.code, report.lang) == ("north", "en")
