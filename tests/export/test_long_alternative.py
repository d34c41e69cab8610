"""A picture whose alternative text is longer than a PDF/A string may be."""

import shutil

import pytest

from evalkit.export.pandoc import PRINT
from evalkit.export.typesetting import typeset

DOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<rect width="9" height="9"/></svg>'
)


@pytest.mark.parametrize("text", ["a" * 60_000, "字" * 60_000, "𠮷" * 30_000, "short"])
def test_it_is_cut_and_the_document_is_made(tmp_path, text):
    shutil.copyfile(PRINT / "report.typ", tmp_path / "report.typ")
    (tmp_path / "dot.svg").write_text(DOT, encoding="utf-8")
    (tmp_path / "main.typ").write_text(
        '#import "report.typ": picture\n#set document(title: "x")\n#set text(lang: "en")\n'
        f'#picture("dot.svg", "{text}")\n',
        encoding="utf-8",
    )

    made = typeset(tmp_path / "main.typ", "2026-11-26T00:00:00+00:00", "x.pdf")

    assert made.startswith(b"%PDF")
