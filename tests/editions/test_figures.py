"""Verdicts of figures counted apart, words compared always, and sentences that may not be told."""

import copy
import json

import pytest

from evalkit.cli import main
from evalkit.editions.changes import change_of, changes_between
from evalkit.editions.edition import RELEASED, TERMS, state_of
from evalkit.editions.lines import FEW, change_lines
from evalkit.editions.page import write_pages
from evalkit.editions.told import fact_rows, notes, number_row, sentence
from evalkit.export.counts import Tally

from .made import edition, estimate, origin, refused, results, verdict, withheld, word, written


def only(changes):
    (report,) = changes.reports
    return report


def between(old, new, **more):
    return changes_between(edition(old), edition(new, **more))


def figures():
    return [
        estimate("claim", value=float(n), n=7, verdict="cannot_verify", dims=(("claim", str(n)),),
                 reason=word("date"), disclosure="public")
        for n in range(4)
    ]  # fmt: skip


def test_verdicts_of_figures_are_counted_apart_from_numbers():
    old = results(verdict("audited"), *figures(), estimate("finding", verdict="agrees"))
    new = copy.deepcopy(old)
    new["estimates"][1]["verdict"] = new["estimates"][2]["verdict"] = "contradicts"
    new["estimates"][2]["value"] = 9.0
    new["estimates"][5]["verdict"] = "not_reachable"
    found = between(old, new)

    assert [(c.kind, c.parts) for c in only(found).changes] == [
        ("figure", ("verdict",)), ("figure", ("verdict",)), ("moved", ("value", "verdict")),
    ]  # fmt: skip
    assert [(s.id[8:], s.old, s.new) for s in found.figures_changed] == [
        ("claim[claim=0]", "cannot_verify", "contradicts"),
        ("claim[claim=1]", "cannot_verify", "contradicts"),
        ("finding", "agrees", "not_reachable"),
    ]
    # A finding without a number has none that could move.
    assert found.tally == only(found).tally == Tally(5, 3, 4, {"moved": 1})
    assert found.verdicts_changed == [] and not found.identical
    assert between(old, old).identical


def test_a_figure_that_is_withheld_or_gone_is_no_verdict_that_stays():
    old = results(verdict("audited"), *figures())
    new = copy.deepcopy(old)
    new["estimates"][1] = withheld("claim", dims=(("claim", "0"),))
    del new["estimates"][4]
    found = between(old, new)

    assert found.tally == Tally(3, 1, 2, {"withheld": 1, "gone": 1})
    assert [s.new for s in found.figures_changed] == ["withheld"]


def test_a_number_that_cannot_be_assessed_any_more_is_refused_and_no_figure():
    given = estimate("risk", value=0.25, n=40)
    none = refused("risk", verdict="not_assessable")
    assert (state_of(none), state_of(verdict("not_assessable", reason=word("few")))) == (
        "refused", RELEASED,
    )  # fmt: skip
    found = between(results(given), results(none))
    assert found.tally == Tally(0, 0, 0, {"refused": 1})
    change = change_of("x", given, given | {"verdict": "not_assessable"})
    assert change.kind == "redefined"


def reworded(part, en="other", **more):
    old = estimate("x", value=0.5, **{part: word("a")})
    new = copy.deepcopy(old)
    new[part]["text"]["en"] = en
    return old, new | more


@pytest.mark.parametrize("part", TERMS)
def test_words_are_compared_whatever_else_changes(part):
    old, new = reworded(part)
    assert change_of("x", old, new).kind == "reworded"
    moved = change_of("x", *reworded(part, value=0.6))
    assert (moved.kind, [each.part for each in moved.words]) == ("moved", [part])
    found = only(between(results(old, estimate("y", value=1.0)), results(new, verdict())))
    assert found.kinds["reworded"] == 1 and not found.identical
    assert only(between(results(old), results(reworded(part, value=0.6)[1]))).tally == Tally(
        0, 0, 1, {"moved": 1, "reworded": 1}
    )


@pytest.mark.parametrize("part", ["would_pass", "assumption", "otherwise"])
def test_words_that_come_and_go_are_told_where_nothing_else_tells_them(part):
    plain, given = estimate("x", value=0.5), estimate("x", value=0.5, **{part: word("a")})
    for pair in (
        (plain, given),
        (given, plain),
        (given, estimate("x", value=0.5, **{part: word("b")})),
    ):
        assert change_of("x", *pair).kind == "reworded"
    assert change_of("x", given, given) is None


