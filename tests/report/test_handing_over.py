"""What leaves a case under lock or under pseudonyms, and the signature of an agency."""

import hashlib
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import py7zr
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from report_case import make_case

from triage.certificate import agency_certificate
from triage.custody import read_events
from triage.detached import verify_detached
from triage.errors import CaseError, UserError
from triage.report import ReportWish, verify, write_report
from triage.report.handing import seal_key_table, seal_report
from triage.report.sealed import seal
from triage.statements import grade, protect
from triage.text import Say

PASSPHRASE = "kata sandi rekaan"
NUMBER = "kasus"  # no number of the case was stated: the name of its folder


@pytest.fixture
def case(tmp_path):
    with make_case(tmp_path) as opened:
        yield opened


def test_7z_opens_it_with_the_passphrase_alone(tmp_path):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    files = {"a.txt": b"halo" * 5000, "kosong": b"", "sub/ü ñ.bin": bytes(range(256)) * 9001, "z": b"x"}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    digest = seal(folder, tmp_path / "out.7z", PASSPHRASE)
    content = (tmp_path / "out.7z").read_bytes()
    assert digest == hashlib.sha256(content).hexdigest()
    assert "a.txt".encode("utf-16-le") not in content
    with py7zr.SevenZipFile(tmp_path / "out.7z", password=PASSPHRASE) as archive:
        archive.extractall(tmp_path / "opened")
    assert {
        path.relative_to(tmp_path / "opened").as_posix(): path.read_bytes()
        for path in (tmp_path / "opened").rglob("*")
        if path.is_file()
    } == files
    with (
        pytest.raises(Exception, match=r"(?i)corrupt|password|header|data"),
        py7zr.SevenZipFile(tmp_path / "out.7z", password="bukan kata sandi"),
    ):
        pass


@pytest.mark.parametrize("names", [[], ["kosong"], [f"{number}.txt" for number in range(300)]])
def test_archives_of_none_and_of_many(tmp_path, names):
    (tmp_path / "in").mkdir()
    for name in names:
        (tmp_path / "in" / name).write_bytes(b"" if name == "kosong" else name.encode())
    seal(tmp_path / "in", tmp_path / "out.7z", PASSPHRASE)
    with py7zr.SevenZipFile(tmp_path / "out.7z", password=PASSPHRASE) as archive:
        assert sorted(archive.getnames()) == sorted(names)
        assert archive.testzip() is None


