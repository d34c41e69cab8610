"""Write docs/reference/cells.md: everything that a notebook's cell can call, with an example.

An example stands in the docstring of a function; one that only the notebooks call has the
cell that calls it there, which every run of the tests runs.
"""

from __future__ import annotations

import inspect
import re
import sys
from importlib import import_module
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "cells.md"
MODULES = {
    "outcomes": "Open a report, and what every outcome has",
    "outcomes.recidivism": "Recidivism",
    "outcomes.satisfaction": "Satisfaction",
    "outcomes.reach": "Reach",
    "outcomes.quality": "Quality of the offices' tables",
    "outcomes.claims": "Printed figures",
    "outcomes.own": "Numbers of your own",
    "present": "Show them",
}
HEAD = """\
# What a cell can call

Made by `python tools/cells.py` from the code; a test holds it. A cell imports
`from evalkit import outcomes, present` and, of an outcome, `from evalkit.outcomes import
recidivism`. How to make an exhibit of your own:
[how-to/your-own-exhibit.md](../how-to/your-own-exhibit.md).
"""


def main() -> None:
    """Write the page, or with --check only tell whether it is as the code says."""
    text = page()
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for module, title in MODULES.items():
        parts.append(f"\n## {title}: `{module}`\n")
        parts += [entry(module, name) for name in functions(module)]
    return "".join(parts)


def functions(module: str) -> list[str]:
    """Return the functions of a module that a cell can call."""
    held = import_module(f"evalkit.{module}")
    own = [name for name, value in vars(held).items() if _is_own(value, held.__name__)]
    names = getattr(held, "__all__", own)
    return [name for name in sorted(names) if inspect.isfunction(getattr(held, name))]


def _is_own(value: object, module: str) -> bool:
    return getattr(value, "__module__", "") == module and getattr(value, "__name__", "_")[0] != "_"


def entry(module: str, name: str) -> str:
    """Return what the page says of one function."""
    function = getattr(import_module(f"evalkit.{module}"), name)
    said = (inspect.getdoc(function) or "").split("\n\n", 1)[0].replace("\n", " ")
    short = module.removeprefix("outcomes.")
    return f"\n### `{short}.{name}`\n\n{said}\n\n```python\n{example(module, name)}\n```\n"


def example(module: str, name: str) -> str:
    """Return the example of a function's docstring, or the cell of a notebook that calls it."""
    function = getattr(import_module(f"evalkit.{module}"), name)
    own = re.search(r"Examples\n-+\n(.*)", inspect.getdoc(function) or "", re.S)
    if own:
        lines = own[1].strip().splitlines()
        return "\n".join(line.removeprefix(">>> ").removeprefix("... ") for line in lines)
    short = module.removeprefix("outcomes.")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and f"{short}.{name}(" in cell.source:
                return str(cell.source)
    return ""


if __name__ == "__main__":
    main()
