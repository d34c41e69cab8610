"""Mutants are one change each, their sample stays, and what is told of them is true."""

import ast
import importlib.util
import sys

import pytest
from tests.helpers import ROOT

sys.path.insert(0, str(ROOT / "tools"))
try:
    import mutant_sites as sites

    SPEC = importlib.util.spec_from_file_location("evalkit_mutants", ROOT / "tools" / "mutants.py")
    TOOL = importlib.util.module_from_spec(SPEC)
    SPEC.loader.exec_module(TOOL)
finally:
    sys.path.remove(str(ROOT / "tools"))

TEXT = '''
LIMIT = 3

@cache(maxsize=5)
def f(a: int | None, b=0.5):
    """Says 7."""
    for x, y in zip(a, b, strict=True):
        if not x <= y:
            return -x
    return LIMIT
'''


def changes(text):
    return [mutant.change for mutant in sites.mutants("a.py", text)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a < b", "a <= b"),
        ("a >= b", "a > b"),
        ("a == b", "a != b"),
        ("a is not b", "a is b"),
        ("a not in b", "a in b"),
        ("a + b", "a - b"),
        ("a / b", "a * b"),
        ("a ** b", "a * b"),
        ("a | b", "a & b"),
        ("a and b", "a or b"),
        ("not a", "a"),
        ("-a", "a"),
        ("f(1)", "f(2)"),
        ("f(0.05)", "f(1.05)"),
        ("f(False)", "f(True)"),
    ],
)
def test_one_thing_is_changed(old, new):
    found = sites.mutants("a.py", old)

    assert [mutant.change for mutant in found] == [f"{old}  ->  {new}"]


def test_each_side_of_a_chain_is_changed_by_itself():
    assert changes("a < b <= c") == ["a < b <= c  ->  a <= b <= c", "a < b <= c  ->  a < b < c"]


def test_types_decorators_texts_and_the_strict_of_a_zip_are_left_alone():
    found = changes(TEXT)

    assert found == [
        "3  ->  4",
        "0.5  ->  1.5",
        "not x <= y  ->  x <= y",
        "x <= y  ->  x < y",
        "-x  ->  x",
    ]


def test_a_mutant_differs_in_its_place_and_nowhere_else():
    whole = ast.unparse(ast.parse(TEXT)).splitlines()

    for mutant in sites.mutants("a.py", TEXT):
        lines = ast.unparse(sites.mutated(TEXT, mutant.place)).splitlines()
        assert sum(a != b for a, b in zip(whole, lines, strict=True)) == 1
    assert ast.unparse(sites.mutated(TEXT, None)).splitlines() == whole


def test_what_runs_when_a_mutant_is_met_is_known():
    default, condition = (sites.mutants("a.py", TEXT)[i] for i in (1, 3))

    assert (default.function, default.body) == ("f", (6, 10))
    assert (condition.first, condition.last) == (8, 8)


@pytest.fixture
def house(tmp_path):
    def make(**files):
        folder = tmp_path / "src" / "evalkit" / "room"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        return [mutant.name for mutant in sites.sample(tmp_path, ("room",), "seed", 10)]

    return make


def test_an_edit_moves_no_other_mutant_of_the_sample(house):
    many = "".join(f"def f{i}(x):\n    return x < {i}\n\n" for i in range(30))
    before = house(a=many, b=many)
    after = house(a="# A line more.\n" + many.replace("return x < 7", "return x"), b=many)

    gone = {name for name in before if "|f7|" in name and name.startswith("src/evalkit/room/a")}
    assert len(before) == len(after) == 10
    assert {*before} - {*after} == gone


def fates(*killed):
    text = "def f(x):\n    return x < 1\n"
    found = sites.mutants("src/evalkit/record.py", text)
    return dict(zip(found, killed, strict=True))


