"""One method, one file; none leans on another.

Imports arithmetic, and words only so that a refusal has its sentence. Plain arrays in, a
small frozen result out; no files, no words of their own.
"""

import evalkit.words  # noqa: F401
