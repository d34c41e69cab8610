"""What is said of two editions: the sentence, differences, rounding, and nothing withheld."""

import csv
import json

import pytest

from evalkit.cli import main
from evalkit.disclosure import read_policy
from evalkit.editions.changes import change_of, changes_between
from evalkit.editions.lines import SHOWN, change_lines
from evalkit.editions.page import write_pages
from evalkit.editions.told import difference, notes, number_row, sentence, text_of
from evalkit.errors import CompareError, OutputError

from .made import (
    VERSION,
    bundled,
    edition,
    estimate,
    event,
    origin,
    rating,
    refused,
    results,
    verdict,
    withheld,
    word,
    written,
)

OLD = results(verdict("improvement"), rating(3), estimate("x", value=0.25), estimate("g", value=1))
NEW = results(verdict("no_clear"), rating(2), estimate("x", value=0.375), withheld("h"))


def said(old, new, lang="en", **more):
    return sentence(changes_between(edition(old), edition(new, **more)), lang)


def test_the_sentence_that_matters_comes_first_in_both_languages():
    assert said(OLD, NEW) == (
        "1 of 1 verdicts changed; 1 of 1 numbers moved; 1 new; 1 gone."
    )  # fmt: skip
    assert said(OLD, NEW, "zh") == "唯一的结论改变了；唯一的数字变动了；1个新增；1个不再有。"
    assert said(OLD, OLD).startswith("Nothing differs. Verdicts held: 1; numbers held: 2;")


def test_nothing_is_called_the_same_that_was_not_compared():
    older = origin(OLD)
    del older["provenance"]["plan_sha256"]
    for data, more in ((older, {}), (OLD, {"unread": ("s/b/reach",)})):
        told = said(OLD, data, **more)
        assert told == "0 of 1 verdicts changed; 0 of 2 numbers moved."
        lines = " ".join(change_lines(changes_between(edition(OLD), edition(data, **more)), "en"))
        assert "not stated" in lines or "cannot be read and are not compared" in lines


def test_a_verdict_or_a_rating_that_went_is_told():
    found = changes_between(edition(OLD), edition(results(rating(2), *OLD["estimates"][2:])))
    lines = change_lines(found, "en")

    assert lines[1].startswith("1 of 1 verdicts changed")
    assert "  s/a/reach: evidence of improvement → none" in lines
    assert "  s/a/reach: rating 3/5 → 2/5" in lines
    alone = changes_between(edition(OLD), edition(results(verdict("improvement"), rating(2),
                                                          *OLD["estimates"][2:])))  # fmt: skip
    assert notes(alone, "en") == []


def test_what_differs_beside_the_numbers_is_said():
    told = notes(changes_between(edition(OLD), edition(origin(OLD, version="0.2"))), "en")

    assert told == [
        "No verdict and no number differs in the reports that both editions have; what they rest"
        " on, or a word, does."
    ]
    assert notes(changes_between(edition(OLD), edition(OLD)), "en") == []
    assert notes(changes_between(edition(OLD), edition(NEW)), "en") == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"value": 0.25}, {"value": 0.375}, "+12.5 points"),
        ({"value": 0.375}, {"value": 0.25}, "−12.5 points"),
        ({"value": 0.25}, {"value": 0.2501}, "less than the last printed digit"),
        ({"value": 400.0, "unit": "persons"}, {"value": 410.0, "unit": "persons"}, "+10"),
        ({"value": 1.5, "unit": "mean"}, {"value": 1.0, "unit": "mean"}, "−0.5"),
        ({"value": 0.04, "unit": "p"}, {"value": 0.05, "unit": "p"}, "+0.0100"),
        ({"value": 0.25, "n": 4}, {"value": 0.25, "n": 5}, ""),
        ({"value": 1.0, "unit": "mean"}, {"value": 2.0, "unit": "cases"}, ""),
        ({"value": None, "low": 0.1, "high": 0.2, "interval": "bounds"}, {"value": 0.2}, ""),
    ],
)
def test_by_how_much_a_value_moved(old, new, told):
    change = change_of("x", estimate("x", **old), estimate("x", **new))
    assert difference(change, "en") == told


def test_a_difference_of_rounded_counts_is_never_exact_and_the_rounding_is_told():
    held = {"unit": "persons", "policy": VERSION}
    old = estimate("x", value=405.0, disclosure="rounded", **held)
    new = estimate("x", value=410.0, disclosure="passed", **held)
    for one, other in ((old, new), (new, old)):
        assert difference(change_of("x", one, other), "en") in ("≈ +5", "≈ −5")
    policy = read_policy("minors")
    (told,) = notes(changes_between(edition(results(old)), edition(results(new))), "en")
    assert f"multiple of {policy.rounding}," in told and f"bin of {policy.midpoint} " in told
    other = [results({**one, "policy": "2020-1"}) for one in (old, new)]
    (told,) = notes(changes_between(*map(edition, other)), "en")
    assert "policy 2020-1, whose step is not known here" in told


