"""A whole study: what to run, in which processes, and what became of it.

Imports export, run and everything below; what only asks whether anything is to be built
(`jobs`, `plan`, `keys`, `state`) imports nothing heavy.
"""

from evalkit.batch.jobs import Due, Job, Outcome
from evalkit.batch.plan import plan_jobs

__all__ = ["Due", "Job", "Outcome", "plan_jobs"]