def test_no_archive_where_one_is_or_cannot_be(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    with pytest.raises(UserError, match="at least 12"):
        seal(tmp_path / "in", tmp_path / "out.7z", "pendek")
    with pytest.raises(CaseError, match="no part of it was kept"):
        seal(tmp_path / "in", tmp_path / "nowhere" / "out.7z", PASSPHRASE)
    (tmp_path / "out.7z").write_bytes(b"there")
    with pytest.raises(UserError, match="there is a file"):
        seal(tmp_path / "in", tmp_path / "out.7z", PASSPHRASE)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("triage.report.sealed.os.fsync", full)
    with pytest.raises(CaseError, match="No space left"):
        seal(tmp_path / "in", tmp_path / "new.7z", PASSPHRASE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.7z"]


def test_a_report_for_hand_over_is_two_events(case, tmp_path):
    report = write_report(case, ReportWish(language="en")).folder
    digest = seal_report(case, report, tmp_path / "out.7z", PASSPHRASE)
    with py7zr.SevenZipFile(tmp_path / "out.7z", password=PASSPHRASE) as archive:
        assert "manifest.json" in archive.getnames()
    events = read_events(case.folder / "custody.jsonl")[-2:]
    assert [(event.action, event.data.get("sha256")) for event in events] == [
        ("seal.start", None),
        ("seal.end", digest),
    ]
    with pytest.raises(UserError, match="no report or bundle"):
        seal_report(case, tmp_path, tmp_path / "other.7z", PASSPHRASE)
    with pytest.raises(UserError, match="there is a file"):
        seal_report(case, report, tmp_path / "out.7z", PASSPHRASE)
    assert read_events(case.folder / "custody.jsonl")[-1].action == "seal.failed"


def test_the_key_to_the_pseudonyms_is_kept_apart_and_confirmed(case, tmp_path):
    say, target = Say("en"), tmp_path / "key.7z"
    with pytest.raises(UserError, match="nobody is protected"):
        seal_key_table(case, target, PASSPHRASE, typed=NUMBER, say=say)
    protect(case, [("name", "Budi Rekaan"), ("number", "+62 000 0000 002")], role="child")
    with pytest.raises(UserError, match="--confirm"):
        seal_key_table(case, target, PASSPHRASE, typed=None, say=say)
    with pytest.raises(UserError, match="apart from reports"):
        seal_key_table(case, case.folder / "reports" / "key.7z", PASSPHRASE, typed=NUMBER, say=say)
    seal_key_table(case, target, PASSPHRASE, typed=NUMBER, say=say)
    with py7zr.SevenZipFile(target, password=PASSPHRASE) as archive:
        archive.extractall(tmp_path / "opened")
    assert "[Child 1],child,name,Budi Rekaan" in (tmp_path / "opened" / "pseudonyms.csv").read_text(
        encoding="utf-8-sig"
    )
    assert list((case.folder / "scratch").glob("tmp*")) == []
    assert "Budi" not in (case.folder / "custody.jsonl").read_text()


def test_no_form_of_a_report_names_a_protected_person(case):
    protect(case, [("name", "Budi Rekaan"), ("number", "+62 000 0000 002")], role="child")
    folder = write_report(case, ReportWish(language="en", formats=("html", "csv"), bundle=True)).folder
    told = re.compile(r"budi\W*rekaan|0000\W*002(?!\d)", re.IGNORECASE)
    leaks = {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and told.search(path.read_text(encoding="utf-8", errors="replace"))
    }
    assert leaks == set()
    shown = "".join(path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*.js"))
    assert "[Child 1]" in shown
    assert verify(folder).ok


def test_identities_and_graded_pictures_ask_for_the_second_confirmation(case):
    protect(case, [("name", "Budi Rekaan")], role="child")
    wish = ReportWish(language="en", formats=("csv",), identities=True)
    with pytest.raises(UserError, match="--confirm"):
        write_report(case, wish)
    folder = write_report(case, wish, typed=NUMBER).folder
    assert any("Budi Rekaan" in path.read_text(encoding="utf-8-sig") for path in folder.rglob("*.csv"))
    full = ReportWish(language="en", formats=("csv",), images="full")
    write_report(case, full)
    grade(case, [2], scheme="vics-2.0-us", code="1", label="x")
    with pytest.raises(UserError, match="--confirm"):
        write_report(case, full)
    write_report(case, full, typed=NUMBER)


def test_a_file_of_a_protected_person_is_never_pictured(case):
    from triage.queries import Queries

    queries = Queries(case.folder)
    shown = [number for number in range(1, 9) if queries.preview(number)]
    queries.hidden = frozenset(shown[:1])
    assert queries.preview(shown[0]) is None
    queries.close()


def certificate(folder, private):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Instansi Rekaan")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, private.public_key(), 7, now - timedelta(1), now + timedelta(9))
    signed = made.sign(private, hashes.SHA256())
    path = folder / "agency.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", private, signed, None, BestAvailableEncryption(b"kata sandi"))
    )
    return agency_certificate(path, "kata sandi")


@pytest.fixture(scope="module", params=["rsa", "ec"])
def private(request):
    return rsa.generate_private_key(65537, 2048) if request.param == "rsa" else ec.generate_private_key(ec.SECP256R1())


def test_an_agency_signs_beside_the_examiner(case, tmp_path, private):
    agency = certificate(tmp_path, private)
    folder = write_report(case, ReportWish(language="en", formats=("csv",)), agency=agency).folder
    (told,) = [check.text(Say("en")) for check in verify(folder).checks if check.words == "agency_signed"]
    assert "CN=Instansi Rekaan" in told
    assert agency.sha256 in told.replace(" ", "")
    data, signature = folder / "agency" / "files.json", folder / "agency" / "files.json.p7s"
    if shutil.which("openssl"):
        command = [
            "openssl",
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            signature,
            "-content",
            data,
            "-noverify",
        ]
        done = subprocess.run([*command, "-out", tmp_path / "out"], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    for path in (data, signature):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
        assert not verify(folder).ok
        path.write_bytes(content)
    assert verify(folder).ok


def test_what_is_no_signature_is_nobodys(tmp_path, private):
    from triage.detached import sign_detached

    agency = certificate(tmp_path, private)
    made = sign_detached(b"data", private=agency.private, certificate=agency.certificate)
    assert verify_detached(made, b"data").subject == "CN=Instansi Rekaan"
    assert verify_detached(made, b"datA") is None
    for broken in (
        b"",
        b"\x30",
        made[:50],
        made[:-40],
        bytes(300),
        b"\x30\x84\xff\xff\xff\xff",
        made[:-1] + bytes((made[-1] ^ 1,)),
    ):
        assert verify_detached(broken, b"data") is None
