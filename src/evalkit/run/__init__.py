"""One notebook and parameters become one executed notebook; the only home of papermill.

Imports record and everything below.
"""

from evalkit.run.notebook import run_notebook

__all__ = ["run_notebook"]
