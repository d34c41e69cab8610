"""The reference page's example of each kind of relation gives what its table says."""

import re

import pytest
from tests.helpers import ROOT

from evalkit.intake.ledger import read_ledger
from evalkit.outcomes.claims import check
from evalkit.outcomes.claims.said import span_words
from evalkit.protocol import read_study
from evalkit.protocol.relations import FORMS

from .world import CHOICES

PAGE = (ROOT / "docs" / "reference" / "claims.md").read_text(encoding="utf-8")
HEAD = """code = "town"
order = 1
level = "community"
name = { en = "Town" }
place = { en = "Province" }
source = "paper"

[ledger]
file = "town.csv"
source = { en = "A paper" }
licence = "facts"

"""


def block(kind):
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return found


def rows(head):
    table = PAGE[PAGE.index(f"| {head} |") :].split("\n\n")[0]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]


@pytest.fixture
def checked(tmp_path):
    (tmp_path / "town.csv").write_text(block("csv"), encoding="utf-8")
    (tmp_path / "town.toml").write_text(HEAD + block("toml"), encoding="utf-8")
    study = read_study(tmp_path / "town.toml")
    area = study.areas["town"]
    return check(read_ledger(study, "town").claims, area.relations, CHOICES, area.path)


def test_each_kind_has_its_example_and_gives_what_is_printed(checked):
    found = {f.check: f for f in checked.findings if f.relation}

    assert {f.relation.kind for f in found.values()} == set(FORMS)
    told = [[f"`{name}`", f.verdict, f.arithmetic.text("en")] for name, f in found.items()]
    assert [row for row in told if row[0] in {r[0] for r in rows("relation")}] == rows("relation")


@pytest.mark.parametrize("printed,usual,widest", rows("printed"))
def test_each_printed_figure_stands_for_what_the_page_says(tmp_path, printed, usual, widest):
    row = f"a,reach,a,{printed},,persons,,a\n".replace(
        "persons", "" if printed[-1] in "%里" else "persons"
    )
    head = "claim_id,outcome,indicator,printed_figure,value,unit,rounding,statement_en\n"
    row = row.replace("persons", "things") if "个" in printed else row
    (tmp_path / "town.csv").write_text(head + row, encoding="utf-8")
    (tmp_path / "town.toml").write_text(HEAD, encoding="utf-8")
    (claim,) = read_ledger(read_study(tmp_path / "town.toml"), "town").claims
    quantity = claim.quantity(CHOICES.approx)

    told = [span_words(s, quantity.unit).text("en") for s in (quantity.usual, quantity.firm)]

    assert told == [usual, widest]
