"""Nothing is built twice: each ingredient is changed, and exactly the right reports are due."""

import json
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from evalkit.batch import keys, plan_jobs
from evalkit.batch.build import build
from evalkit.batch.keys import Files, versions_digest
from evalkit.batch.model import Task
from evalkit.batch.state import State, cache, sealed
from evalkit.words import catalogue

ROOT = Path(__file__).parents[2]
NAMES = ("pilots/guigang/reach", "pilots/dalian/reach", "pilots/guigang/claims")
GUIGANG = ("pilots/guigang/reach", "pilots/guigang/claims")
REACH = NAMES[:2]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the project, with three of its reports built and remembered."""
    home = tmp_path_factory.mktemp("house")
    for name in ("notebooks", "data"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "study.toml", home)
    shutil.copytree(ROOT / "src" / "evalkit", home / "code")
    before, keys.PACKAGE = keys.PACKAGE, home / "code"
    state = State(home / "reports")
    for job in jobs(home):
        outcome = build(Task(job))
        assert outcome.error is None, outcome.error
        state.remember(Task(job), outcome)
    state.save()
    yield home
    keys.PACKAGE = before


def jobs(home):
    planned = plan_jobs(
        [str(home / "study.toml")], root=home / "reports", notebooks=home / "notebooks"
    )
    return [job for job in planned if job.name in NAMES]


def due(home, force=False):
    """What is due, by name: the work and the reasons."""
    state = State(home / "reports")
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
def nothing_is_due_before_and_after(house):
    assert due(house) == {}
    yield
    assert due(house) == {}


def test_each_report_keeps_what_its_notebook_and_its_pages_rest_on(house):
    kept = json.loads(State(house / "reports")._path(jobs(house)[0]).read_text())

    assert {"notebook", "parameters", "code", "versions", "threads", "words"} < kept["run"].keys()
    assert {"pages", "words", "notebook"} < kept["pages"].keys()
    assert set(kept["outputs"]) == {p.name for p in jobs(house)[0].folder.iterdir()}


def test_an_areas_own_file_makes_its_reports_due_and_no_others(house):
    with changed(house / "data" / "areas" / "guigang.toml", "order = ", "order = 1"):
        assert due(house) == {name: ("run", ("data:guigang.toml",)) for name in GUIGANG}


def test_an_areas_rows_of_the_shared_ledger_make_its_claims_due(house):
    ledger = house / "data" / "published" / "claims.csv"
    row = next(line for line in ledger.read_text("utf-8").splitlines() if ",guigang," in line)
    with changed(ledger, row + "\n", ""):
        why = ("data:claims.csv (area=guigang)",)
        assert due(house)["pilots/guigang/claims"] == ("run", why)
        assert all("guigang" in name for name in due(house))


def test_another_areas_rows_make_nothing_due(house):
    ledger = house / "data" / "published" / "claims.csv"
    rows = ledger.read_text("utf-8").splitlines()
    row = next(line for line in rows if ",beijing," in line)
    with changed(ledger, row + "\n", ""):
        assert due(house) == {}


def test_the_study_file_makes_all_due(house):
    with changed(house / "study.toml", "people = ", "# said\npeople = "):
        assert due(house) == {name: ("run", ("data:study.toml",)) for name in NAMES}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("outcomes.open_report(study", "outcomes.open_report( study"),
        ('"parameters"', '"parameters", "mine"'),
        ('"name": "python3"', '"name": "other"'),
        ('"markdown"', '"raw"'),
    ],
)
def test_a_notebooks_cells_tags_and_kernel_make_its_reports_due(house, before, after):
    with changed(house / "notebooks" / "reach.ipynb", before, after):
        assert {n: w for n, (w, _) in due(house).items()} == dict.fromkeys(REACH, "run")
        assert all(why[0] == "notebook" for _, why in due(house).values())


def test_outputs_saved_in_a_notebook_make_pages_due_which_print_its_fingerprint(house):
    before, after = '"execution_count": null', '"execution_count": 7'
    with changed(house / "notebooks" / "reach.ipynb", before, after):
        assert due(house) == {name: ("pages", ("notebook",)) for name in REACH}


def test_own_code_below_the_pages_makes_all_due(house):
    with changed(house / "code" / "outcomes" / "report.py", "import", "#\nimport"):
        assert due(house) == {name: ("run", ("code",)) for name in NAMES}


def test_data_of_the_package_count_as_code(house):
    found = [p for p in (house / "code").rglob("*.toml") if p.parent.name != "locale"]
    assert found
    with changed(found[0], "\n", "\n\n"):
        assert due(house) == {name: ("run", ("code",)) for name in NAMES}


@pytest.mark.parametrize(
    "inside", ["export/page.py", "export/templates/page.css", "export/templates/print.typ"]
)
def test_what_writes_the_pages_makes_only_pages_due(house, inside):
    path = house / "code" / inside
    if not path.exists():
        path = sorted((house / "code" / "export" / "templates").rglob("*.*"))[-1]
    with changed(path, "\n", "\n\n"):
        assert due(house) == {name: ("pages", ("pages",)) for name in NAMES}


@pytest.mark.parametrize("inside", ["cli/__init__.py", "cli/intake.py", "batch/runner.py"])
def test_what_only_hands_out_work_makes_nothing_due(house, inside):
    with changed(house / "code" / inside, "\n", "\n\n"):
        assert due(house) == {}


def test_a_sentence_that_nobody_says_makes_nothing_due(house):
    with said("zh", "audit.nobody_says_this", "无"):
        assert due(house) == {}


def test_a_sentence_of_pages_alone_makes_only_pages_due(house):
    with said("en", "page.contents", "What is here"):
        assert due(house) == {name: ("pages", ("words",)) for name in NAMES}


def test_a_sentence_that_one_report_says_makes_that_one_due(house):
    state = State(house / "reports")
    sets = {}
    for job in jobs(house):
        kept = json.loads(state._path(job).read_text())
        words = json.loads((state.folder / f"{kept['said']['run']}.said.json").read_text())
        sets[job.name] = {tuple(pair) for pair in words["words"]}
    own = sets["pilots/guigang/claims"] - sets["pilots/guigang/reach"] - sets["pilots/dalian/reach"]
    lang, key = sorted(own)[0]
    with said(lang, key, "something else"):
        assert {n: w for n, (w, _) in due(house).items()} == {"pilots/guigang/claims": "run"}


def test_an_installed_version_makes_all_due(house, monkeypatch, tmp_path):
    before = versions_digest()
    (tmp_path / "pandas-99.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert versions_digest() != before
    assert due(house) == {name: ("run", ("versions",)) for name in NAMES}
    monkeypatch.undo()


def test_the_number_of_threads_makes_all_due(house, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert due(house) == {name: ("run", ("threads",)) for name in NAMES}
    monkeypatch.undo()


def test_the_language_of_the_messages_makes_nothing_due(house, monkeypatch):
    monkeypatch.setenv("EVALKIT_LANG", "zh")
    assert due(house) == {}


def test_a_lost_or_altered_form_makes_the_pages_of_that_report_due(house):
    folder = house / "reports" / "pilots" / "dalian" / "reach"
    with without(folder / "report.zh.pdf"):
        expected = ("pages", ("output:report.zh.pdf",))
        assert due(house) == {"pilots/dalian/reach": expected}
    with changed(folder / "report.en.html", "<h1", "<h1 data-mine"):
        expected = ("pages", ("output:report.en.html",))
        assert due(house) == {"pilots/dalian/reach": expected}


def test_a_lost_or_altered_executed_notebook_is_run_again(house):
    path = house / "reports" / "pilots" / "dalian" / "reach" / "report.ipynb"
    with without(path):
        assert due(house) == {"pilots/dalian/reach": ("run", ("executed",))}
    with changed(path, "dalian", "beijing"):
        assert due(house) == {"pilots/dalian/reach": ("run", ("executed",))}


def test_a_report_that_failed_last_time_is_tried_again(house):
    note = house / "reports" / "pilots" / "dalian" / "reach.failed.json"
    note.write_text("{}")
    try:
        assert due(house) == {"pilots/dalian/reach": ("run", ("failed",))}
    finally:
        note.unlink()


def test_force_makes_all_due(house):
    assert due(house, force=True) == {name: ("run", ("forced",)) for name in NAMES}


def test_what_was_forgotten_or_spoilt_is_built_again(house):
    path = State(house / "reports")._path(jobs(house)[0])
    with without(path):
        assert due(house) == {jobs(house)[0].name: ("run", ("new",))}
    for spoilt in ("{", "[]", '{"run": {}}', '{"schema": 99}'):
        text = path.read_text()
        path.write_text(spoilt)
        assert due(house) == {jobs(house)[0].name: ("run", ("new",))}
        path.write_text(text)


def test_pages_written_alone_keep_what_the_run_rests_on(house):
    job = jobs(house)[1]
    state = State(house / "reports")
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
    files = Files()
    first = files.digest(path)
    stat = path.stat()
    path.write_text("two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert Files(files.known).digest(path) != first


def test_what_is_remembered_is_for_this_user_and_its_keys_are_sealed(house):
    assert State(house / "reports").folder.stat().st_mode & 0o077 == 0
    assert (cache() / "secret").stat().st_mode & 0o077 == 0
    assert sealed("a") == sealed("a") != sealed("b")
    kept = json.loads(State(house / "reports")._path(jobs(house)[0]).read_text())
    # Nothing of it lies among the reports, which are handed on.
    digests = set(kept["run"].values()) | set(kept["pages"].values())
    for path in (house / "reports").rglob("*.json"):
        text = path.read_text("utf-8")
        assert not [d for d in digests if d in text and d not in public(house)]


def public(house):
    """Fingerprints of what is public anyway, which a page prints."""
    files = [*house.glob("notebooks/*"), *house.glob("data/**/*.*"), house / "study.toml"]
    known = {Files().digest(path) for path in files}
    return known | {Files().digest(p, f"area={a}") for p in files for a in ("guigang", "dalian")}


def test_what_changes_while_a_report_is_built_makes_it_due(house):
    """Noted is what was there before the worker began: in doubt one run too many."""
    job = next(job for job in jobs(house) if job.outcome == "reach")
    state = State(house / "reports")
    need = state.need(job, force=True)
    outcome = build(need)

    with changed(house / "notebooks" / "reach.ipynb", "open_report(study", "open_report( study"):
        state.remember(need, outcome)
        again = State(house / "reports").need(job)
    # What it remembers is the notebook as it was, so the changed one is due.
    assert (again.work, again.why) == ("run", ("notebook",))
    state.remember(need, outcome)


def test_another_study_of_the_same_code_is_not_taken_for_the_first(house, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(house, other, ignore=shutil.ignore_patterns("reports", "code"))
    place = (house / "reports", other / "notebooks")
    (job,) = [job for job in plan_jobs([str(other / "study.toml")], "dalian", "reach", *place)]

    need = State(house / "reports").need(job)

    assert (need.work, need.why) == ("run", ("place",))


def test_a_link_that_leads_elsewhere_makes_its_reports_due(house):
    data = house / "data"
    first, second = house / "data-1", house / "data-2"
    data.rename(first)
    shutil.copytree(first, second)
    ledger = second / "published" / "claims.csv"
    ledger.write_text(ledger.read_text("utf-8").replace(",guigang,", ",dalian,"), "utf-8")
    try:
        data.symlink_to(second)
        assert "pilots/guigang/claims" in due(house)
        data.unlink()
        data.symlink_to(first)
        assert due(house) == {}
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
def test_a_state_of_another_shape_is_built_again(house, spoilt):
    path = State(house / "reports")._path(jobs(house)[0])
    text = path.read_text()
    path.write_text(spoilt)
    try:
        assert due(house) == {jobs(house)[0].name: ("run", ("new",))}
    finally:
        path.write_text(text)
