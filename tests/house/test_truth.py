"""What is planted in made-up data is known to who plants it, to `validate` and to tests."""

from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "evalkit"
# The one module that writes the file, and the floor that may read it.
ALLOWED = ("sample/write.py", "validate/")


def readers(source):
    return [
        str(file.relative_to(source))
        for file in sorted(source.rglob("*"))
        if file.suffix in (".py", ".toml", ".ipynb", ".html")
        and "truth.json" in file.read_text(encoding="utf-8")
    ]


def test_no_module_reads_what_is_planted():
    found = readers(SOURCE)

    assert "sample/write.py" in found
    assert [file for file in found if not file.startswith(ALLOWED)] == []


def test_no_notebook_reads_what_is_planted():
    assert readers(SOURCE.parents[1] / "notebooks") == []
