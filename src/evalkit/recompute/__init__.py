"""A second implementation of what a report prints, by the standard library alone.

It imports nothing of evalkit and is imported by nothing that computes a report: it runs in a
reader's browser, in check.html, over results that were released, and finds each number again
from other numbers (docs/adr/0036-recomputed-in-the-page.md).
"""
