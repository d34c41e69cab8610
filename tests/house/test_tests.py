"""Every test checks something, and no check is one that cannot fail."""

import ast
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parents[1]
FILES = {
    file.relative_to(TESTS).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
    for file in TESTS.rglob("*.py")
}
# What they call raises where something is wrong: that it passes is what they say.
ONLY_PASS = {
    "arithmetic/test_overlap.py": ["test_scores_that_are_all_the_same_are_not_apart"],
    "export/test_checks.py": [
        "test_a_source_that_the_text_names_may_be_opened",
        "test_a_quotation_code_and_a_source_are_no_untranslated_text",
    ],
    # Ends within the time that a test has.
    "intake/test_nothing_told.py": ["test_every_pattern_takes_time_in_proportion"],
    "outcomes/test_injected.py": [
        "test_parameters_that_the_notebook_sets_pass",
        "test_outside_a_notebook_nothing_is_checked",
    ],
}


def functions_of(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def called(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def checking(files):
    """Names of the functions that check something, themselves or by one that they call."""
    calls = defaultdict(set)
    found = {"raises", "warns", "fail"}
    for tree in files.values():
        for function in functions_of(tree):
            for node in ast.walk(function):
                if isinstance(node, ast.Assert | ast.Raise):
                    found.add(function.name)
                if isinstance(node, ast.Call):
                    calls[function.name].add(called(node))
                    # Those of numpy and pandas.
                    found |= {called(node)} if called(node).startswith("assert_") else set()
    while more := {name for name, others in calls.items() if others & found} - found:
        found |= more
    return found


def unchecked(files):
    """Tests that check nothing."""
    known = checking(files)
    silent = defaultdict(list)
    for file, tree in files.items():
        for function in functions_of(tree):
            if function.name.startswith("test_") and function.name not in known:
                silent[file].append(function.name)
    return dict(silent)


def cannot_fail(test):
    """Whether the condition of an assertion holds whatever is found."""
    if isinstance(test, ast.BoolOp):
        kinds = [cannot_fail(value) for value in test.values]
        return any(kinds) if isinstance(test.op, ast.Or) else all(kinds)
    if isinstance(test, ast.Call) and called(test) in ("isinstance", "issubclass"):
        thing, kind = (ast.unparse(word) for word in test.args)
        return f"type({thing})" in kind or kind == "object"
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, (right,), (sign,) = test.left, test.comparators, test.ops
        same = ast.unparse(left) == ast.unparse(right)
        if same and isinstance(sign, ast.Eq | ast.Is | ast.LtE | ast.GtE):
            # What is called twice may differ the second time.
            return not any(isinstance(node, ast.Call) for node in ast.walk(left))
        counted = isinstance(left, ast.Call) and called(left) == "len"
        return counted and isinstance(sign, ast.GtE) and ast.unparse(right) == "0"
    if isinstance(test, ast.Attribute):
        # A method that was not called.
        return test.attr in ("exists", "is_file", "is_dir", "startswith", "endswith", "isdigit")
    always = (ast.GeneratorExp, ast.Lambda, ast.JoinedStr)
    return isinstance(test, always) or _is_constant(test)


def _is_constant(test):
    if isinstance(test, ast.Tuple | ast.List | ast.Set | ast.Dict):
        return bool(ast.unparse(test).strip("()[]{}"))
    return isinstance(test, ast.Constant) and bool(test.value)


def test_every_test_checks_something():
    found = unchecked(FILES)

    assert found == ONLY_PASS


def test_no_check_is_one_that_cannot_fail():
    found = [
        f"{file}:{node.lineno}"
        for file, tree in FILES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert) and cannot_fail(node.test)
    ]

    assert found == []


IDLE = [
    "isinstance(x, A | type(x))", "isinstance(x, object)", "x == x", "x.y is x.y", "len(x) >= 0",
    "(x == 1, 'text')", "True", "'text'", "(y for y in x)", "x or True", "path.exists",
    "x == x and y <= y", "f'{x}'", "[x]",
]  # fmt: skip
BITING = [
    "isinstance(x, A)", "x == y", "f(x) == f(x)", "len(x) >= 1", "x", "not x", "x or y",
    "all(y for y in x)", "path.exists()", "x == x and y", "[]", "False",
]  # fmt: skip


def test_idle_checks_are_told_from_those_that_bite():
    found = {text for text in (*IDLE, *BITING) if cannot_fail(ast.parse(text, mode="eval").body)}

    assert found == set(IDLE)


def test_a_test_without_a_check_is_found():
    text = "def test_one():\n    look()\n\ndef look():\n    pass\n\ndef test_two():\n    agree()\n"
    tree = ast.parse(text + "\ndef agree():\n    assert 1 + 1 == 2\n")

    assert unchecked({"a.py": tree}) == {"a.py": ["test_one"]}
