"""Platform exports and printed texts become tables.

Imports table, protocol, quantity, words and errors.
"""

from evalkit.intake.figure_text import PrintedFigure, parse_figure

__all__ = ["PrintedFigure", "parse_figure"]
