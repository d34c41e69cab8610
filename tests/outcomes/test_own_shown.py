"""A researcher's own table, figure and sentence: in every language, of released numbers only."""

import json

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("agg")
import matplotlib.pyplot as plt

from evalkit import present
from evalkit.errors import UsageError
from evalkit.estimate import Estimate
from evalkit.outcomes import Result, own
from evalkit.present.content import Drawing, Statement, Table

from .test_own import LABELS, by_prior, drawn, fit, model

TITLE = {"en": "Earlier events", "zh": "此前次数"}
ALT = {
    "en": "Bars of the share with the event, {prior_events=0} of those without an earlier one",
    "zh": "再犯比例的柱形图，此前没有的为{prior_events=0}",
}


@pytest.fixture
def result(study):
    return by_prior(drawn(study))


def bars(result, factor=100.0):
    drawing, axes = plt.subplots()
    names = [e.group.code for e in result.estimates]
    axes.bar(names, [factor * (e.value or 0) for e in result.estimates])
    return drawing, axes


def test_a_table_has_a_row_for_each_group_in_both_languages(result):
    shown = present.table(result, title=TITLE)

    for lang, first in (("en", "earlier events: 0"), ("zh", "此前0次")):
        held = shown.content[lang]
        assert isinstance(held, Table) and held.title == TITLE[lang]
        assert held.rows[0].cells[0].text == first
        assert [c.text for c in held.heads][1:] == {
            "en": ["People", "With event", "Share", "Interval"],
            "zh": ["人数", "发生人数", "比例", "区间"],
        }[lang]
    numbers = [
        [piece.number for row in held.rows for cell in row.cells for piece in cell.lines[0].pieces]
        for held in shown.content.values()
    ]
    assert numbers[0] == numbers[1]
    assert shown.estimates == result.estimates


def test_what_the_plan_does_not_name_is_stamped_where_it_stands(result):
    stamp = "Exploratory: the plan does not name it."

    assert stamp in present.table(result, title=TITLE).content["en"].note
    said = present.statement(result, {"en": "A {prior_events=0}.", "zh": "{prior_events=0}。"})
    assert stamp in said.text["en"] and "探索性结果" in said.text["zh"]
    drawing, _ = bars(result)
    assert stamp in present.figure(result, drawing, title=TITLE, alt=ALT).content["en"].note


def test_a_model_stands_with_its_interval_and_p_beside_it(study):
    followed = drawn(study)

    held = present.table(model(followed, fit(followed)), title=TITLE).content["en"]

    assert [c.text for c in held.heads] == ["Term", "Coefficient", "Interval", "p"]
    assert [row.cells[0].text for row in held.rows] == ["Constant", "age", "earlier events"]
    assert "It rests on 800 people." in held.note and "statsmodels (Logit)" in held.note


def test_a_table_of_one_row_has_its_heading(study):
    alike = drawn(study, prior_events=lambda n: [1] * n)

    held = present.table(by_prior(alike), title=TITLE).content["en"]

    assert len(held.rows) == 1
    assert held.heads[0].text == "earlier recorded events"


def test_show_needs_no_words_at_all(result):
    shown = present.show(result)

    assert shown.content["en"].rows == present.table(result, title=TITLE).content["en"].rows


def test_a_sentence_takes_its_numbers_from_results(result):
    first = result.estimates[0]
    text = {
        "en": "Of {prior_events=0:n}, {prior_events=0} ({prior_events=0:interval}).",
        "zh": "{prior_events=0:n}人中{prior_events=0}（{prior_events=0:interval}）。",
    }

    shown = present.statement(result, text)

    assert isinstance(shown.content["en"], Statement)
    assert f"{first.n}, {100 * first.value:.1f}% (" in shown.text["en"]
    linked = [p.estimate for p in shown.content["en"].blocks[0].lines[0].pieces if p.estimate]
    assert linked == [first.id] * 3


def test_a_figure_speaks_both_languages_and_is_no_second_output(result):
    drawing, axes = bars(result)
    axes.set_ylabel("share, %")
    number = drawing.number
    texts = {"share, %": {"en": "Share, %", "zh": "比例，%"}}

    shown = present.figure(result, drawing, title=TITLE, alt=ALT, texts=texts)

    english, chinese = shown.content["en"], shown.content["zh"]
    assert isinstance(english, Drawing) and english.wide != chinese.wide != chinese.narrow
    assert not plt.fignum_exists(number), "it would be shown once more below the cell"
    value = f"{100 * result.estimates[0].value:.1f}%"
    assert english.alt.count(value) == 1 and value in chinese.alt
    again, axes = bars(result)
    axes.set_ylabel("share, %")
    assert shown == present.figure(result, again, title=TITLE, alt=ALT, texts=texts)


def test_error_bars_lines_and_points_of_the_results_are_drawn(result):
    drawing, axes = plt.subplots()
    values = np.array([e.value for e in result.estimates])
    gaps = [
        [e.value - e.low for e in result.estimates],
        [e.high - e.value for e in result.estimates],
    ]
    axes.errorbar(range(3), values, yerr=gaps, fmt="o", capsize=3)
    axes.scatter(range(3), values)
    axes.axhline(result.estimates[0].value)
    axes.set_xticks(range(3), [e.group.code for e in result.estimates])

    assert present.figure(result, drawing, title=TITLE, alt=ALT).kind == "figure"


