"""Numbers among the words of a command, read or refused.

Imports errors.
"""

from __future__ import annotations

from evalkit.errors import UsageError

MOST_JOBS = 256
# Of a number nobody can have meant, this much is shown.
LONG = 20


def whole(option: str, asked: str, least: int, most: int) -> int:
    """Return the whole number that an option was given.

    Parameters
    ----------
    option, asked : str
        Its name; what was given.
    least, most : int
        Allowed, both included.

    Raises
    ------
    UsageError
        If it is none, or another.
    """
    good = asked.isascii() and asked.isdecimal() and len(asked) <= len(str(most))
    if not (good and least <= int(asked) <= most):
        raise UsageError(
            "validate_number", option=option, found=asked[:LONG], least=least, most=str(most)
        )
    return int(asked)
