"""Two editions of reports, or ours and a partner's file, beside each other.

Imports bundle and export, and what is below. Nothing of an edition is executed.
"""
