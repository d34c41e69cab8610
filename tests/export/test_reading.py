"""What a page spares its reader, and what it still names."""

from dataclasses import replace

import nbformat
import pytest
from nbformat import v4

from evalkit.estimate import Estimate
from evalkit.export import reading
from evalkit.export.exhibits import in_language
from evalkit.export.reading import left_out, name_left_out, says_nothing, without_empty_sections
from evalkit.present.content import Cell, Line, Piece, Statement, Table
from evalkit.present.shown import Shown
from evalkit.present.statement import paragraph
from evalkit.record import read_notebook
from evalkit.words import Term

TABLE = Table("Shares", "People.", (Cell((Line((Piece("Group"),)),)),), ())
# Headings of our own notebooks.
WHEN, SECOND = (
    f'## <span lang="en">{text}</span>' for text in ("When it happened", "A second opinion")
)
WHY = Term("unlike", {"en": "The groups are unlike.", "zh": "两组不同。"})
OTHER = Term("few", {"en": "Too few people.", "zh": "人数太少。"})
PASSES = Term("alike", {"en": "Groups randomised.", "zh": "抽签分组。"})


def refused(estimand, reason=WHY):
    return Estimate(
        area="a", outcome="recidivism", estimand=estimand, unit="none", disclosure="passed",
        verdict="not_assessable", reason=reason, would_pass=PASSES,
    )  # fmt: skip


def cell(name, held, *estimates, tags=()):
    texts = dict.fromkeys(("en", "zh"), "words")
    kind = "table" if isinstance(held, Table) else "statement"
    thing = Shown(kind, name, "en", dict.fromkeys(texts, held), texts, estimates)
    output = v4.new_output("display_data", thing._repr_mimebundle_())
    return v4.new_code_cell("x", outputs=[output], metadata={"tags": list(tags)})


def said(frame):
    return Statement((paragraph("said"),), frame)


def heading(text):
    return v4.new_markdown_cell(text, metadata={"tags": ["lang-en"]})


def pages_of(tmp_path, *cells):
    path = tmp_path / "done.ipynb"
    nbformat.write(v4.new_notebook(cells=list(cells)), path)
    record = read_notebook(path)
    shown = [seen for seen in record.seen if not says_nothing(seen, record)]
    kept = without_empty_sections(in_language(record, shown, "en"), "en")
    name_left_out(kept, left_out(record, "en"), "en")
    return record, kept


VERDICT = cell("headline", said("headline"), refused("verdict"), tags=["headline"])


def names(kept):
    return [
        output.metadata["name"] if c.cell_type == "code" else c.source
        for c in kept
        for output in (c.outputs if c.cell_type == "code" else [None])
    ]


def test_a_refusal_for_the_verdicts_own_reason_is_named_once_under_it(tmp_path):
    _, kept = pages_of(
        tmp_path,
        VERDICT,
        heading(WHEN),
        cell("curve_figure", said("refusal"), refused("cumulative_incidence")),
        heading(SECOND),
        cell("agreement", said("absent"), refused("log_rank")),
    )

    assert names(kept) == ["headline", ""]
    told = kept[0].outputs[1].metadata["content"].blocks[0].lines[0].text
    assert told == "Not produced, for this reason: Cumulative incidence, Second opinion."


def test_a_refusal_for_another_reason_stays_with_its_heading(tmp_path):
    _, kept = pages_of(
        tmp_path,
        VERDICT,
        heading("## When it happened"),
        cell("curve_figure", said("refusal"), refused("cumulative_incidence", OTHER)),
    )

    assert names(kept) == ["headline", "## When it happened", "curve_figure"]


def test_another_way_to_pass_is_another_refusal(tmp_path):
    other = replace(refused("cumulative_incidence"), would_pass=OTHER)
    _, kept = pages_of(tmp_path, VERDICT, cell("curve_figure", said("refusal"), other))

    assert names(kept) == ["headline", "curve_figure"]


def test_a_second_refusal_for_one_reason_is_named_under_the_first(tmp_path):
    _, kept = pages_of(
        tmp_path,
        VERDICT,
        heading(WHEN),
        cell("curve_figure", said("refusal"), refused("cumulative_incidence", OTHER)),
        heading(SECOND),
        cell("agreement", said("refusal"), refused("log_rank", OTHER)),
    )

    assert names(kept) == ["headline", WHEN, "curve_figure", ""]
    told = kept[-1].outputs[1].metadata["content"].blocks[0].lines[0].text
    assert told == "Not produced, for this reason: Second opinion."


def test_what_has_a_value_is_never_left_out(tmp_path):
    value = Estimate(
        area="a", outcome="recidivism", estimand="n", unit="people", value=5.0, disclosure="passed"
    )
    _, kept = pages_of(tmp_path, VERDICT, cell("flow_table", said("refusal"), value))

    assert names(kept) == ["headline", "flow_table"]


def test_without_a_verdict_no_refusal_repeats_it(tmp_path):
    _, kept = pages_of(tmp_path, cell("curve_figure", said("refusal"), refused("incidence")))

    assert names(kept) == ["curve_figure"]


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        # A heading of ours with nothing under it goes; one over a full lower one stays.
        ([WHEN, "### B", TABLE, SECOND], [WHEN, "### B", "t"]),
        ([WHEN, SECOND, TABLE], [SECOND, "t"]),
        ([WHEN, "Text of a researcher.", SECOND], [WHEN, "Text of a researcher."]),
        ([TABLE, WHEN], ["t"]),
        # What a person wrote stays, and what of ours it stands under.
        ([WHEN, "### Nobody came", SECOND], [WHEN, "### Nobody came"]),
        (["## Why we stopped", "## A", TABLE], ["## Why we stopped", "## A", "t"]),
        ([TABLE, "## See above"], ["t", "## See above"]),
        (["## A\n\nWith a sentence of its own."], ["## A\n\nWith a sentence of its own."]),
    ],
)
def test_a_heading_of_ours_over_nothing_is_left_out(tmp_path, cells, left):
    made = [heading(c) if isinstance(c, str) else cell("t", c) for c in cells]
    _, kept = pages_of(tmp_path, *made)

    assert names(kept) == left


def test_every_estimate_of_what_is_left_out_stays_in_the_record(tmp_path):
    record, _ = pages_of(tmp_path, VERDICT, cell("agreement", said("absent"), refused("log_rank")))

    assert "a.recidivism.log_rank" in record.estimates


def test_what_a_researcher_made_keeps_the_name_that_its_refusal_tells(tmp_path):
    _, kept = pages_of(
        tmp_path, VERDICT, cell("by_risk_table", said("refusal"), refused("by_risk"))
    )

    assert names(kept) == ["headline", "by_risk_table"]


def test_the_verdict_is_found_by_what_it_shows_and_not_by_its_tag(tmp_path):
    untagged = cell("headline", said("headline"), refused("verdict"))
    absent = cell("curve_figure", said("absent"), refused("incidence"), tags=["headline"])
    _, kept = pages_of(tmp_path, untagged, absent)

    assert names(kept) == ["headline", ""]


def test_a_heading_of_ours_over_nothing_is_left_out_in_a_third_language_too(monkeypatch):
    told = {WHEN: "## Quando", SECOND: "## Altro"}
    monkeypatch.setattr(reading, "cell_text", lambda text, lang: told.get(text, text))
    reading._our_headings.cache_clear()
    made = [heading("## Quando"), heading("## Nostro")]

    assert [c.source for c in reading.without_empty_sections(made, "it")] == ["## Nostro"]
    reading._our_headings.cache_clear()
