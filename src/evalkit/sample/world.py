"""What a made-up area is made with: seed, scale, and a stream of chance for each table.

Imports errors. A table's stream depends on the seed, the area and the table's name alone:
which other tables are made, in which order and by how many processes changes nothing.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import UsageError

AREAS = ("chongzuo", "huanan", "liangjiang", "guigang", "dachang", "beijing", "dalian", "yiliang")
# Tables of more rows than this are scaled; smaller ones are whole, whatever the scale.
WHOLE = 5_000
SCALE, SEED = 0.02, 20261126
# Nothing made up lies after this day: the same bytes next year.
LAST = np.datetime64("2025-06-30")
_PLACES = (
    *("城东", "城西", "城南", "城北", "河口", "石桥", "青山", "大湾", "白沙", "新塘"),
    *("龙泉", "清水", "平岭", "东和", "西林", "南坪", "北塘", "上坝", "下坝", "花桥"),
    *("红星", "双河", "太平", "长岭", "金鸡", "木梓", "三合", "云表", "湛江头", "古城"),
    *("大安", "武林", "丹竹", "官成", "思旺", "同和", "寺面", "六陈", "大新", "大洲"),
    *("镇隆", "上渡", "安怀", "国安", "思界", "大鹏", "八塘", "山口"),
)


@dataclass(frozen=True)
class Settings:
    """What the whole sample is made with.

    Parameters
    ----------
    seed : int
        From 0; the same seed gives the same bytes.
    scale : float
        Share of the printed magnitudes that registers of more than 5,000 rows get, up to
        1: all of them.

    Raises
    ------
    UsageError
        If the seed or the scale cannot be.
    """

    seed: int = SEED
    scale: float = SCALE

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**63:
            raise UsageError(
                "option_value", option="--seed", found=str(self.seed), allowed="0 <= N < 2^63"
            )
        if not (math.isfinite(self.scale) and 0 < self.scale <= 1):
            raise UsageError(
                "option_value", option="--scale", found=f"{self.scale:g}", allowed="0 < F <= 1"
            )

    def size(self, printed: int) -> int:
        """Return how many rows a register of a printed size gets."""
        return min(printed, max(WHOLE, round(printed * self.scale)))

    @property
    def key(self) -> bytes:
        """The key of the pseudonyms: nothing made up needs a secret."""
        return hashlib.sha256(f"evalkit sample {self.seed}".encode()).digest()


@dataclass(frozen=True)
class World:
    """One made-up area.

    Parameters
    ----------
    settings : Settings
        Of the whole sample.
    area : str
        One of `AREAS`.
    """

    settings: Settings
    area: str

    def random(self, table: str) -> np.random.Generator:
        """Return the stream of chance of one table.

        Parameters
        ----------
        table : str
            Its name, or that of a part of it.
        """
        name = hashlib.sha256(f"{self.area}/{table}".encode()).digest()
        words = [int.from_bytes(name[i : i + 4], "big") for i in range(0, 16, 4)]
        seed = np.random.SeedSequence([self.settings.seed, *words])
        return np.random.Generator(np.random.PCG64(seed))

    def townships(self, n: int) -> list[str]:
        """Return the first n townships: names that many counties have.

        Parameters
        ----------
        n : int
            At most 48.
        """
        return [f"{name}{'街道' if i < 4 else '镇'}" for i, name in enumerate(_PLACES[:n])]

    def number(self, prefix: str, i: int) -> str:
        """Return a number such as H000012, unlike that of any other area's."""
        return f"{prefix}{AREAS.index(self.area) + 1}{i:07d}"


def season(random: np.random.Generator, n: int, first: str, last: str) -> NDArray[np.datetime64]:
    """Return n days between two, more of them in summer and before the new year."""
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    month = days.astype("datetime64[M]").astype(int) % 12
    weight = np.array([1.2, 0.7, 1.0, 1.0, 1.0, 1.1, 1.5, 1.4, 1.0, 0.9, 0.9, 1.1])[month]
    share = np.cumsum(weight) / weight.sum()
    return days[np.searchsorted(share, random.random(n), side="right").clip(0, days.size - 1)]


def choose(random: np.random.Generator, n: int, words: dict[str, float]) -> NDArray[np.object_]:
    """Return n words, each with its probability.

    Parameters
    ----------
    words : dict of str to float
        Probabilities that add up to 1.
    """
    edges = np.cumsum(list(words.values()))
    place = np.searchsorted(edges, random.random(n) * edges[-1], side="right")
    return np.array(list(words), dtype=object)[place.clip(0, len(words) - 1)]


def blank(values: NDArray, empty: NDArray[np.bool_]) -> pd.Series:
    """Return values with some cells empty."""
    return pd.Series(values).mask(empty)
