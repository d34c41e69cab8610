"""What was built, out of what: whether a report is to be built is told from fingerprints.

Imports model, and nothing heavy.
"""
