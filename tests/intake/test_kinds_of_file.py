"""Every kind of file that offices send is read by what it is, or named as what it is not."""

import struct
import zipfile

import numpy as np
import pytest
from tests.intake.files import CASES, KEY, case, label, notes, outcome, text_file, workbook, xls

HEAD = CASES.split(",")
ROWS = [HEAD, *(case(f"GH000{n}") for n in range(1, 7))]


def cell(row, column, kind, body):
    return kind, struct.pack("<3H", row, column, 15) + body


def xls_of(path, **more):
    records = [label(0, place, head) for place, head in enumerate(HEAD)]
    for row in (1, 2):
        records += [label(row, place, text) for place, text in enumerate(case(f"GH{row}"))]
    return xls(path, records + more.pop("extra", []), **more)


def test_an_xls_is_read_with_what_its_cells_show(tmp_path):
    number = struct.pack("<d", 12)
    extra = [cell(3, 0, 0x203, number), *(label(3, n, c) for n, c in enumerate(case("")) if n)]
    extra += [(0xE5, struct.pack("<H4H", 1, 1, 2, 9, 9)),
              (0x208, struct.pack("<6HI", 1, 0, 11, 255, 0, 0, 0x20))]  # fmt: skip
    path = xls_of(tmp_path / "t.xls", extra=extra, forms=["0000000"])

    assert outcome(path, "cases", "person_id") == [KEY.of(n) for n in ("GH1", "GH2", "0000012")]
    assert notes(path, "cases") == {"merged_filled": 1, "hidden_rows": 1}


@pytest.mark.parametrize(
    "error",
    [
        cell(3, 10, 0x205, b"\x2a\x01"),
        cell(3, 10, 0x06, b"\2\0\x17\0\0\0\xff\xff" + bytes(8)),
    ],
)
def test_an_error_of_an_xls_is_no_empty_cell(tmp_path, error):
    extra = [label(3, n, c) for n, c in enumerate(case("GH3")[:-1])]

    path = xls_of(tmp_path / "t.xls", extra=[*extra, error])

    assert outcome(path, "cases", "consent") == ["error_cell"]


def test_a_text_that_goes_on_in_the_next_record_is_whole(tmp_path):
    # "ab𠮷丙": Latin letters in one record, the others in the next, the last character's
    # first half in the second and its second half in a third.
    halves = "𠮷".encode("utf-16-le")
    first = struct.pack("<IIHB", 1, 1, 5, 0) + b"ab"
    second = b"\1" + halves[:2]
    third = b"\1" + halves[2:] + "丙".encode("utf-16-le")
    row = [label(3, n, c) for n, c in enumerate(case("")) if n]
    township = label(0, 11, "乡镇"), (0xFD, struct.pack("<3HI", 3, 11, 15, 0))
    path = xls_of(tmp_path / "t.xls", extra=[*row, *township, label(3, 0, "GH3")],
                  more=[(0xFC, first), (0x3C, second), (0x3C, third)])  # fmt: skip

    assert outcome(path, "cases", "township") == [None, None, "ab𠮷丙"]


def test_an_xls_with_a_password_is_named(tmp_path):
    path = xls_of(tmp_path / "t.xls", more=[(0x2F, b"\0\0")])

    assert outcome(path, "cases", "age") == "workbook_locked"


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "html", "xml", "csv"])
def test_no_damage_ends_in_anything_but_a_sentence(tmp_path, kind):
    random = np.random.default_rng(7)
    whole = bytearray(FORMS[kind](tmp_path).read_bytes())

    for _ in range(40):
        raw = bytearray(whole)
        for at in random.integers(len(raw), size=random.integers(1, 6)):
            raw[at] = random.integers(256)
        cut = int(random.integers(len(raw))) if random.random() < 0.2 else len(raw)
        (tmp_path / "damaged").write_bytes(raw[:cut])

        # `outcome` lets nothing through but a refusal.
        assert isinstance(outcome(tmp_path / "damaged", "cases", "age"), (str, list))