@pytest.mark.parametrize(
    "given",
    [
        pd.DataFrame({"person_id": ["P1"], "event": [1]}),
        pd.Series({"age": 15}),
        {"a": 1},
        0.5,
        None,
    ],
)
@pytest.mark.parametrize("show", ["table", "statement", "show", "figure"])
def test_a_row_a_frame_or_a_bare_number_is_refused_by_its_name(given, show):
    words = {"table": {"title": TITLE}, "statement": {"text": TITLE}, "show": {}}
    drawing = plt.figure() if show == "figure" else None
    asked = words.get(show, {"drawing": drawing, "title": TITLE, "alt": ALT})

    with pytest.raises(UsageError, match=rf"\({type(given).__name__}\) cannot be shown"):
        getattr(present, show)(given, **asked)


@pytest.mark.parametrize(
    "title, told",
    [
        ({"en": "Only English"}, "title has no words in zh"),
        ({"en": "Words", "zh": " "}, "title has no words in zh"),
        ("Only English", "title: give words for each language of the study: zh, en"),
        ({"en": "Of 100 people", "zh": "一百人中"}, "title holds a typed number"),
        ({"en": "Half (½) of them", "zh": "半数"}, "title holds a typed number"),
        ({"en": "Class Ⅻ", "zh": "分组"}, "title holds a typed number"),
        ({"en": "A fall", "zh": "下降了百分之二十"}, "title holds a typed number"),
        ({"en": "Of {prior_events=9}", "zh": "其中"}, "title names no result of these"),
        ({"en": "Of {prior_events=0:se}", "zh": "其中"}, "title names no result of these"),
    ],
)
def test_a_text_that_not_every_page_can_show_is_refused(result, title, told):
    with pytest.raises(UsageError, match=told):
        present.table(result, title=title)


def test_ten_thousand_rows_are_refused(result):
    first = result.estimates[0]
    many = [
        Estimate(
            **{**{f: getattr(first, f) for f in ("area", "outcome", "estimand", "unit", "group")},
               "dims": (("k", str(k)),), "value": 0.5, "disclosure": "public", "policy": "1"}
        )
        for k in range(10_000)
    ]  # fmt: skip

    with pytest.raises(UsageError, match="10000 results do not fit a table"):
        present.table(Result(result.report, tuple(many)), title=TITLE)


def test_nan_never_becomes_a_result():
    with pytest.raises(ValueError, match="value must be finite"):
        Estimate(area="a", outcome="reach", estimand="x", unit="share", value=float("nan"))


def test_a_figure_without_numbers_is_refused(result):
    drawing, _ = bars(result)

    with pytest.raises(UsageError, match="The figure states no number"):
        present.figure(Result(result.report, ()), drawing, title=TITLE, alt=ALT)


def test_a_figure_of_withheld_numbers_is_a_sentence(study):
    few = by_prior(drawn(study, flag=lambda n: (np.arange(n) < 4).astype(int)), share="flag",
                   by="prior_events")  # fmt: skip
    hidden = Result(few.report, tuple(e for e in few.estimates if e.disclosure == "withheld"))
    drawing, _ = plt.subplots()

    shown = present.figure(hidden, drawing, title=TITLE, alt=ALT)

    assert shown.kind == "statement" and "withheld" in shown.text["en"]


def people_drawn(axes, frame):
    axes.scatter(frame["age"], frame["time"])


def times_drawn(axes, frame):
    axes.hist(frame["time"], bins=7)


def line_drawn(axes, frame):
    axes.plot(np.sort(frame["time"]), np.linspace(0, 1, len(frame)))


def image_drawn(axes, frame):
    axes.imshow(frame[["age", "time"]].to_numpy())


def pie_drawn(axes, frame):
    axes.pie(frame["age"][:5])


@pytest.mark.parametrize(
    "draw, told",
    [
        (people_drawn, "that are no released results"),
        (times_drawn, "that are no released results"),
        (line_drawn, "that are no released results"),
        (image_drawn, r"holds something \(AxesImage\)"),
        (pie_drawn, r"holds something \(Wedge\)"),
    ],
)
def test_a_figure_that_draws_people_is_refused(study, draw, told):
    followed = drawn(study)
    drawing, axes = plt.subplots()
    draw(axes, followed.cohort.frame)

    with pytest.raises(UsageError, match=told):
        present.figure(by_prior(followed), drawing, title=TITLE, alt=ALT)


def test_words_and_numbers_that_a_drawing_writes_need_each_language(result):
    for write in (lambda a: a.set_xlabel("times"), lambda a: a.text(0, 0, "17 of 20")):
        drawing, axes = bars(result)
        write(axes)
        with pytest.raises(UsageError, match=r"words that texts does not have .* \(1\)"):
            present.figure(result, drawing, title=TITLE, alt=ALT)
    drawing, axes = bars(result)
    axes.text(0, 1, f"{100 * result.estimates[0].value:.1f}%")

    assert present.figure(result, drawing, title=TITLE, alt=ALT)


def test_no_true_count_is_in_anything_that_is_shown(study):
    followed = drawn(study)
    result = own.counts(followed, "group", name="by_group", share="event", labels=LABELS)
    drawing, _ = bars(result)
    alt = {lang: text.replace("prior_events=0", "group=programme") for lang, text in ALT.items()}
    everything = [
        present.table(result, title=TITLE),
        present.figure(result, drawing, title=TITLE, alt=alt),
    ]

    stored = json.dumps([shown.to_json() for shown in everything])

    for true in (403, 398, 67, 91):
        assert f'"text": "{true}"' not in stored and f": {true}," not in stored
    assert '"text": "405"' in stored
