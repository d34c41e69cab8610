"""One notebook and parameters become one executed notebook; the only home of papermill.

Imports record and everything below; this file itself imports nothing, for what must not
wait for papermill.
"""

# Where a batch run keeps prose in the language of each form: that of a thousand reports is alike.
PROSE = "EVALKIT_PROSE"