HTML = "<html><body><table>{rows}</table></body></html>"


def html(rows):
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return HTML.format(rows="".join(f"<tr>{line}</tr>" for line in lines))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_page_called_xls_is_read(tmp_path, encoding):
    path = text_file(tmp_path, html(ROWS), "t.xls", encoding)

    assert outcome(path, "cases", "person_id") == [KEY.of(f"GH000{n}") for n in range(1, 7)]


def test_a_page_s_merged_and_hidden_rows_are_told(tmp_path):
    text = html(ROWS).replace("<td>2025-06-30</td>", "<td rowspan=2>2025-05-31</td>", 1)
    text = text.replace("<td>2025-06-30</td>", "", 1).replace(
        "<tr><td>GH0003", "<tr style='display: none'><td>GH0003"
    )
    path = text_file(tmp_path, text, "t.xls")

    assert [str(d) for d in outcome(path, "cases", "follow_up_end")][:3] == [
        "2025-05-31", "2025-05-31", "2025-06-30"]  # fmt: skip
    assert notes(path, "cases") == {"merged_filled": 1, "hidden_rows": 1}


def test_the_inner_of_two_tables_is_read(tmp_path):
    path = text_file(tmp_path, HTML.format(rows=f"<tr><td>{html(ROWS)}</td></tr>"), "t.xls")

    assert outcome(path, "cases", "age") == [15] * 6


def excel_xml(rows, head='<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'):
    lines = "".join(f"<Row>{''.join(row)}</Row>" for row in rows)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    style = '<Styles><Style ss:ID="n"><NumberFormat ss:Format="0000000"/></Style></Styles>'
    return (f'{head}<Workbook xmlns="{space}" xmlns:ss="{space}">{style}'
            f'<Worksheet ss:Name="S"><Table>{lines}</Table></Worksheet></Workbook>')  # fmt: skip


def data(text, kind="String", more=""):
    return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'


def test_excel_s_xml_is_read_with_what_its_cells_show(tmp_path):
    first = [data("12", "Number", 'ss:StyleID="n"'), *map(data, case("")[1:])]
    second = [data("GH2"), *map(data, case("")[1:5]), data("2025-06-30T00:00:00.000", "DateTime"),
              data("16", "Number"), *map(data, case("")[7:])]  # fmt: skip
    path = text_file(tmp_path, excel_xml([map(data, HEAD), first, second]), "t.xls")

    assert outcome(path, "cases", "person_id") == [KEY.of("0000012"), KEY.of("GH2")]
    assert outcome(path, "cases", "age") == [15, 16]
    assert str(outcome(path, "cases", "follow_up_end")[1]) == "2025-06-30"


def test_an_error_in_excel_s_xml_is_no_empty_cell(tmp_path):
    row = [*map(data, case("GH1")[:-1]), data("#N/A", "Error")]

    path = text_file(tmp_path, excel_xml([map(data, HEAD), row]), "t.xls")

    assert outcome(path, "cases", "consent") == ["error_cell"]


