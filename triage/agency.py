"""An agency's own certificate (PKCS #12): a detached signature over what leaves the case, beside the examiner's.

The signature is CMS (RFC 5652) in DER, detached, over the bytes themselves without signed attributes, with SHA-256, so that
`openssl cms -verify` checks it, and so does anyone who can check a plain RSA (PKCS #1 v1.5) or ECDSA signature. No certificate authority is
asked: whose certificate it is, is compared by its fingerprint.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7, pkcs12

from triage.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509

LARGEST = 1 << 20  # bytes of a PKCS #12 file or of a signature

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


class AgencyKey:
    """A certificate with its private key, open. Its text form is the holder's."""

    def __init__(
        self,
        private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        others: tuple[x509.Certificate, ...],
    ) -> None:
        self._private, self._certificate, self._others = private, certificate, others
        self.holder = _holder(certificate)

    def sign(self, data: bytes) -> bytes:
        """The detached CMS signature of `data`, in DER, with the certificates in it."""
        builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
        builder = builder.add_signer(self._certificate, self._private, hashes.SHA256())
        for each in self._others:
            builder = builder.add_certificate(each)
        return builder.sign(Encoding.DER, _PLAIN)

    @property
    def pem(self) -> bytes:
        """The certificate and those above it, in PEM."""
        return b"".join(each.public_bytes(Encoding.PEM) for each in (self._certificate, *self._others))

    def __repr__(self) -> str:
        return f"AgencyKey({self.holder.subject}, {self.holder.fingerprint})"


def load_certificate(path: Path, passphrase: str | None) -> AgencyKey:
    """Open a PKCS #12 file. Raises UserError: unreadable, wrong passphrase, no key in it, a kind of key that is not used."""
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path}: larger than a certificate can be")
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: the certificate cannot be read ({error.strerror or error})") from error
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(
            content, passphrase.encode() if passphrase else None
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UserError(f"{path}: not a PKCS #12 file, or not its passphrase") from error
    if certificate is None or private is None:
        raise UserError(f"{path}: a certificate together with its private key is needed; export both into the file")
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UserError(f"{path}: keys of RSA and of elliptic curves (NIST) sign; this is another kind")
    return AgencyKey(private, certificate, tuple(others))


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
