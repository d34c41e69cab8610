"""People split by a number, such as their age: the plan's bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalkit.errors import UsageError
from evalkit.words import Term

if TYPE_CHECKING:
    from evalkit.outcomes.report import Report

BELOW, UNKNOWN = "below", "unknown"


def bands_of(
    frame: pd.DataFrame, by: str, edges: tuple[float, ...]
) -> list[tuple[str, pd.DataFrame]]:
    """Return the people of each band of the plan, by the band's code.

    Parameters
    ----------
    frame : pandas.DataFrame
        A row each.
    edges : tuple of float
        Lower edges, ascending. Who is below the lowest, and of whom it is not known, has a
        group of their own, where there is somebody; a band of the plan stands there always.

    Raises
    ------
    UsageError
        If the column holds texts.
    """
    if not pd.api.types.is_numeric_dtype(frame[by]):
        raise UsageError("choice_value", choice="by", found=by, allowed="0-9")
    values = frame[by].astype(float).to_numpy()
    band = np.where(np.isnan(values), -2, np.searchsorted(edges, values, side="right") - 1)
    names = [(-1, BELOW), *((i, str(i)) for i in range(len(edges))), (-2, UNKNOWN)]
    parts = [(f"{by}_{name}", frame[band == i]) for i, name in names]
    beside = (f"{by}_{BELOW}", f"{by}_{UNKNOWN}")
    return [(code, part) for code, part in parts if len(part) or code not in beside]


def band_label(report: Report, by: str, code: str, edges: tuple[float, ...]) -> Term:
    """Return the name of a band: the study's, else its edges."""
    name = code.removeprefix(f"{by}_")
    if code in report.study.labels:
        return report.study.label(code)
    if name == UNKNOWN:
        said = report.term("group.unknown")
    elif name == BELOW:
        said = report.term("group.below", low=f"{edges[0]:g}")
    elif int(name) + 1 == len(edges):
        said = report.term("group.band_last", low=f"{edges[-1]:g}")
    else:
        low, high = (f"{edges[int(name) + more]:g}" for more in (0, 1))
        said = report.term("group.band", low=low, high=high)
    # Exhibits tell groups apart by their codes.
    return Term(code, said.text)
