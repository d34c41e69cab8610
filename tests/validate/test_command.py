"""``evalkit validate``: the same table however it is run, and a stop loses nothing."""

import csv
import json

import pytest

from evalkit.cli import main
from evalkit.validate import chunks
from evalkit.validate.grid import settings

ASKED = ("--only", "silent", "--replicates", "250", "--lang", "en")


def validate(folder, *words):
    """Run the command with a cache of its own; return the exit code and the table."""
    out = folder / "validation.csv"
    code = main(["validate", *ASKED, "--out", str(out), *words])
    return code, out.read_text(encoding="utf-8") if out.exists() else None


@pytest.fixture
def cached(tmp_path, monkeypatch):
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The table of one process that nothing stopped."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("whole")
        patch.setenv("EVALKIT_CACHE", str(folder / "cache"))
        return validate(folder, "--jobs", "1")[1]


def test_the_table_has_a_row_for_each_method_and_counts_all_replicates(whole):
    rows = list(csv.DictReader(whole.splitlines()))

    asked = [(s.size, m) for s in settings() if s.scenario == "silent" for m in s.asked]
    assert [(row["size"], row["method"]) for row in rows] == asked
    assert {row["replicates"] for row in rows} == {"250"}
    assert {row["seed"] for row in rows} == {"1"}
    # A test estimates nothing, and bounds have no value.
    assert [row["bias"] == "" for row in rows] == [True, False] * 2


def test_two_processes_give_the_same_table(whole, cached):
    assert validate(cached, "--jobs", "2") == (0, whole)


def test_another_seed_gives_another_table(whole, cached):
    assert validate(cached, "--jobs", "1", "--seed", "2")[1] != whole


def test_a_stopped_run_keeps_what_is_done_and_goes_on_there(whole, cached, monkeypatch, capsys):
    run_chunk, done = chunks.run_chunk, []

    def stopped(chunk):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(chunk)
        return run_chunk(chunk)

    monkeypatch.setattr(chunks, "run_chunk", stopped)
    assert validate(cached, "--jobs", "1") == (130, None)
    assert "3 of 6 parts" in capsys.readouterr().err
    kept = list((cached / "cache").rglob("*.*-*"))
    assert len(kept) == 3 and not list((cached / "cache").rglob("*.part"))

    more = []
    monkeypatch.setattr(chunks, "run_chunk", lambda c: more.append(c) or run_chunk(c))

    assert validate(cached, "--jobs", "1") == (0, whole)
    assert len(more) == 3 and not set(more) & set(done)


@pytest.mark.parametrize("content", ["", "{", "[1]", "{}", '{"worst_case": {"tried": 100}}'])
def test_a_spoilt_part_is_made_again(whole, cached, content):
    validate(cached, "--jobs", "1")
    part = min((cached / "cache").rglob("silent.100-people*.json"))
    part.write_text(content, encoding="utf-8")

    assert validate(cached, "--jobs", "1") == (0, whole)
    assert json.loads(part.read_text(encoding="utf-8"))["worst_case"]["tried"] == 100


IMPOSSIBLE = [
    (["--replicates", "0"], "--replicates takes a whole number from 1 to 1000000, found 0."),
    (["--replicates", "-5"], "--replicates takes a whole number from 1 to 1000000, found -5."),
    (["--replicates", "1e3"], "--replicates takes a whole number from 1 to 1000000, found 1e3."),
    (["--replicates", "9" * 30], f"from 1 to 1000000, found {'9' * 20}."),
    (["--jobs", "0"], "--jobs takes a whole number from 1 to 256, found 0."),
    (["--seed", "-1"], "--seed takes a whole number from 0 to 4294967295, found -1."),
    (["--only", "nowhere"], "There is no scenario nowhere. Scenarios: trial, confounded, "),
]


@pytest.mark.parametrize(("words", "said"), IMPOSSIBLE)
def test_impossible_words_are_named(cached, capsys, words, said):
    assert validate(cached, *words) == (2, None)
    assert said in capsys.readouterr().err
    assert not (cached / "cache").exists() or not list((cached / "cache").rglob("*.json"))


def test_the_number_of_replicates_is_asked_for(cached, capsys):
    assert main(["validate", "--lang", "zh"]) == 2
    assert "缺少 --replicates" in capsys.readouterr().err


def test_a_file_that_is_no_table_of_ours_stays(cached, capsys):
    (cached / "validation.csv").write_text("thesis\n", encoding="utf-8")

    assert validate(cached) == (6, "thesis\n")
    assert "and stays" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named_before_anything_is_run(cached, capsys):
    assert main(["validate", *ASKED, "--out", str(cached / "none" / "x.csv")]) == 6
    assert f"{cached / 'none'}: there is no such folder" in capsys.readouterr().err
    assert not (cached / "cache").exists()
