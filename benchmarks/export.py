"""The forms of a report against the stock route, side by side in one run.

    .venv/bin/python benchmarks/export.py reports/pilots/guigang/claims [...]

Each folder holds a built report. Stock is nbconvert's own: `lab` for the page, `webpdf`
for the PDF. Times are medians of interleaved pairs in this process, after one warm-up of
each; only their ratios mean anything. WeasyPrint is measured where it is installed.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter, WebPDFExporter
from playwright import async_api
from playwright.sync_api import sync_playwright

from evalkit.export.document import document
from evalkit.export.docx import write_docx
from evalkit.export.page import compose, write_page
from evalkit.export.pdf import write_pdf
from evalkit.export.printing import ready
from evalkit.record import read_notebook

ROOT = Path(__file__).resolve().parents[1]
PAIRS = 5
LANG = "zh"
CHROMIUM = next(p for n in ("chromium", "google-chrome") if (p := shutil.which(n)))


def main(folders: list[str]) -> None:
    """Print one line a report, in Markdown."""
    _use_this_chromium()
    heads = [
        *("report", "page, own/lab", "PDF, own/webpdf", "PDF, own/WeasyPrint", "DOCX/own page"),
        *("axe, own : lab", "requests, own : lab", "bytes of page, own/lab"),
        "bytes of PDF, own/webpdf",
    ]
    print("| " + " | ".join(heads) + " |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in folders:
        print(_line(Path(name)), flush=True)


def _line(folder: Path) -> str:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        shutil.copy(folder / "results.json", work)
        notebook = folder / "report.ipynb"

        def page() -> None:
            record = read_notebook(notebook)
            write_page(work, record, compose(work, record, LANG))

        composed = compose(work, read_notebook(notebook), LANG)

        def pdf() -> None:
            with ready([document(composed)]) as (one,):
                write_pdf(work, one)

        def word() -> None:
            with ready([document(composed)]) as (one,):
                write_docx(work, one)

        lab = HTMLExporter(template_name="lab")
        web = WebPDFExporter(template_name="lab", disable_sandbox=True)

        def stock_page() -> None:
            text, _ = lab.from_notebook_node(nbformat.read(notebook, as_version=4))
            (work / "stock.html").write_text(text, encoding="utf-8")

        def stock_pdf() -> None:
            made, _ = web.from_notebook_node(nbformat.read(notebook, as_version=4))
            (work / "stock.pdf").write_bytes(made)

        steps: dict[str, Callable[[], None]] = {
            "page": page, "lab": stock_page, "pdf": pdf, "webpdf": stock_pdf, "docx": word,
        }  # fmt: skip
        if weasy := _weasyprint(work):
            steps["weasyprint"] = weasy
        took = _pairs(steps)
        own, stock = (_in_browser(work / file) for file in (f"report.{LANG}.html", "stock.html"))
        size = {path.name: path.stat().st_size for path in work.iterdir() if path.is_file()}
        weasy_ratio = f"{took['pdf'] / took['weasyprint']:.2f}" if weasy else "not installed"
        cells = [
            "/".join(folder.parts[-3:]),
            f"{took['page'] / took['lab']:.2f}",
            f"{took['pdf'] / took['webpdf']:.2f}",
            weasy_ratio,
            f"{took['docx'] / took['page']:.2f}",
            f"{own[0]} : {stock[0]}",
            f"{own[1]} : {stock[1]}",
            f"{size[f'report.{LANG}.html'] / size['stock.html']:.2f}",
            f"{size[f'report.{LANG}.pdf'] / size['stock.pdf']:.2f}",
        ]
        return "| " + " | ".join(cells) + " |"


def _pairs(steps: dict[str, Callable[[], None]]) -> dict[str, float]:
    took: dict[str, list[float]] = {name: [] for name in steps}
    for round_ in range(PAIRS + 1):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            if round_:
                took[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in took.items()}


def _in_browser(path: Path) -> tuple[int, int]:
    """Return violations that axe-core finds, and requests beyond this machine."""
    outside: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda r: outside.append(r.url) if r.url.startswith("http") else None)
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        found = Axe().run(page).response["violations"]
        browser.close()
    return sum(len(item["nodes"]) for item in found), len(outside)


def _weasyprint(work: Path) -> Callable[[], None] | None:
    try:
        import weasyprint
    except (ImportError, OSError):
        return None

    def write() -> None:
        source = weasyprint.HTML(filename=str(work / f"report.{LANG}.html"))
        source.write_pdf(work / "weasy.pdf", pdf_variant="pdf/ua-1")

    return write


def _use_this_chromium() -> None:
    """Let webpdf, which knows only playwright's own browser, use the machine's."""
    launch = async_api.BrowserType.launch

    async def start(self: Any, **words: Any) -> Any:
        return await launch(self, **{**words, "executable_path": CHROMIUM})

    async_api.BrowserType.launch = start  # type: ignore[method-assign]


if __name__ == "__main__":
    main(sys.argv[1:] or [str(ROOT / "reports/pilots/guigang/claims")])
