"""A researcher changes a cell: the result changes, and the page says what differs."""

import json
import os
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

from evalkit.export import write_portal
from evalkit.protocol import ALL, read_study

from .conftest import ROOT, build_one, edit_notebook, evalkit, results

PILOTS = read_study(ROOT / "study.toml")


def run_life(project):
    made = build_one(project, "life", "recidivism", "studies/reference/study.toml")
    assert made.error is None, made.error
    return made.job.folder


def test_another_window_and_subset_are_stamped_in_both_languages(project):
    notebook = project / "notebooks" / "recidivism.ipynb"
    edit_notebook(
        notebook,
        "window=plan.window,\n    subset=plan.subset,",
        "window=26,\n    subset='age >= 20',",
    )

    folder = run_life(project)

    estimates = results(project / "out", "reference", "life", "recidivism")
    gap = estimates["life.recidivism.risk_difference[window=26w]"]
    assert gap["plan"] == "deviation"
    assert gap["deviations"] == [
        {"parameter": "window", "planned": "52", "used": "26"},
        {"parameter": "subset", "planned": "", "used": "age >= 20"},
    ]
    assert estimates["life.recidivism.verdict"]["plan"] == "deviation"
    for lang, words in (
        ("en", "Deviation from the plan: window was 26, planned was 52."),
        ("zh", "偏离方案：观察窗口用了 26，方案规定为 52。"),
    ):
        page = BeautifulSoup((folder / f"report.{lang}.html").read_text("utf-8"), "html.parser")
        assert words in page.select_one(".ek-headline ~ .ek-refusal").get_text()
        assert words in page.select_one(".ek-headline").get_text()
        # Nor does who reads the summary, the portal or the results file alone miss it.
        told = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        assert words in [said[lang] for said in told["cautions"]]
        assert "planned primary method" not in page.select_one(".ek-headline").get_text()


def test_another_estimator_in_one_cell_leaves_the_others_planned(project):
    notebook = project / "notebooks" / "recidivism.ipynb"
    edit_notebook(notebook, "estimator=plan.estimator", "estimator='wald'")

    run_life(project)

    estimates = results(project / "out", "reference", "life", "recidivism")
    states = {e["estimand"]: e["plan"] for e in estimates.values()}
    assert states["risk_difference"] == "deviation"
    assert states["cumulative_incidence"] == states["log_rank"] == "planned"


def test_an_estimand_outside_the_plan_is_stamped_exploratory(project):
    study = project / "studies" / "reference" / "study.toml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace(', "log_rank", "log_rank_p"]', "]"), encoding="utf-8")

    run_life(project)

    estimates = results(project / "out", "reference", "life", "recidivism")
    assert estimates["life.recidivism.log_rank[window=52w]"]["plan"] == "exploratory"


def test_a_run_of_one_area_leaves_the_others_in_the_portal(project):
    for area in ("guigang", "dalian"):
        assert build_one(project, area, "reach").error is None

    write_portal(project / "out")

    page = (project / "out" / "index.html").read_text(encoding="utf-8")
    assert "pilots/guigang/reach" in page and "pilots/dalian/reach" in page


def told(path):
    """What a report says, but for its study file: the copy's names its notebooks."""
    found = json.loads(path.read_text(encoding="utf-8"))
    del found["provenance"]["study_sha256"], found["provenance"]["command"]
    return found


def test_two_areas_in_parallel_equal_one_by_one(built, project):
    ran = evalkit("run", "--area", "guigang", "--reports", "one", "--jobs", 1, cwd=project)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for outcome in ("recidivism", "satisfaction", "reach"):
        alone = project / "one" / "pilots" / "guigang" / outcome / "results.json"
        beside = built[0] / "pilots" / "guigang" / outcome / "results.json"

        assert told(alone) == told(beside)


def test_no_report_holds_results_of_another_area(built):
    for path in built[0].rglob("results.json"):
        area, outcome = path.parts[-3], path.parts[-2]
        ids = json.loads(path.read_text(encoding="utf-8"))["estimates"]

        found = {tuple(e["id"].split(".")[:2]) for e in ids}
        if area == ALL:
            # What it draws of an area it draws under the area's own ids.
            assert found <= {(code, outcome) for code in (ALL, *PILOTS.areas)}
        else:
            assert found == {(area, outcome)}


@pytest.mark.parametrize(
    "name,area",
    [
        *((name, "guigang") for name in ("recidivism", "satisfaction", "reach", "claims")),
        ("claims_overview", ALL),
    ],
)
def test_plain_papermill_runs_a_notebook_from_any_folder(project, tmp_path, name, area):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    notebook = project / "notebooks" / f"{name}.ipynb"
    words = [str(notebook), "out.ipynb", "-p", "area", area, "-p", "lang", "en"]

    ran = subprocess.run(
        [sys.executable, "-m", "papermill", *words], cwd=folder, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stderr
    made = (folder / "out.ipynb").read_text(encoding="utf-8")
    assert f"{area}.{name.removesuffix('_overview')}.verdict" in made


def test_plain_papermill_stops_on_a_misspelt_parameter(project, tmp_path):
    notebook = project / "notebooks" / "reach.ipynb"
    words = [
        str(notebook),
        str(tmp_path / "out.ipynb"),
        "-p",
        "aera",
        "dachang",
        "-p",
        "lang",
        "en",
    ]

    ran = subprocess.run(
        [sys.executable, "-m", "papermill", *words],
        cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "EVALKIT_LANG": "en"},
    )  # fmt: skip

    assert ran.returncode != 0
    assert "takes no parameter aera. Parameters: area, lang, study." in ran.stderr


def test_an_area_taken_out_of_its_study_leaves_the_portal_and_keeps_its_files(project, command):
    words = ("--outcome", "reach", "--reports", "out")
    for area in ("dachang", "yiliang"):
        assert command("run", "--area", area, *words, cwd=project)[0] == 0
    listed = (project / "out" / "index.html").read_text("utf-8")
    study = project / "study.toml"
    before = study.read_text("utf-8")

    study.write_text(before.replace('"dachang", ', "", 1), "utf-8")
    assert study.read_text("utf-8") != before
    ledger = project / "data" / "published" / "claims.csv"
    kept = [row for row in ledger.read_text("utf-8").splitlines(True) if ",dachang," not in row]
    ledger.write_text("".join(kept), "utf-8")
    done = command("run", "--area", "yiliang", *words, cwd=project)

    assert done[0] == 0, done
    after = (project / "out" / "index.html").read_text("utf-8")
    assert "pilots/dachang/reach/report." in listed
    assert "pilots/dachang/reach/report." not in after
    assert "pilots/dachang/summary" not in after
    assert "pilots/yiliang/reach/report." in after and "pilots/dachang/reach。" in after
    assert (project / "out" / "pilots" / "dachang" / "reach" / "results.json").is_file()
    # A run of another study does not bring it back.
    other = ("run", "--study", "studies/reference/study.toml", "--outcome", "recidivism")
    assert command(*other, "--reports", "out", cwd=project)[0] == 0
    assert "pilots/dachang/reach/report." not in (project / "out" / "index.html").read_text("utf-8")
