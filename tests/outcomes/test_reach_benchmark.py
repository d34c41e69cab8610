"""What is measured at scale answers alike by every way; no test asserts a time."""

import importlib.util
import subprocess
import sys

import pytest
from tests.helpers import ROOT

BENCHMARK = ROOT / "benchmarks" / "reach.py"


def loaded():
    spec = importlib.util.spec_from_file_location("reach_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_ten_thousand_visits_give_equal_answers_by_every_way():
    words = [sys.executable, BENCHMARK, "--rows", "10000", "--rounds", "1"]

    ran = subprocess.run(words, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
    assert [line.split(" | ")[0] for line in ran.stdout.splitlines()[4:]] == [
        *("| evalkit", "| sql", "| pandas")
    ]


def test_the_visits_have_what_the_questions_are_about(tmp_path):
    benchmark = loaded()
    benchmark.make(tmp_path, 10_000)

    answers = benchmark.measured("sql", tmp_path, sys.executable)["answers"]

    assert answers["visits"] == 10_000 and 1000 < answers["people"] < 2000
    # Each fault that offices' tables have is there, and each month and town.
    assert all(answers["sessions"].values()) and answers["unnamed"] > 0
    assert len(answers["months"]) > 20 and len(answers["towns"]) == 40
    assert all(0 < came < n for came, n in answers["towns"].values())
    assert 0.01 < answers["top"] < 0.5


@pytest.mark.parametrize("change", [{"people": 4}, {"towns": {"T1": [1, 3]}}, {"top": 0.3001}])
def test_answers_that_differ_stop_the_measurement(change):
    benchmark = loaded()
    answers = {"people": 3, "towns": {"T1": [1, 2]}, "top": 0.3}
    benchmark.check_equal({"one": answers, "other": {**answers, "top": 0.3 + 1e-14}})

    with pytest.raises(SystemExit):
        benchmark.check_equal({"one": answers, "other": {**answers, **change}})
