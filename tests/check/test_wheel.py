"""A wheel, its core dependencies and nothing else: one report, from an empty environment.

Here and not among the quick tests: the packages may have to be fetched.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.helpers import ROOT

from evalkit.protocol import package_sha256

LOCK = ROOT / "requirements.lock"


def uv(*words, **more):
    return subprocess.run(
        [sys.executable, "-m", "uv", *map(str, words)],
        check=True, capture_output=True, text=True, **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The programs of an environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    # With the build backend that is here already: it is locked, another might not be.
    uv("build", "--quiet", "--wheel", "--no-build-isolation", "--out-dir", folder, ROOT, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    uv("venv", "--quiet", "--python", sys.executable, folder / "env")
    programs = folder / "env" / "bin"
    python = programs / "python"
    uv("pip", "install", "--quiet", "--python", python, "--constraint", LOCK, wheel, cwd=ROOT)
    return programs


@pytest.fixture(scope="module")
def evalkit(installed, tmp_path_factory):
    """The command of that environment, in a folder far from the checkout."""
    here = tmp_path_factory.mktemp("office")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    told = {"EVALKIT_LANG": "en", "EVALKIT_CACHE": str(here / "cache"), "COLUMNS": "200"}

    def run(*words, cwd=here):
        return subprocess.run(
            [str(installed / "evalkit"), *map(str, words)],
            cwd=cwd, env={**kept, **told, "EVALKIT_KEY": "5" * 64}, capture_output=True, text=True,
        )  # fmt: skip

    run.here = here
    return run


def test_the_environment_holds_no_extra(installed):
    listed = uv("pip", "list", "--python", installed / "python", "--format", "json").stdout
    names = {package["name"] for package in json.loads(listed)}

    assert "evalkit" in names
    assert not names & {"distributed", "pytest", "pyspark", "playwright"}


def test_the_wheel_s_code_has_the_fingerprint_of_the_checkout_s(evalkit):
    said = evalkit("--version").stdout

    assert said.split()[-1] == package_sha256()


def test_a_table_is_read_and_its_reports_are_built(evalkit):
    page = (ROOT / "docs" / "how-to" / "your-own-data.md").read_text(encoding="utf-8")
    files = {
        head.split(" ")[1]: body
        for head, _, body in (part.partition("\n") for part in page.split("```")[1::2])
        if " " in head
    }
    for name, text in files.items():
        (evalkit.here / name).parent.mkdir(parents=True, exist_ok=True)
        (evalkit.here / name).write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "practice.py"], cwd=evalkit.here, check=True)
    study = evalkit.here / "my-cases"
    for name in ("cases", "events"):
        read = evalkit("read", f"{name}.csv", "--as", name, "--area", "mytown", cwd=study)
        assert read.returncode == 0, read.stdout + read.stderr

    ran = evalkit("run", cwd=study)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    for form in ("html", "pdf", "docx", "xlsx"):
        assert list(Path(study, "reports").rglob(f"recidivism/report.en.{form}")), form
    assert not list(evalkit.here.rglob("*.failed.json"))