def test_each_survivor_is_named_with_its_line_and_its_change():
    lines, wrong = TOOL.told(fates(TOOL.KILLED, TOOL.SURVIVED), {})

    assert lines == [
        "record         1 of   2",
        "src/evalkit/record.py:2 f: x < 1  ->  x < 2  [survived]",
        "mutation score 50.0 %: 1 of 2 killed, 0 argued, 1 survive",
    ]
    assert wrong == ["mutation score 50.0 %, at least 90 % is asked for"]


def test_what_no_test_reaches_is_a_survivor():
    lines, _ = TOOL.told(fates(TOOL.KILLED, TOOL.REACHED_BY_NONE), {})

    assert lines[1].endswith("[reached by none]")


def test_an_argued_mutant_that_is_killed_or_gone_is_told():
    found = fates(TOOL.KILLED, TOOL.KILLED)
    reasons = {next(iter(found)).name: "no test can", "src/evalkit/gone.py|f|a  ->  b|0": "why"}

    _, wrong = TOOL.told(found, reasons)

    assert wrong == [
        "src/evalkit/record.py|f|x < 1  ->  x <= 1|0: argued, but killed",
        "src/evalkit/gone.py|f|a  ->  b|0: argued, but not drawn",
    ]


def test_an_argued_mutant_is_no_killed_one():
    found = fates(TOOL.KILLED, TOOL.SURVIVED)
    reasons = {[*found][1].name: "the same to every caller"}

    lines, wrong = TOOL.told(found, reasons)

    assert lines[1].endswith("[argued: the same to every caller]")
    assert lines[2] == "mutation score 50.0 %: 1 of 2 killed, 1 argued, 0 survive"
    assert len(wrong) == 1


def test_the_fastest_of_the_tests_that_reach_a_line_come_first():
    mutant = sites.mutants("a.py", TEXT)[3]
    seconds = {"t.py::slow": 9.0, "t.py::fast": 1.0, "t.py::far": 0.1, "u.py::other": 0.1}
    lines = {"a.py": {"t.py::slow": [8], "t.py::fast": [7, 8, 9], "t.py::far": [11]}}

    assert TOOL.chosen(mutant, seconds, lines) == ["t.py::fast", "t.py::slow"]


def test_where_tests_share_what_was_computed_once_the_others_come_behind(monkeypatch):
    mutant = sites.mutants("a.py", TEXT)[3]
    monkeypatch.setattr(TOOL, "shares", lambda file: file == "t.py")
    seconds = {"t.py::slow": 9.0, "t.py::fast": 0.1, "u.py::near": 5.0, "u.py::far": 0.1}
    lines = {"a.py": {"t.py::slow": [8], "u.py::near": [8]}}

    found = TOOL.chosen(mutant, seconds, lines)

    assert found == ["u.py::near", "t.py::slow", "t.py::fast"]


def test_a_file_of_tests_that_computes_once_is_known():
    assert TOOL.shares("tests/estimators/test_clustered.py")
    assert not TOOL.shares("tests/estimators/test_share.py")


def test_a_mutant_meets_the_file_with_most_of_its_tests_first():
    tests = ["u.py::a", *(f"t.py::{i}" for i in range(90)), "u.py::b"]

    assert TOOL.nearest(tests) == [f"t.py::{i}" for i in range(TOOL.FEW)]


def test_what_runs_at_an_import_meets_the_tests_of_its_file():
    mutant = sites.mutants("a.py", TEXT)[0]

    assert TOOL.chosen(mutant, {"t.py::one": 1.0}, {"a.py": {"t.py::one": [9]}}) == ["t.py::one"]
    assert TOOL.chosen(mutant, {"t.py::one": 1.0}, {}) == []
    # A test during which the file happened to be imported is none that reaches its constants.
    seconds = {"t.py::imports": 9.0, "t.py::one": 1.0}
    lines = {"a.py": {"t.py::imports": [mutant.first], "t.py::one": [9]}}
    assert TOOL.chosen(mutant, seconds, lines) == ["t.py::one", "t.py::imports"]
