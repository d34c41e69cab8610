"""Checks of persons, groups, covariates and clusters before anything is fitted.

What a caller got wrong (shapes, lengths) is a ``ValueError``; what the data cannot
give is a `Refused`, which names an argument or the position of a column.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from decimal import Decimal
from numbers import Real
from typing import ParamSpec, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evalkit.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")
Array = NDArray[np.float64]
# Arguments that are tables of columns, in the order in which positions are counted.
TABLES = ("covariates", "controls", "items")
# A column whose spread is below this share of its size is a constant that was rounded.
CONSTANT = 1e-12
# A column that others predict up to this share of its spread carries nothing of its own.
COLLINEAR = 1e-6
# Products of four such numbers are still numbers; nobody measures beyond them.
LARGEST, SMALLEST = 1e60, 1e-60
# Truth values and numbers, as NumPy names them; not durations, dates, texts or complex ones.
NUMBERS = "biuf"


def numbers(values: ArrayLike, what: str) -> Array:
    """Return a one-dimensional array of finite numbers.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Numbers.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    ValueError
        If the array is not one-dimensional.
    Refused
        If there are none, or some are missing, infinite or beyond 1e60.
    """
    array = _as_numbers(values, what)
    if array.ndim != 1:
        raise ValueError(f"{what} must be a list of numbers")
    if array.size == 0:
        raise Refused("refuse_empty", what=what)
    if bad := int(array.size - np.isfinite(array).sum()):
        raise Refused("refuse_not_finite", what=what, n=bad)
    _refuse_extreme(array, what)
    return array


def columns(values: ArrayLike, what: str = "covariates") -> Array:
    """Return a two-dimensional array of finite numbers, one column a covariate.

    Parameters
    ----------
    values : array_like of float, shape (n, k) or (n,)
        One row a person.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    ValueError
        If the array has no column or more than two dimensions.
    Refused
        If there is no row, or some values are missing, infinite or beyond 1e60.
    """
    array = _as_numbers(values, what)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"{what} must be a table with at least one column")
    if array.shape[0] == 0:
        raise Refused("refuse_empty", what=what)
    bad = array.shape[0] - np.isfinite(array).sum(axis=0)
    if bad.any():
        raise Refused(
            "refuse_column_not_finite", what=what, columns=ordinals(bad), n=int(bad.sum())
        )
    _refuse_extreme(array, what)
    return array


def with_gaps(values: ArrayLike, what: str, dimensions: int) -> Array:
    """Return numbers of which some may be missing.

    Parameters
    ----------
    values : array_like of float, shape (n,) or (n, k)
        One row a person; NaN or None where there is nothing.
    what : str
        Name of the argument, for the message.
    dimensions : {1, 2}
        Whether a list or a table is wanted.

    Raises
    ------
    ValueError
        If the array has another number of dimensions.
    Refused
        If there is no row, or some values are infinite or beyond 1e60.
    """
    array = _as_numbers(values, what)
    if array.ndim != dimensions:
        raise ValueError(f"{what} must be a {'table' if dimensions == 2 else 'list'} of numbers")
    if array.size == 0:
        raise Refused("refuse_empty", what=what)
    if bad := int(np.isinf(array).sum()):
        raise Refused("refuse_not_finite", what=what, n=bad)
    _refuse_extreme(array, what)
    return array


def two_groups(values: ArrayLike, what: str = "treated") -> NDArray[np.bool_]:
    """Return who is in the first group, where both groups have somebody.

    Parameters
    ----------
    values : array_like of {0, 1}, shape (n,)
        1 for the first group.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    ValueError
        If a value is neither 0 nor 1.
    Refused
        If everybody has the same value.
    """
    array = numbers(values, what)
    if not ((array == 0) | (array == 1)).all():
        raise ValueError(f"{what} must be 0 or 1")
    ones = int(array.sum())
    if ones in (0, array.size):
        raise Refused("refuse_one_value", what=what, n=array.size, ones=ones)
    return array == 1


def same_length(**arrays: NDArray) -> None:
    """Refuse arrays that do not speak of the same persons.

    Parameters
    ----------
    **arrays : array
        By the names of their arguments; the first dimensions are compared.

    Raises
    ------
    ValueError
        If lengths differ.
    """
    if len({array.shape[0] for array in arrays.values()}) > 1:
        raise ValueError(f"{', '.join(arrays)} must have the same length")


def group_codes(values: ArrayLike, what: str = "cluster") -> tuple[NDArray[np.int64], int]:
    """Return the number of each person's cluster, and how many clusters there are.

    Parameters
    ----------
    values : array_like, shape (n,)
        Names of any sort; numbers are given in order of appearance.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    ValueError
        If the array is not one-dimensional.
    Refused
        If there is no row, or a person has no cluster.
    """
    array = as_names(values)
    if array.ndim != 1:
        raise ValueError(f"{what} must be a list of names")
    if array.size == 0:
        raise Refused("refuse_empty", what=what)
    codes, names = pd.factorize(array)
    if missing := int((codes < 0).sum()):
        raise Refused("refuse_not_finite", what=what, n=missing)
    return codes.astype(np.int64), len(names)


def as_names(values: ArrayLike) -> NDArray:
    """Return names of any sort; NumPy alone would make texts of those that are missing.

    Parameters
    ----------
    values : array_like
        Names, numbers or missing values.
    """
    return np.asarray(values, dtype=None if hasattr(values, "dtype") else object)


def standardise(table: Array, what: str = "covariates") -> tuple[Array, Array, Array]:
    """Return columns with mean 0 and standard deviation 1, their means and deviations.

    Parameters
    ----------
    table : array of float, shape (n, k)
        Finite numbers.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    Refused
        If a column is constant, or is a linear combination of those before it.
    """
    # Divided by its largest value first, a column of tiny numbers has a variance too.
    top = np.abs(table).max(axis=0)
    scaled = table / np.where(top > 0, top, 1.0)
    mean = scaled.mean(axis=0)
    scaled -= mean
    deviation = np.sqrt((scaled**2).mean(axis=0))
    if (flat := (deviation <= CONSTANT) | (deviation * top < SMALLEST)).any():
        raise Refused("refuse_constant", what=what, columns=ordinals(flat), n=table.shape[0])
    scaled /= deviation
    if (spare := _dependent(scaled)).any():
        raise Refused("refuse_collinear", what=what, columns=ordinals(spare), n=table.shape[0])
    return scaled, mean * top, deviation * top


def ordinals(chosen: Iterable[object]) -> list[str]:
    """Return the positions, counted from 1, of what is true.

    Parameters
    ----------
    chosen : iterable
        One item a column.
    """
    return [str(place) for place, yes in enumerate(chosen, start=1) if yes]


def one_number(value: object, what: str) -> None:
    """Refuse a single value that is no number; a date or a text is none.

    Parameters
    ----------
    value : object
        Of an argument that takes one number.
    what : str
        Name of the argument, for the message.

    Raises
    ------
    Refused
        If it is text, a date or another thing.
    """
    kind = getattr(value, "dtype", np.dtype(object)).kind
    single = kind in NUMBERS and not getattr(value, "shape", ())
    if not (single or isinstance(value, (Real, Decimal))):
        raise Refused("refuse_text", what=what)


def named(function: Callable[P, R]) -> Callable[P, R]:
    """Let the refusals of an estimator name columns as the frame that it was given does.

    Parameters
    ----------
    function : callable
        With an argument ``covariates``, and perhaps ``controls``.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def with_names(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Refused as refusal:
            given = signature.bind(*args, **kwargs).arguments
            known = [name for table in TABLES for name in _names(given.get(table))]
            raise _renamed(refusal, given, known) from None

    return with_names


def _names(table: object) -> list[str]:
    """Return the names of a frame's columns; positions of anything else."""
    if isinstance(table, pd.DataFrame):
        # A name of digits would be read as a position.
        return [f"'{name}'" if str(name).isdigit() else str(name) for name in table.columns]
    if isinstance(table, pd.Series) and table.name is not None:
        return [str(table.name)]
    shape = np.asarray(table).shape if table is not None else ()
    return [""] * (shape[1] if len(shape) > 1 else len(shape))


def _renamed(refusal: Refused, given: dict[str, object], known: list[str]) -> Refused:
    values = dict(refusal.values)
    what = str(values.get("what", ""))
    if what == "controls":
        known = _names(given["controls"])
    places = values.get("columns", [])
    chosen = [known[int(p) - 1] if p.isdigit() and int(p) <= len(known) else "" for p in places]
    if places and all(chosen):
        values["columns"] = chosen
    word, _, place = what.partition(" ")
    if word == "covariates" and place.isdigit() and int(place) <= len(known):
        values["what"] = known[int(place) - 1] or what
    return Refused(refusal.key, **values)


def _as_numbers(values: ArrayLike, what: str) -> Array:
    """Return numbers; a date, a text or a complex number is none, and may be a person's."""
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(float), np.nan)
    if isinstance(values, (pd.DataFrame, pd.Series)):
        _refuse_text(values, what)
        return np.asarray(values.to_numpy(dtype=float, na_value=np.nan), dtype=float)
    try:
        array = np.asarray(values)
    except ValueError:
        # Rows of different lengths; NumPy's own message would quote a cell.
        raise ValueError(f"{what} must be numbers, as many in each row") from None
    if array.dtype.kind not in NUMBERS and not (
        array.dtype.kind == "O" and all(map(_is_number, array.ravel()))
    ):
        raise Refused("refuse_text", what=what)
    if array.dtype.kind == "O":
        known = [np.nan if x is None or x is pd.NA else float(x) for x in array.ravel()]
        return np.array(known, dtype=float).reshape(array.shape)
    return array.astype(float)


