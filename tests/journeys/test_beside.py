"""What somebody puts beside a report, or changes in one of its forms, is not lost."""

from evalkit.batch.staging import OURS

from .conftest import evalkit

WORDS = ("run", "--area", "dachang", "--outcome", "reach", "--reports", "out")


def test_notes_stay_and_an_edited_form_gets_another_name(project):
    first = evalkit(*WORDS, cwd=project)
    folder = project / "out" / "pilots" / "dachang" / "reach"
    made = {path.name for path in folder.iterdir()}
    (folder / "notes.txt").write_text("mine")
    (folder / "letters").mkdir()
    (folder / "letters" / "a.txt").write_text("mine too")
    (folder / "report.en.docx").write_bytes(b"edited by an office")

    second = evalkit(*WORDS, "--force", cwd=project)
    third = evalkit(*WORDS, "--force", cwd=project)

    assert first.returncode == second.returncode == third.returncode == 0
    # Every file that a run makes is known as one.
    assert [name for name in made if not OURS.fullmatch(name)] == []
    assert {path.name for path in folder.iterdir()} == made | {
        "notes.txt", "letters", "report.en.edited1.docx"
    }  # fmt: skip
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "letters" / "a.txt").read_text() == "mine too"
    assert (folder / "report.en.edited1.docx").read_bytes() == b"edited by an office"
    assert (folder / "report.en.docx").read_bytes()[:2] == b"PK"
    assert "Kept under another name, since somebody edited it" in second.stdout
    assert "Kept under another name" not in third.stdout
