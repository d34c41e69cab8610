"""A study names a database plainly, never with a password, and each table in one place."""

import os
import subprocess
import sys

import pytest
from tests.helpers import STUDY, write_study

from evalkit.errors import StudyError
from evalkit.outcomes import open_report
from evalkit.protocol import read_study
from evalkit.words import sentence

CLEAN = """
[clean]
folder = "clean"
status = "confidential"
source = { en = "the office", zh = "某单位" }
licence = "none"
"""
SERVER = """
[[clean.servers]]
address = "{address}"
tables = ["attendance", "sessions"]
"""
ADDRESS = "postgresql://reader@db.example:6543/services"


def study_with(tmp_path, *servers, address=ADDRESS):
    text = STUDY.partition("[[tables]]")[0] + CLEAN
    text += "".join(servers or (SERVER,)).replace("{address}", address)
    (tmp_path / "clean").mkdir(exist_ok=True)
    return write_study(tmp_path, text)


def refusal(path, read=read_study):
    with pytest.raises(StudyError) as caught:
        read(path)
    assert caught.value.__cause__ is None
    return sentence(caught.value, "en")


def test_a_named_table_lies_in_the_database_and_every_other_in_the_folder(tmp_path):
    study = read_study(study_with(tmp_path))

    spec = study.clean_table("north", "attendance")
    assert spec.server.address == ADDRESS
    assert spec.place == f"{ADDRESS} north.attendance"
    assert study.clean_table("north", "needs") is None
    assert study.clean.spec("north", "needs").server is None
    assert study.clean.spec("north", "needs").place.endswith("needs.parquet")


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("postgresql://h/d", ("h", "d", "", 5432, "")),
        ("postgresql://u@h.example/d", ("h.example", "d", "u", 5432, "")),
        ("postgresql://h:1/d?sslmode=verify-full", ("h", "d", "", 1, "verify-full")),
        ("postgresql://[::1]:65535/d_1", ("[::1]", "d_1", "", 65535, "")),
        ("postgresql://统计@127.0.0.1/数据", ("127.0.0.1", "数据", "统计", 5432, "")),
    ],
)
def test_an_address_has_these_parts(tmp_path, address, parts):
    (server,) = read_study(study_with(tmp_path, address=address)).clean.servers

    assert (server.host, server.database, server.user, server.port, server.ssl) == parts
    assert server.tables == ("attendance", "sessions")


@pytest.mark.parametrize(
    "address",
    [
        *("", "db.example", "postgres://h/d", "postgresql://h", "postgresql:///d", "http://h/d"),
        *("postgresql://h:0/d", "postgresql://h:65536/d", "postgresql://h/d?sslmode=on"),
        *("postgresql://h/d?user=geheim", "postgresql://h/d/geheim", "postgresql://h/d#geheim"),
        *("postgresql://u%20@h/d", "host=h dbname=d password=geheim", "postgresql://h, g/d"),
        *("postgresql://h/d\\n", "postgresql://-@h /d"),
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(tmp_path, address):
    said = refusal(study_with(tmp_path, address=address))

    assert "is no address of a PostgreSQL database" in said
    assert "geheim" not in said
    assert "disable, prefer, require, verify-ca, verify-full" in said


@pytest.mark.parametrize(
    "line",
    [
        'address = "postgresql://u:geheim@h/d"',
        'address = "postgres://u:geheim@h/d"',
        'address = ["POSTGRESQL://u:geheim@h/d"]',
        'addres = "postgresql://u:@h/d"',
        'address = "postgresql://:geheim@h/d"',
        'address = "postgresql://h/d?password=geheim"',
        'address = "postgresql://h/d?sslmode=require&sslpassword=geheim"',
        '# it was "postgresql://u:geheim@h/d"',
    ],
)
def test_a_password_stands_nowhere_in_a_study_file_and_is_not_repeated(tmp_path, line):
    path = study_with(tmp_path, SERVER.replace('address = "{address}"', line))
    number = path.read_text(encoding="utf-8").splitlines().index(line) + 1

    said = refusal(path)

    assert f"line {number}: an address of a database with a password" in said
    assert "PGPASSFILE" in said and "geheim" not in said


def test_a_run_of_a_study_with_a_password_ends_at_once_and_shows_it_nowhere(tmp_path):
    path = study_with(tmp_path, address="postgresql://u:geheim@h/d")
    before = sorted(tmp_path.rglob("*"))

    ran = subprocess.run(
        [sys.executable, "-m", "evalkit", "run", "--study", path, "--reports", tmp_path / "out"],
        capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "EVALKIT_LANG": "en"},
    )  # fmt: skip

    assert ran.returncode == StudyError.exit_code
    assert "an address of a database with a password" in ran.stderr
    assert "geheim" not in ran.stdout + ran.stderr and "Traceback" not in ran.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_port_is_no_password(tmp_path):
    path = study_with(tmp_path, SERVER.replace("tables", "# ask me@example.org\ntables"))

    assert read_study(path).clean.servers[0].port == 6543


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tables = []", "tables"),
        ("tables = ['attendance']\nareas = []", "areas"),
        ("tables = ['attendance']\nareas = ['nowhere']", "areas = nowhere is not known"),
        ("tables = ['attendance']\nuser = 'me'", "user"),
        ("tables = 'attendance'", "tables"),
        ("areas = ['north']", "tables"),
    ],
)
def test_keys_are_read_strictly(tmp_path, line, told):
    text = SERVER.replace('tables = ["attendance", "sessions"]', line)

    assert told in refusal(study_with(tmp_path, text))


def test_a_misspelt_table_is_not_passed_over(tmp_path):
    path = study_with(tmp_path, SERVER.replace("attendance", "attendence"))

    said = refusal(path, lambda path: open_report(path, "north", "recidivism", "en").tables)

    assert "tables = attendence is not known" in said and "Nearest: attendance" in said


def test_a_table_of_an_area_lies_in_one_database(tmp_path):
    other = SERVER.replace("{address}", "postgresql://other/d")
    north, south = ('areas = ["north"]\n', 'areas = ["south"]\n')
    both = 'areas = ["south", "north"]\n'

    for one, two in (("", ""), ("", north), (north, ""), (north, both)):
        said = refusal(study_with(tmp_path, SERVER + one, other + two))
        assert "two databases are said to hold attendance, sessions of one area" in said
    needs = other.replace('"attendance", "sessions"', '"needs"')
    study = read_study(study_with(tmp_path, SERVER, needs))
    assert study.clean.spec("north", "needs").server.host == "other"
    apart = read_study(study_with(tmp_path, SERVER + north, other + south))
    assert apart.clean.spec("south", "sessions").server.host == "other"


def test_areas_share_databases_as_the_study_says(tmp_path):
    text = SERVER + 'areas = ["north"]\n'
    study = read_study(study_with(tmp_path, text))

    assert study.clean.spec("north", "sessions").server is not None
    assert study.clean.spec("south", "sessions").server is None


def test_a_file_beside_the_database_is_not_passed_over(tmp_path):
    study = read_study(study_with(tmp_path))
    (tmp_path / "clean" / "north").mkdir()
    (tmp_path / "clean" / "north" / "attendance.parquet").touch()

    with pytest.raises(StudyError) as caught:
        study.clean_table("north", "attendance")

    assert f"the table lies in {ADDRESS} north.attendance" in sentence(caught.value, "en")
