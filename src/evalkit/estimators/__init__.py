"""One method, one file; none leans on another.

Imports arithmetic. Plain arrays in, a small frozen result out; no files, no
words.
"""
