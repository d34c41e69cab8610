"""Which study file is meant: here, above, or anywhere by its fingerprint."""

from pathlib import Path

import pytest
from tests.helpers import ROOT, write_study

from evalkit.errors import StudyError
from evalkit.protocol import find_study, fingerprinted
from evalkit.protocol.memory import remember_study
from evalkit.words import sentence


def test_a_study_is_found_from_a_folder_below_it(tmp_path, monkeypatch):
    path = write_study(tmp_path)
    below = tmp_path / "notebooks" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    assert find_study("study.toml") == path.resolve()
    assert find_study(path) == path.resolve()


def test_the_checkout_s_study_is_found_from_elsewhere_by_its_fingerprint_alone(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    name = "studies/reference/study.toml"
    marked = fingerprinted(name, ROOT / name, 16)

    assert find_study(marked) == ROOT / name
    with pytest.raises(StudyError, match="there is no such study file"):
        find_study(name)


def test_a_study_that_was_run_before_is_found_from_any_folder_by_its_fingerprint(
    tmp_path, monkeypatch
):
    path = write_study(tmp_path / "mine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("EVALKIT_CACHE", str(tmp_path / "cache"))
    marked = fingerprinted("study.toml", path, 16)
    with pytest.raises(StudyError):
        find_study(marked)

    remember_study(path)

    assert find_study(marked) == path
    # An edited file is another study.
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        find_study(marked)
    assert caught.value.key == "study_another"


def test_a_fingerprint_of_a_few_digits_finds_nothing(tmp_path, monkeypatch):
    path = write_study(tmp_path)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(StudyError, match="at least 16 of its digits"):
        find_study(fingerprinted("study.toml", path, 15))


def test_a_study_that_is_nowhere_is_refused_with_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(StudyError) as caught:
        find_study("nowhere.toml")
    assert sentence(caught.value, "en") == (
        f"nowhere.toml: there is no such study file, neither in {Path.cwd()} nor above it. "
        "Check the path, or go to the study's folder."
    )
