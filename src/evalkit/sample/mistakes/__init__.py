"""Ten mistakes of evaluations, each planted where the programme does nothing.

Imports NumPy only. Each module has one function, ``plant``, which makes data in which the
usual analysis finds what is not there; with ``strength=0`` it makes the same data without
the mistake. ``docs/explanation/mistakes.md`` shows what each does to a result.
"""
