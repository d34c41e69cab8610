"""Reading an executed notebook back: complete, or loudly refused."""

import json

import nbformat
import pytest

from evalkit import present
from evalkit.errors import RecordError
from evalkit.estimate import Estimate
from evalkit.outcomes import open_report
from evalkit.present.content import Statement
from evalkit.present.shown import Shown, mime
from evalkit.present.statement import paragraph
from evalkit.record import read_notebook, require

from .helpers import ROOT


def estimate(value=0.5, **changes):
    fields = {"area": "a", "outcome": "reach", "estimand": "share", "unit": "share"}
    return Estimate(**fields, value=value, disclosure="public", policy="1", **changes)


def shown(*estimates, name="thing", langs=("en", "zh")):
    texts = {lang: f"in {lang}" for lang in langs}
    held = {lang: Statement((paragraph(text),)) for lang, text in texts.items()}
    return Shown("statement", name, langs[0], held, texts, tuple(estimates))


def write(path, *bundles):
    cells = []
    for bundle in bundles:
        cell = nbformat.v4.new_code_cell("x")
        cell.outputs = [nbformat.v4.new_output("display_data", bundle)]
        cells.append(cell)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture
def notebook(tmp_path):
    return lambda *things: write(
        tmp_path / "done.ipynb",
        *(t._repr_mimebundle_() if isinstance(t, Shown) else t for t in things),
    )


def test_what_was_shown_comes_back_whole(notebook):
    first = estimate(dims=(("group", "b"),))

    record = read_notebook(notebook(shown(first)), ("en", "zh"))

    assert record.estimates == {"a.reach.share[group=b]": first}
    assert record.seen[0].content["zh"] == Statement((paragraph("in zh"),))


def test_the_same_result_may_be_shown_twice(notebook):
    record = read_notebook(notebook(shown(estimate()), shown(estimate(), name="again")))

    assert len(record.estimates) == 1


def test_an_opening_that_is_shown_again_is_the_same_one(notebook):
    report = open_report(ROOT / "study.toml", "guigang", "reach", "en")
    opening, other = present.opening(report), shown(estimate())

    record = read_notebook(notebook(opening, other, opening))

    assert [seen.name for seen in record.seen] == [opening.name, "thing"]
    assert record.header.name == "pilots/guigang/reach"


def test_openings_of_two_reports_stop(notebook):
    reports = [
        open_report(ROOT / "study.toml", "guigang", o, "en") for o in ("reach", "recidivism")
    ]

    record = read_notebook(notebook(*map(present.opening, reports)))

    with pytest.raises(RecordError, match="says 2 times what report it is"):
        _ = record.header


def test_one_id_for_two_results_stops(notebook):
    path = notebook(shown(estimate()), shown(estimate(0.6), name="again"))

    with pytest.raises(RecordError, match=r"cell 2: the id a\.reach\.share stands for two"):
        read_notebook(path)


def test_a_missing_language_stops(notebook):
    with pytest.raises(RecordError, match="thing has no words in zh"):
        read_notebook(notebook(shown(estimate(), langs=("en",))), ("en", "zh"))


def test_an_expected_result_that_is_missing_stops_with_its_name(notebook):
    record = read_notebook(notebook(shown(estimate())))

    require(record, ["a.reach.share"])
    with pytest.raises(RecordError, match=r"did not show a\.reach\.verdict"):
        require(record, ["a.reach.share", "a.reach.verdict"])


@pytest.mark.parametrize(
    "bundle,what",
    [
        ({"text/plain": "   a\n0  1", "text/html": "<table></table>"}, "text/html"),
        ({"image/png": "aGVsbG8="}, "image/png"),
    ],
)
def test_a_raw_output_is_refused_by_cell(notebook, bundle, what):
    with pytest.raises(RecordError, match=f'cell 2 \\("x"\\): shows {what}'):
        read_notebook(notebook(shown(estimate()), bundle))


def test_nan_as_text_is_refused(notebook):
    # Jupyter stores NaN as the text "nan".
    bundle = json.loads(json.dumps(shown(estimate())._repr_mimebundle_()))
    bundle[mime("statement")]["estimates"][0]["value"] = "nan"

    with pytest.raises(RecordError, match="cannot be read back"):
        read_notebook(notebook(bundle))


def test_another_schema_is_refused(notebook):
    bundle = json.loads(json.dumps(shown(estimate())._repr_mimebundle_()))
    bundle[mime("statement")]["schema"] = 99

    with pytest.raises(RecordError, match="schema 99"):
        read_notebook(notebook(bundle))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda block: block.update(look="script"),
        lambda block: block.update(html="<script></script>"),
        lambda block: block["lines"][0]["pieces"][0].update(text=7),
        lambda block: block["lines"][0]["pieces"][0].update(number="nan"),
        lambda block: block["lines"][0].pop("pieces"),
        lambda block: block.update(lines={}),
    ],
)
def test_an_exhibit_whose_structure_was_changed_is_refused(notebook, spoil):
    bundle = json.loads(json.dumps(shown(estimate())._repr_mimebundle_()))
    spoil(bundle[mime("statement")]["content"]["en"]["blocks"][0])

    with pytest.raises(RecordError, match="cannot be read back"):
        read_notebook(notebook(bundle))