def test_a_number_stands_with_its_interval_and_counts():
    held = estimate("x", value=0.25, low=0.2, high=0.3, interval="confidence", level=0.95, n=40)
    old = {k: v for k, v in held.items() if k != "otherwise"}

    assert text_of(held, "released", "en") == (
        "25.0%; 20.0% to 30.0% (confidence interval 95%); n 40"
    )
    # Of another age: as it was written, and no more.
    assert text_of(old, "released", "en").startswith("value 0.25; lower limit 0.2;")
    assert text_of(estimate("v", verdict="agrees"), "released", "zh") == "相符"
    assert text_of(None, "withheld", "en") == "withheld"
    assert text_of(refused("x", n=40), "refused", "en") == "refused; n 40"


def test_two_numbers_that_print_alike_are_written_out():
    change = change_of("x", estimate("x", value=0.25), estimate("x", value=0.2500001))
    row = number_row(change, "en")

    assert row == [
        "x", "value 0.25", "value 0.2500001", "less than the last printed digit", "value",
    ]  # fmt: skip


def test_what_differs_in_meaning_is_named():
    one, other = (estimate("x", value=0.5, group=word(code)) for code in "ab")
    del other["events"]
    row = number_row(change_of("x", one, other), "en")

    assert row[4] == "group (a → b), events (one edition does not have it)"
    one, other = estimate("x", value=5.0, unit="persons"), estimate("x", value=5.0, unit="cases")
    assert number_row(change_of("x", one, other), "en")[4] == "unit (people → cases)"
    old, new = estimate("x", value=5.0, method=word("a")), estimate("x", value=5.0)
    new |= {"disclosure": "public", "plan": "exploratory"}
    assert number_row(change_of("x", old, new), "zh")[4] == (
        "方法（a → 无）、披露处理（通过 → 公开，原样）、是否在方案内（方案内 → 探索性）"
    )


def test_a_terminal_shows_a_screen_and_says_how_many_more():
    old = results(verdict(), *(estimate(f"x{n}", value=0.5) for n in range(3)))
    new = {**old, "plan": {f"p{n:02}": n for n in range(SHOWN + 3)}}
    lines = change_lines(changes_between(edition(old), edition(new)), "en")

    assert len(lines) == 2 + SHOWN + 1 + 1
    # Two that went with those that came: window and primary.
    assert lines[-2] == "  and 5 more."


SECRET = "777"


@pytest.fixture
def folders(tmp_path):
    old = results(
        verdict("improvement"), rating(3), estimate("x", value=0.25, n=40),
        estimate("y", value=0.5, n=777, unit="persons"), withheld("z"), refused("r"),
    )  # fmt: skip
    new = results(
        verdict("no_clear"), rating(3), estimate("x", value=0.375, n=40), withheld("y"),
        estimate("z", value=0.5, n=777), refused("r"), headline={"en": "<b>Other</b>", "zh": "变"},
    )  # fmt: skip
    return written(tmp_path / "old", old), written(tmp_path / "new", new, sources=("x = 2",))


def test_the_command_ends_as_diff_does_and_writes_both_pages(folders, tmp_path, capsys):
    old, new = map(str, folders)
    assert main(["--lang", "en", "compare", old, old]) == 0
    assert "Nothing differs" in capsys.readouterr().out
    out = tmp_path / "changes.html"
    assert main(["--lang", "en", "compare", old, new, "--out", str(out)]) == 1
    told = capsys.readouterr().out
    assert told.index("1 of 1 verdicts changed") < told.index("evidence of improvement → no clear")
    pages = [tmp_path / f"changes.{lang}.html" for lang in ("en", "zh")]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "a.reach.x" in text and "<b>" not in text
        # A count that one edition withholds is neither printed nor to be found by subtraction.
        assert SECRET not in told + text.partition("<body")[2]
        assert page.name in told
    assert not out.exists()
    # A number of the report became withheld, and the first sentence may say it.
    assert "Other" not in told + pages[0].read_text(encoding="utf-8")
    other = results(*OLD["estimates"], headline={"en": "<b>Other</b>", "zh": "变"})
    write_pages(changes_between(edition(OLD), edition(other)), tmp_path / "words.html")
    assert "&lt;b&gt;Other" in (tmp_path / "words.en.html").read_text(encoding="utf-8")


def test_a_bundle_beside_the_folder_of_which_it_was_made_is_identical(folders, tmp_path):
    old = folders[0]

    assert main(["compare", str(bundled(tmp_path / "it.zip", old)), str(old)]) == 0


