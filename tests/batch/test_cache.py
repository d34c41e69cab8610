"""Nothing is built twice: each ingredient is changed, and exactly the right reports are due."""

import json
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from evalkit.batch import plan_jobs
from evalkit.batch.build import build
from evalkit.batch.cache import fingerprints
from evalkit.batch.cache.fingerprints import FileHashes, versions_digest
from evalkit.batch.cache.store import BuildCache, cache, sealed
from evalkit.batch.model import Task
from evalkit.words import catalogue

ROOT = Path(__file__).parents[2]
NAMES = ("pilots/guigang/reach", "pilots/dalian/reach", "pilots/guigang/claims")
GUIGANG = ("pilots/guigang/reach", "pilots/guigang/claims")
REACH = NAMES[:2]


@pytest.fixture(scope="module")
def code(tmp_path_factory):
    """A copy of the project, with three of its reports built and remembered."""
    home = tmp_path_factory.mktemp("code")
    for name in ("notebooks", "data"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "study.toml", home)
    shutil.copytree(ROOT / "src" / "evalkit", home / "code")
    before, fingerprints.PACKAGE = fingerprints.PACKAGE, home / "code"
    state = BuildCache(home / "reports")
    for job in jobs(home):
        outcome = build(Task(job))
        assert outcome.error is None, outcome.error
        state.remember(Task(job), outcome)
    state.save()
    yield home
    fingerprints.PACKAGE = before


def jobs(home):
    planned = plan_jobs(
        [str(home / "study.toml")], root=home / "reports", notebooks=home / "notebooks"
    )
    return [job for job in planned if job.name in NAMES]


def due(home, force=False):
    """What is due, by name: the work and the reasons."""
    state = BuildCache(home / "reports")
    needs = {job.name: state.need(job, force) for job in jobs(home)}
    return {name: (need.work, need.why) for name, need in needs.items() if need.work}


@contextmanager
def changed(path, before, after):
    """Change a file's text for a while."""
    text = path.read_text(encoding="utf-8")
    assert before in text, f"no {before!r} in {path.name}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


@contextmanager
def said(lang, key, sentence):
    """Change a sentence of the locale files for a while."""
    words = catalogue(lang)
    before = dict.get(words, key)
    dict.__setitem__(words, key, sentence)
    try:
        yield
    finally:
        dict.__setitem__(words, key, before) if before is not None else dict.pop(words, key)


@contextmanager
def without(path):
    """Take a file away for a while."""
    aside = path.with_name(path.name + ".aside")
    path.rename(aside)
    try:
        yield
    finally:
        aside.rename(path)


@pytest.fixture(autouse=True)
def nothing_is_due_before_and_after(code):
    assert due(code) == {}
    yield
    assert due(code) == {}


def test_each_report_keeps_what_its_notebook_and_its_pages_rest_on(code):
    kept = json.loads(BuildCache(code / "reports")._path(jobs(code)[0]).read_text())

    assert {"notebook", "parameters", "code", "versions", "threads", "words"} < kept["run"].keys()
    assert {"pages", "words", "notebook"} == kept["pages"].keys()
    assert set(kept["outputs"]) == {p.name for p in jobs(code)[0].folder.iterdir()}


def test_an_areas_own_file_makes_its_reports_due_and_no_others(code):
    with changed(code / "data" / "areas" / "guigang.toml", "order = ", "order = 1"):
        assert due(code) == {name: ("run", ("data:guigang.toml",)) for name in GUIGANG}


def test_an_areas_rows_of_the_shared_ledger_make_its_claims_due(code):
    ledger = code / "data" / "published" / "claims.csv"
    row = next(line for line in ledger.read_text("utf-8").splitlines() if ",guigang," in line)
    with changed(ledger, row + "\n", ""):
        why = ("data:claims.csv (area=guigang)",)
        assert due(code)["pilots/guigang/claims"] == ("run", why)
        assert all("guigang" in name for name in due(code))


def test_another_areas_rows_make_nothing_due(code):
    ledger = code / "data" / "published" / "claims.csv"
    rows = ledger.read_text("utf-8").splitlines()
    row = next(line for line in rows if ",beijing," in line)
    with changed(ledger, row + "\n", ""):
        assert due(code) == {}


def test_the_study_file_makes_all_due(code):
    with changed(code / "study.toml", "people = ", "# said\npeople = "):
        assert due(code) == {name: ("run", ("data:study.toml",)) for name in NAMES}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("outcomes.open_report(study", "outcomes.open_report( study"),
        ('"parameters"', '"parameters", "mine"'),
        ('"name": "python3"', '"name": "other"'),
        ('"markdown"', '"raw"'),
    ],
)
def test_a_notebooks_cells_tags_and_kernel_make_its_reports_due(code, before, after):
    with changed(code / "notebooks" / "reach.ipynb", before, after):
        assert {n: w for n, (w, _) in due(code).items()} == dict.fromkeys(REACH, "run")
        assert all(why[0] == "notebook" for _, why in due(code).values())


