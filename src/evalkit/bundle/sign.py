"""Signatures as ``ssh-keygen -Y`` makes and checks them, with Ed25519 keys.

Imports errors. The form is OpenSSH's (PROTOCOL.sshsig, version 1); the arithmetic is that of the
package cryptography (RFC 8032). An office makes its key once, and anybody checks without us::

    ssh-keygen -t ed25519 -N "" -f office_key
    list=manifest-sha256.txt
    ssh-keygen -Y verify -f signers -I office -n evalkit -s $list.sig < $list
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from evalkit.errors import BundleError
from evalkit.files import unreadable_as

MAGIC, VERSION = b"SSHSIG", 1
KIND = b"ssh-ed25519"
# Who signs a bundle signs nothing else by it.
NAMESPACE = b"evalkit"
HASH = b"sha512"
ARMOUR = re.compile(
    r"\A-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n\Z"
)
LINE = re.compile(r"ssh-ed25519 ([A-Za-z0-9+/=]+)")
WIDTH = 70
# A line of keys: whom it is of, what it may sign, and the key; a .pub file has the key alone.
SIGNER = re.compile(
    r'(?:[^\s"#]+ )?(?:(?P<options>[a-z-]+(?:="[^"]*")?(?:,[a-z-]+(?:="[^"]*")?)*) )?'
    r"(?P<key>ssh-ed25519 [A-Za-z0-9+/=]+)(?: .*)?"
)
LONGEST = 10_000  # bytes; a signature or a key of this kind has some three hundred
KEY_BYTES = 32


@dataclass(frozen=True)
class Key:
    """A public key.

    Parameters
    ----------
    raw : bytes
        Its 32 bytes.
    """

    raw: bytes

    @property
    def line(self) -> str:
        """The key as a ``.pub`` file has it, without a name."""
        return f"{KIND.decode()} {base64.b64encode(self._blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """The key's fingerprint, as ``ssh-keygen -l`` prints it."""
        digest = base64.b64encode(hashlib.sha256(self._blob).digest()).decode()
        return f"SHA256:{digest.rstrip('=')}"

    @property
    def _blob(self) -> bytes:
        return _string(KIND) + _string(self.raw)


def sign(message: bytes, private: Path) -> str:
    """Return the signature of a message, as a ``.sig`` file holds it.

    Parameters
    ----------
    private : Path
        An Ed25519 key as ``ssh-keygen -t ed25519`` writes it, without a passphrase.

    Raises
    ------
    BundleError
        If the file is no such key.
    """
    key = _private(private)
    raw = key.public_key().public_bytes_raw()
    made = key.sign(_signed(message))
    blob = MAGIC + struct.pack(">I", VERSION) + _string(Key(raw)._blob)
    blob += _string(NAMESPACE) + _string(b"") + _string(HASH)
    blob += _string(_string(KIND) + _string(made))
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + WIDTH] for at in range(0, len(text), WIDTH)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


def signer(message: bytes, signature: bytes) -> Key | None:
    """Return the key that signed a message, or None where that signature is not of this message.

    Raises
    ------
    ValueError
        If it is no signature of a bundle at all.
    """
    public, made = _parsed(signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(made, _signed(message))
    except InvalidSignature:
        return None
    return Key(public)


def read_keys(path: Path) -> list[Key]:
    """Return the public keys of a file: a ``.pub`` file, or a list of allowed signers.

    Raises
    ------
    BundleError
        If it cannot be read, or holds no Ed25519 key.
    """
    with unreadable_as(BundleError, path):
        raw = path.read_bytes()
    try:
        text = raw[: 100 * LONGEST].decode("utf-8")
    except UnicodeDecodeError:
        raise BundleError("bundle.no_key", path=path) from None
    found = []
    for line in text.splitlines():
        told = SIGNER.fullmatch(line.strip())
        if told is not None and _is_for_us(told["options"] or ""):
            with suppress(ValueError):
                found.append(line_key(told["key"]))
    if not found:
        raise BundleError("bundle.no_key", path=path)
    return found


def _is_for_us(options: str) -> bool:
    """Return whether a signer's options let a key sign bundles, now and by itself.

    A time within which it counts, or an authority behind it, is not checked here: such a key
    is none of the reader's.
    """
    spaces = re.findall(r'namespaces="([^"]*)"', options)
    others = re.sub(r'namespaces="[^"]*"|,', "", options)
    return not others and all(NAMESPACE.decode() in each.split(",") for each in spaces)


def line_key(text: str) -> Key:
    """Return the public key of a line, as a ``.pub`` file has it.

    Raises
    ------
    ValueError
        If it holds none of Ed25519.
    """
    line = LINE.search(text)
    kind, raw = list(_strings(base64.b64decode(line[1], validate=True))) if line else (b"", b"")
    if kind != KIND or len(raw) != KEY_BYTES:
        raise ValueError("no key")
    return Key(raw)


def key_of(private: Path) -> Key:
    """Return the public key of a private one.

    Raises
    ------
    BundleError
        If the file is no private key as `sign` takes it.
    """
    return Key(_private(private).public_key().public_bytes_raw())


def _private(path: Path) -> Ed25519PrivateKey:
    with unreadable_as(BundleError, path):
        raw = path.read_bytes()
    try:
        key = load_ssh_private_key(raw, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Of a key with a passphrase it says no more than of a file that is none.
        raise BundleError("bundle.no_private_key", path=path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BundleError("bundle.no_private_key", path=path)
    return key


def _signed(message: bytes) -> bytes:
    """Return what is signed in the place of a message."""
    digest = hashlib.sha512(message).digest()
    return MAGIC + _string(NAMESPACE) + _string(b"") + _string(HASH) + _string(digest)


def _parsed(signature: bytes) -> tuple[bytes, bytes]:
    try:
        found = ARMOUR.match(signature[:LONGEST].decode("ascii"))
        blob = base64.b64decode(found[1].replace("\n", ""), validate=True) if found else b""
    except (UnicodeDecodeError, binascii.Error):
        raise ValueError("no signature") from None
    head = MAGIC + struct.pack(">I", VERSION)
    if not blob.startswith(head):
        raise ValueError("no signature")
    public, *told, made = list(_strings(blob[len(head) :]))
    kind, raw = list(_strings(public))
    made_kind, made = list(_strings(made))
    fits = told == [NAMESPACE, b"", HASH] and kind == made_kind == KIND
    if not fits or len(raw) != KEY_BYTES:
        raise ValueError("a signature of another kind, or of something else")
    return raw, made


def _string(raw: bytes) -> bytes:
    return struct.pack(">I", len(raw)) + raw


def _strings(blob: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(blob):
        (size,) = struct.unpack_from(">I", blob.ljust(at + 4, b"\0"), at)
        if at + 4 + size > len(blob):
            raise ValueError("cut short")
        yield blob[at + 4 : at + 4 + size]
        at += 4 + size
