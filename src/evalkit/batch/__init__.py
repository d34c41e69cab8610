"""A whole study: what to run, in which processes, and what became of it.

Imports export, run and everything below.
"""

from evalkit.batch.job import Job, Outcome
from evalkit.batch.plan import plan_jobs
from evalkit.batch.pool import run_jobs

__all__ = ["Job", "Outcome", "plan_jobs", "run_jobs"]
