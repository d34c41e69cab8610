"""Nobody escapes by hand: each place in which a text lands has one function."""

import ast
import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "evalkit"
TEMPLATES = SOURCE / "export" / "templates"
HOME = SOURCE / "landing.py"
# What else could make a text into markup, by the module that brings it.
FOREIGN = {"html": {"escape"}, "xml.sax.saxutils": {"escape", "quoteattr"}, "markupsafe": None}
# A sign of markup replaced by another, which is escaping under another name.
BY_HAND = re.compile(r"""\.replace\(\s*["'](?:&|<|>|"|\\\\)["']\s*,""")
# Data become code only through the functions of landing; plain files of JSON are none.
SCRIPT = re.compile(r"json\.dumps")
# Where JSON is a file, a message or a fingerprint, and stands in nothing else.
FILES = {
    "review/chain.py",
    *(
        "batch/failure.py",
        "batch/cache/fingerprints.py",
        "batch/owner.py",
        "batch/executors/dask/archive.py",
        "batch/cache/store.py",
    ),
    *(
        "errors.py",
        "export/results.py",
        "export/summary.py",
        "intake/store.py",
        "landing.py",
        "protocol/plan.py",
    ),
    *("protocol/strict.py", "run/warm/__main__.py", "run/warm/wire.py", "sample/write.py"),
    *("validate/chunks.py", "batch/run_log.py", "protocol/mistakes.py", "run/audit_hook.py"),
    # By a pipe, between two processes of ours.
    *("table/spark_session.py", "table/spark_process.py"),
    # An executed notebook.
    "run/notebook.py",
    # A packed file within a page, and messages between Python and the script of that page.
    "bundle/check_page.py",
    *(
        "bundle/agree.py",
        "bundle/certificate.py",
        "bundle/contents.py",
        "bundle/inputs.py",
        "bundle/reproduce.py",
        "bundle/listings.py",
        "bundle/look.py",
        "bundle/papers.py",
        "bundle/scrub.py",
    ),
    "recompute/page.py",
    # What two editions are held by.
    "editions/facts.py",
}
# In templates: a text goes through one filter. What is whole already is listed.
WHOLE = {
    *("page.css", "page.script", "page.words_json", "page.results_json", "cell.source", "note"),
    *("page.running.left", "page.running.right", "page.running.foot", "output.data['text/html']"),
}
SAFE = {"css", "script", "cell.chip", "chips[verdict]", "box.chip", "item.chip"}
# Data of a page's script, each made by `script_json`.
JSON = {"check.html.j2": {"words", "listed", "lock"}, "form.html.j2": {"words", "about"}}


def sources():
    for file in SOURCE.rglob("*.py"):
        yield file.relative_to(SOURCE).as_posix(), file.read_text(encoding="utf-8")


def foreign(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module in FOREIGN:
            names = FOREIGN[node.module]
            yield from (a.name for a in node.names if names is None or a.name in names)
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name in FOREIGN)


def test_only_one_module_escapes():
    others = {name: text for name, text in sources() if name != "landing.py"}

    assert [name for name, text in others.items() if list(foreign(text))] == []
    # The one place that writes an attribute anew, of what it has itself escaped.
    by_hand = {name for name, text in others.items() if BY_HAND.search(text)}
    assert by_hand <= {"export/markup.py", *READERS}


# It reads, and writes no markup: a backslash of a path is taken for a slash.
READERS = {"intake/xlsx.py"}


def test_json_stands_in_files_only():
    assert {name for name, text in sources() if SCRIPT.search(text)} <= FILES


def test_every_text_of_a_template_is_escaped():
    report = (TEMPLATES / "report" / "index.html.j2").read_text(encoding="utf-8")
    said = [part.strip() for part in re.findall(r"\{\{(.*?)\}\}", report)]

    assert [part for part in said if not part.endswith("| e") and part not in WHOLE] == []
    others = [file for file in SOURCE.rglob("*.html.j2") if file.parent.name != "report"]
    assert len(others) > 4
    for file in others:
        text = file.read_text(encoding="utf-8")
        safe = {part.strip() for part in re.findall(r"\{\{([^{}]*?)\|\s*safe\s*\}\}", text)}
        assert safe <= SAFE | JSON.get(file.name, set()), file.name
        assert "autoescape false" not in text
    made = {name: text for name, text in sources() if "jinja2.Environment(" in text}
    assert made.keys() == {"export/summary.py", "export/templating.py"}
    assert all("autoescape=True" in text for text in made.values())


def test_the_pages_scripts_make_no_markup_out_of_text():
    for file in SOURCE.rglob("*.js"):
        text = file.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in text, file.name


def test_escaping_under_another_name_would_be_found():
    assert list(foreign("from html import escape, unescape")) == ["escape"]
    assert BY_HAND.search("text.replace('<', '&lt;')") and BY_HAND.search('t.replace("&", "&&")')
