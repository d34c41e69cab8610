"""A run that is told the last edition notes what changed, before it writes the portal."""

import json
from html import unescape

import pytest

from evalkit.export.changes import changes_of

from .conftest import evalkit

WORDS = ("run", "--area", "dalian", "--outcome", "reach")


@pytest.mark.slow
def test_a_run_says_what_changed_since_the_last_edition(project, tmp_path):
    assert evalkit(*WORDS, cwd=project).returncode == 0
    reports = project / "reports"
    last = tmp_path / "last"
    place = "pilots/dalian/reach"
    (last / place).mkdir(parents=True)
    results = json.loads((reports / place / "results.json").read_text(encoding="utf-8"))
    for estimate in results["estimates"]:
        if estimate["estimand"] == "verdict":
            estimate["verdict"] = "no_clear"
    (last / place / "results.json").write_text(json.dumps(results), encoding="utf-8")

    ran = evalkit("--lang", "en", *WORDS, "--since", last, cwd=project)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Since last: 1 of 1 verdicts changed; 0 of" in ran.stdout
    (told,) = changes_of(reports)
    assert (told.area, told.old, told.new) == ("dalian", "no_clear", "not_assessable")
    for page, said in (("index.en.html", "What changed since the last edition"),
                       ("index.html", "与上一版相比")):  # fmt: skip
        text = (reports / page).read_text(encoding="utf-8")
        assert said in text and told.told.text("en" if "en" in page else "zh") in unescape(text)
    # What is no edition of these reports stops the run before it begins.
    other = evalkit("--lang", "en", *WORDS, "--since", tmp_path, cwd=project)
    assert other.returncode == 13 and "holds no report" in other.stderr
    assert "Portal" not in other.stdout
