"""A third language's file that is broken stops who asks for it, and nobody else."""

from types import SimpleNamespace

import pytest

from evalkit import language as module
from evalkit import words
from evalkit.cli import main
from evalkit.errors import StudyError, UsageError
from evalkit.language import lacking, whole_languages
from evalkit.protocol import read_study

from .helpers import STUDY, write_study

BROKEN = {
    "no TOML": (b'[language]\nname = "Italiano\n', "it.toml, line 2"),
    "binary": (b"\x00\xff\xfe\x8f" * 9, "it.toml"),
    "a number without end": (b"[language]\nname = " + b"1" * 5000, "it.toml"),
    "empty": (b"", "language.name"),
    "no [language]": (b'[error]\nfile_missing = "x {path}"\n', "language.name"),
    "[language] is no table": (b'language = "it"\n', "language.name"),
    "a code that no language has": (b"", "numbers are written in a language qx"),
    "other types": (b"[language]\nname = 7\nscript = 2024-01-01\n", "language.name"),
}


@pytest.fixture(params=BROKEN.values(), ids=list(BROKEN))
def broken(request, tmp_path, monkeypatch):
    """Where evalkit takes its languages from, with one more that is broken."""
    content, place = request.param
    folder = tmp_path / "package" / "locale"
    folder.mkdir(parents=True)
    for file in (words.resources.files("evalkit") / "locale").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    code = "qx" if place.endswith("qx") else "it"
    (folder / f"{code}.toml").write_bytes(content)
    caches = (words.languages, words.catalogue, lacking, whole_languages, module.language)
    there = SimpleNamespace(files=lambda name: tmp_path / "package")
    monkeypatch.setattr(words, "resources", there)
    for cache in caches:
        cache.cache_clear()
    yield place, code
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def test_a_study_that_asks_for_it_is_refused_with_file_and_place(broken, tmp_path):
    place, code = broken
    text = STUDY.replace('["zh", "en"]', f'["{code}", "en"]', 1)
    assert text != STUDY

    with pytest.raises(StudyError) as stopped:
        read_study(write_study(tmp_path, text))

    assert place in words.sentence(stopped.value, "en")


def test_a_study_that_does_not_is_read(broken, tmp_path):
    assert read_study(write_study(tmp_path)).languages == ("zh", "en")
    assert whole_languages() == ("en", "zh")


def test_who_names_it_gets_one_sentence(broken, capsys, monkeypatch):
    monkeypatch.delenv(words.LANGUAGE_VARIABLE, raising=False)

    place, code = broken
    assert main(["--lang", code, "plan"]) == StudyError.exit_code

    said = capsys.readouterr().err
    assert place in said and said.startswith("evalkit: ") and said.count("\n") == 1


def test_who_reads_in_it_by_the_system_is_told_in_english(broken, monkeypatch):
    monkeypatch.delenv(words.LANGUAGE_VARIABLE, raising=False)
    monkeypatch.setenv("LC_ALL", "it_IT.UTF-8")

    assert words.sentence(UsageError("no_command", known=["run"])).isascii()
    assert words.sentence(UsageError("no_command", known=["run"]), "it") == words.sentence(
        UsageError("no_command", known=["run"]), "en"
    )
