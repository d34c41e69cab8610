"""The how-to on an exhibit of one's own: its cells run, and stand in every form."""

import ast
import json
import re
import shutil

import docx
import nbformat
import openpyxl
import pypdf
import pytest
from bs4 import BeautifulSoup
from tests.house.test_notebooks import LONGEST_CELL

from evalkit.cli import main

from .conftest import ROOT, build_one, own_notebooks, results

STUDY = "studies/sample/study.toml"
PAGES = {"en": "your-own-exhibit.md", "zh": "your-own-exhibit.zh.md"}
TITLES = {
    "en": ["Events by level of risk", "Age, sex and events", "Shares"],
    "zh": ["各风险等级的再犯", "年龄、性别与再犯", "再犯比例"],
}


def worked(lang):
    page = (ROOT / "docs" / "how-to" / PAGES[lang]).read_text(encoding="utf-8")
    return [cell.strip() for cell in re.findall(r"^```python\n(.*?)^```$", page, re.S | re.M)]


def test_both_languages_show_the_same_cells_and_each_is_short():
    assert worked("en") == worked("zh") and len(worked("en")) == 5
    for cell in worked("en"):
        kinds = {type(node) for node in ast.walk(ast.parse(cell))}
        assert len(cell.splitlines()) <= LONGEST_CELL
        assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.Lambda}
        assert cell.count("present.") == 1


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A report of the sample study with the page's cells in its notebook."""
    project = tmp_path_factory.mktemp("own")
    for name in ("notebooks", "studies", "data"):
        shutil.copytree(
            ROOT / name, project / name,
            ignore=lambda at, _: ["data"] if at.endswith("sample") else [],
        )  # fmt: skip
    shutil.copy(ROOT / "study.toml", project)
    own_notebooks(project / STUDY, project / "notebooks")
    assert main(["sample", "--study", str(project / STUDY), "--jobs", "1"]) == 0
    path = project / "notebooks" / "recidivism.ipynb"
    notebook = nbformat.read(path, as_version=4)
    at = next(i for i, c in enumerate(notebook.cells) if "flow_table" in c.source) + 1
    notebook.cells[at:at] = [nbformat.v4.new_code_cell(cell) for cell in worked("en")]
    nbformat.write(notebook, path)

    made = build_one(project, "guigang", "recidivism", STUDY)
    assert made.error is None, made.error
    return project / "out", made.job.folder


def test_every_number_has_an_id_a_stamp_and_a_disclosure(built):
    found = results(built[0], "sample", "guigang", "recidivism")
    ours = {i: e for i, e in found.items() if ".event_by_risk[" in i or ".event_model" in i}

    assert len(ours) == 9
    assert {e["plan"] for e in ours.values()} == {"exploratory"}
    assert {e["disclosure"] for e in ours.values()} == {"rounded"}
    assert {"guigang.recidivism.event_by_risk[risk_level=high]",
            "guigang.recidivism.event_model_p[term=age]"} <= set(ours)  # fmt: skip
    assert all(e["made_up"] for e in ours.values())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_exhibits_stand_in_every_form(built, lang):
    folder = built[1]
    stem = f"report.made-up.{lang}"
    page = BeautifulSoup((folder / f"{stem}.html").read_text(encoding="utf-8"), "html.parser")
    pdf = "".join(p.extract_text() for p in pypdf.PdfReader(folder / f"{stem}.pdf").pages)
    word = docx.Document(str(folder / f"{stem}.docx"))
    texts = word.element.body.iter("{*}t")
    said = "\n".join(node.text or "" for node in texts)
    sheets = [s["A1"].value for s in openpyxl.load_workbook(folder / f"{stem}.xlsx")]

    share = page.select_one("[data-ek='guigang.recidivism.event_by_risk[risk_level=high]']")
    for title in TITLES[lang]:
        assert title in page.main.get_text() and title in said
        assert "".join(title.split()) in "".join(pdf.split())
    assert set(TITLES[lang][:2]) <= set(sheets)
    assert share.get_text() in pdf and share.get_text() in said


def test_jupyterlab_shows_what_the_page_shows(built):
    notebook = nbformat.read(built[1] / "report.ipynb", as_version=4)
    (cell,) = [c for c in notebook.cells if "own.counts" in c.source]

    (output,) = cell.outputs
    assert "各风险等级的再犯" in output.data["text/html"]
    kind = next(k for k in output.data if "vnd.evalkit" in k)
    assert json.loads(json.dumps(output.data[kind]))["content"]["en"]["title"] == TITLES["en"][0]


def test_a_frame_as_an_output_still_fails_the_run(built, tmp_path):
    project = built[0].parent
    path = project / "notebooks" / "recidivism.ipynb"
    notebook = nbformat.read(path, as_version=4)
    before = path.read_text(encoding="utf-8")
    at = next(i for i, c in enumerate(notebook.cells) if "own.counts" in c.source)
    notebook.cells[at:at] = [nbformat.v4.new_code_cell("followed.cohort.frame.head()")]
    nbformat.write(notebook, path)

    made = build_one(project, "guigang", "recidivism", STUDY)

    path.write_text(before, encoding="utf-8")
    assert made.error is not None and made.error["key"] == "not_a_noun"
