"""A study of many areas, multiplied from the eight real ones, with notebooks that work.

Made up but for what it is multiplied from: for measuring only.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOTH = ("zh", "en")
OUTCOMES = ("recidivism", "satisfaction", "reach", "claims")
# What a real evaluation computes: fits, resampling and figures; it shows nothing.
WORK = """
import io
import matplotlib.pyplot as plt
import numpy as np
import statsmodels.api as sm
rng = np.random.default_rng(20261125)
design = sm.add_constant(rng.normal(size=(20_000, 4)))
event = (rng.random(20_000) < 1 / (1 + np.exp(-design @ [-1, 0.4, -0.3, 0.2, 0.1]))).astype(float)
fits = [sm.Logit(event, design * (1 + step / 100)).fit(disp=0) for step in range({fits})]
draws = np.array([event[rng.integers(0, 20_000, 20_000)].mean() for _ in range({draws})])
figure, axes = plt.subplots(2, 2)
drawn = [axis.hist(draws, bins=30) for axis in axes.flat]
figure.savefig(io.BytesIO(), format="svg")
plt.close(figure)
""".strip()


def make_study(
    folder: Path, areas: int, fits: int = 0, draws: int = 0, languages: tuple[str, ...] = BOTH
) -> Path:
    """Write a study of many areas and return its file.

    Parameters
    ----------
    folder : Path
        A new folder; the notebooks are copied into it.
    areas : int
        Each has four reports.
    fits, draws : int
        Logistic regressions and resamplings that each notebook does besides; none when 0.
    languages : tuple of str
        Of the reports.
    """
    real = sorted(path.stem for path in (ROOT / "data" / "areas").glob("*.toml"))
    ledger = (ROOT / "data" / "published" / "claims.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(ledger)))
    (folder / "data" / "areas").mkdir(parents=True)
    codes = [f"a{number:04}" for number in range(areas)]
    for number, code in enumerate(codes):
        _area(folder, real[number % len(real)], code, rows)
    shutil.copytree(ROOT / "data" / "published", folder / "data" / "published")
    _study(folder, codes, languages)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for outcome in OUTCOMES if fits else ():
        _let_work(folder / "notebooks" / f"{outcome}.ipynb", WORK.format(fits=fits, draws=draws))
    return folder / "study.toml"


def _area(folder: Path, model: str, code: str, rows: list[dict[str, str]]) -> None:
    text = (ROOT / "data" / "areas" / f"{model}.toml").read_text(encoding="utf-8")
    text = text.replace(f'code = "{model}"', f'code = "{code}"', 1)
    own = [{**row, "area": code} for row in rows if row["area"] == model]
    # An id stands once in a study, and is named in the area's relations too.
    for row in own:
        new = f"{code}-{row['claim_id']}"
        text = re.sub(rf'"{re.escape(row["claim_id"])}"', f'"{new}"', text)
        row["claim_id"] = new
    place = folder / "data" / "areas"
    with (place / f"{code}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(own)
    text += f'\n[ledger]\nfile = "{code}.csv"\nlicence = "facts"\n'
    text += 'source = { en = "multiplied", zh = "复制" }\n'
    (place / f"{code}.toml").write_text(text, encoding="utf-8")


def _study(folder: Path, codes: list[str], languages: tuple[str, ...]) -> None:
    text = (ROOT / "study.toml").read_text(encoding="utf-8")
    text = re.sub(r"^areas = .*$", f"areas = {json.dumps(codes)}", text, count=1, flags=re.M)
    spoken = f"languages = {json.dumps(languages)}"
    text = re.sub(r"^languages = .*$", spoken, text, count=1, flags=re.M)
    # The shared ledger is of the real areas; each of these brings its own.
    text = re.sub(r'\[\[tables\]\]\nname = "claims".*?(?=\[\[tables)', "", text, flags=re.S)
    (folder / "study.toml").write_text(text, encoding="utf-8")


def _let_work(path: Path, code: str) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "work", "metadata": {}, "source": code}
    cell |= {"execution_count": None, "outputs": []}
    at = next(n for n, c in enumerate(notebook["cells"]) if "open_report" in "".join(c["source"]))
    notebook["cells"].insert(at, cell)
    path.write_text(json.dumps(notebook), encoding="utf-8")
