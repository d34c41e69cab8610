"""Only who asks for an expression pays for ibis, and nobody for a connection of its own."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd

from evalkit.table import FrameRows, ask

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
import evalkit.cli, evalkit.batch.run, evalkit.outcomes.recidivism, evalkit.outcomes.reach
import evalkit.outcomes.quality, evalkit.outcomes.satisfaction, evalkit.present
from evalkit.table import FrameRows, read_condition
import pandas as pd

frame = pd.DataFrame({"age": [1, 2]})
assert FrameRows(frame).n == read_condition("age > 0", frame, "a").mask(frame).sum() == 2
print(sorted({"ibis", "pyarrow"} & set(sys.modules)))
"""


def test_a_report_does_not_import_ibis():
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)

    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_pyarrow_is_not_brought_in():
    # With it, pandas would keep every column of words in another way: docs/adr/0026-tables.md.
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert "\npyarrow==" not in lock and "\nibis-framework==" in lock
    assert [each for each in asked["dependencies"] if each.startswith("ibis-framework[")] == []


def test_a_table_without_rows_has_an_expression():
    frame = pd.DataFrame({"word": pd.Series([], dtype="str"), "n": pd.Series([], dtype=float)})
    rows = FrameRows(frame).expression()

    assert ask(rows.aggregate(n=rows.count(), words=rows.word.count())).values.tolist() == [[0, 0]]
