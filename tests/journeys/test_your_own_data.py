"""The page "your own data to a report", followed from nothing, word by word, in both languages."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evalkit import outcomes
from evalkit.outcomes import satisfaction
from evalkit.words import catalogue

from .conftest import ROOT, results

PAGES = {"en": "your-own-data.md", "zh": "your-own-data.zh.md"}


@pytest.fixture(scope="module", params=PAGES)
def followed(request, tmp_path_factory):
    """The language, the folder after the last command, and what the commands said."""
    folder = tmp_path_factory.mktemp("own")
    page = (ROOT / "docs" / "how-to" / PAGES[request.param]).read_text(encoding="utf-8")
    commands = ["set -e"]
    for kind, name, text in re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", page, re.S | re.M):
        if kind == "sh":
            commands.append(text)
        else:
            # Each file is one that the text around it tells to save under this name.
            assert f"`{name}`" in page
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    bin_folder = Path(sys.executable).parent
    environment = {
        **os.environ, "HOME": str(folder), "EVALKIT_LANG": request.param,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    environment.pop("EVALKIT_KEY", None)
    ran = subprocess.run(
        ["bash", "-c", "\n".join(commands)],
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return request.param, folder, ran.stdout + ran.stderr


def value(folder, study, outcome, name):
    found = results(folder / study / "reports", study, "mytown", outcome)
    return found[f"mytown.{outcome}.{name}"]


@pytest.mark.slow
def test_each_part_ends_with_a_page_and_nothing_was_doubted(followed):
    lang, folder, said = followed

    for study in ("my-cases", "my-survey", "my-service"):
        assert (folder / study / "reports" / "index.html").is_file(), said
        assert list((folder / study / "reports").rglob(f"report.{lang}.html"))
    assert "FAILED" not in said and "未生成" not in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_case_files_end_with_a_difference_and_a_verdict(followed):
    _, folder, _ = followed

    difference = value(folder, "my-cases", "recidivism", "risk_difference[window=180d]")

    assert -0.25 < difference["value"] < -0.02
    verdict = value(folder, "my-cases", "recidivism", "verdict")
    assert verdict["verdict"] == "improvement"


@pytest.mark.slow
def test_a_survey_is_split_by_age_sex_and_own_columns_on_its_own_scale(followed):
    lang, folder, _ = followed

    everyone = value(folder, "my-survey", "satisfaction", "top_box[age=all]")
    # Open data: what stands in the file, and not rounded.
    assert everyone["n"] == 320
    bands = [value(folder, "my-survey", "satisfaction", f"top_box[age=age_{i}]") for i in range(3)]
    assert sum(band["n"] for band in bands) == 320
    assert (
        bands[0]["group"]["text"]
        == {"en": {"en": "18 to below 35"}, "zh": {"zh": "18至不满35"}}[lang]
    )
    report = outcomes.open_report(folder / "my-survey" / "study.toml", "", "satisfaction", "")
    answers = satisfaction.draw_answers(report, report.plan.item, "")
    for by, groups in (("sex", 2), ("group_1", 2), ("age", 3)):
        found = satisfaction.top_box(answers, by, report.plan.top, "wilson", 0.95)

        assert len(found.of("top_box")) == groups + 1, by
        assert sum(e.n for e in found.of("top_box")[1:]) == 320


@pytest.mark.slow
def test_people_and_orders_end_with_the_share_reached(followed):
    _, folder, _ = followed

    found = results(folder / "my-service" / "reports", "my-service", "mytown", "reach")
    shares = {
        i.split("[")[1].rstrip("]"): e["value"] for i, e in found.items() if "share_reached" in i
    }

    assert len(shares) == 6 and None not in shares.values()
    # Nine orders of ten were finished, of 40 and of 25 in a hundred.
    assert 0.2 < shares["age_band=all"] < 0.4


@pytest.mark.parametrize("lang", PAGES)
def test_the_messages_that_the_page_explains_are_those_that_are_said(lang):
    page = (ROOT / "docs" / "how-to" / PAGES[lang]).read_text(encoding="utf-8")
    said = "".join(catalogue(lang).values())
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", page.partition("|---|---|")[2], re.M)

    told = [row.strip("` ").removesuffix("...").removesuffix("…").strip(" ") for row in rows]

    assert len(told) == 5
    assert [row for row in told if row not in said] == []
