"""Open data may be declared public, and what is confidential is never it by default."""

import pytest
from tests.cohort.office import write
from tests.helpers import STUDY, write_study

from evalkit.errors import StudyError
from evalkit.outcomes import open_report
from evalkit.protocol import read_study
from evalkit.words import sentence

CLEAN = """
[clean]
folder = "clean"
status = "{status}"
source = {{ en = "the city's open data", zh = "本市开放数据" }}
licence = "CC-BY-4.0"
"""


def study_with(tmp_path, status):
    # Its own tables would come before those of the offices.
    text = STUDY.partition("[[tables]]")[0] + CLEAN.format(status=status)
    return write_study(tmp_path, text)


def test_open_data_are_public_and_their_counts_stand_as_they_are(tmp_path):
    path = study_with(tmp_path, "public")
    asked = {"wave": "2025", "instrument": "q", "respondent_kind": "parent"}
    rows = [asked | {"respondent_id": str(n), "disposition": "interview"} for n in range(3)]
    write(tmp_path / "clean", "survey", rows, public=True, area="north")

    report = open_report(path, "north", "recidivism", "en")

    assert read_study(path).clean.status == "public"
    spec = report.study.clean_table("north", "survey")
    assert (spec.status, spec.licence) == ("public", "CC-BY-4.0")
    table = report.office("survey")
    assert report.gate(table).open
    # Only what is confidential has no fingerprint on the page.
    assert table.fingerprint


def test_a_misspelt_status_is_no_licence_to_publish(tmp_path):
    with pytest.raises(StudyError) as caught:
        read_study(study_with(tmp_path, "publc"))

    assert sentence(caught.value, "en").endswith(
        "[clean]: status = publc is not known. Known: public, confidential, made_up. "
        "Nearest: public."
    )


def test_duckdb_counts_the_tables_unless_the_study_names_spark(tmp_path):
    path = study_with(tmp_path, "confidential")
    plain = read_study(path).clean
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('licence = "CC-BY-4.0"', 'licence = "x"\nengine = "spark"'))

    asked = read_study(path).clean

    assert (plain.engine, plain.spec("north", "needs").engine) == ("duckdb", "duckdb")
    assert (asked.engine, asked.spec("north", "needs").engine) == ("spark", "spark")


def test_an_engine_that_does_not_exist_is_refused(tmp_path):
    path = study_with(tmp_path, 'confidential"\nengine = "Spark')

    with pytest.raises(StudyError) as caught:
        read_study(path)

    assert sentence(caught.value, "en").endswith(
        "[clean]: engine = Spark is not known. Known: duckdb, spark. Nearest: spark."
    )
