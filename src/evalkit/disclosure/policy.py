"""The disclosure policy, as its one file states it.

Imports nothing of evalkit.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


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

    Parameters
    ----------
    people : {"minors", "adults"}
        As the study declares.

    Examples
    --------
    >>> read_policy("minors").threshold
    10
    """
    file = resources.files("evalkit.disclosure") / "policy.toml"
    values = tomllib.loads(file.read_text(encoding="utf-8"))
    return Policy(version=values["version"], decimals=values["decimals"], **values[people])
