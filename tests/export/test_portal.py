"""What the portal says of each report, area and file."""

import json

import pytest
from tests.export.portals import RATING, VERDICT, change, failure, page, report, soup, text
from tests.helpers import STUDY, write_study

from evalkit import words
from evalkit.errors import StudyError
from evalkit.export import write_portal
from evalkit.protocol import read_study


def test_a_report_is_listed_with_its_sentence_and_links(tmp_path):
    report(tmp_path)

    pages = write_portal(tmp_path)

    assert [p.name for p in pages] == ["index.html", "index.zh.html"]
    links = [link["href"] for link in soup(tmp_path).select("tbody a")]
    assert "No data." in text(soup(tmp_path).select_one("tbody .figure"))
    # The page itself leads on to the other language.
    assert links == ["tiny/north/reach/report.en.html", "tiny/north/reach/results.json"]
    assert "tiny/north/reach/report.zh.html" in page(tmp_path, "index.zh.html")


def test_what_was_not_asked_for_is_not_said_to_be_no_part_of_the_study(tmp_path):
    report(tmp_path, outcomes=["reach", "claims"])

    write_portal(tmp_path)

    cells = [text(cell) for cell in soup(tmp_path).select_one("tbody tr")("td")]
    heads = [text(head).split()[0] for head in soup(tmp_path).select("thead th")]
    assert cells[1] == "not built in this folder" and "No data." in cells[0]
    # An outcome that no area of the study has needs no column.
    assert heads == ["Area", "Reach", "Printed", "Status,", "Files"]
    report(tmp_path, area="south", outcomes=["satisfaction"], outcome="satisfaction")
    write_portal(tmp_path)
    cells = [text(cell) for cell in soup(tmp_path).select("tbody tr")[1]("td")]
    assert cells[1:3] == ["not part of this study"] * 2


def test_a_workbook_is_linked_where_there_is_one(tmp_path):
    folder = report(tmp_path)
    write_portal(tmp_path)
    assert ".xlsx" not in page(tmp_path)

    (folder / "report.zh.xlsx").write_bytes(b"")
    write_portal(tmp_path)
    assert "tiny/north/reach/report.zh.xlsx" in page(tmp_path)


def test_names_and_failures_are_escaped(tmp_path):
    name = "<script>alert(1)</script>{{ 7 * 7 }}\"' onload=x"
    report(tmp_path, name=name, headline={"en": "</script><b>", "zh": "x"})
    failure(tmp_path, path="<img src=x onerror=alert(1)>")

    write_portal(tmp_path)

    read = soup(tmp_path)
    assert len(read("script")) == 1 and not read("img")
    assert read.select_one("tbody tr")["data-name"] == name
    assert "{{ 7 * 7 }}" in page(tmp_path)
    assert not [key for tag in read(True) for key in tag.attrs if key.startswith("on")]


def test_a_browser_lays_out_many_areas_only_where_they_are_in_view(tmp_path, monkeypatch):
    report(tmp_path)
    write_portal(tmp_path)
    assert "many" not in soup(tmp_path).body["class"]

    monkeypatch.setattr("evalkit.export.portal.MANY", 1)
    write_portal(tmp_path)
    assert "many" in soup(tmp_path).body["class"]


def test_the_whole_is_told_in_words_in_both_languages(tmp_path):
    report(tmp_path)
    report(tmp_path, outcome="recidivism", estimates=[VERDICT | {"verdict": "improvement"}])
    failure(tmp_path)

    write_portal(tmp_path)

    assert text(soup(tmp_path).select_one(".whole")) == (
        "Of 3 cells, 1 with evidence of improvement, 0 with evidence of worsening, "
        "0 with no clear evidence, 1 not assessable; 1 stopped."
    )
    assert text(soup(tmp_path, "index.zh.html").select_one(".whole")) == (
        "共3格：有改善的证据1格、有变差的证据0格、证据不明确0格、无法评估1格；运行中止1格。"
    )


def test_a_stopped_cell_counts_as_stopped_and_keeps_its_last_good_report(tmp_path):
    report(tmp_path)
    failure(tmp_path, area="north")

    write_portal(tmp_path)

    said = text(soup(tmp_path).select_one(".whole"))
    assert "Of 1 cells" in said and "0 not assessable; 1 stopped" in said
    row = text(soup(tmp_path).select_one("tbody tr"))
    assert "run stopped" in row and "Last good report, of 2026-11-22" in row


