"""The sample study with its tables in a real PostgreSQL server, for the tests that need it."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.helpers import ROOT, swapped
from tests.postgres import running

import evalkit.table.server as servers
from evalkit.errors import DataError, StudyError
from evalkit.intake.clean import inspect_clean
from evalkit.outcomes.report import Report
from evalkit.protocol import read_study
from evalkit.sample import write
from evalkit.sample.build import build
from evalkit.sample.world import AREAS, Settings
from evalkit.words import sentence

# It has activities, volunteers and needs, and steps of the service.
AREA = "guigang"
REACH = (
    *("people", "funnel", "sites", "attendance", "sessions", "roster", "needs"),
    *("volunteers", "hours", "grid", "population", "pairs"),
)
# It has orders, with times.
ORDERS = "chongzuo"
LICENCE = 'licence = "CC0-1.0"\n'


@pytest.fixture(scope="module")
def postgres():
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def password(postgres, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", postgres.password)
    servers.close_sessions()
    yield
    servers.close_sessions()


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample study with two areas, as Parquet and as CSV exports; never changed."""
    text = (ROOT / "studies" / "sample" / "study.toml").read_text(encoding="utf-8")
    text = swapped(text, f"areas = {json.dumps(list(AREAS))}", f'areas = ["{AREA}", "{ORDERS}"]')
    text = swapped(text, "../../data/areas", str(ROOT / "data" / "areas"))
    path = tmp_path_factory.mktemp("sample") / "study.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "form_of", lambda *_, **__: "gb18030")
        build(read_study(path), Settings(), exports=True, jobs=1)
    return path


@pytest.fixture(scope="module")
def loaded(postgres, sample):
    """Load the tables of the sample into the server."""
    for area in (AREA, ORDERS):
        for file in sorted((sample.parent / "data" / "clean" / area).glob("*.parquet")):
            postgres.load(area, file)


def elsewhere(sample, folder):
    """The sample study with no table; return its file."""
    (folder / "data" / "clean" / AREA).mkdir(parents=True)
    return shutil.copy(sample, folder / "study.toml")


def naming(path, address, tables, area=AREA):
    """Have a study name tables of an area in a database."""
    said = (
        f'{LICENCE}\n[[clean.servers]]\naddress = "{address}"\ntables = {json.dumps(tables)}\n'
        f'areas = ["{area}"]\n'
    )
    path.write_text(swapped(path.read_text(encoding="utf-8"), LICENCE, said), encoding="utf-8")
    return path


@pytest.fixture
def study(sample, postgres, loaded, tmp_path):
    """The sample study, all of whose tables lie in the server."""
    path = elsewhere(sample, tmp_path)
    for area in (AREA, ORDERS):
        naming(path, postgres.address, tables_of(sample, area), area)
    return path


def tables_of(sample, area):
    return sorted(file.stem for file in (sample.parent / "data" / "clean" / area).glob("*.parquet"))


def spec_of(study, shape, area=AREA):
    return read_study(study).clean_table(area, shape)


def refusal(study, shape):
    with pytest.raises((DataError, StudyError)) as caught:
        inspect_clean(spec_of(study, shape))
    # Nothing of what the driver said goes along.
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    return sentence(caught.value, "en")


def estimates(study, outcome, monkeypatch, area=AREA):
    """Run the cells of a notebook here; return every estimate, without the fingerprints."""
    notebook = json.loads((ROOT / "notebooks" / f"{outcome}.ipynb").read_text(encoding="utf-8"))
    found, made = [], Report.estimate

    def kept(self, *args, **more):
        found.append(made(self, *args, **more))
        return found[-1]

    with monkeypatch.context() as patch:
        patch.setattr(Report, "estimate", kept)
        names = {}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", ()):
                names |= {"study": str(study), "area": area, "lang": "en"}
    return [dataclasses.asdict(dataclasses.replace(each, data=())) for each in found]


def evalkit(folder, *words, **environment):
    program = Path(sys.executable).with_name("evalkit")
    return subprocess.run(
        [program, *words],
        cwd=folder, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
        env={**os.environ, "EVALKIT_LANG": "en", **environment},
    )  # fmt: skip
