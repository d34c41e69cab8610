"""CPU time of each form of a report in a warm process, in milliseconds.

    .venv/bin/python benchmarks/pages.py reports/pilots/guigang/claims [...]

Each folder holds a built report. Every form is written once before it is measured, then
`ROUNDS` times in turn; a cell is the median of the languages' medians. CPU time is of this
process with the programs that it starts (pandoc): wall time on a shared machine says
nothing. The portal is that of the folder's reports.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from evalkit.export import write_portal
from evalkit.export.document import document
from evalkit.export.docx import write_docx
from evalkit.export.page import Composed, compose, write_page
from evalkit.export.pdf import write_pdf
from evalkit.export.printing import Ready, ready
from evalkit.export.results import write_results
from evalkit.export.summary import write_summary
from evalkit.export.workbook import write_workbook
from evalkit.record import read_notebook

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7
FORMS = (
    *("read_notebook", "write_results", "write_page", "compose", "write_pdf", "write_docx"),
    *("write_workbook", "summary", "portal"),
)


def main(folders: list[str]) -> None:
    """Print one line a report, in Markdown."""
    print("| report | " + " | ".join(FORMS) + " |")
    print("|---|" + "---:|" * len(FORMS))
    for name in folders:
        took = _measured(Path(name))
        cells = [f"{1000 * took[form]:.0f}" for form in FORMS]
        print("| " + " | ".join(["/".join(Path(name).parts[-3:]), *cells]) + " |", flush=True)


def _measured(folder: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        reports = Path(name) / "reports"
        shutil.copytree(folder.parents[2], reports)
        work = reports / folder.relative_to(folder.parents[2])
        languages = json.loads((work / "results.json").read_text(encoding="utf-8"))["languages"]
        took: dict[str, list[float]] = {form: [] for form in FORMS}
        for lang in languages:
            for form, times in _times(_steps(reports, work, lang)).items():
                took[form].append(statistics.median(times))
        return {form: statistics.median(times) for form, times in took.items()}


def _steps(reports: Path, work: Path, lang: str) -> dict[str, Callable[[], object]]:
    notebook = work / "report.ipynb"
    record = read_notebook(notebook)
    composed = compose(work, record, lang)
    return {
        "read_notebook": lambda: read_notebook(notebook),
        "write_results": lambda: write_results(work / "results.json", record),
        "write_page": lambda: write_page(work, record, composed),
        "compose": lambda: compose(work, record, lang),
        "write_pdf": lambda: on_paper(work, composed, write_pdf),
        "write_docx": lambda: on_paper(work, composed, write_docx),
        "write_workbook": lambda: write_workbook(work, record, lang),
        "summary": lambda: write_summary(work.parent),
        "portal": lambda: write_portal(reports),
    }


def on_paper(work: Path, composed: Composed, write: Callable[[Path, Ready], Path]) -> None:
    """Write one form of a report on paper."""
    with ready([document(composed)]) as (one,):
        write(work, one)


def _times(steps: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in steps}
    for round_ in range(ROUNDS + 1):
        for name, step in steps.items():
            before = _spent()
            step()
            if round_:
                took[name].append(_spent() - before)
    return took


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:] or [str(ROOT / "reports/pilots/guigang/claims")])