def test_words_of_what_both_withhold_or_refuse_are_compared_too():
    for made in (withheld, refused):
        old, new = made("x"), made("x")
        new["reason"]["text"]["en"] = "other"
        found = change_of("x", old, new)
        assert (found.kind, found.old is None) == ("reworded", made is withheld)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (estimate("y", value=0.1, n=11), withheld("y"), False),
        (estimate("y", value=0.1, n=11), refused("y"), False),
        (withheld("y"), estimate("y", value=0.1, n=11), False),
        (withheld("y"), refused("y"), False),
        (withheld("y"), withheld("y"), True),
        (estimate("y", value=0.1), estimate("y", value=0.2), True),
        (estimate("y", value=0.1), estimate("z", value=0.2), True),
    ],
)
def test_sentences_are_not_told_where_a_number_became_withheld(old, new, told):
    more = {"headline": {"en": "11 people."}, "cautions": [{"en": "11"}]}
    one, other = reworded("group", "eleven")
    found = only(between(results(old, one, **more), results(new, other)))

    facts = {fact.kind: fact for fact in found.facts if fact.kind in ("headline", "cautions")}
    assert [fact.told for fact in facts.values()] == [told, told]
    assert any("11" in (fact.old or "") for fact in facts.values()) is told
    assert {change.told for change in found.changes} == {told}
    older = results(old, one, **more)
    del older["headline"]
    (fact,) = [f for f in only(between(older, results(new, other))).facts if f.kind == "headline"]
    assert (fact.old, fact.known, bool(fact.new)) == (None, False, told)


def test_the_verdicts_of_figures_are_told_in_terminal_and_page(tmp_path):
    old = results(verdict("audited"), *figures())
    new = copy.deepcopy(old)
    new["estimates"][1]["verdict"] = "contradicts"
    found = between(old, new)

    assert sentence(found, "en") == (
        "0 of 1 verdicts changed; 1 of 4 figure verdicts changed; 0 of 4 numbers moved."
    )
    assert sentence(found, "zh") == (
        "唯一的结论没有改变；4个报道数字的核对结论中有1个改变；4个数字中有0个变动。"
    )
    assert "figure verdicts held: 4; numbers held: 4;" in sentence(between(old, old), "en")
    lines = change_lines(found, "en")
    at = lines.index("Figure verdicts that changed: 1")
    assert lines[at + 1] == "  a.reach.claim[claim=0]: cannot be verified → contradicts"
    assert len(lines) == 4 and notes(found, "en") == []
    (change,) = only(found).changes
    assert number_row(change, "en")[4] == "verdict (cannot be verified → contradicts)"
    page, _ = write_pages(found, tmp_path / "c.html")
    text = page.read_text(encoding="utf-8")
    assert "1 with another figure verdict" in text and "Figure verdicts that changed" in text
    assert "The one verdict in both editions did not change, and no rating." in text


def test_a_few_rewordings_are_told_and_the_others_counted():
    old = results(*(estimate(f"x{n}", value=0.5, group=word("a")) for n in range(FEW + 2)))
    new = copy.deepcopy(old)
    for each in new["estimates"]:
        each["group"]["text"]["en"] = "other"
    new["estimates"][0]["value"] = 0.6
    lines = change_lines(between(old, new), "en")

    assert lines[1] == (
        f"0 of 0 verdicts changed; 1 of {FEW + 2} numbers moved; {FEW + 2} with other words."
    )
    assert lines[2:5] == [
        "Moved: 1", f"Other words: {FEW + 2}", "  a.reach.x0: words of: group (a → other)",
    ]  # fmt: skip
    assert lines[-1] == "  and 2 more." and len(lines) == 4 + FEW + 1
    # A language in which they are alike tells no words, and that others differ.
    assert "  a.reach.x0：组别的文字" in change_lines(between(old, new), "zh")