def open_document(path, rows, more=""):
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    text = (f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>")  # fmt: skip
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", f"<manifest>{more}</manifest>")
        book.writestr("content.xml", text)
    return path


def said(text, more='office:value-type="string"'):
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def row(cells, more=""):
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def test_an_open_document_is_read_with_what_its_cells_show(tmp_path):
    first = [
        said("0000012", 'office:value-type="float" office:value="12"'),
        *map(said, case("")[1:]),
    ]
    end = said("30.06.25", 'office:value-type="date" office:date-value="2025-06-30"')
    second = [said("GH2"), *map(said, case("")[1:5]), end, *map(said, case("")[6:])]
    empty = row(['<table:table-cell table:number-columns-repeated="16384"/>'],
                'table:number-rows-repeated="1048570"')  # fmt: skip
    rows = row(map(said, HEAD)) + row(first) + row(second, 'table:visibility="filter"') + empty
    path = open_document(tmp_path / "t.ods", rows)

    assert outcome(path, "cases", "person_id") == [KEY.of("0000012"), KEY.of("GH2")]
    assert str(outcome(path, "cases", "follow_up_end")[1]) == "2025-06-30"
    assert notes(path, "cases") == {"hidden_rows": 1}


def test_an_error_of_an_open_document_is_no_empty_cell(tmp_path):
    error = said("#N/A", 'office:value-type="string" office:string-value=""')
    rows = row(map(said, HEAD)) + row([*map(said, case("GH1")[:-1]), error])

    assert outcome(open_document(tmp_path / "t.ods", rows), "cases", "consent") == ["error_cell"]


FORMS = {
    "xlsx": lambda folder: workbook(folder, {"表": ROWS}),
    "xls": lambda folder: xls_of(folder / "t.xls"),
    "ods": lambda folder: open_document(folder / "t.ods", "".join(row(map(said, r)) for r in ROWS)),
    "html": lambda folder: text_file(folder, html(ROWS)),
    "xml": lambda folder: text_file(folder, excel_xml([map(data, r) for r in ROWS])),
    "csv": lambda folder: text_file(folder, "\n".join(map(",".join, ROWS)), encoding="gb18030"),
}


def test_a_file_is_told_by_its_content(tmp_path):
    text = f"{CASES}\n{','.join(case('GH1'))}\n"
    book = workbook(tmp_path, {"表": ROWS}, "t.csv")

    assert outcome(text_file(tmp_path, text, "t.xlsx"), "cases", "age") == [15]
    assert outcome(text_file(tmp_path, text.replace(",", "\t"), "t.xls"), "cases", "age") == [15]
    assert outcome(book.rename(tmp_path / "t.xls"), "cases", "age") == [15] * 6


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_a_text_is_read_in_every_encoding_that_excel_writes(tmp_path, encoding):
    path = text_file(tmp_path, f"{CASES}\n{','.join(case('GH1'))}\n", encoding=encoding)

    assert outcome(path, "cases", "age") == [15]


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"%PDF-1.7\n", "file_is_pdf"),
        (b"\x1f\x8b\x08\0", "file_is_archive"),
        (b"Rar!\x1a\x07", "file_is_archive"),
        (b"\x89PNG\r\n\x1a\n\0\0", "file_is_picture"),
        (b"{\\rtf1\\ansi", "file_is_document"),
        (b"PAR1....", "file_is_parquet"),
        (b"MIME-Version: 1.0\n", "file_is_web_archive"),
        (b"\x09\x00\x04\x00\0\0", "file_is_old_workbook"),
        ("人员编号".encode("utf-32"), "file_is_utf32"),
        (b"<?xml version='1.0'?><rows/>", "file_is_xml"),
        (b"<?xml version='1.0'?><Workbook", "markup_broken"),
        (b"<html><body>empty</body></html>", "markup_empty"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "workbook_broken"),
    ],
)
def test_what_is_no_table_is_named_as_what_it_is(tmp_path, raw, key):
    path = tmp_path / "t.xlsx"
    path.write_bytes(raw)

    assert outcome(path, "cases", "age") == key


@pytest.mark.parametrize(
    ("name", "key"),
    [("xl/workbook.bin", "file_is_binary_workbook"), ("word/document.xml", "file_is_document"),
     ("cases.csv", "file_is_archive")],
)  # fmt: skip
def test_an_archive_is_named_as_what_it_holds(tmp_path, name, key):
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")

    assert outcome(path, "cases", "age") == key


def test_a_cell_that_goes_back_to_another_s_place_is_damage(tmp_path):
    row_of = [*map(data, case("GH1")[:-1]), data("是", more='ss:Index="2"')]

    path = text_file(tmp_path, excel_xml([map(data, HEAD), row_of]), "t.xls")

    assert outcome(path, "cases", "age") == "markup_broken"
