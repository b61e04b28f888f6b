"""The certificate that a printed report is signed with: the agency's own (PKCS #12), or one made from the examiner's key.

Readers of PDF take ECDSA and RSA; Ed25519 is refused by most. So the key for paper is an ECDSA key on P-256 that is derived from the
examiner's Ed25519 key: the signature over a fixed sentence, which is used for nothing else and never leaves this process, is the
seed (HKDF, RFC 5869). Nothing further has to be kept or protected, and the same examiner has the same certificate every time.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, pkcs12
from cryptography.x509.oid import NameOID

from triage.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

SEED = b"Sigap, seed of the key that signs printed reports, version 1"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-5)
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # no end is stated (RFC 5280, 4.1.2.5)
UNIT = "Sigap, self-made certificate"
LARGEST = 1 << 20
_COMMON = 64  # characters of a common name (RFC 5280, upper bound)


class Signs(Protocol):
    """An Ed25519 key that signs; the same data give the same signature."""

    @property
    def fingerprint(self) -> str:
        """Short form of the public key."""
        ...

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class PaperKey:
    """A private key (PKCS #8) with its certificate and those above it, all in DER. `name` is whose it is."""

    private: bytes = field(repr=False)
    certificate: bytes
    chain: tuple[bytes, ...]
    name: str
    own: bool

    @property
    def sha256(self) -> str:
        """Of the certificate, in hexadecimal."""
        return hashlib.sha256(self.certificate).hexdigest()


def own_certificate(key: Signs, name: str) -> PaperKey:
    """The certificate made from the examiner's key; it states the key's fingerprint as its serial number attribute."""
    private = _derived(key)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name.strip()[:_COMMON] or "unknown"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, UNIT),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, key.fingerprint),
        ]
    )
    made = _built(private, subject).public_bytes(Encoding.DER)
    return PaperKey(_private(private), made, (), name, own=True)


def agency_certificate(path: Path, passphrase: str) -> PaperKey:
    """Key and certificates of a PKCS #12 file (.p12, .pfx). Raises UserError in one line that says what to do."""
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path}: too large for a PKCS #12 file")
        found = pkcs12.load_pkcs12(path.read_bytes(), passphrase.encode() or None)
    except OSError as error:
        raise UserError(f"{path}: the certificate cannot be read ({error.strerror or error})") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UserError(f"{path}: no PKCS #12 file, or a wrong passphrase (--certificate-passphrase)") from error
    if found.cert is None or not isinstance(found.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise UserError(f"{path}: holds no RSA or ECDSA key with its certificate")
    certificate = found.cert.certificate
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    chain = tuple(each.certificate.public_bytes(Encoding.DER) for each in found.additional_certs)
    name = str(names[0].value) if names else certificate.subject.rfc4514_string()
    return PaperKey(_private(found.key), certificate.public_bytes(Encoding.DER), chain, name, own=False)


def _derived(key: Signs) -> ec.EllipticCurvePrivateKey:
    material = HKDF(hashes.SHA512(), 48, None, b"P-256").derive(key.sign(SEED))
    return ec.derive_private_key(int.from_bytes(material, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def _built(private: ec.EllipticCurvePrivateKey, name: x509.Name) -> x509.Certificate:
    """Signed by its own key; the same bytes every time where the library can do that (RFC 6979)."""
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    serial = int.from_bytes(hashlib.sha256(public + name.public_bytes()).digest()[:15], "big") + 1
    use = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    draft = (
        x509.CertificateBuilder(name, name, private.public_key(), serial, BEGINS, ENDS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(use, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    with contextlib.suppress(UnsupportedAlgorithm):
        return draft.sign(private, hashes.SHA256(), ecdsa_deterministic=True)
    return draft.sign(private, hashes.SHA256())


def _private(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