def test_what_was_not_built_is_listed_with_its_reason_and_date(tmp_path):
    report(tmp_path)
    failure(tmp_path)
    failure(tmp_path, area="north", outcome="summary")

    write_portal(tmp_path)

    entries = [text(item) for item in soup(tmp_path).select("#not-built li")]
    assert soup(tmp_path).select_one('.whole a[href="#not-built"]')
    assert entries[0].startswith("North, One-page summary (North) 2026-11-23")
    assert entries[1].startswith("South, Reach (North) 2026-11-23") and "rows.csv" in entries[1]


def test_nothing_is_said_to_have_failed_where_nothing_did(tmp_path):
    report(tmp_path)

    write_portal(tmp_path)

    assert "none stopped" in text(soup(tmp_path).select_one(".whole"))
    assert soup(tmp_path).select_one("#not-built, button[data-stopped]") is None


def test_the_evidence_rating_stands_in_words_figures_and_squares(tmp_path):
    report(tmp_path, estimates=[VERDICT, RATING])

    write_portal(tmp_path)

    cell = text(soup(tmp_path).select_one("tbody tr"))
    assert "■■■□□ Evidence rating 3/5" in cell
    assert "main limit: one year" in text(soup(tmp_path).select_one(".said"))
    assert "Evidence rating: how far" in text(soup(tmp_path))
    assert "证据等级3/5" in text(soup(tmp_path, "index.zh.html"))


@pytest.mark.parametrize("value", [None, 6, -1, 2.5, "3", [3], float("nan")])
def test_what_is_no_rating_is_absent(tmp_path, value):
    report(tmp_path, estimates=[VERDICT, RATING | {"value": value}])

    write_portal(tmp_path)

    assert "tiny/north/reach/report.en.html" in page(tmp_path)
    assert "Evidence rating" not in text(soup(tmp_path)) and "main limit" not in page(tmp_path)


def test_files_are_linked_where_they_are_and_say_what_they_are(tmp_path):
    folder = report(tmp_path)
    (folder / "report.en.pdf").write_bytes(b"x" * 2_340_000)
    (folder / "report.zh.pdf").write_bytes(b"x" * 1_000)
    (folder / "report.zh.docx").write_bytes(b"x" * 45_400)

    write_portal(tmp_path)

    links = soup(tmp_path).select(".links a")
    files = {a.get_text(): (a["href"].rsplit("/", 1)[1], a["title"]) for a in links}
    assert files["Report"][0] == "report.en.html"
    assert files["PDF"] == ("report.en.pdf", "2.3 MB")
    assert files["DOCX"] == ("report.zh.docx", "45 KB")
    assert files["JSON"][0] == "results.json" and "XLSX" not in files
    assert links[1]["aria-label"] == "PDF: North, Reach"
    chinese = soup(tmp_path, "index.zh.html").select('.links a[href$="pdf"]')
    assert chinese[0]["href"].endswith("report.zh.pdf")
    assert chinese[0]["aria-label"] == "PDF：North，覆盖"


def test_a_summary_is_a_line_of_its_area_and_no_outcome(tmp_path):
    report(tmp_path)
    report(tmp_path, area="south")
    folder = tmp_path / "tiny" / "south" / "summary"
    folder.mkdir()
    for name in ("report.en.html", "report.zh.html", "report.zh.pdf", "results.json"):
        (folder / name).write_bytes(b"")

    write_portal(tmp_path)

    heads = [text(head) for head in soup(tmp_path).select("thead th")]
    rows = soup(tmp_path).select("tbody tr")
    assert heads[-1] == "Files" and len(heads) == 4
    assert {len(row(["th", "td"])) for row in rows} == {4}
    assert text(rows[0]("td")[-1]).startswith("Summary: not built in this folder")
    assert [a.get_text() for a in rows[1]("td")[-1]("a")] == ["Summary", "PDF", "JSON"]
    assert soup(tmp_path).select_one(".unread") is None


