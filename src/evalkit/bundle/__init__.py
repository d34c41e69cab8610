"""What an assessor receives: one file with every report, its record and what it rests on.

Imports batch, export, record and everything below. A bundle is made from reports that are up to
date, and read as if a stranger had made it: nothing in it is executed.
"""
