"""A table is read and checked once for a report, whatever its cells ask for."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.helpers import ROOT, swapped

from evalkit.outcomes import gaps, open_report, printed, reach, recidivism, requests, satisfaction
from evalkit.protocol import read_study
from evalkit.sample.build import build
from evalkit.sample.world import AREAS, Settings
from evalkit.schema import office_names
from evalkit.table import ParquetRows

# It has tables for every outcome, orders beside the steps of the service, and lacks others.
AREA = "huanan"
DATA = (".csv", ".parquet")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample study with one area; never changed."""
    text = (ROOT / "studies" / "sample" / "study.toml").read_text(encoding="utf-8")
    text = swapped(text, f"areas = {json.dumps(list(AREAS))}", f'areas = ["{AREA}"]')
    text = swapped(text, "../../data/areas", str(ROOT / "data" / "areas"))
    path = tmp_path_factory.mktemp("sample") / "study.toml"
    path.write_text(text, encoding="utf-8")
    study = read_study(path)
    build(study, Settings(), exports=False, jobs=1)
    return path


@pytest.fixture
def opened(monkeypatch):
    """How often each data file is opened."""
    counts, read = Counter(), Path.read_bytes

    def counted(path):
        if path.suffix in DATA:
            counts[path.name] += 1
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    return counts


def run(study, area, outcome):
    """Run the cells of an outcome's notebook here; return what they named."""
    notebook = json.loads((ROOT / "notebooks" / f"{outcome}.ipynb").read_text(encoding="utf-8"))
    names = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
        if "parameters" in cell["metadata"].get("tags", ()):
            names |= {"study": str(study), "area": area, "lang": "en"}
    return names


READ = {
    "recidivism": {"cases", "events", "absences", "milestones"},
    "satisfaction": {"survey", "survey_frame", "tickets", "points"},
    "reach": {
        *("people", "funnel", "sites", "attendance", "sessions", "roster", "needs"),
        *("volunteers", "hours", "grid", "tickets", "mediation", "points"),
        *("pairs", "spend"),
    },
    "quality": set(office_names()),
}


@pytest.mark.parametrize("outcome", READ)
def test_each_file_of_an_office_is_read_once_for_a_report(outcome, sample, opened):
    there = {path.stem for path in (sample.parent / "data" / "clean" / AREA).glob("*.parquet")}

    report = run(sample, AREA, outcome)["report"]
    if outcome == "recidivism":
        for window in (90, 180):
            recidivism.draw_cohort(report, report.plan.definition, window, "")
    if outcome == "satisfaction":
        for item in ("item_1", "item_2"):
            satisfaction.draw_answers(report, item, "")
    if outcome == "reach":
        for definition in ("offered", "completed"):
            reach.draw_target(report, definition, "")
    if outcome != "quality":
        for more in (printed, gaps, requests):
            more(report)

    assert set(opened.values()) == {1}
    # What an area does not have is not looked for, and what is not asked for is not read.
    assert {name.removesuffix(".parquet") for name in opened} == READ[outcome] & there


def test_each_file_that_a_study_links_is_read_once_for_a_report(opened):
    study = ROOT / "studies" / "reference" / "study.toml"

    report = run(study, "life", "recidivism")["report"]
    for window in (10, 20, 52):
        recidivism.draw_cohort(report, report.plan.definition, window, "age > 20")
    for name, outcome in (("copenhagen", "satisfaction"), ("malawi", "reach")):
        run(study, name, outcome)

    assert set(opened.values()) == {1}
    assert len(opened) == 3


def test_counts_of_a_table_bring_no_row_into_memory(sample, monkeypatch):
    def refuse(*_):
        raise AssertionError("all columns are read")

    monkeypatch.setattr(ParquetRows, "frame", property(refuse))

    names = run(sample, AREA, "quality")

    assert names["report"].outcome == "quality"


def test_a_report_that_is_opened_has_read_nothing(sample, opened):
    open_report(sample, AREA, "quality", "en")

    assert not opened
