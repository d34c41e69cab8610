"""A table keeps its promise of columns, or is refused; its rows are a frame or an expression.

Imports schema, protocol, files, landing, words, trace and errors.
"""

from evalkit.table.condition import Condition, given, holds, one_of
from evalkit.table.engine import ask
from evalkit.table.folder import FolderRows
from evalkit.table.linked import definitions, read_table
from evalkit.table.parse import read_condition, without
from evalkit.table.rows import FrameRows, ParquetRows, Rows, StoredRows
from evalkit.table.served import ServerRows
from evalkit.table.server import ServerTable
from evalkit.table.spark import SparkRows
from evalkit.table.table import Table, made_from

__all__ = [
    "Condition",
    "FolderRows",
    "FrameRows",
    "ParquetRows",
    "Rows",
    "ServerRows",
    "ServerTable",
    "SparkRows",
    "StoredRows",
    "Table",
    "ask",
    "definitions",
    "given",
    "holds",
    "made_from",
    "one_of",
    "read_condition",
    "read_table",
    "without",
]