def test_made_up_data_keep_their_mark(folders, tmp_path, capsys):
    made_up = results(estimate("x", value=0.25, made_up=True), verdict(), made_up=True)
    other = written(tmp_path / "made", made_up)
    out = tmp_path / "changes.html"
    changes = changes_between(edition(made_up), edition(OLD))
    with pytest.raises(CompareError) as problem:
        write_pages(changes, out)
    assert problem.value.key == "compare.unmarked" and not list(tmp_path.glob("*.html"))
    words = ["--lang", "en", "compare", str(folders[0]), str(other)]
    assert main([*words, "--out", str(tmp_path / "changes.made-up.html")]) == 1
    assert capsys.readouterr().out.startswith("MADE-UP DATA")
    page = (tmp_path / "changes.made-up.en.html").read_text(encoding="utf-8")
    assert page.count("MADE-UP DATA") == 2
    assert main(["results", str(other), "--out", str(tmp_path / "tidy")]) == 0
    assert {p.name for p in (tmp_path / "tidy").iterdir()} == {
        "estimates.made-up.csv", "ars.made-up.json",
    }  # fmt: skip


def test_a_page_has_a_name_of_a_page_and_a_place(folders, tmp_path):
    changes = changes_between(edition(OLD), edition(NEW))
    with pytest.raises(CompareError):
        write_pages(changes, tmp_path / "changes.txt")
    with pytest.raises(OutputError):
        write_pages(changes, tmp_path / "none" / "changes.html")


def test_results_for_other_programs_come_back_as_a_partners_file(folders, tmp_path, capsys):
    tidy = tmp_path / "tidy"
    assert main(["results", str(folders[0]), "--out", str(tidy)]) == 0
    rows = list(csv.DictReader((tidy / "estimates.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["id"] for row in rows if row["value"]] == [
        "a.reach.rating", "a.reach.x", "a.reach.y",
    ]  # fmt: skip
    assert main(["compare", str(folders[0]), str(tidy / "ars.json")]) == 0
    # In any order: ours is told by what it is.
    assert main(["compare", str(tidy / "ars.json"), str(folders[0])]) == 0
    data = json.loads((tidy / "ars.json").read_text(encoding="utf-8"))
    data["analyses"][1]["results"][0]["rawValue"] = "9"
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    out = tmp_path / "partner.html"
    assert main(["--lang", "en", "compare", str(folders[0]), str(file), "--out", str(out)]) == 1
    told = capsys.readouterr().out
    assert "1 differ;" in told and "No tolerance was declared" in told
    assert "Our results beside a partner" in out.with_name("partner.en.html").read_text("utf-8")


def test_a_partners_number_beside_one_that_ours_withholds_is_not_printed(folders, tmp_path, capsys):
    file = tmp_path / "theirs.json"
    theirs = event(("a.reach.z", {"n": SECRET}), ("a.reach.x", {"n": "40"}))
    file.write_text(json.dumps(theirs), encoding="utf-8")
    out = tmp_path / "partner.html"
    assert main(["--lang", "en", "compare", str(folders[0] / "s/a/reach"), str(file),
                 "--out", str(out)]) == 1  # fmt: skip
    told = capsys.readouterr().out

    assert "withheld in ours" in told
    lines = [line for line in told.splitlines() if "a.reach.z" in line]
    assert lines and SECRET not in "".join(lines)
    page = out.with_name("partner.en.html").read_text(encoding="utf-8")
    assert "withheld in ours" in page


def test_results_of_an_older_version_are_not_written_for_others(tmp_path):
    older = results(estimate("x", value=0.5))
    del older["estimates"][0]["se"]
    file = tmp_path / "it.json"
    file.write_text(json.dumps(older), encoding="utf-8")

    assert main(["results", str(file), "--out", str(tmp_path / "tidy")]) == 13


def test_another_language_and_strange_signs_are_legible(tmp_path):
    french = json.loads(json.dumps(OLD).replace('"zh"', '"fr"').replace("Area A", "Zone 𓀀 \u202e"))
    french["area"]["name"].pop("en", None)
    pages = write_pages(changes_between(edition(OLD), edition(french)), tmp_path / "c.html")

    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "\u202e" not in text and "en, fr" in text


def test_a_thousand_rows_and_a_long_word_are_folded(tmp_path):
    long = "x" * 1500
    old = results(verdict(), *(estimate(f"e{n}", value=0.5) for n in range(5000)))
    new = results(
        verdict(), *(estimate(f"e{n}", value=0.25) for n in range(5000)), estimate(long, value=1.0)
    )
    page, _ = write_pages(changes_between(edition(old), edition(new)), tmp_path / "c.html")
    text = page.read_text(encoding="utf-8")

    assert text.count("+25.0") + text.count("−25.0 points") == 5000
    assert long not in text and "5,000 of 5,000 numbers moved" in text
