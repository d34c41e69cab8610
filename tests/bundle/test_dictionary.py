"""The columns of tables that stay are explained in both languages."""

import csv
import io

from evalkit.bundle.dictionary import dictionary
from evalkit.schema import linked_names, load_schema


def rows(*tables):
    report = {"estimates": [{"data": [[name, "0" * 64] for name in tables]}]}
    return list(csv.DictReader(io.StringIO(dictionary([report]).decode())))


def test_the_tables_behind_results_are_explained_and_no_other_of_an_office():
    found = rows("guigang-people", "guigang-funnel[step=1]", "life")

    assert {row["table"] for row in found} == {"people", "funnel", *linked_names()}
    for table in ("people", "funnel"):
        columns = [row["column"] for row in found if row["table"] == table]
        assert columns == list(load_schema(table).columns)


def test_every_column_says_what_it_may_hold_in_both_languages():
    found = {(row["table"], row["column"]): row for row in rows("a-people", "a-absences")}

    reason = found["absences", "reason"]
    assert reason["kind"] == "choice" and " | " in reason["values"]
    assert reason["about_en"] == "Why the person was not at risk."
    assert reason["about_zh"] == "不在观察期的原因。"
    assert (reason["required"], reason["may_be_empty"]) == ("true", "false")
    offices = [row for row in found.values() if row["table"] in ("people", "absences")]
    assert all(row["about_en"] and row["about_zh"] for row in offices)
