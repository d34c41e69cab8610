"""The files that say what was agreed, as copies that travel with a report.

Who receives a report can hold its fingerprints against them, and read what the plan was.
"""

from __future__ import annotations

from pathlib import Path

from evalkit.outcomes import Report
from evalkit.protocol import ALL
from evalkit.trace import read_bytes

# Not the names of the files themselves: a copy is taken for no study, and refers to nothing.
STUDY_COPY = "report.study.toml"


def area_copy(report: Report) -> str:
    """Return the name of the copy of a report's area file.

    Parameters
    ----------
    report : Report
        Opened. An area file that is a study of its own, and all areas together, have the
        study's copy.
    """
    if report.area.path == report.study.path:
        return STUDY_COPY
    return f"report.area.{report.area.code}.toml"


def write_agreed(folder: Path, report: Report) -> list[Path]:
    """Write copies of the study file and of the files of the areas that a report is about.

    Parameters
    ----------
    folder : Path
        The report's.
    report : Report
        Opened.
    """
    wanted = {STUDY_COPY: report.study.path, area_copy(report): report.area.path}
    if report.area.code == ALL:
        others = report.study.areas.values()
        wanted = {f"report.area.{a.code}.toml": a.path for a in others} | wanted
    written = []
    for name, source in wanted.items():
        written.append(folder / name)
        written[-1].write_bytes(read_bytes(source, noted=False))
    return written