def test_outputs_saved_in_a_notebook_make_pages_due_which_print_its_fingerprint(code):
    before, after = '"execution_count": null', '"execution_count": 7'
    with changed(code / "notebooks" / "reach.ipynb", before, after):
        assert due(code) == {name: ("pages", ("notebook",)) for name in REACH}


def test_own_code_below_the_pages_makes_all_due(code):
    with changed(code / "code" / "outcomes" / "report.py", "import", "#\nimport"):
        assert due(code) == {name: ("run", ("code",)) for name in NAMES}


def test_data_of_the_package_count_as_code(code):
    found = [p for p in (code / "code").rglob("*.toml") if p.parent.name != "locale"]
    assert found
    with changed(found[0], "\n", "\n\n"):
        assert due(code) == {name: ("run", ("code",)) for name in NAMES}


@pytest.mark.parametrize(
    "inside", ["export/page.py", "export/templates/page.css", "export/templates/print.typ"]
)
def test_what_writes_the_pages_makes_only_pages_due(code, inside):
    path = code / "code" / inside
    if not path.exists():
        path = sorted((code / "code" / "export" / "templates").rglob("*.*"))[-1]
    with changed(path, "\n", "\n\n"):
        assert due(code) == {name: ("pages", ("pages",)) for name in NAMES}


@pytest.mark.parametrize("inside", ["cli/__init__.py", "cli/intake.py", "batch/runner.py"])
def test_what_only_hands_out_work_makes_nothing_due(code, inside):
    with changed(code / "code" / inside, "\n", "\n\n"):
        assert due(code) == {}


def test_a_sentence_that_nobody_says_makes_nothing_due(code):
    with said("zh", "audit.nobody_says_this", "无"):
        assert due(code) == {}


def test_a_sentence_of_pages_alone_makes_only_pages_due(code):
    with said("en", "page.contents", "What is here"):
        assert due(code) == {name: ("pages", ("words",)) for name in NAMES}


def test_a_sentence_that_one_report_says_makes_that_one_due(code):
    state = BuildCache(code / "reports")
    sets = {}
    for job in jobs(code):
        kept = json.loads(state._path(job).read_text())
        words = json.loads((state.folder / f"{kept['said']['run']}.said.json").read_text())
        sets[job.name] = {tuple(pair) for pair in words["words"]}
    own = sets["pilots/guigang/claims"] - sets["pilots/guigang/reach"] - sets["pilots/dalian/reach"]
    lang, key = sorted(own)[0]
    with said(lang, key, "something else"):
        assert {n: w for n, (w, _) in due(code).items()} == {"pilots/guigang/claims": "run"}