def test_all_areas_together_have_no_summary_to_be_missed(tmp_path):
    report(tmp_path, "all", "All areas")
    folder = report(tmp_path, "north").parent / "summary"
    folder.mkdir()
    (folder / "report.en.html").write_bytes(b"")
    write_portal(tmp_path)

    rows = soup(tmp_path).select("tbody tr")
    assert text(rows[-1].th).startswith("All areas")
    assert [a.get_text() for a in rows[-1]("td")[-1]("a")] == ["JSON"]
    assert "Summary" not in text(rows[-1])


def test_rows_stand_in_the_order_of_the_study_file(tmp_path):
    for order, code in enumerate(("zeta", "alpha", "all", "mid")):
        texts = {"en": code, "zh": code}
        area = {"code": code, "name": texts, "place": texts, "order": order}
        folder = report(tmp_path, area=code)
        change(folder / "results.json", area=area)

    write_portal(tmp_path)

    names = [row["data-name"] for row in soup(tmp_path).select("tbody tr")]
    assert names == ["zeta", "alpha", "mid", "all"]


def test_a_row_can_be_found_by_code_names_results_and_claims(tmp_path):
    ids = ["north.reach.printed[claim=DC-04]", "north.reach.share[period=2025]"]
    known = [{"estimand": "printed", "id": name} for name in ids]
    report(tmp_path, estimates=[VERDICT | {"id": "north.reach.verdict"}, *known])

    write_portal(tmp_path)

    find = soup(tmp_path).select_one("tbody tr")["data-find"].split()
    assert {"north", "North", "north.reach.verdict", "north.reach.share", "DC-04"} == set(find) - {
        "north.reach.printed"
    }


def test_without_its_script_the_page_has_no_dead_controls(tmp_path):
    report(tmp_path)
    failure(tmp_path)

    write_portal(tmp_path)

    for control in soup(tmp_path).select("button, input, select"):
        assert control.find_parent("form").has_attr("hidden")


@pytest.mark.parametrize("code", ["../north", "North", "a b", "", "a.b", "北"])
def test_an_area_code_that_cannot_be_a_folder_is_refused(tmp_path, code):
    text = STUDY.replace('areas = ["north", "south"]', f'areas = ["{code}", "south"]')

    with pytest.raises(StudyError, match="must be small letters, digits"):
        read_study(write_study(tmp_path, text))


def test_what_its_study_has_no_longer_is_named_and_not_listed(tmp_path):
    report(tmp_path, area="north")
    report(tmp_path, area="south")
    failure(tmp_path, area="west")

    write_portal(tmp_path, listed={"tiny": ["north/reach"]})

    read = soup(tmp_path)
    assert [row["data-name"] for row in read.select("tbody tr")] == ["North"]
    said = text(read.select_one("p.unread"))
    assert "their study has them no longer: 2 (tiny/south/reach, tiny/west/reach.failed" in said
    assert not read.select("#not-built")
    # Nothing of somebody's is taken away.
    assert (tmp_path / "tiny" / "south" / "reach" / "results.json").is_file()


def test_of_a_study_of_which_nothing_is_known_all_is_listed(tmp_path):
    report(tmp_path, area="north")
    report(tmp_path, area="south")

    write_portal(tmp_path, listed={"other": ["north/reach"]})

    assert len(soup(tmp_path).select("tbody tr")) == 2


def test_each_study_has_a_tally_of_its_own_and_made_up_data_come_last(tmp_path):
    texts = {"en": "Another", "zh": "另一项"}
    for area in ("east", "south", "west"):
        made = {"code": "tiny", "name": texts, "made_up": True}
        report(tmp_path, area=area, study=made, estimates=[VERDICT | {"verdict": "improvement"}])
    folder = report(tmp_path)
    (tmp_path / "own" / "north").mkdir(parents=True)
    folder.rename(tmp_path / "own" / "north" / "reach")
    own = {"code": "own", "name": texts}
    change(tmp_path / "own" / "north" / "reach" / "results.json", study=own)

    write_portal(tmp_path)

    read = soup(tmp_path)
    first, second = read.select(".study")
    assert (first["data-study"], second["data-study"]) == ("own", "tiny")
    assert text(first.select_one(".whole")).startswith("Of 1 cells, 0 with evidence of improve")
    assert text(second.select_one(".whole")).startswith("Of 3 cells, 3 with evidence of improv")
    assert "MADE-UP" in text(second.h2) and "MADE-UP" not in text(first)
    # A count of nothing is grey, and only such.
    grey = [text(part) for part in first.select(".whole .none")]
    assert grey == [
        "0 with evidence of improvement",
        "0 with evidence of worsening",
        "0 with no clear evidence",
        "none stopped",
    ]
    assert [text(part) for part in first.select(".whole .some")] == ["1 not assessable"]


