"""The disclosure policy, as its one file states it.

Imports errors and files.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from typing import Any

from evalkit.errors import StudyError
from evalkit.files import parse_toml

# What is no threshold of one kind of people.
COMMON = ("version", "decimals")


@dataclass(frozen=True)
class Policy:
    """Thresholds for one kind of people.

    Parameters
    ----------
    version : str
        Version of the policy file.
    threshold : int
        Counts from 1 to this are withheld.
    rounding : int
        The others become a multiple of this.
    midpoint : int
        Width of the bins for cumulative counts.
    zero_base : int
        Smallest base beside which a zero of a harm may be shown.
    grid : int
        Steps of the times at which a curve is recorded.
    decimals : mapping of str to int
        Of a number that a model gives, by its unit; of a p-value, of its normal deviate.
    """

    version: str
    threshold: int
    rounding: int
    midpoint: int
    zero_base: int
    grid: int
    decimals: Mapping[str, int]


@functools.cache
def read_policy(people: str) -> Policy:
    """Return the policy for "minors" or "adults".

    Raises
    ------
    StudyError
        If the file was edited so that a threshold is missing or can be none.

    Examples
    --------
    >>> read_policy("minors").threshold
    10
    """
    file = resources.files("evalkit.disclosure") / "policy.toml"
    values = parse_toml(file.read_bytes(), str(file))
    names = [field.name for field in fields(Policy) if field.name not in COMMON]
    _check(str(file), people, {name: 1 for name in names}, values.get(people))
    # The units are the file's own; another is refused where it is asked for.
    decimals = values.get("decimals")
    _check(str(file), "decimals", dict.fromkeys(decimals or ("share",), 0), decimals)
    version = str(values.get("version", ""))
    return Policy(version=version, decimals=values["decimals"], **values[people])


def _check(path: str, section: str, least: Mapping[str, int], found: Any) -> None:
    """Stop unless a section has these keys and no other, each a whole number large enough."""
    held = found if isinstance(found, dict) else {}
    for key in [*least, *held]:
        # Without a threshold, or with one of nothing, counts of single people would be told.
        good = key in least and type(held.get(key)) is int and held[key] >= least[key]
        if not good:
            raise StudyError("policy_broken", path=path, where=f"[{section}]", key=key)
