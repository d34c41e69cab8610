"""A confidential study of minors with known counts, made for each test."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.cohort.office import write

from evalkit.outcomes import open_report

ROOT = Path(__file__).parents[2]

TABLE = """
[[tables]]
name = "followed"
shape = "follow_up"
area = "guigang"
outcome = "recidivism"
file = "{file}"
status = "{status}"
source = {{ en = "made for a test", zh = "测试用" }}
licence = "none"
unit = "day"

[tables.columns]
proven_reoffence = "event"
proven_reoffence_time = "days"
group = "group"
age = "age"
prior_events = "prior"
"""


def people(group, n, events, days=365, seed=1):
    """n persons, `events` of them with the event, spread over the window."""
    random = np.random.default_rng(seed)
    times = np.full(n, float(days))
    times[:events] = np.sort(random.integers(20, days, events))
    flags = (np.arange(n) < events).astype(int)
    return pd.DataFrame(
        {
            "group": group,
            "days": times,
            "event": flags,
            "age": 14 + np.arange(n) % 4,
            "prior": np.arange(n) % 3,
        }
    )


@pytest.fixture
def project(tmp_path):
    """The study file of the pilots with their areas and ledger, to be changed by a test."""
    for folder in ("areas", "published"):
        shutil.copytree(ROOT / "data" / folder, tmp_path / "data" / folder)
    return Path(shutil.copy(ROOT / "study.toml", tmp_path))


@pytest.fixture
def study(tmp_path, project):
    """Write a study with two groups; return a function that opens its report."""
    (tmp_path / "data" / "raw").mkdir()

    def make(*groups, status="confidential", design="observational", lang="en"):
        file = "followed.csv" if status == "public" else "data/raw/followed.csv"
        pd.concat(groups).to_csv(tmp_path / file, index=False)
        text = (ROOT / "study.toml").read_text(encoding="utf-8")
        text = text.replace('design = "observational"', f'design = "{design}"', 1)
        path = project
        path.write_text(text + TABLE.format(status=status, file=file), encoding="utf-8")
        return open_report(path, "guigang", "recidivism", lang)

    return make


CLEAN = """
[clean]
folder = "data/clean"
status = "{status}"
source = {{ en = "made for a test", zh = "测试用" }}
licence = "none"
"""


@pytest.fixture
def office(tmp_path, project):
    """A study whose tables lie in data/clean; returns a writer and an opener."""

    def make(outcome, status="confidential", **tables):
        for shape, rows in tables.items():
            marks = {"made_up": status == "made_up", "public": status == "public"}
            write(tmp_path / "data" / "clean", shape, rows, **marks)
        text = project.read_text(encoding="utf-8")
        text = text.replace('categories = ["dissatisfied", "neutral", "satisfied"]',
                            'categories = ["overall_1", "overall_4", "overall_5"]')  # fmt: skip
        text = text.replace('top = ["satisfied"]', 'top = ["overall_5"]')
        labels = "".join(
            f'{code} = {{ en = "{code}", zh = "{code}" }}\n'
            for code in ("overall_1", "overall_4", "overall_5", "parent", "child", "police_contact")
        )
        text = text.replace("[labels]\n", f"{CLEAN.format(status=status)}\n[labels]\n{labels}")
        project.write_text(text, encoding="utf-8")
        return open_report(project, "guigang", outcome, "en")

    return make
