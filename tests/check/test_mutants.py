"""The tests notice most small changes of the code; each that they miss is named."""

import subprocess
import sys

import pytest
from tests.helpers import ROOT


# About ten minutes on two cores; a busy machine may take three times as long.
@pytest.mark.timeout(3600)
def test_the_tests_kill_the_mutants_of_the_sample(capsys):
    words = [sys.executable, ROOT / "tools" / "mutants.py"]
    tried = subprocess.run(words, capture_output=True, text=True)
    with capsys.disabled():
        print("", tried.stdout, sep="\n")

    assert tried.returncode == 0, tried.stderr