def test_a_tally_is_whole_in_a_language_of_another_order(tmp_path, monkeypatch):
    def say(key, lang, **values):
        if key == "portal.cells":
            return f"{values['stopped']} / {' / '.join(values['parts'])}"
        return words.say(key, lang, **values)

    report(tmp_path)
    monkeypatch.setattr("evalkit.export.portal_rows.say", say)

    write_portal(tmp_path)

    assert text(soup(tmp_path).select_one(".whole")) == (
        "none stopped / 0 with evidence of improvement / 0 with evidence of worsening / "
        "0 with no clear evidence / 1 not assessable"
    )


def test_a_sentence_that_many_cells_point_to_is_said_once(tmp_path):
    long = "Nobody can tell from this text who was served in the year, and by whom, or how often."
    texts = {"en": long, "zh": "无"}
    for area in ("east", "south", "west"):
        report(tmp_path, area=area, headline=texts, cautions=[{"en": "Beware.", "zh": "注意。"}])

    write_portal(tmp_path)

    read = soup(tmp_path)
    assert [text(item) for item in read.select("ol.notes li")] == [long, "Beware."]
    assert [text(item) for item in read.select("tbody .see")] == ["(note 1, 2)"] * 3
    assert text(read.select_one(".figure")).startswith(
        "Nobody can tell from this text who was served …"
    )
    # What is in the notes already is not said again below, and search finds it all the same.
    assert read.select_one(".said") is None
    assert long in read.select_one("tbody tr")["data-said"]


def test_an_area_of_which_nothing_was_built_gives_its_cause_the_room_of_all_cells(tmp_path):
    report(tmp_path)
    report(tmp_path, outcome="recidivism")
    failure(tmp_path)
    failure(tmp_path, outcome="recidivism")
    failure(tmp_path, area="north", outcome="recidivism")

    write_portal(tmp_path)

    whole, row = soup(tmp_path).select("tbody tr")
    assert row.select_one("td.nothing")["colspan"] == "2"
    assert text(row).count("rows.csv") == 1 and "Reach · Recidivism" in text(row)
    # Beside what was built a cause stays in its cell.
    assert whole.select_one("td.nothing") is None and "rows.csv" in text(whole)
    assert "2026-11-23" in text(row.select_one("td.when")) and row.select_one(".pill") is None


def test_a_row_says_when_and_by_which_version_it_was_made(tmp_path):
    report(tmp_path, provenance={"made_at": "2026-11-20T00:00:00Z", "version": "0.2.0"})
    report(
        tmp_path, outcome="recidivism",
        provenance={"made_at": "2026-11-25T00:00:00Z", "version": ["x"]},
    )  # fmt: skip

    write_portal(tmp_path)

    assert text(soup(tmp_path).select_one("td.when")) == "Draft 2026-11-25 evalkit 0.2.0"


def test_verdicts_of_made_up_areas_are_no_part_of_the_tally_of_all(tmp_path):
    report(tmp_path)
    path = report(tmp_path, area="south")
    counted = counts_of(tmp_path)
    data = json.loads((path / "results.json").read_text(encoding="utf-8"))
    data["study"] |= {"made_up": True, "code": "sample"}
    other = tmp_path / "sample" / "south" / "reach"
    other.mkdir(parents=True)
    (other / "results.json").write_text(json.dumps(data), encoding="utf-8")

    assert counts_of(tmp_path) == counted
    assert "Without made-up studies" in soup(tmp_path).select_one(".tools").get_text()
    assert soup(tmp_path).select_one("section[data-study=sample]").has_attr("data-made-up")


def counts_of(root):
    write_portal(root)
    return [text(each) for each in soup(root).select(".pick b")]