def test_words_beside_a_number_that_became_withheld_are_named_and_not_told(tmp_path):
    one, other = reworded("group", "eleven")
    meant = estimate("m", value=1.0, population=word("eleven")), estimate("m", value=1.0)
    old = results(one, meant[0], estimate("y", value=0.1, n=11))
    new = results(other, meant[1], withheld("y"), headline={"en": "Fewer than eleven."})
    found = between(old, new)
    said = " ".join([*change_lines(found, "en"), *map(str, fact_rows(found, "en"))])

    assert "  First sentence: not shown → changed (s/a/reach)" in change_lines(found, "en")
    assert any(note.startswith("Where a number became withheld") for note in notes(found, "en"))
    page, _ = write_pages(found, tmp_path / "c.html")
    body = page.read_text(encoding="utf-8").partition("<body")[2]
    for text in (said, body):
        assert "words of: group" in text and "eleven" not in text and "One in three" not in text
    assert "population" in body


def test_what_is_said_of_reports_that_are_identical_is_no_difference():
    one = results(verdict(), estimate("x", value=0.5))
    two = results(verdict(), estimate("x", value=0.5), area="b")
    alone = notes(changes_between(edition(one), edition(one, two)), "en")
    assert alone == [
        "Reports only in the new edition: 1 (s/b/reach).",
        "The reports that both editions have are identical; what one of them lacks, or could not"
        " be read of it, stands above.",
    ]
    for more in ({"unread": ("s/b/reach",)}, {"failed": ("s/b/reach",)}):
        told = notes(between(one, one, **more), "en")
        assert len(told) == 2 and "are identical" in told[1]
    (told,) = notes(between(one, origin(one, version="0.2")), "en")
    assert "what they rest on, or a word, does" in told
    old, new = reworded("group")
    (told,) = notes(between(results(old), results(new)), "en")
    assert "or a word, does" in told


@pytest.mark.parametrize("kind", ["bundle", "reports"])
def test_an_edition_of_one_report_is_told_as_one(kind, tmp_path):
    one = results(verdict())
    held = changes_between(edition(one), edition(one))
    object.__setattr__(held.old, "kind", kind)
    page, _ = write_pages(held, tmp_path / "c.html")

    assert "1 report;" in page.read_text(encoding="utf-8")


def test_results_name_what_they_leave_out(tmp_path, capsys):
    one, two, three = (results(verdict(), estimate("x", value=0.5), area=a) for a in "abc")
    root = written(tmp_path / "reports", one, two, three)
    (root / "s/b/reach/results.json").write_text('{"cut":', encoding="utf-8")
    (root / "s/c/reach.failed.json").write_text("{}", encoding="utf-8")
    words = ["--lang", "en", "results", str(root), "--out", str(tmp_path / "tidy")]

    assert main(words) == 1
    told = capsys.readouterr()
    assert "cannot be read: 1 (s/b/reach)" in told.err and "failed: 1 (s/c/reach)" in told.err
    rows = (tmp_path / "tidy/estimates.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["a.reach.verdict", "a.reach.x"]
    (root / "s/a/reach.failed.json").write_text("{}", encoding="utf-8")
    assert main(words) == 13
    assert "every report in it that can be read failed" in capsys.readouterr().err


def test_a_partners_file_of_made_up_data_carries_its_mark(tmp_path, capsys):
    made = results(estimate("x", value=0.5, made_up=True), made_up=True)
    root = written(tmp_path / "made", made)
    assert main(["results", str(root), "--out", str(tmp_path / "tidy")]) == 0
    theirs = tmp_path / "partner.json"
    (tmp_path / "tidy/ars.made-up.json").rename(theirs)
    ours = written(tmp_path / "ours", results(estimate("x", value=0.5)))
    capsys.readouterr()

    words = ["--lang", "en", "compare", str(ours), str(theirs), "--out"]
    assert main([*words, str(tmp_path / "p.html")]) == 13
    assert capsys.readouterr().out.startswith("MADE-UP DATA")
    assert not list(tmp_path.glob("p.*"))
    assert main([*words, str(tmp_path / "p.made-up.html")]) == 0
    page = (tmp_path / "p.made-up.en.html").read_text(encoding="utf-8")
    assert page.count("MADE-UP DATA") == 2
    assert "The one number agrees" in page
    held = json.loads(theirs.read_text(encoding="utf-8"))
    assert "MADE-UP DATA" in held["name"] and "MADE-UP DATA" in held["description"]
