"""How made-up data say of themselves that they are.

Imports nothing of evalkit. Three marks, so that losing one is not losing all: the key in a
Parquet file's metadata, the first words of an export, and numbers of persons that no office
gives out. Data that carry any of them are made up, whatever else is said of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# The key in a Parquet file's metadata; its value says by what the file was made.
MARK = "evalkit_made_up"
# The key under which a Parquet file says which rows a rule left out, and how many.
LEFT_OUT = "evalkit_left_out"
# The key under which a Parquet file says that its study called it public when it was read.
PUBLIC = "evalkit_public"
# With these an export begins, above its header; either alone tells.
BANNERS = ("虚构样例数据", "MADE-UP DATA")
# No region's code (GB/T 2260) begins so; nor do the numbers of any known platform.
REGION, PREFIX = "99", "XUGOU"
# Before it may stand what keeps a spreadsheet from taking it for a number.
_NUMBER = re.compile(rf"[\s'’‘`=\"“]*(?:{REGION}\d{{15}}[\dXx]|{PREFIX})", re.ASCII)


def in_banner(rows: Iterable[Iterable[str]]) -> bool:
    """Return whether the rows above a header say that the data are made up.

    Parameters
    ----------
    rows : iterable of rows
        Cells.
    """
    return any(words in cell for row in rows for cell in row for words in BANNERS)


def is_made_up(number: str) -> bool:
    """Return whether the number of a person is a made-up one.

    Parameters
    ----------
    number : str
        A cell as the file has it.
    """
    return bool(_NUMBER.match(number))
