"""Each notebook, opened and run in a real JupyterLab as a researcher does."""

import hashlib
import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect

from evalkit.cli import main

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))

OPEN_MS = 180_000  # the page's first load and the kernel's start, on two busy cores
RUN_MS = 600_000  # one notebook, all cells
TALLEST = 16_000  # pixels; Chromium's pictures end at 16384

PROMPTS = ".jp-Notebook .jp-CodeCell .jp-InputArea-prompt"
RED = (  # JupyterLab shows an error and a warning under one type
    ".jp-Notebook [data-mime-type='application/vnd.jupyter.error'], "
    ".jp-Notebook [data-mime-type='application/vnd.jupyter.stderr']"
)
STATUS = "#jp-main-statusbar"
IDLE = re.compile(r"\(ipykernel\) \| Idle")
HEADLINE = ".jp-Notebook .jp-OutputArea-output .ek-headline"

# Run All sends every cell at once, [*], and takes the rest back after an error.
NUMBERS = f"""[...document.querySelectorAll("{PROMPTS}")].map(p => p.textContent.trim())"""
FINISHED = f"""() => {{
    const prompts = {NUMBERS};
    const numbered = prompts.some(text => /\\d/.test(text));
    const idle = document.querySelector("{STATUS}").textContent.includes("| Idle");
    return numbered && idle && !prompts.some(text => text.includes("*"));
}}"""
HEIGHT = """() => Math.max(0, ...[...document.querySelectorAll(".jp-Notebook, .jp-Notebook *")]
    .filter(node => node.clientHeight > 0).map(node => node.scrollHeight))"""

TO_THE_TOP = """() => new Promise(done => {
    const nodes = document.querySelectorAll(".jp-Notebook, .jp-Notebook *");
    nodes.forEach(node => { node.scrollTop = 0; });
    requestAnimationFrame(() => requestAnimationFrame(done));
})"""


@pytest.fixture(scope="module", autouse=True)
def sample():
    """The made-up tables that one of the notebooks counts: a clean clone has none."""
    assert (
        main(["sample", "--study", str(NOTEBOOKS[0].parents[1] / "studies/sample/study.toml")]) == 0
    )


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("source", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_in_jupyterlab_from_its_menu(source, lab, page, outside, pictures):
    late = pictures / f"{source.stem}-late.png"
    late.unlink(missing_ok=True)
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    try:
        open_notebook(page, lab, source.name)
        run_all_cells(page)
        page.wait_for_function(FINISHED, timeout=RUN_MS, polling=250)
    except TooLate:
        photograph(page, late)
        raise
    photograph(page, pictures / f"{source.stem}.png")

    errors = page.locator(RED).all_inner_texts()
    ran = [text for text in page.evaluate(NUMBERS) if any(c.isdigit() for c in text)]
    assert errors == []
    assert len(ran) == cells_to_run(source)
    headlines = [text.strip() for text in page.locator(HEADLINE).all_inner_texts()]
    assert headlines, f"no element .ek-headline in the outputs of {source.name}"
    assert all(headlines), headlines
    other = page.locator(".jp-MarkdownOutput [lang=en]").all()
    # The reader's language is the study's first: the twin of each heading is out of sight.
    assert not [each for each in other if each.is_visible()]
    if source.stem != "validation":
        assert page.locator(".jp-MarkdownOutput [lang=zh]").first.is_visible()
    assert outside == [], "JupyterLab or the notebook asked for something beyond this machine"
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before


def cells_to_run(path):
    """Return how many prompts will get a number: a folded cell shows none."""
    cells = nbformat.read(path, as_version=4).cells
    shown = [cell for cell in cells if not cell.metadata.get("jupyter", {}).get("source_hidden")]
    return sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in shown)


def open_notebook(page, lab, name):
    page.goto(lab.address(name), timeout=OPEN_MS)
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=OPEN_MS)
    # Run All before there is a kernel opens a dialog that asks for one.
    expect(page.locator(STATUS)).to_contain_text(IDLE, timeout=OPEN_MS)


def run_all_cells(page):
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click(timeout=OPEN_MS)
    page.locator('[data-command="runmenu:run-all"]').click(timeout=OPEN_MS)


def photograph(page, path):
    """Take the whole notebook: JupyterLab scrolls inside, so the window must grow."""
    height = min(TALLEST, page.evaluate(HEIGHT) + 200)
    page.set_viewport_size({"width": 1400, "height": max(1000, height)})
    page.evaluate(TO_THE_TOP)
    page.screenshot(path=path)


@pytest.mark.timeout(600)
def test_a_report_alone_shows_what_its_plan_fixed_and_what_can_be_chosen(
    lab, page, outside, pictures
):
    cells = [
        "from evalkit import outcomes, present",
        'report = outcomes.open_report("studies/reference/study.toml", "life", "recidivism", "zh")',
        "report",
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    # Without the name of a kernel JupyterLab would ask for one.
    made.metadata = nbformat.read(NOTEBOOKS[0], as_version=4).metadata
    nbformat.write(made, lab.notebooks / "choices.ipynb")
    open_notebook(page, lab, "choices.ipynb")
    run_all_cells(page)
    page.wait_for_function(FINISHED, timeout=RUN_MS, polling=250)
    photograph(page, pictures / "choices.png")

    choices, methods = page.locator(".jp-OutputArea-output table.ek-table").all()
    assert "window = 52" in choices.inner_text() and "[plan.recidivism]" in choices.inner_text()
    assert "Hainmueller (2012)" in methods.inner_text() and "方案所定" in methods.inner_text()
    assert page.locator(RED).all_inner_texts() == [] and outside == []
