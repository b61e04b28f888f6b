"""`verify.html` in a browser: its digests and signatures against published vectors, and bundles good and bad."""

import hashlib
import html
import json
import random
import shutil
import subprocess
import sys

import pytest
from bagit_checker import Bag
from browser import needs_browser, opened
from report_case import make_case

from triage.assets import report_asset
from triage.custody import LOG_FILE
from triage.keys import signing_key
from triage.report import ReportWish, verify, write_report
from triage.report.manifest import canonical, write_manifest
from triage.report.verify_page import verify_page
from triage.text import LANGUAGES, Say

# RFC 8032, section 7.1: public key, message, signature.
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)
# FIPS 180-4 examples ("abc" and the long one of each), as the standard's companion document prints them.
FIPS = (
    ("sha256", b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        "sha256",
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (
        "sha512",
        b"abc",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
    (
        "sha512",
        b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
    ),
)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A bundle; tests work on copies."""
    folder = tmp_path_factory.mktemp("bundle")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAGE_HOME", str(folder / "home"))
        with make_case(folder) as case:
            return write_report(case, ReportWish(language="en", formats=("html", "csv", "xlsx"), bundle=True)).folder


@pytest.fixture
def bundle(original, tmp_path):
    return shutil.copytree(original, tmp_path / "bundle")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def page(browser, tmp_path):
    """The page, opened from a disk, apart from the bundle."""
    path = tmp_path / "verify.html"
    path.write_text(verify_page("en"), encoding="utf-8")
    browser.open(path.as_uri())
    browser.value("speak('en')")
    return browser


def results(page, folder):
    """What the page says of a folder: (ok, words, file named) each."""
    page.value("state.results = null")
    page.choose("#folder", folder)
    page.until("state.results")
    return page.value("state.results.map((each) => [each.ok, each.words, each.values.file ?? null])")


def failures(page, folder):
    return [(words, file) for ok, words, file in results(page, folder) if ok is False]


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@needs_browser
def test_what_the_page_does_not_check_is_said(page, original, bundle):
    manifest = json.loads((bundle / "manifest.json").read_text())
    del manifest["files"]
    (bundle / "agency").mkdir()
    (bundle / "agency" / "files.json.p7s").write_bytes(b"x")
    told = {**manifest, "agency": "Kepolisian Rekaan", "exhibit": "BB-01"}
    write_manifest(bundle, told, signing_key(original.parents[2] / "home"))
    said = results(page, bundle)
    assert [words for ok, words, _ in said if ok is None] == ["agency_not_checked", "log_of_whole_case"]
    assert [words for ok, words, _ in said if ok is False] == []
    assert "Kepolisian Rekaan" in page.value("document.getElementById('results').textContent")


def test_the_bundle_is_whole_to_another_program_and_to_ours(bundle):
    bag = Bag(str(bundle))
    bag.validate()
    assert bag.info["External-Identifier"] == "LP/000/2026/REKAAN"
    result = verify(bundle)
    assert result.ok
    assert {check.name for check in result.checks} == {"report", "custody"}


def test_the_bundle_is_checked_by_plain_programs(bundle):
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--quiet", "-c", name], cwd=bundle, check=True)
    signature = json.loads((bundle / "manifest.sig").read_text())["signature"]
    (bundle / "signature.bin").write_bytes(bytes.fromhex(signature))
    command = "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile signature.bin"
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this computer")
    assert (
        b"Verified Successfully" in subprocess.run(command.split(), cwd=bundle, check=True, capture_output=True).stdout
    )


def test_every_single_byte_changed_is_found(bundle):
    """60 places over all files of a bundle."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    chance = random.Random(7)
    for _ in range(60):
        path = chance.choice(files)
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        assert not verify(bundle).ok, path
        path.write_bytes(whole)
    assert verify(bundle).ok


def test_a_bundle_whose_disk_fills_up_leaves_nothing(tmp_path, monkeypatch):
    import triage.report.bundle as writing
    from triage.errors import CaseError

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_bag", full)
    with make_case(tmp_path) as case:
        with pytest.raises(CaseError, match="No space left"):
            write_report(case, ReportWish(language="id", bundle=True), out=tmp_path / "out")
        assert list((tmp_path / "out").iterdir()) == []
        assert '"report.failed"' in (case.folder / LOG_FILE).read_text().splitlines()[-1]


@needs_browser
@pytest.mark.parametrize(("name", "message", "digest"), FIPS)
def test_its_digests_are_those_of_the_standard(page, name, message, digest):
    assert page.value(f"hex({name}(unhex('{message.hex()}')))") == digest


@needs_browser
def test_its_digests_agree_at_every_length(page):
    """Around the ends of blocks, and piece by piece."""
    data = random.Random(3).randbytes(300)
    for length in (*range(108, 132), 0, 1, 55, 56, 63, 64, 65, 239, 240, 255, 256):
        for name in ("sha256", "sha512"):
            expected = hashlib.new(name, data[:length]).hexdigest()
            pieces = f"unhex('{data[: length // 3].hex()}'), unhex('{data[length // 3 : length].hex()}')"
            assert page.value(f"hex({name}({pieces}))") == expected


@needs_browser
@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_its_signatures_are_those_of_the_standard(page, key, message, signature):
    def holds(key, signature, message):
        return page.value(f"ed25519(unhex('{key}'), unhex('{signature}'), unhex('{message}'))")

    assert holds(key, signature, message) is True
    assert holds(key, signature, f"{message}00") is False
    assert holds(key, f"{signature[:-2]}ff", message) is False, "s beyond the order"
    assert holds("00" * 31 + "80", signature, message) is False
    flipped = f"{int(signature[:2], 16) ^ 1:02x}{signature[2:]}"
    assert holds(key, flipped, message) is False


@needs_browser
def test_a_good_bundle_holds_in_both_languages(page, bundle):
    assert results(page, bundle) == [
        [True, "signature_holds", None],
        [True, "files_hold", None],
        [True, "custody_holds", None],
    ]
    for language in LANGUAGES:
        page.value(f"speak('{language}')")
        assert page.value("document.getElementById('verdict').textContent") == Say(language)("verify_page.holds")
    fingerprint = json.loads((bundle / "manifest.sig").read_text())["fingerprint"]
    assert page.value("document.getElementById('signer').textContent") == fingerprint
    for typed, words in ((fingerprint.upper(), "paper_same"), ("0" * 32, "paper_differs")):
        page.value(f"byId('paper').value = '{typed}'; compare()")
        assert page.value("document.getElementById('compared').textContent") == Say("en")(f"verify_page.{words}")
    assert not page.messages
    assert all(address.startswith("file:") for address in page.requests)


@needs_browser
def test_one_changed_byte_is_named_in_each_kind_of_file(page, bundle):
    kinds = {}
    for path in sorted(bundle.rglob("*")):
        if path.is_file() and path.name not in {"manifest.json", "manifest.sig", LOG_FILE}:
            kinds.setdefault(path.suffix, path)
    assert {".html", ".csv", ".xlsx", ".txt", ".pem"} <= set(kinds)
    for path in kinds.values():
        whole = path.read_bytes()
        flip(path)
        assert failures(page, bundle) == [("file_changed", path.relative_to(bundle).as_posix())]
        path.write_bytes(whole)


@needs_browser
def test_manifest_and_signature_cannot_be_changed(page, bundle):
    for name in ("manifest.json", "manifest.sig"):
        whole = (bundle / name).read_bytes()
        flip(bundle / name)
        (failed,) = failures(page, bundle)
        assert failed[0] in {"signature_fails", "signature_broken"}
        (bundle / name).write_bytes(whole)


@needs_browser
def test_missing_and_added_files_are_named(page, bundle):
    (bundle / "data" / "report" / "tables" / "v_hits.csv").unlink()
    (bundle / "data" / "added.txt").write_text("x")
    assert failures(page, bundle) == [
        ("file_extra", "data/added.txt"),
        ("file_missing", "data/report/tables/v_hits.csv"),
    ]


@needs_browser
def test_another_key_is_found_by_the_custody_log(page, bundle, tmp_path):
    key = signing_key(tmp_path / "other")
    facts = json.loads((bundle / "manifest.json").read_text())
    write_manifest(bundle, {name: value for name, value in facts.items() if name != "files"}, key)
    assert failures(page, bundle) == [("other_key", None)]
    assert [check.words for check in verify(bundle).checks if check.ok is False] == ["report_other_key"]


def rewritten(bundle, change):
    """The bundle with a changed custody log and a manifest that fits it, as only the holder of a key can make it."""
    log = bundle / "data" / LOG_FILE
    log.write_bytes(change(log.read_bytes()))
    manifest = json.loads((bundle / "manifest.json").read_text())
    content = log.read_bytes()
    manifest["files"][f"data/{LOG_FILE}"] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    key = signing_key(bundle.parent / "key")
    data = canonical(manifest)
    (bundle / "manifest.json").write_bytes(data)
    facts = {"public_key": key.public_hex, "fingerprint": key.fingerprint, "signature": key.sign(data).hex()}
    (bundle / "manifest.sig").write_bytes(canonical(facts))


@needs_browser
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda log: log.replace(b'"evidence.digest"', b'"evidence.Digest"', 1), "line_broken"),
        (lambda log: b"\n".join(log.split(b"\n")[:2] + log.split(b"\n")[3:]), "line_moved"),
        (lambda log: b"\n".join(log.split(b"\n")[:-2]) + b"\n", "head_differs"),
        (lambda log: log + b"{}\n", "line_broken"),
        (lambda log: log.replace(b'"number":3', b'"number":33'), "line_broken"),
    ],
    ids=["changed", "removed", "cut", "added", "renumbered"],
)
def test_the_first_broken_line_of_the_log_is_named(page, bundle, change, words):
    rewritten(bundle, change)
    found = failures(page, bundle)
    assert found[0] == (words, None)
    assert not verify(bundle).ok


@needs_browser
def test_an_interrupted_line_that_was_declared_is_no_failure(page, tmp_path):
    with make_case(tmp_path) as case, (case.folder / LOG_FILE).open("ab") as log:
        log.write(b'{"action":"run.st')
    from triage.case import Case

    with Case.open(tmp_path / "kasus", actor="Penyidik Rekaan") as case:
        folder = write_report(case, ReportWish(language="id", bundle=True)).folder
    found = results(page, folder)
    assert [words for ok, words, _ in found if ok is None] == ["line_torn"]
    assert [words for ok, words, _ in found if ok is False] == []
    assert verify(folder).ok


@needs_browser
def test_a_folder_that_is_no_bundle_is_said_to_be_none(page, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "note.txt").write_text("x")
    assert failures(page, tmp_path / "empty") == [("file_missing", "manifest.json")]


def test_the_page_reaches_out_of_nothing():
    page = verify_page("id")
    assert "default-src 'none'" in html.unescape(page)
    assert not [word for word in ("http:", "https:", "eval(", "innerHTML", "import(", "fetch(") if word in page]
    for path in report_asset("verify").glob("*.js"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert sys.getsizeof(page) < 200_000
