"""The notebook that shows how far the estimators are from their references."""

import nbformat
import papermill
from tests.helpers import ROOT


def test_it_runs_and_shows_every_comparison(tmp_path):
    done = tmp_path / "validation.ipynb"
    papermill.execute_notebook(
        ROOT / "notebooks" / "validation.ipynb", done, cwd=ROOT / "notebooks", progress_bar=False
    )

    cells = nbformat.read(done, as_version=4).cells
    shown = [o for c in cells if c.cell_type == "code" for o in c.outputs]
    tables = [o["data"]["text/html"] for o in shown if "text/html" in o.get("data", {})]
    lines = (ROOT / "data" / "reference" / "agreement.csv").read_text(encoding="utf-8")
    assert len(tables) == 4 and "ek-headline" in tables[3]
    assert tables[0].count("<tr>") == len(lines.splitlines())
    assert [o for o in shown if "image/png" in o.get("data", {})]
    # The last table holds what a library gives, what is right, and ours.
    assert "0.05283" in tables[2] and "0.0526" in tables[2]
    assert not [o for o in shown if o["output_type"] == "stream" and o["name"] == "stderr"]
