"""A whole study: what to run, in which processes, and what became of it.

Imports export, run and everything below; what only asks whether anything is to be built
(`model`, `plan`, `cache`) imports nothing heavy.
"""

from evalkit.batch.model import Job, JobResult, Task
from evalkit.batch.plan import plan_jobs

__all__ = ["Job", "JobResult", "Task", "plan_jobs"]
