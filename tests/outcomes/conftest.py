"""A confidential study of minors with known counts, made for each test."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

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
