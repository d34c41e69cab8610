"""A curve out of counts at midpoints of bins: the times of events are people's.

Imports estimators, cells and gate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalkit.disclosure.gate import Gate
from evalkit.estimators.kaplan_meier import Life


@dataclass(frozen=True)
class SafeCurve:
    """A life table as a curve may be computed from it.

    Parameters
    ----------
    life : Life
        True numbers at risk and of events, by time.
    gate : Gate
        The disclosure gate of the table.
    """

    life: Life
    gate: Gate

    @property
    def safe(self) -> Life:
        """The life table from cumulative counts at midpoints, unless public."""
        life, gate = self.life, self.gate
        if gate.open:
            return life
        leaving = life.at_risk - np.append(life.at_risk[1:], 0) - life.events
        events = np.diff(gate.curve(np.cumsum(life.events)), prepend=0)
        censored = np.diff(gate.curve(np.cumsum(leaving)), prepend=0)
        n = int(gate.curve([life.n])[0])
        gone = np.concatenate(([0], np.cumsum(events + censored)[:-1]))
        return Life(life.time, np.maximum(n - gone, np.maximum(events, 1)), events, n)

    @property
    def first_shown(self) -> float:
        """The first time at which enough events have happened to be shown."""
        if self.gate.open:
            return 0.0
        # Past the first bin too, whose midpoint stands for counts that are hidden.
        policy = self.gate.policy
        enough = np.cumsum(self.life.events) > max(policy.threshold, policy.midpoint)
        return float(self.life.time[int(enough.argmax())]) if enough.any() else float("inf")

    def times(self, end: int) -> list[float]:
        """Return the times at which the curve is recorded: where it steps, if public.

        Parameters
        ----------
        end : int
            Where it ends, in the table's unit of time.
        """
        if self.gate.open:
            return sorted({*self.life.time[self.life.events > 0].tolist(), float(end)})
        steps = self.gate.policy.grid
        return sorted({float(round(end * step / steps)) for step in range(1, steps + 1)} - {0.0})
