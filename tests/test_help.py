"""The help, and what is said of words that cannot be read, in the reader's language alone."""

import re

import pytest

from evalkit.cli import COMMANDS, main
from evalkit.words import languages

HEADS = ("usage", "options", "positional arguments", "show this help message and exit")


def said(capsys, *words):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_chinese_help_has_chinese_heads(command, capsys):
    out = said(capsys, "--lang", "zh", *filter(None, [command]), "--help")

    assert [head for head in HEADS if head in out] == []
    assert out.startswith("用法：evalkit") and "\n选项:\n" in out
    assert out.count("用法：") == 1


def test_english_help_begins_with_the_usage(capsys):
    out = said(capsys, "--lang", "en", "read", "--help")

    assert out.startswith("usage: evalkit read [")
    assert "\noptions:\n" in out and "\nwhat it takes:\n" in out


@pytest.mark.parametrize(
    "words, told",
    [
        (["run", "--area"], "--area 后面缺少取值"),
        (["read"], "evalkit read：缺少 FILE"),
        (["template"], "evalkit template：缺少 TABLE"),
        (["run", "--force=x"], "--force 不带取值"),
    ],
)
def test_words_that_cannot_be_read_are_told_in_chinese(words, told, capsys):
    assert main(["--lang", "zh", *words]) == 2

    err = capsys.readouterr().err
    assert told in err and f"见 evalkit {words[0]} --help。" in err
    assert not re.search("expected|required|ignored", err)


@pytest.mark.parametrize("lang", languages())
def test_each_option_has_words(lang, capsys):
    out = said(capsys, "--lang", lang, "--help")

    assert re.search(r"--version +\S", out) and re.search(r"--help +\S", out)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_misspelt_step_gets_the_nearest_in_the_readers_language(lang, capsys):
    assert main(["review", "strat", "it.zip", "--lang", lang]) == 2
    said = capsys.readouterr().err
    assert "start" in said.split("strat")[1] and "invalid choice" not in said
