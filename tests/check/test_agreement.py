"""The committed page of agreement is what the tests find today."""

import subprocess
import sys

import pytest
from tests.helpers import ROOT


@pytest.mark.timeout(1800)
def test_no_comparison_was_added_or_became_worse():
    words = [sys.executable, ROOT / "tools" / "agreement.py", "--check"]
    made = subprocess.run(words, capture_output=True, text=True)

    assert made.returncode == 0, made.stderr
