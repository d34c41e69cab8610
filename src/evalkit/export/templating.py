"""Templates of pages: compiled once, every text in them escaped, a name that is missing an error.

Imports nothing of evalkit.
"""

from __future__ import annotations

import functools
from pathlib import Path

import jinja2


@functools.cache
def environment(folder: Path) -> jinja2.Environment:
    """Return what keeps the templates of a folder compiled.

    Parameters
    ----------
    folder : Path
        Of the package's own.
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