def _refuse_text(values: pd.DataFrame | pd.Series, what: str) -> None:
    """Refuse a column of a frame that holds text, whatever its type is called."""
    frame = values if isinstance(values, pd.DataFrame) else pd.DataFrame({0: values})
    for _, column in frame.items():
        kind = getattr(column.dtype, "kind", "O")
        if kind in NUMBERS and not isinstance(column.dtype, pd.CategoricalDtype):
            continue
        if kind != "O" or not all(map(_is_number, column.astype(object))):
            raise Refused("refuse_text", what=what)


def _is_number(value: object) -> bool:
    # pandas' missing values have types of their own; that of dates is no number.
    return value is None or value is pd.NA or isinstance(value, (Real, Decimal, np.bool_))


def _refuse_extreme(array: Array, what: str) -> None:
    if beyond := int((np.abs(array) > LARGEST).sum()):
        raise Refused("refuse_extreme", what=what, n=beyond)


def _dependent(scaled: Array) -> NDArray[np.bool_]:
    rows, width = scaled.shape
    triangle = np.abs(np.diagonal(np.linalg.qr(scaled, mode="r"))) / np.sqrt(rows)
    # With fewer rows than columns the last columns have no row of their own. The
    # columns are centred, which takes another row.
    own = np.zeros(width)
    own[: triangle.size] = triangle
    own[max(rows - 1, 0) :] = 0.0
    return own <= COLLINEAR
