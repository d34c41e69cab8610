"""What is said over a warm process's socket: frames of JSON, bytes and open files.

Imports nothing of evalkit. The warm process itself never unpickles anything:
a pickled call passes through it as bytes, to be read by the child.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any

# Where the address of a warm process stands.
ADDRESS = "EVALKIT_WARM"
# Marks every process that descends from a warm process, and which of its children it is of.
FAMILY = "EVALKIT_WARM_FAMILY"
# The socket's name in the warm process's private folder.
SOCKET = "warm"

_HEAD = struct.Struct("!IQ")
# The most open files that travel with a frame.
MOST_FILES = 4


def send(
    connection: socket.socket,
    message: dict[str, Any],
    payload: bytes = b"",
    files: tuple[int, ...] = (),
) -> None:
    """Send one frame.

    Parameters
    ----------
    files : tuple of int
        File descriptors that the other side gets copies of.
    """
    text = json.dumps(message).encode()
    head = _HEAD.pack(len(text), len(payload))
    if files:
        sent = socket.send_fds(connection, [head], files)
        head = head[sent:]
    connection.sendall(head + text + payload)


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytes, list[int]]:
    """Receive one frame.

    Returns
    -------
    tuple
        The message, the payload, and the file descriptors, none of them inheritable.

    Raises
    ------
    EOFError
        If the other side is gone.
    OSError
        If it says nothing in time, or breaks off.
    """
    head, files, _, _ = socket.recv_fds(connection, _HEAD.size, MOST_FILES)
    for file in files:
        os.set_inheritable(file, False)
    try:
        if not head:
            raise EOFError
        head += exactly(connection, _HEAD.size - len(head))
        size, rest = _HEAD.unpack(head)
        message = json.loads(exactly(connection, size))
        payload = exactly(connection, rest)
    except (OSError, EOFError):
        for file in files:
            os.close(file)
        raise
    return message, payload, files


def exactly(connection: socket.socket, size: int) -> bytes:
    """Receive that many bytes.

    Raises
    ------
    EOFError
        If the other side ends before.
    """
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
