"""pyproject.toml is the source; the lock and environment.yml say the same."""

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")

PYTHONS = ("3.11", "3.12", "3.13")
# A file address, a home or a working folder, or the host of a registry.
ADDRESS = re.compile(
    r"://|^\s*-|@ |/(work|tmp|home|root|Users|opt)\b|[A-Z]:\\|\bpypi\b|\.(org|com|cn)\b"
)


def load_tool():
    spec = importlib.util.spec_from_file_location("evalkit_tools_lock", ROOT / "tools" / "lock.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tool = load_tool()
PINS = tool.read_pins(LOCK)


def wanted():
    project = PYPROJECT["project"]
    locked = {n: e for n, e in project["optional-dependencies"].items() if n != tool.UNLOCKED}
    extras = [item for extra in locked.values() for item in extra]
    return [*project["dependencies"], *extras, *PYPROJECT["build-system"]["requires"]]


def holds(marker, python):
    world = {"python_version": python, "python_full_version": f"{python}.9"}
    world |= {"sys_platform": "linux", "os_name": "posix"}
    return not marker or Marker(marker).evaluate(world)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("text", wanted())
def test_the_lock_satisfies_every_dependency_on_every_python(text, python):
    requirement = Requirement(text)
    name = canonicalize_name(requirement.name)

    found = [pin.version for pin in PINS if pin.name == name and holds(pin.marker, python)]

    assert len(found) == 1, (
        f"{text} on Python {python}: {found or 'not in the lock'}; run make lock"
    )
    assert requirement.specifier.contains(found[0], prereleases=True), f"{text}: {found[0]}"


@pytest.mark.parametrize("python", PYTHONS)
def test_no_package_has_two_versions_on_one_python(python):
    names = [pin.name for pin in PINS if holds(pin.marker, python)]

    assert sorted(set(names)) == sorted(names)


def test_every_dependency_names_the_version_it_was_tried_with():
    loose = [text for text in wanted() if not Requirement(text).specifier]

    assert loose == []


def test_spark_is_no_part_of_the_lock_and_is_named_with_one_version():
    (text,) = PYPROJECT["project"]["optional-dependencies"][tool.UNLOCKED]

    assert re.fullmatch(r"pyspark==[0-9.]+", text)
    assert {"pyspark", "py4j"} & {pin.name for pin in PINS} == set()


def test_every_pin_has_hashes():
    bare = [pin.name for pin in PINS if not pin.hashes]
    malformed = [
        pin.name for pin in PINS for h in pin.hashes if not re.fullmatch(r"sha256:[0-9a-f]{64}", h)
    ]

    assert PINS
    assert (bare, malformed) == ([], [])


def test_the_lock_names_no_address_and_no_machine():
    lines = [line for line in LOCK.splitlines() if not line.startswith("    --hash=sha256:")]

    found = [line for line in lines if ADDRESS.search(line)]

    assert found == []


def test_the_environment_names_no_address_and_no_machine():
    found = [
        line for line in ENVIRONMENT.splitlines() if ADDRESS.search(re.sub(r"^\s*- ", "", line))
    ]

    assert found == []


def test_environment_yml_is_what_the_tool_makes_of_the_two_files():
    assert tool.make_environment(PYPROJECT, LOCK) == ENVIRONMENT, "run make lock"
