"""The committed table is of the grid as it stands."""

import csv

import pytest
from tests.helpers import ROOT

from evalkit.validate.grid import scarce, scenarios, settings
from evalkit.validate.methods import METHODS
from evalkit.validate.results import COLUMNS

FOLDER = ROOT / "data" / "reference"
SCARCE = {setting.key for setting in scarce()}
REPLICATES = {"validation.csv": 2000, "type_one.csv": 2000}
TABLES = {
    "validation.csv": [setting for setting in settings() if setting.key not in SCARCE],
    "type_one.csv": scarce(),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_release_table_has_each_method_of_each_setting(name):
    rows = list(csv.DictReader((FOLDER / name).read_text(encoding="utf-8").splitlines()))

    known = [
        (s.scenario, s.size, "yes" if s.effect else "no", m, "yes" if m in s.methods else "no")
        for s in TABLES[name]
        for m in s.asked
    ]
    assert [tuple(row[c] for c in COLUMNS[:5]) for row in rows] == known
    assert {int(row["replicates"]) for row in rows} == {REPLICATES[name]}
    assert len({(row["seed"], row["version"], row["date"]) for row in rows}) == 1


def test_every_method_is_asked_somewhere():
    plain = [setting for setting in settings() if setting.answers is None]

    assert {m for s in plain for m in s.asked} == set(METHODS)
    assert all(set(s.asked) == set(s.answers) for s in scarce() if s.answers is not None)


def test_no_two_settings_share_their_random_numbers():
    keys = [s.key for s in settings()]

    assert len(set(keys)) == len(keys)


def test_every_scenario_is_documented():
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")

    assert [name for name in scenarios() if f"`{name}`" not in page] == []
