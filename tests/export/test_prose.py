"""Markdown cells of a page: notes, callouts, references, formulas."""

import pytest

from evalkit.errors import PageError
from evalkit.export.exhibits import Exhibit, by_name
from evalkit.export.maths import in_caption, mathml
from evalkit.export.prose import Prose
from evalkit.landing import escape, script_json
from evalkit.present.content import Statement

SHOWN = by_name(
    [
        Exhibit("claims_table", "table-4", "Table 4", "Every figure", 9, Statement(())),
        Exhibit("twice", "table-5", "Table 5", "One", 10, Statement(())),
        Exhibit("twice", "table-6", "Table 6", "Two", 11, Statement(())),
    ]
)


@pytest.fixture
def prose():
    return Prose("en", "report.en.html", SHOWN)


def test_a_reference_becomes_a_link_with_the_number(prose):
    html = prose.html("As [@claims_table] shows.")

    assert '<a class="ek-ref" href="#table-4">Table 4</a>' in html


def test_a_reference_to_nothing_names_what_there_is(prose):
    with pytest.raises(PageError, match=r"no exhibit is called claim_table.*nearest.*claims_table"):
        prose.html("See [@claim_table].")


def test_a_reference_to_a_name_that_stands_twice_is_refused(prose):
    with pytest.raises(PageError, match="more than one exhibit: Table 5, Table 6"):
        prose.html("See [@twice].")


def test_notes_are_numbered_through_the_page_and_lead_back(prose):
    first = prose.html("One.[^a]\n\n[^a]: The source.")
    second = prose.html("Two.[^b]\n\n[^b]: Another.")

    assert 'href="#note-1"' in first and 'href="#note-2"' in second
    assert len(prose.notes) == 2 and 'role="doc-backlink"' in prose.notes[0]
    assert "The source." in prose.notes[0] and "section" not in first


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**重要提示：**请先核对。", "<strong>重要提示：</strong>请先核对。"),
        ("这是**“零犯罪”**村屯。", "这是<strong>“零犯罪”</strong>村屯。"),
        ("项目**《青春护航》**已结项，**达标率（含补测）**为九成。",
         "项目<strong>《青春护航》</strong>已结项，<strong>达标率（含补测）</strong>为九成。"),
        ("共*（含补测）*九成", "共<em>（含补测）</em>九成"),
        ("**粗体*斜体*粗体**。", "<strong>粗体<em>斜体</em>粗体</strong>。"),
        ("**Note:** check.", "<strong>Note:</strong> check."),
        ("**`**` 是记号**", "<code>**</code>"),
        # No emphasis: a space inside, an escape, stars that multiply.
        ("a ** b ** c", "a ** b ** c"),
        (r"\*\*注意：\*\*请", "**注意：**请"),
        ("3 * 4 * 5", "3 * 4 * 5"),
    ],
)  # fmt: skip
def test_bold_stands_beside_chinese_marks(prose, source, html):
    assert html in prose.html(source)


def test_a_note_without_a_text_is_refused(prose):
    with pytest.raises(PageError, match=r"the note \[\^x\] has no text"):
        prose.html("One.[^x]")


def test_a_pasted_picture_stands_in_the_page(prose):
    html = prose.html("![Ways](attachment:a.png)", 3, {"a.png": {"image/png": "QUJD"}})

    assert 'src="data:image/png;base64,QUJD"' in html and 'alt="Ways"' in html


def test_a_pasted_picture_that_is_gone_is_named_by_its_cell(prose):
    with pytest.raises(PageError, match=r"cell 3.*not in the cell. In it are: b\.png"):
        prose.html("![Ways](attachment:a.png)", 3, {"b.png": {"image/png": "QUJD"}})


@pytest.mark.parametrize("lang, title", [("en", "Warning"), ("zh", "警告")])
def test_a_callout_has_a_title_in_words(lang, title):
    html = Prose(lang, "p", {}).html("> [!WARNING]\n> Read this.")

    assert f"<strong>{title}</strong>" in html and 'role="note"' in html
    assert "Read this." in html and "[!" not in html


def test_an_unknown_callout_is_refused(prose):
    with pytest.raises(PageError, match=r"no callout BEWARE\. Known: NOTE, TIP"):
        prose.html("> [!BEWARE]\n> Read this.")


def test_headings_make_the_contents(prose):
    prose.html("## First\n\n### Part *one*\n\n## Second")

    assert [(s.id, s.text) for s in prose.sections] == [
        ("section-1", "First"),
        ("section-2", "Second"),
    ]
    assert prose.sections[0].parts[0].text == "Part one"


def test_a_formula_keeps_its_tex_and_prices_stay_prices(prose):
    html = prose.html(r"So $\frac{a}{b}$ costs $5 and $6.")

    assert "<mfrac>" in html and 'alttext="\\frac{a}{b}"' in html
    assert "$5 and $6" in html


def test_a_formula_that_cannot_be_read_is_refused(prose):
    with pytest.raises(PageError, match=r"the formula \\frac\{ cannot be read"):
        prose.html(r"So $\frac{$ is.")


def test_only_what_looks_like_tex_is_a_formula_in_a_caption():
    html = in_caption(r"<I> $I^2$ at $5 or $6", "p", escape)

    assert "<msup>" in html and "$5 or $6" in html and html.startswith("&lt;I&gt; <math")


def test_a_formula_on_its_own_line_is_a_block():
    assert 'display="block"' in mathml("x", "p", block=True)


def test_no_text_ends_the_script_that_holds_it():
    assert "<" not in script_json({"a": "</script><!--"})


def test_a_message_names_the_cell_in_the_readers_language(monkeypatch):
    places = {"en": "report.en.html, cell 7: ", "zh": "report.en.html，第7个单元格："}
    for lang, place in places.items():
        monkeypatch.setenv("EVALKIT_LANG", lang)
        with pytest.raises(PageError) as told:
            Prose("en", "report.en.html", {}).html("See [@nothing].", 7)
        assert str(told.value).startswith(place)


@pytest.mark.parametrize("text", ["[]( )", "[a]()", "[a](<>)", "<a href=''>x</a>", "**[a]( )**"])
def test_a_link_to_nothing_is_refused_with_its_cell(prose, text):
    with pytest.raises(PageError, match=r"report\.en\.html, cell 7: a link leads nowhere"):
        prose.html(text, 7)


def test_a_link_to_a_place_that_the_page_lacks_is_refused_with_its_cell(prose):
    prose.html("See [below](#section-1), [there](#table-4), [who](#origin), [it](#secton-1).", 3)
    prose.html("## Below\n\nA note.[^1]\n\n[^1]: It.\n\n[its](#note-1)", 4)

    with pytest.raises(PageError, match=r"cell 3: a link leads to #secton-1.*Nearest: section-1"):
        prose.check_links()


def test_links_to_what_is_there_and_to_elsewhere_stay(prose):
    prose.html("[below](#section-1) [@claims_table] [site](https://example.org)", 3)
    prose.html("## Below\n\n[x](#section-1)", 4)

    prose.check_links()

    # Our own references are no links of the author's.
    assert prose.links == [(3, "section-1"), (4, "section-1")]
