"""The table: a row a method in a setting."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from evalkit.validate.grid import Setting
from evalkit.validate.tallies import Tally, performance

COLUMNS = (
    *("scenario", "size", "effect", "method", "should_hold"),
    *("replicates", "refused", "refusals", "truth", "bias", "bias_mcse"),
    *("coverage", "coverage_mcse", "type_1_error", "type_1_error_mcse", "power", "power_mcse"),
    *("seed", "version", "date"),
)


def table(
    chosen: Sequence[Setting],
    sums: Mapping[str, Mapping[str, Tally]],
    seed: int,
    version: str,
    date: str,
) -> str:
    """Return the table as CSV text.

    Parameters
    ----------
    chosen : sequence of Setting
        What was tried, in the order of the rows.
    version, date : str
        Of the code, and of the day.

    Returns
    -------
    str
        ``refused`` counts replicates that the method refused, ``refusals`` says why;
        shares are of the others. ``should_hold`` is no where a method is there to fail.
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for setting in chosen:
        for method in setting.asked:
            row = _row(setting, method, sums[setting.key][method])
            writer.writerow({**row, "seed": seed, "version": version, "date": date})
    return stream.getvalue()


def _row(setting: Setting, method: str, tally: Tally) -> dict[str, object]:
    made = {k: "" if v is None else f"{v:.5g}" for k, v in performance(tally).items()}
    rejected = "power" if setting.effect else "type_1_error"
    made[rejected], made[f"{rejected}_mcse"] = made.pop("rejected"), made.pop("rejected_mcse")
    return {
        "scenario": setting.scenario,
        "size": setting.size,
        "effect": "yes" if setting.effect else "no",
        "method": method,
        "should_hold": "yes" if method in setting.methods else "no",
        "replicates": tally.tried,
        "refused": tally.refused.total(),
        "refusals": "; ".join(f"{key} {n}" for key, n in sorted(tally.refused.items())),
        **made,
    }
