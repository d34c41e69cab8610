"""A public survey with strata, schools and weights, read as an office's export, as printed."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from evalkit.cli import main
from evalkit.estimators.survey_share import survey_mean, survey_share
from evalkit.outcomes import open_report, satisfaction

ROOT = Path(__file__).parents[2]
FILE = ROOT / "data" / "reference" / "youth.csv"
# Centers for Disease Control and Prevention (2016), Software for Analysis of YRBS Data, table 3:
# R's survey documents that its `svyciprop(method = "xlogit")` is what SUDAAN and SPSS give there.
# Its digits, of R 4.2.2 with survey 4.1.
SHARE, ERROR = 0.8136225043654783, 0.02008900645
LOW, HIGH = 0.7696221083, 0.8508478028
PLATFORM = """
[survey]
respondent_id = ["number"]
overall = ["qn8"]

[survey.constants]
wave = "2015"
instrument = "YRBS 2015"
respondent_kind = "child"
disposition = "complete"
scale_min = 1
scale_max = 2
item_scales = "overall: 2-1"
"""
STUDY = """
code = "youth"
name = { en = "Young people of the United States" }
languages = ["en"]
outcomes = ["satisfaction"]
people = "minors"
areas_folder = "areas"
areas = ["states"]

[clean]
folder = "data/clean"
status = "public"
source = { en = "Youth Risk Behavior Survey 2015" }
licence = "GPL-2.0-only OR GPL-3.0-only"

[plan]
status = "draft"

[plan.satisfaction]
item = "overall"
categories = ["overall_1", "overall_2"]
top = ["overall_2"]
by = "respondent_kind"
primary = "top_box"
estimands = ["answer_share", "top_box", "response_rate"]
subset = ""
estimator = "design"
level = 0.95
min_people = 60

[labels]
overall = { en = "wore a helmet on a bicycle" }
overall_1 = { en = "sometimes or more often" }
overall_2 = { en = "rarely or never" }
"""
AREA = """
code = "states"
order = 1
level = "site"
name = { en = "United States" }
place = { en = "United States" }
source = "YRBS 2015"

[outcomes.satisfaction]
applies = true
why = { en = "Pupils were asked." }
"""


@pytest.fixture(scope="module")
def youth():
    return pd.read_csv(FILE)


@pytest.fixture(scope="module")
def answers(tmp_path_factory, youth):
    """The respondents as the report draws them from a file that `evalkit read` has read."""
    folder = tmp_path_factory.mktemp("youth")
    for name, text in {
        "data/platforms/yrbs.toml": PLATFORM,
        "study.toml": STUDY,
        "areas/states.toml": AREA,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    youth.assign(number=[f"Y{n:05}" for n in range(len(youth))]).to_csv(
        folder / "youth.csv", index=False
    )
    key = tmp_path_factory.mktemp("elsewhere") / "key"
    key.write_text("ab" * 32, encoding="utf-8")
    key.chmod(0o600)
    told = ["--area", "states", "--platform", "yrbs", "--study", str(folder / "study.toml")]
    told += ["--key-file", str(key)]
    assert main(["read", str(folder / "youth.csv"), "--as", "survey", *told]) == 0
    report = open_report(folder / "study.toml", "states", "satisfaction", "en")
    yield satisfaction.draw_answers(report, "overall", "")
    shutil.rmtree(folder)


def test_the_estimators_give_the_printed_share_error_and_interval(youth):
    rode = youth["qn8"].notna().astype(int)
    rarely = (youth["qn8"] == 1).astype(int)
    design = (youth["weight"], youth["stratum"], youth["psu"])

    found = survey_share(rarely, *design, domain=rode)

    # The same closed forms: only the digits that R prints differ.
    assert found.point.value == pytest.approx(SHARE, abs=1e-12)
    assert found.point.se == pytest.approx(ERROR, abs=1e-10)
    assert (found.point.low, found.point.high) == (
        pytest.approx(LOW, abs=1e-9),
        pytest.approx(HIGH, abs=1e-9),
    )
    assert found.n == 8757
    assert survey_mean(rarely, *design, domain=rode).point.value == pytest.approx(SHARE, abs=1e-12)


def test_the_report_gives_them_too_from_the_file_as_it_was_read(answers):
    found = satisfaction.top_box(answers, "respondent_kind", ("overall_2",), "design", 0.95)

    everyone = next(e for e in found.of("top_box") if e.value is not None)
    # Rounded, if at all, to the three decimals of a share.
    assert everyone.value == pytest.approx(SHARE, abs=5e-4)
    assert (everyone.low, everyone.high) == (
        pytest.approx(LOW, abs=5e-4),
        pytest.approx(HIGH, abs=5e-4),
    )
    # The answers were turned on reading: 1 was the answer of the many.
    assert (everyone.events, everyone.n) == (7413, 8757)


def test_schools_where_nobody_answered_stay_in_the_design(answers):
    found = satisfaction.top_box(answers, "respondent_kind", ("overall_2",), "design", 0.95)

    # Two of 54 schools have nobody on a bicycle. Without them the interval of R begins at
    # 0.770084; with them at 0.769622, and a report of public data gives all digits.
    everyone = next(e for e in found.of("top_box") if e.value is not None)
    assert everyone.low == pytest.approx(LOW, abs=1e-9)
