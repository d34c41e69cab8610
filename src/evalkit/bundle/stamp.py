"""Time stamps (RFC 3161): what an authority says of when a bundle's list was there.

Imports errors. No authority is asked from here: an office may have its own way to one::

    openssl ts -query -data manifest-sha256.txt -sha512 -cert -out request.tsq
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from rfc3161_client import TimeStampResponse, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError

from evalkit.errors import BundleError
from evalkit.files import unreadable_as

# By the OID of the algorithm that the authority was given a digest of.
DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}

# Granted, or granted otherwise than asked.
GRANTED = (0, 1)


@dataclass(frozen=True)
class Stamp:
    """What a time stamp says.

    Parameters
    ----------
    at : datetime
        In UTC.
    trusted : bool
        Whether the chain of certificates leads to an authority that the reader named.
    """

    at: datetime
    trusted: bool


def read_stamp(raw: bytes, message: bytes, authority: Path | None = None) -> Stamp | None:
    """Return what a time stamp says of a message; None where it is of another one.

    Parameters
    ----------
    authority : Path, optional
        The authority's root certificate, as PEM. Without it the stamp's own signature is not
        checked, and `trusted` is False.

    Raises
    ------
    ValueError
        If it is no time stamp.
    BundleError
        If the certificate cannot be read, or the stamp is not that authority's.
    """
    response = decode_timestamp_response(raw)
    if response.status not in GRANTED:
        raise ValueError("not granted")
    if not _is_of(response, message):
        return None
    if authority is not None:
        _check(response, message, authority)
    at = response.tst_info.gen_time
    return Stamp(at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC), authority is not None)


def _is_of(response: TimeStampResponse, message: bytes) -> bool:
    imprint = response.tst_info.message_imprint
    algorithm = DIGESTS.get(imprint.hash_algorithm.dotted_string)
    if algorithm is None:
        raise ValueError("a digest of another kind")
    digest = hashes.Hash(algorithm())
    digest.update(message)
    return bool(digest.finalize() == imprint.message)


def _check(response: TimeStampResponse, message: bytes, authority: Path) -> None:
    with unreadable_as(BundleError, authority):
        raw = authority.read_bytes()
    try:
        roots = x509.load_pem_x509_certificates(raw)
    except ValueError:
        raise BundleError("bundle.no_certificate", path=authority) from None
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(response, message)
    except VerificationError:
        raise BundleError("bundle.stamp_foreign", path=authority) from None
