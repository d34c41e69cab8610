"""Other ways to run the notebooks of a study, for `batch.py`: ``ways.py HOW FOLDER AREAS``."""

from __future__ import annotations

import ast
import json
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import many

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def cells_alone(notebook: str, out: str, area: str) -> None:
    """Run the cells of a notebook in this process, with what they show, and nothing else."""
    os.chdir(Path(notebook).parent)
    names: dict[str, Any] = {}
    for cell in json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            body = ast.parse("".join(cell["source"])).body
            last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), notebook, "exec"), names)
            if last is not None:
                shown = eval(compile(ast.Expression(last.value), notebook, "eval"), names)
                if shown is not None:
                    shown._repr_mimebundle_()
            if "parameters" in cell["metadata"].get("tags", []):
                names["area"] = area


def one_page_alone(notebook: str, out: str, area: str) -> None:
    """Run a notebook as evalkit does, and write one page."""
    from evalkit.export import write_results
    from evalkit.export.page import compose, write_page
    from evalkit.protocol import RESULTS
    from evalkit.record import read_notebook
    from evalkit.run.notebook import run_notebook

    source = Path(notebook)
    parameters = {"study": "../study.toml", "area": area, "lang": "zh"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_notebook(source, folder / "report.ipynb", parameters, source.parent)
        record = read_notebook(folder / "report.ipynb")
        write_results(folder / RESULTS, record)
        write_page(folder, record, compose(folder, record, "zh"))


def by_papermill(notebook: str, out: str, area: str) -> None:
    """Run a notebook by papermill and write a page by nbconvert."""
    import papermill

    words = {"parameters": {"area": area}, "cwd": str(Path(notebook).parent)}
    papermill.execute_notebook(notebook, out, progress_bar=False, **words)
    _page(out)


def by_ploomber(notebook: str, out: str, area: str) -> None:
    """Run a notebook by ploomber-engine and write a page by nbconvert."""
    from ploomber_engine import execute_notebook

    os.chdir(Path(notebook).parent)
    execute_notebook(notebook, out, parameters={"area": area}, progress_bar=False)
    _page(out)


def _page(path: str) -> None:
    import nbformat
    from nbconvert import HTMLExporter

    html, _ = HTMLExporter().from_notebook_node(nbformat.read(path, as_version=4))
    Path(path).with_suffix(".html").write_text(html, encoding="utf-8")


def _here(run: Callable[..., None], tasks: list[tuple[str, str, str]]) -> None:
    for task in tasks:
        run(*task)


def _by(executor: Executor, run: Callable[..., None], tasks: list[tuple[str, str, str]]) -> None:
    for future in [executor.submit(run, *task) for task in tasks]:
        future.result()


def main(how: str, folder: str, areas: int) -> None:
    """Run every report of so many areas in one way."""
    out = Path(folder) / "out"
    out.mkdir(exist_ok=True)
    tasks = [
        (f"{folder}/notebooks/{outcome}.ipynb", f"{out}/a{n:04}-{outcome}.ipynb", f"a{n:04}")
        for n in range(areas)
        for outcome in many.OUTCOMES
    ]
    if how == "cells alone":
        _here(cells_alone, tasks)
        return
    # ploomber-engine puts a notebook in the place of __main__: workers need another name.
    import ways

    if how == "one page alone":
        from evalkit.batch.executors.fork import MODULES
        from evalkit.run.warm import WarmExecutor

        with WarmExecutor(2, MODULES) as executor:
            _by(executor, ways.one_page_alone, tasks)
    elif how == "Dask":
        from distributed import Client, LocalCluster

        with LocalCluster(n_workers=2, threads_per_worker=1) as cluster, Client(cluster) as client:
            _by(client.get_executor(), ways.by_papermill, tasks)
    else:
        run = ways.by_ploomber if how == "ploomber-engine" else ways.by_papermill
        with ProcessPoolExecutor(2) as pool:
            _by(pool, run, tasks)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
