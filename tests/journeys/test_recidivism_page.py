"""The page "whether a service lowers re-offending", followed word by word, in both languages."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT, results

PAGES = {"en": "recidivism.md", "zh": "recidivism.zh.md"}


def followed(name, lang, tmp_path):
    """Do what a page says, in a folder of its own: its files are written, its commands run."""
    page = (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8")
    (tmp_path / "studies" / "sample").mkdir(parents=True)
    shutil.copy(ROOT / "studies" / "sample" / "study.toml", tmp_path / "studies" / "sample")
    shutil.copytree(ROOT / "data" / "areas", tmp_path / "data" / "areas")
    commands = ["set -e"]
    for kind, file, text in re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", page, re.S | re.M):
        if kind == "sh":
            commands.append(text)
        elif file:
            assert f"`{file}`" in page
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(text, encoding="utf-8")
    environment = {
        **os.environ, "HOME": str(tmp_path), "EVALKIT_LANG": lang,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    environment.pop("EVALKIT_KEY", None)

    ran = subprocess.run(
        ["bash", "-c", "\n".join(commands)],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("lang", PAGES)
def test_an_office_s_files_become_the_planted_answer(lang, tmp_path):
    followed(PAGES[lang], lang, tmp_path)

    found = results(tmp_path / "my-base" / "reports", "my-base", "guigang", "recidivism")
    gap = found["guigang.recidivism.adjusted_difference[window=365d]"]
    # What is planted in truth.json.
    assert gap["low"] <= -0.059 <= gap["high"] < 0
    assert found["guigang.recidivism.verdict"]["verdict"] == "improvement"
    assert "placebo_difference[window=365d]" in "".join(found)
