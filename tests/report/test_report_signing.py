"""The signature of the printed report: whole by pyHanko and by pdfsig, broken by one byte, the agency's certificate in its place."""

import contextlib
import datetime as dt
import io
import json
import os
import shutil
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.misc import PdfError
from report_case import make_case

from triage import settings
from triage.certificate import agency_certificate, own_certificate
from triage.errors import CaseError, UserError
from triage.keys import signing_key
from triage.queries import Queries
from triage.report import ReportWish, signing, write_report
from triage.report.signing import Request, signed

PASSPHRASE = "frasa rekaan"


def agency_file(folder, private):
    """A PKCS #12 file of a made-up agency, certified by a made-up authority."""
    authority = ec.generate_private_key(ec.SECP256R1())
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Otoritas Rekaan", "Unit Rekaan")]

    def certified(subject, key, *, ca):
        use = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"),
            False,
        )
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + dt.timedelta(days=36_500))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(digital_signature=True, content_commitment=not ca, key_cert_sign=ca, **use), critical=True
            )
            .sign(authority, hashes.SHA256())
        )

    root, leaf = certified(names[0], authority, ca=True), certified(names[1], private, ca=False)
    path = folder / "unit.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"unit", private, leaf, [root], BestAvailableEncryption(PASSPHRASE.encode())
        )
    )
    return path, root


def pdf_of(case, agency=None, **choices):
    files = write_report(case, ReportWish(formats=("pdf",), **choices), agency=agency).files
    return next(path for path in files if path.suffix == ".pdf")


def checked(document, root):
    """What pyHanko says of the only signature, where this certificate is trusted."""
    import asn1crypto.x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    (signature,) = PdfFileReader(io.BytesIO(document)).embedded_signatures
    context = ValidationContext(trust_roots=[asn1crypto.x509.Certificate.load(root)], allow_fetching=False)
    return validate_pdf_signature(signature, context)


def told(path):
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig is not installed (apt-get install poppler-utils)")
    return subprocess.run(["pdfsig", path], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("look", ["visible", "invisible"])
def test_it_is_whole_and_by_the_certificate_that_the_log_names(tmp_path, look):
    with make_case(tmp_path) as case:
        path = pdf_of(case, signature=look)
        queries = Queries(case.folder)
        event = queries.custody()[-1]
        queries.close()
        own = own_certificate(signing_key(settings.home()), case.actor)
    assert event.data["certificate"] == own.sha256
    assert json.loads((path.parent / "manifest.json").read_text())["certificate"] == own.sha256
    status = checked(path.read_bytes(), own.certificate)
    assert (status.bottom_line, status.intact, status.valid, status.trusted) == (True, True, True, True)
    said = told(path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert own.name in said


def test_one_changed_byte_breaks_it(tmp_path):
    with make_case(tmp_path) as case:
        path = pdf_of(case)
        own = own_certificate(signing_key(settings.home()), case.actor)
    document = bytearray(path.read_bytes())
    document[len(document) // 3] ^= 1
    path.write_bytes(document)
    assert "Signature is Valid" not in told(path)
    with contextlib.suppress(PdfError, ValueError):  # a file so damaged is not read at all
        assert not checked(bytes(document), own.certificate).intact


def test_without_a_signature_there_is_none(tmp_path):
    with make_case(tmp_path) as case:
        path = pdf_of(case, signature="none")
    assert b"/ByteRange" not in path.read_bytes()
    assert json.loads((path.parent / "manifest.json").read_text())["certificate"] is None


@pytest.mark.parametrize(
    "make", [lambda: ec.generate_private_key(ec.SECP256R1()), lambda: rsa.generate_private_key(65537, 2048)]
)
def test_the_agency_signs_with_its_own_certificate(tmp_path, make):
    path, root = agency_file(tmp_path, make())
    agency = agency_certificate(path, PASSPHRASE)
    assert (agency.name, agency.own, len(agency.chain)) == ("Unit Rekaan", False, 1)
    with make_case(tmp_path) as case:
        document = pdf_of(case, agency=agency)
    from cryptography.hazmat.primitives.serialization import Encoding

    assert checked(document.read_bytes(), root.public_bytes(Encoding.DER)).bottom_line
    assert "Unit Rekaan" in told(document)


def test_a_wrong_passphrase_or_file_is_one_clear_line(tmp_path):
    path, _ = agency_file(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(UserError, match="wrong passphrase"):
        agency_certificate(path, "salah")
    (tmp_path / "a.p12").write_bytes(b"no certificate")
    with pytest.raises(UserError, match="no PKCS #12 file"):
        agency_certificate(tmp_path / "a.p12", "")
    with pytest.raises(UserError, match="cannot be read"):
        agency_certificate(tmp_path / "b.p12", "")
    path, _ = agency_file(tmp_path, ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(UserError, match="no RSA or ECDSA key"):
        agency_certificate(path, PASSPHRASE)


def test_the_same_examiner_has_the_same_certificate_and_another_has_another(tmp_path):
    one, other = (signing_key(tmp_path / name) for name in ("a", "b"))
    first, again = own_certificate(one, "Dewi Rekaan"), own_certificate(one, "Dewi Rekaan")
    assert first.private == again.private
    assert first.certificate == again.certificate
    assert own_certificate(other, "Dewi Rekaan").private != first.private
    assert one.fingerprint in x509.load_der_x509_certificate(first.certificate).subject.rfc4514_string()
    assert "private" not in repr(first)


def test_what_cannot_be_signed_is_an_error_of_one_line(tmp_path):
    key = own_certificate(signing_key(tmp_path), "Dewi Rekaan")
    with pytest.raises(CaseError, match="the PDF cannot be signed"):
        signed(Request(b"no document", key, "reason"))


def _dies(*_pipes):
    os._exit(7)


def test_a_signing_process_that_dies_ends_the_report_and_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(signing, "run", _dies)
    key = own_certificate(signing_key(tmp_path), "Dewi Rekaan")
    with pytest.raises(CaseError, match="gave no answer"):
        signed(Request(bytes(4 << 20), key, "reason"))


def test_the_signing_process_refuses_sockets_and_starts_none(tmp_path):
    """The child is run here with the calls that make sockets counted: none is made."""
    program = (
        "import socket, sys\n"
        "from multiprocessing import Pipe\n"
        "from pathlib import Path\n"
        "from triage.certificate import own_certificate\n"
        "from triage.keys import signing_key\n"
        "from triage.report.signing import Request\n"
        "from triage.report.signing.process import run\n"
        "made = []\n"
        "sys.addaudithook(lambda event, values: made.append(values[1:]) if event == 'socket.__new__' else None)\n"
        "ours, theirs = Pipe(duplex=False)\n"
        "asking, asks = Pipe(duplex=False)\n"
        "key = own_certificate(signing_key(Path(sys.argv[1])), 'Dewi Rekaan')\n"
        "import threading\n"
        "got = []\n"
        "reader = threading.Thread(target=lambda: got.append(ours.recv_bytes()))\n"
        "reader.start()\n"
        "request = Request(Path(sys.argv[2]).read_bytes(), key, 'r')\n"
        "threading.Thread(target=asks.send, args=(request,)).start()\n"
        "run(asking, theirs)\n"
        "reader.join()\n"
        "try:\n"
        "    socket.socket()\n"
        "except PermissionError:\n"
        "    print(got[0][:1].decode(), len(made) - 1)\n"
    )
    with make_case(tmp_path) as case:
        path = pdf_of(case, signature="none")
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "home"), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["+", "0"], done.stderr
