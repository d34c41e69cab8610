"""Made-up data with a planted truth, always marked as such.

Imports cohort and everything below.
"""
