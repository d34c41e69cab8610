"""What several tests share: reference results, data, and small study files."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from evalkit.errors import DataError
from evalkit.protocol import Plan, Study, TableSpec
from evalkit.table import read_table
from evalkit.words import Term, sentence

ROOT = Path(__file__).resolve().parents[1]

# A law is tried on the same made-up cases in every run, however slow the machine.
LAW = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def gold(name):
    """Return one entry of tests/reference/gold.json."""
    text = (ROOT / "tests" / "reference" / "gold.json").read_text(encoding="utf-8")
    return next(entry for entry in json.loads(text)["entries"] if entry["id"] == name)


def reference_data(name):
    """Return the path of a data set whose results are printed."""
    place = ROOT / "data" / "reference" / name
    # What only tests use lies with them.
    return place if place.exists() else ROOT / "tests" / "reference" / "data" / name


# Where the table of docs/reference/estimators.md is being made, its lines go to this file.
AGREEMENT = "EVALKIT_AGREEMENT"


def agree(estimator, reference, found, expected, *, rel=0.0, abs=0.0):
    """Hold an estimator's numbers to a reference, and note how far apart they are.

    Every comparison with R, a published table or an independent slow way goes through
    here, so that the page of the docs is made of what the tests measured.
    """
    found, expected = np.atleast_1d(found).astype(float), np.atleast_1d(expected).astype(float)
    assert found.shape == expected.shape
    gap = np.abs(found - expected)
    # What is zero on paper has no relative difference.
    scale = np.where(np.abs(expected) <= abs, 1.0, np.abs(expected))
    if path := os.environ.get(AGREEMENT):
        line = [estimator, reference, float(np.max(gap / scale)), rel, abs, int(gap.size)]
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    assert (gap <= np.maximum(rel * np.abs(expected), abs)).all(), (estimator, found, expected)


RECIDIVISM_PLAN = """\
[plan.recidivism]
definition = "rearrest"
window = 365
window_unit = "day"
programme = "aid"
comparison = "no_aid"
design = "randomised"
primary = "risk_difference"
estimands = ["risk", "risk_difference"]
subset = "age >= 14"
covariates = ["age"]
estimator = "newcombe"
curve_interval = "log-log"
level = 0.95
alpha = 0.05
min_people = 60
min_events = 30
max_smd = 0.10

"""
STUDY = """\
code = "tiny"
name = { en = "A tiny study", zh = "小研究" }
languages = ["zh", "en"]
outcomes = ["recidivism", "satisfaction", "reach"]
people = "minors"
areas_folder = "areas"
areas = ["north", "south"]

[plan]
status = "draft"

"""
STUDY += RECIDIVISM_PLAN
STUDY += """\
[plan.satisfaction]
item = "overall"
categories = ["bad", "good"]
top = ["good"]
by = "kind"
primary = "top_box"
estimands = ["top_box"]
subset = ""
estimator = "wilson"
level = 0.95
min_people = 60

[plan.reach]
definition = "started"
exposure = "exposure"
by = ["age"]
cluster = "cluster"
design = "observational"
primary = "reach_difference"
estimands = ["share_reached"]
subset = ""
estimator = "clustered"
level = 0.95
alpha = 0.05
min_people = 60
min_clusters = 20

[plan.reach.bands]
age = [0, 14.5]

[plan.claims]
estimands = ["claim", "finding"]
approx = 0.05
same_digits = 3
zero_base = 60
level = 0.95

[plan.quality]
estimands = ["table_rows"]
window = 365
waiting = 183

[labels]
aid = { en = "aid", zh = "补助" }
no_aid = { en = "no aid", zh = "无补助" }

[[tables]]
name = "cases"
shape = "follow_up"
area = "north"
outcome = "recidivism"
file = "cases.csv"
status = "confidential"
source = { en = "the office", zh = "办公室" }
licence = "facts"
unit = "day"
columns = { rearrest = "arrest", rearrest_time = "days", group = "arm" }
values = { group = { "1" = "aid", "0" = "no_aid" } }

[[tables]]
name = "claims"
shape = "claims"
file = "claims.csv"
status = "public"
source = { en = "the press", zh = "报刊" }
licence = "facts"
"""

AREA = """\
code = "north"
order = 1
level = "county"
name = { en = "North", zh = "北" }
place = { en = "North Province", zh = "北省" }
source = "north-2025"

[outcomes.recidivism]
applies = true
why = { en = "Cases are kept.", zh = "有个案。" }

[outcomes.reach]
applies = false
why = { en = "Nobody is served.", zh = "无人服务。" }

[[mechanisms]]
code = "roster"
name = { en = "Roster", zh = "名册" }
feeds = ["reach", "inputs"]
tables = ["people"]
data = { en = "names", zh = "姓名" }
printed = ["N-01"]
"""


def swapped(text, old, new):
    """Return a text with one part changed; the part must be there."""
    assert old in text, old
    return text.replace(old, new, 1)


def write_study(folder, text=STUDY, area=AREA):
    """Write a study with the areas north and south; return the study file's path."""
    areas = folder / "areas"
    areas.mkdir(parents=True, exist_ok=True)
    (areas / "north.toml").write_text(area, encoding="utf-8")
    (areas / "south.toml").write_text(AREA.replace('"north"', '"south"'), encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


# The form of a Chinese identity number; nobody's. It must not appear in a message.
PERSON = "440781200901015678"
NAMES = {"group": "arm", "rearrest": "arrest", "rearrest_time": "days"}


def table_study(path, shape="follow_up", status="confidential", columns=NAMES, values=None):
    """Return a study with one table, called table."""
    name, values = Term("table", {}), values or {}
    spec = TableSpec(*("table", shape, path, status, name, "facts", "", "", columns, values, "day"))
    return Study(
        *(Term("tiny", {}), Path("study.toml"), ("zh", "en"), ("recidivism",), "minors"),
        *({}, Plan("draft", {}), {}, {"table": spec}, {}),
    )


def ahead_on_path(folder):
    """Return what lets a process find modules of a folder first, and all else as before."""
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])


def read_content(folder, content, *args, **more):
    """Write a table, declare it in a study as `table_study` takes it, and read it."""
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_table(table_study(path, *args, **more), "table")


def table_refusal(folder, content, *args, **more):
    """Return what a reader is told of a bad table in English and Chinese, without its path."""
    with pytest.raises(DataError) as caught:
        read_content(folder, content, *args, **more)
    en, zh = (sentence(caught.value, lang) for lang in ("en", "zh"))
    assert PERSON not in en + zh + repr(caught.value.to_json())
    path = str(folder / "table.csv")
    return en.removeprefix(path).lstrip(":, "), zh.removeprefix(path).lstrip("：，")
