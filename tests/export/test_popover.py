"""What a number tells of itself when it is clicked."""

from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.estimate import Estimate, withhold
from evalkit.export.exhibits import Exhibit
from evalkit.export.origin import all_results
from evalkit.export.popover import results_of
from evalkit.present.content import Drawing, Statement
from evalkit.record import Record, Seen
from evalkit.words import Term

WHY = Term("withheld", {"en": "too few behind it", "zh": "人数太少"})
WHOLE = Estimate(
    area="life", outcome="recidivism", estimand="risk", unit="share", value=0.2222, low=0.172,
    high=0.282, interval="confidence", level=0.95, n=216, events=48, denominator=216,
    data=(("life", "ab" * 32),), disclosure="passed", policy="2026-11-1",
)  # fmt: skip


def told(estimate, lang="en"):
    seen = Seen(21, "table", "comparison_table", {}, {}, (estimate,))
    record = Record(Path("r"), Path("r"), (seen,), {estimate.id: estimate}, ())
    known = results_of(record, lang)
    rows = known["results"][estimate.id]
    return [(known["texts"][label], known["texts"][text]) for label, text in rows]


def test_a_result_tells_its_value_and_all_that_stands_behind_it():
    assert told(WHOLE) == [
        ("Value", "22.2%"),
        ("95% interval", "17.2% to 28.2%"),
        ("People", "216"),
        ("With the event", "48"),
        ("Out of", "216"),
        ("Plan", "planned"),
        ("Disclosure", "passed"),
        ("Disclosure policy", "2026-11-1"),
        ("Notebook cell", "21"),
        ("Data", "life"),
        ("sha256", "ab" * 32),
    ]


def listed(*estimates):
    seen = Seen(1, "table", "t", {}, {}, estimates)
    record = Record(Path("r"), Path("r"), (seen,), {e.id: e for e in estimates}, ())
    return all_results(record, "en")


CLAIM = Estimate(
    area="town", outcome="claims", estimand="claim", unit="departments", value=32.0, low=32.0,
    high=32.0, interval="rounding", digits=0, verdict="cannot_verify", disclosure="public",
    reason=WHY,
)  # fmt: skip
VERDICT = Estimate(
    area="town", outcome="claims", estimand="verdict", unit="none", verdict="audited",
    disclosure="public",
)  # fmt: skip


def test_a_figure_with_a_verdict_has_its_value_and_an_exact_one_no_interval():
    rows = told(CLAIM)
    assert rows[:2] == [("Value", "32"), ("Verdict", "cannot be verified")]
    assert "–" not in [text for _, text in rows]
    made = listed(CLAIM, replace(CLAIM, low=30.0, high=40.0, high_open=True, estimand="c"), VERDICT)
    assert made["heads"] == ["Result id", "Value", "Interval", "Verdict", "People", "Plan"]
    assert [row[1:4] for row in made["rows"]] == [
        ["32", "–", "cannot be verified"],
        ["32", "[30, 40)", "cannot be verified"],
        ["–", "–", "checked by rule"],
    ]


def test_a_verdict_without_a_value_has_no_interval_that_was_not_given():
    made = listed(WHOLE, VERDICT)

    assert made["heads"] == ["Result id", "Value", "Interval", "People", "Plan"]
    assert [row[1:3] for row in made["rows"]] == [
        ["22.2%", "17.2% to 28.2%"],
        ["checked by rule", "–"],
    ]
    assert listed(withhold(WHOLE, WHY, "1"))["rows"][0][1:3] == ["withheld", "withheld"]


@pytest.mark.parametrize("lang, word", [("en", "withheld"), ("zh", "不公布")])
def test_a_withheld_result_tells_the_rule_and_no_number(lang, word):
    rows = told(withhold(WHOLE, WHY, "2026-11-1"), lang)

    assert rows[0][1] == word
    assert WHY.text[lang] in [text for _, text in rows]
    texts = " ".join(text for _, text in rows)
    assert not any(number in texts for number in ("22", "216", "48", "17.2"))


def test_a_figure_names_the_results_that_it_draws_as_runs_of_them():
    ends = [replace(WHOLE, dims=(("time", str(n)),)) for n in range(6)]
    seen = Seen(21, "figure", "curve", {}, {}, tuple(ends))
    record = Record(Path("r"), Path("r"), (seen,), {e.id: e for e in ends}, ())
    drawing, sentence = Drawing("t", "", "a", "<svg/>", "<svg/>"), Statement(())
    shown = [
        Exhibit("a", "figure-1", "", "t", 1, drawing, estimates=tuple(e.id for e in ends)),
        Exhibit("b", "figure-2", "", "t", 1, drawing, estimates=(ends[4].id, ends[1].id) * 2),
        Exhibit("c", "figure-3", "", "t", 1, drawing),
        Exhibit("d", "", "", "", 1, sentence, estimates=(ends[0].id,)),
    ]
    known = results_of(record, "en", shown)

    assert known["figures"] == {"figure-1": [(0, 6)], "figure-2": [(4, 1), (1, 1)]}
    assert list(known["results"])[4] == ends[4].id
