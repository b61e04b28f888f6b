"""A detached signature by an agency's certificate over what leaves the case, beside the examiner's.

It is CMS (RFC 5652) in DER, detached, over the bytes themselves without signed attributes, with SHA-256: `openssl cms -verify -binary
-content FILE -inform DER -in FILE.p7s -noverify` checks it, and so does anyone who can check a plain RSA (PKCS #1 v1.5) or ECDSA signature. No
certificate authority is asked: whose certificate it is, is compared by its fingerprint.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key, pkcs7

LARGEST = 1 << 20  # bytes of a signature

_PLAIN = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoAttributes]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose certificate it is. `fingerprint`: SHA-256 over the certificate in DER; times in ISO 8601, UTC."""

    subject: str
    issuer: str
    serial: str
    not_before: str
    not_after: str
    fingerprint: str


def sign_detached(data: bytes, *, private: bytes, certificate: bytes, chain: tuple[bytes, ...] = ()) -> bytes:
    """The CMS signature of `data` in DER, with its certificates: what `certificate.agency_certificate` opened, all in DER."""
    key = load_der_private_key(private, password=None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey), "the opening of certificates takes no other"
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(x509.load_der_x509_certificate(certificate), key, hashes.SHA256())
    for each in chain:
        builder = builder.add_certificate(x509.load_der_x509_certificate(each))
    return builder.sign(Encoding.DER, _PLAIN)


def verify_detached(signature: bytes, data: bytes) -> Holder | None:
    """Whose signature over `data` this is; None where it is none, or not over these bytes."""
    if len(signature) > LARGEST:
        return None
    with contextlib.suppress(ValueError, UnsupportedAlgorithm, IndexError, TypeError):
        value = _signature_value(signature)
        for certificate in pkcs7.load_der_pkcs7_certificates(signature):
            if _signed_by(certificate, value, data):
                return _holder(certificate)
    return None


def in_force(holder: Holder, at: str) -> bool:
    """Whether the certificate was valid at a moment (ISO 8601, UTC)."""
    return holder.not_before <= at[:19] + "Z" <= holder.not_after


def _signed_by(certificate: x509.Certificate, value: bytes, data: bytes) -> bool:
    public = certificate.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(value, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(value, data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _holder(certificate: x509.Certificate) -> Holder:
    digest = certificate.fingerprint(hashes.SHA256()).hex()
    return Holder(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        f"{certificate.serial_number:x}",
        _moment(certificate.not_valid_before_utc),
        _moment(certificate.not_valid_after_utc),
        " ".join(digest[start : start + 4] for start in range(0, 64, 4)),
    )


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _signature_value(der: bytes) -> bytes:
    """The signature of the first SignerInfo: the last OCTET STRING of its fields (RFC 5652 section 5.3). Raises ValueError."""
    content_info = _children(der, 0, len(der))[0]
    signed_data = _children(der, *_children(der, *content_info[1:])[1][1:])[0]
    signer_infos = _children(der, *signed_data[1:])[-1]
    signer = _children(der, *signer_infos[1:])[0]
    strings = [(start, end) for tag, start, end in _children(der, *signer[1:]) if tag == 0x04]
    if signer_infos[0] != 0x31 or not strings:
        raise ValueError("no signature")
    return der[slice(*strings[-1])]


def _children(der: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """Tag, start and end of the content of each value between two offsets. Raises ValueError where they do not fit."""
    found = []
    while start < end:
        tag, length, start = der[start], der[start + 1], start + 2
        if length >= 0x80:
            octets = length & 0x7F
            length, start = int.from_bytes(der[start : start + octets]), start + octets
        if start + length > end:
            raise ValueError("cut short")
        found.append((tag, start, start + length))
        start += length
    return found
