"""Reach: the share of the target population that the service reached."""

from evalkit.outcomes.reach.difference import difference, verdict
from evalkit.outcomes.reach.gates import gates
from evalkit.outcomes.reach.shares import shares
from evalkit.outcomes.reach.target import Target, draw_target

__all__ = ["Target", "difference", "draw_target", "gates", "shares", "verdict"]
