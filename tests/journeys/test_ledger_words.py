"""What no page may show of a ledger is named by its line, before anything is built."""

import pytest
from tests.helpers import swapped

from .test_own_area import ledger, write

# What stands in the ledger, what is written instead, English, Chinese.
WRONG = {
    "a foreign word": (
        "657 children came", "657 儿童 came",
        "rivertown.csv, line 2, column statement_en: “儿童” is in another language than the page.",
        "rivertown.csv，第2行，statement_en 列：“儿童”与页面的语言不同。请译出。"),
    "a sentence that was not translated": (
        "来了657名儿童", "Children of all ages came to us",
        "line 2, column statement_zh: “Children of all ages came to us” is in another language",
        "第2行，statement_zh 列：“Children of all ages came to us”与页面的语言不同。"),
    "a letter without a glyph": (
        "657 children came", "657 \u1234 came",
        "rivertown.csv, line 2: no font here can draw", "rivertown.csv，第2行：这里的字体画不出"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", WRONG)
def test_a_word_that_no_page_may_show_is_told_by_its_line(tmp_path, command, name, lang):
    old, new, english, chinese = WRONG[name]
    write(tmp_path).with_suffix(".csv").write_text(swapped(ledger(), old, new), "utf-8")

    words = ("run", "--study", "rivertown.toml", "--reports", "out")
    code, _, complaint = command(*words, cwd=tmp_path, lang=lang)

    assert code == 4
    assert {"en": english, "zh": chinese}[lang] in complaint
    assert len(complaint.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_name_of_a_few_words_in_other_letters_is_no_other_language(tmp_path, command):
    text = swapped(ledger(), "来了657名儿童", "YMCA Summer Camp 来了657名儿童")
    write(tmp_path).with_suffix(".csv").write_text(text, "utf-8")

    code, _, complaint = command(
        "run", "--study", "rivertown.toml", "--reports", "out", cwd=tmp_path
    )

    assert (code, complaint) == (0, "")
