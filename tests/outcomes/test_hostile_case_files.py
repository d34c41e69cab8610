"""Case files that cannot be compared, through every cell of the notebook: no traceback, and no
number behind a failed gate."""

import ast
import json
from pathlib import Path

import pytest
from tests.cohort.office import case, event

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "recidivism.ipynb"
# What no one may see of groups that may not be compared.
COMPARES = (
    "risk_difference", "risk_difference_p", "adjusted_difference", "adjusted_difference_p",
    "log_rank", "log_rank_p", "cumulative_incidence", "placebo_difference",
    "placebo_difference_p",
)  # fmt: skip


def run_cells(report):
    """Run every cell of the notebook on an opened report; return what they show and decide."""
    space = {"report": report, "plan": report.plan, "display": lambda *a, **k: None}
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    shown = []
    for cell in (c for c in cells if c["cell_type"] == "code"):
        source = "".join(cell["source"])
        if "study: str" in source or "open_report" in source:
            continue
        *body, last = ast.parse(source).body
        exec(compile(ast.Module(body, []), "cell", "exec"), space)
        # The last expression is what the cell shows.
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), space))
        else:
            exec(compile(ast.Module([last], []), "cell", "exec"), space)
    return space["verdict"], [one for one in shown if one is not None]


def files(group, n, **more):
    return [
        case(f"{group}{i}", assigned=group,
             **{"age": 13 + i % 5, "prior_events": i % 3, "township": f"T{i % 3}"} | more)
        for i in range(n)
    ]  # fmt: skip


def again(group, some):
    return [
        event(f"{group}{i}", f"{group}{i}", f"2023-{1 + i % 12:02d}-15", definition="convicted",
              proven_date="2024-01-15")
        for i in some
    ]  # fmt: skip


def both(programme, comparison, first=range(0, 60, 3), second=range(0, 60, 2), **more):
    rows = files("programme", programme, **more) + files("comparison", comparison, **more)
    found = [i for i in first if i < programme], [i for i in second if i < comparison]
    return rows, again("programme", found[0]) + again("comparison", found[1])


def names_the_group():
    rows, found = both(100, 100)
    for row in rows:
        row["risk_level"] = "high" if row["assigned"] == "programme" else "low"
    return rows, found


def three_carry_all():
    rows = files("programme", 200, prior_events=8) + files("comparison", 300, prior_events=0)
    for row in rows[200:203]:
        row["prior_events"] = 9
    for row in rows[:20]:
        row["prior_events"] = 0
    return rows, again("programme", range(0, 60, 3)) + again("comparison", range(0, 60, 2))


HOSTILE = {
    "a comparison group of 3": both(100, 3),
    "one treated person": both(1, 200),
    "nobody in the programme": both(0, 200),
    "no events": both(100, 100, first=(), second=()),
    "everyone re-offends": both(100, 100, first=range(100), second=range(100)),
    "one township": both(150, 150, township="East"),
    "a constant characteristic": both(150, 150, age=15, prior_events=0),
    "a characteristic that names the group": names_the_group(),
    "all weight on three people": three_carry_all(),
    "all that happened before the index date": (
        both(150, 150)[0],
        [event("a", "programme1", "2022-05-01"), event("b", "comparison1", "2022-06-01")],
    ),
}
ANSWERED = {"one township", "a constant characteristic", "everyone re-offends"}


PRINTED = ("printed", "gap", "gaps", "requests", "quality")
# By the raw difference only what its own gates must catch.
CASES = [(name, "adjusted_difference") for name in HOSTILE]
CASES += [(name, "risk_difference") for name in ("a comparison group of 3", "no events")]


@pytest.mark.parametrize(("name", "primary"), CASES)
def test_every_cell_shows_or_refuses_and_no_number_stands_behind_a_gate(
    office, project, name, primary
):
    rows, found = HOSTILE[name]
    text = project.read_text(encoding="utf-8")
    text = text.replace('primary = "risk_difference"', f'primary = "{primary}"', 1)
    project.write_text(text, encoding="utf-8")
    report = office("recidivism", "public", cases=rows, events=found)

    decided, shown = run_cells(report)

    values = [
        e for one in shown for e in one.estimates
        if e.estimand in COMPARES and e.value is not None
    ]  # fmt: skip
    failed = [
        e for one in shown for e in one.estimates
        if e.estimand == "gate" and e.would_pass is not None
    ]  # fmt: skip
    if failed:
        assert decided.estimates[0].verdict == "not_assessable"
        # An exploratory comparison has gates of its own; the planned one has none to show.
        assert report.plan.primary not in {e.estimand for e in values}
    assert all(one.text["zh"] and one.text["en"] for one in shown)
    if name not in ANSWERED:
        assert decided.estimates[0].verdict == "not_assessable", name


def test_of_one_group_alone_every_cell_shows_its_level_or_the_one_reason(office, project):
    rows = files("programme", 200)
    text = project.read_text(encoding="utf-8").replace('\ncomparison = "comparison"', "", 1)
    text = text.replace('design = "observational"', 'design = "single_group"', 1)
    text = text.replace('primary = "risk_difference"', 'primary = "risk"', 1)
    project.write_text(text, encoding="utf-8")
    found = again("programme", range(0, 120, 2))
    report = office("recidivism", "public", cases=rows, events=found)

    decided, shown = run_cells(report)

    assert decided.estimates[0].verdict == "measured", decided.estimates[0].reason.text["en"]
    refused = {
        e.reason.text["en"]
        for one in shown for e in one.estimates
        if e.verdict == "not_assessable" and e.reason is not None and e.estimand not in PRINTED
    }  # fmt: skip
    # What compares has one reason, and a page tells it once.
    assert len(refused) == 1, refused