def test_an_installed_version_makes_all_due(code, monkeypatch, tmp_path):
    before = versions_digest()
    (tmp_path / "pandas-99.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert versions_digest() != before
    assert due(code) == {name: ("run", ("versions",)) for name in NAMES}
    monkeypatch.undo()


def test_the_number_of_threads_makes_all_due(code, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert due(code) == {name: ("run", ("threads",)) for name in NAMES}
    monkeypatch.undo()


def test_the_language_of_the_messages_makes_nothing_due(code, monkeypatch):
    monkeypatch.setenv("EVALKIT_LANG", "zh")
    assert due(code) == {}


def test_a_lost_or_altered_form_makes_the_pages_of_that_report_due(code):
    folder = code / "reports" / "pilots" / "dalian" / "reach"
    with without(folder / "report.zh.pdf"):
        expected = ("pages", ("output:report.zh.pdf",))
        assert due(code) == {"pilots/dalian/reach": expected}
    with changed(folder / "report.en.html", "<h1", "<h1 data-mine"):
        expected = ("pages", ("output:report.en.html",))
        assert due(code) == {"pilots/dalian/reach": expected}


def test_a_lost_or_altered_executed_notebook_is_run_again(code):
    path = code / "reports" / "pilots" / "dalian" / "reach" / "report.ipynb"
    with without(path):
        assert due(code) == {"pilots/dalian/reach": ("run", ("executed",))}
    with changed(path, "dalian", "beijing"):
        assert due(code) == {"pilots/dalian/reach": ("run", ("executed",))}


def test_a_report_that_failed_last_time_is_tried_again(code):
    note = code / "reports" / "pilots" / "dalian" / "reach.failed.json"
    note.write_text("{}")
    try:
        assert due(code) == {"pilots/dalian/reach": ("run", ("failed",))}
    finally:
        note.unlink()


def test_force_makes_all_due(code):
    assert due(code, force=True) == {name: ("run", ("forced",)) for name in NAMES}


def test_what_was_forgotten_or_spoilt_is_built_again(code):
    path = BuildCache(code / "reports")._path(jobs(code)[0])
    with without(path):
        assert due(code) == {jobs(code)[0].name: ("run", ("new",))}
    for spoilt in ("{", "[]", '{"run": {}}', '{"schema": 99}'):
        text = path.read_text()
        path.write_text(spoilt)
        assert due(code) == {jobs(code)[0].name: ("run", ("new",))}
        path.write_text(text)


def test_pages_written_alone_keep_what_the_run_rests_on(code):
    job = jobs(code)[1]
    state = BuildCache(code / "reports")
    before = json.loads(state._path(job).read_text())
    with suppress(FileNotFoundError):
        (job.folder / "report.en.pdf").unlink()
    need = state.need(job)
    assert need.work == "pages"

    outcome = build(need)
    state.remember(need, outcome)

    after = json.loads(state._path(job).read_text())
    assert outcome.error is None and outcome.ran.reads == {}
    assert after["run"] == before["run"]
    assert after["outputs"]["report.ipynb"] == before["outputs"]["report.ipynb"]
    assert set(after["seconds"]) == {"run", "pages"}


def test_a_file_changed_within_the_grain_of_its_time_is_seen(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("one")
    files = FileHashes()
    first = files.digest(path)
    stat = path.stat()
    path.write_text("two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert FileHashes(files.known).digest(path) != first


def test_what_is_remembered_is_for_this_user_and_its_keys_are_sealed(code):
    assert BuildCache(code / "reports").folder.stat().st_mode & 0o077 == 0
    assert (cache() / "secret").stat().st_mode & 0o077 == 0
    assert sealed("a") == sealed("a") != sealed("b")
    kept = json.loads(BuildCache(code / "reports")._path(jobs(code)[0]).read_text())
    # Nothing of it lies among the reports, which are handed on.
    digests = set(kept["run"].values()) | set(kept["pages"].values())
    for path in (code / "reports").rglob("*.json"):
        text = path.read_text("utf-8")
        assert not [d for d in digests if d in text and d not in public(code)]


def public(code):
    """Fingerprints of what is public anyway, which a page prints."""
    files = [*code.glob("notebooks/*"), *code.glob("data/**/*.*"), code / "study.toml"]
    known = {FileHashes().digest(path) for path in files}
    areas = [(p, f"area={a}") for p in files for a in ("guigang", "dalian")]
    return known | {FileHashes().digest(*area) for area in areas}


def test_what_changes_while_a_report_is_built_makes_it_due(code):
    """Noted is what was there before the worker began: in doubt one run too many."""
    job = next(job for job in jobs(code) if job.outcome == "reach")
    state = BuildCache(code / "reports")
    need = state.need(job, force=True)
    outcome = build(need)

    with changed(code / "notebooks" / "reach.ipynb", "open_report(study", "open_report( study"):
        state.remember(need, outcome)
        again = BuildCache(code / "reports").need(job)
    # What it remembers is the notebook as it was, so the changed one is due.
    assert (again.work, again.why) == ("run", ("notebook",))
    state.remember(need, outcome)


def test_another_study_of_the_same_code_is_not_taken_for_the_first(code, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(code, other, ignore=shutil.ignore_patterns("reports", "code"))
    place = (code / "reports", other / "notebooks")
    (job,) = [job for job in plan_jobs([str(other / "study.toml")], "dalian", "reach", *place)]

    need = BuildCache(code / "reports").need(job)

    assert (need.work, need.why) == ("run", ("place",))


def test_a_link_that_leads_elsewhere_makes_its_reports_due(code):
    data = code / "data"
    first, second = code / "data-1", code / "data-2"
    data.rename(first)
    shutil.copytree(first, second)
    ledger = second / "published" / "claims.csv"
    ledger.write_text(ledger.read_text("utf-8").replace(",guigang,", ",dalian,"), "utf-8")
    try:
        data.symlink_to(second)
        assert "pilots/guigang/claims" in due(code)
        data.unlink()
        data.symlink_to(first)
        assert due(code) == {}
    finally:
        data.unlink()
        first.rename(data)
        shutil.rmtree(second)


def test_a_package_installed_anew_under_its_old_version_makes_all_due(monkeypatch, tmp_path):
    record = tmp_path / "helper-0.1.dist-info" / "RECORD"
    record.parent.mkdir()
    record.write_text("a")
    monkeypatch.syspath_prepend(tmp_path)
    before = versions_digest()
    record.write_text("ab")

    assert versions_digest() != before
    monkeypatch.undo()


@pytest.mark.parametrize(
    "spoilt", ['{"run": 5, "pages": {}, "said": {}, "outputs": {}}', '{"run": {}}', "5", "[1]"]
)
def test_a_state_of_another_shape_is_built_again(code, spoilt):
    path = BuildCache(code / "reports")._path(jobs(code)[0])
    text = path.read_text()
    path.write_text(spoilt)
    try:
        assert due(code) == {jobs(code)[0].name: ("run", ("new",))}
    finally:
        path.write_text(text)
