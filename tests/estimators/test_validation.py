"""The notebook that shows how far the estimators are from their references and the truth."""

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
    worlds = (ROOT / "data" / "reference" / "validation.csv").read_text(encoding="utf-8")
    assert len(tables) == 6 and "ek-headline" in tables[5]
    assert tables[0].count("<tr>") == len(lines.splitlines())
    assert tables[2].count("<tr>") == len(worlds.splitlines())
    # A method that is known to cover too little is among those that are pointed out.
    assert "clustered_difference" in tables[3] and "newcombe" not in tables[3]
    assert len([o for o in shown if "image/png" in o.get("data", {})]) == 2
    # The last table holds what a library gives, what is right, and ours.
    assert "0.05283" in tables[4] and "0.0526" in tables[4]
    assert not [o for o in shown if o["output_type"] == "stream" and o["name"] == "stderr"]
