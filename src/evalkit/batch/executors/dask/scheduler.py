"""Where a cluster is, and what a run calls itself there.

Imports nothing of evalkit.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scheduler:
    """Where reports are built that this machine does not build itself.

    Parameters
    ----------
    address : str
        Of a Dask scheduler.
    exchange : str
        As `evalkit.batch.executors.dask.exchange.Exchange` takes it.
    run : str
        The run's mark.
    """

    address: str
    exchange: str = field(repr=False)
    run: str
