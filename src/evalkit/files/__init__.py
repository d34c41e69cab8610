"""Files and folders: written whole or not at all, half-made ones swept, fingerprints.

Imports errors, and no pandas: whether anything is to be built is asked before anything heavy
is loaded.
"""

from evalkit.files.digest import file_sha256, files_in, folder_sha256, subset_sha256
from evalkit.files.marks import PARTIAL, process_mark, remove, remove_stale
from evalkit.files.scratch import SOCKETS, remove_stale_scratch, scratch, scratch_folder
from evalkit.files.system import cannot_write, unreadable_as
from evalkit.files.toml import parse_toml
from evalkit.files.whole import (
    append_line,
    check_no_link,
    replace_folder,
    staged_file,
    staged_folder,
    write_whole,
)

__all__ = [
    "PARTIAL",
    "SOCKETS",
    "append_line",
    "cannot_write",
    "check_no_link",
    "file_sha256",
    "files_in",
    "folder_sha256",
    "parse_toml",
    "process_mark",
    "remove",
    "remove_stale",
    "remove_stale_scratch",
    "replace_folder",
    "scratch",
    "scratch_folder",
    "staged_file",
    "staged_folder",
    "subset_sha256",
    "unreadable_as",
    "write_whole",
]
