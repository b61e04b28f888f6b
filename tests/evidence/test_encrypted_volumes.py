"""Encrypted volumes and volumes inside volumes, against content that is known and against libyal's own tools."""

import gzip
import hashlib
import io
import json
import random
import struct
import tarfile

import pytest
from corpus import CORPUS, corpus_file
from evidence_walk import by_path, content, fat_image, walk
from making.encrypted import KEY, PASSWORD, luks1_by_qemu, luks2_by_cryptsetup, lvm

from triage.errors import Encrypted, EvidenceError, Unsupported
from triage.evidence import open_evidence
from triage.evidence.filevault import FileVault
from triage.evidence.keyring import Keyring, is_recovery_key, passwords_of
from triage.evidence.sector_ciphers import SectorCipher
from triage.model import Kind, Opened, Problem
from triage.settings import Limits

FILES = {"surat.txt": b"isi surat", "foto/a.bin": bytes(range(256)) * 99}


@pytest.fixture
def plain(tmp_path):
    return fat_image(tmp_path / "plain.img", FILES)


def unlocked(path, scratch, password=None):
    return open_evidence(path, limits=Limits(), scratch=scratch, password=password)


def files_of(evidence):
    entries, problems = walk(evidence)
    assert not problems, problems
    found = by_path([entry for entry in entries if entry.kind is Kind.FILE])
    return {path.strip("/"): content(evidence, found[path]) for path in found if path.strip("/") in FILES}


def refused(path, scratch, password):
    """The one problem of a source that stays closed."""
    entries, problems = walk(unlocked(path, scratch, password))
    assert [entry.kind for entry in entries] == [Kind.VOLUME]
    ((_, error),) = problems
    assert isinstance(error, Encrypted)
    assert "\n" not in str(error)
    return str(error)


def test_luks1_made_by_qemu_reads_as_its_plain_content(plain, tmp_path):
    path = luks1_by_qemu(plain, tmp_path / "made.luks")
    evidence = unlocked(path, tmp_path, f"salah\n{PASSWORD}")
    assert files_of(evidence) == FILES
    volume = next(iter(evidence.children(evidence.root())))
    assert evidence.opened(volume.locator) == Opened("LUKS1", 2)


@pytest.mark.parametrize(
    ("sector", "derivation"),
    [
        (512, ()),
        (4096, ()),
        (
            512,
            ("--pbkdf", "argon2id", "--pbkdf-force-iterations", "4", "--pbkdf-memory", "1024", "--pbkdf-parallel", "2"),
        ),
        (512, ("--pbkdf", "argon2i", "--pbkdf-force-iterations", "4", "--pbkdf-memory", "64", "--pbkdf-parallel", "1")),
    ],
)
def test_luks2_with_a_header_of_cryptsetup_reads_as_its_plain_content(sector, derivation, plain, tmp_path):
    path = luks2_by_cryptsetup(plain.read_bytes(), tmp_path / "made.luks", *derivation, sector=sector)
    evidence = unlocked(path, tmp_path, PASSWORD)
    assert files_of(evidence) == FILES
    volume = next(entry for entry in walk(evidence)[0] if entry.volume == "whole/luks")
    stream = evidence.open(volume.locator)
    stream.seek(1000)  # within a sector
    assert stream.read(70_000) == plain.read_bytes()[1000:71_000]


def test_missing_and_wrong_passwords_are_one_line_each_and_tell_apart(plain, tmp_path):
    path = luks2_by_cryptsetup(plain.read_bytes(), tmp_path / "made.luks")
    none, wrong, several = (refused(path, tmp_path, given) for given in (None, "rahasia-1", "rahasia-1\nrahasia-2"))
    assert "LUKS2 encrypted volume (aes-xts-plain64, identifier" in none
    assert none.endswith("give its password with --password")
    assert wrong.endswith("the password given is wrong")
    assert several.endswith("none of the 2 passwords given is right")
    assert "rahasia" not in none + wrong + several


def test_the_second_header_of_luks2_stands_in_for_a_damaged_first(plain, tmp_path):
    path = luks2_by_cryptsetup(plain.read_bytes(), tmp_path / "made.luks")
    data = bytearray(path.read_bytes())
    data[5000:5050] = bytes(50)
    path.write_bytes(data)
    assert files_of(unlocked(path, tmp_path, PASSWORD)) == FILES


def test_a_cipher_that_is_not_read_is_named_and_flagged_as_encrypted(tmp_path):
    path = tmp_path / "made.luks"
    head = struct.pack(">6sH32s32s32sLL", b"LUKS\xba\xbe", 1, b"serpent", b"xts-plain64", b"sha256", 4096, 64)
    slot = struct.pack(">LL32sLL", 0x00AC71F3, 1000, bytes(32), 8, 4000)
    path.write_bytes((head + bytes(96) + slot).ljust(4097 * 512, b"\0"))
    assert refused(path, tmp_path, PASSWORD).endswith("this cipher is not read")
    assert "serpent-xts-plain64" in refused(path, tmp_path, None)


def test_logical_volumes_lie_in_a_group_and_luks_may_lie_around_it(plain, tmp_path):
    group = lvm({"root": plain.read_bytes(), "home": bytes(100_000)})
    (tmp_path / "lvm.img").write_bytes(group)
    volumes = {entry.volume for entry in walk(unlocked(tmp_path / "lvm.img", tmp_path))[0]}
    assert {"whole", "whole/root", "whole/home"} <= volumes
    path = luks2_by_cryptsetup(group, tmp_path / "made.luks")
    evidence = unlocked(path, tmp_path, PASSWORD)
    entry = next(entry for entry in walk(evidence)[0] if entry.path == "/surat.txt")
    assert entry.volume == "whole/luks/root"
    again = unlocked(path, tmp_path, PASSWORD)
    assert content(again, entry) == FILES["surat.txt"]  # a locator alone is enough


def test_a_group_over_several_disks_says_so(plain, tmp_path):
    (tmp_path / "lvm.img").write_bytes(lvm({"root": plain.read_bytes()}, disks=3))
    ((_, error),) = walk(unlocked(tmp_path / "lvm.img", tmp_path))[1]
    assert isinstance(error, Unsupported)
    assert "several disks" in str(error)


def test_a_partition_table_inside_an_unlocked_volume_is_read(plain, tmp_path):
    table = struct.pack("<B3sB3sLL", 0, b"\0\0\0", 0x0B, b"\0\0\0", 2048, plain.stat().st_size // 512)
    disk = bytearray(2048 * 512) + plain.read_bytes()
    disk[446 : 446 + 16], disk[510:512] = table, b"\x55\xaa"
    path = luks2_by_cryptsetup(bytes(disk), tmp_path / "made.luks")
    evidence = unlocked(path, tmp_path, PASSWORD)
    assert files_of(evidence) == FILES
    entry = next(entry for entry in walk(evidence)[0] if entry.path == "/surat.txt")
    assert entry.volume == "whole/luks/p1"


@pytest.mark.parametrize(
    ("name", "password", "number"),
    [
        ("bde_aes_128", "password12!@", 1),
        ("bde_aes_256_diffuser", "salah\npassword12!@", 2),
        ("bde_decrypted", None, None),
        ("bde_startup_key", "startup-key:{}", 1),
    ],
)
def test_bitlocker_of_the_corpus_is_what_libbde_says(name, password, number, tmp_path):
    path = from_corpus(tmp_path, f"{name}.bin.gz")
    told = json.loads((CORPUS / "truth" / "images" / "encrypted" / f"{name}.bin.gz.libbde.json").read_text())
    password = password and password.format(corpus_file("images", "encrypted", "bde_startup_key.bek"))
    evidence = unlocked(path, tmp_path, password)
    inner = next(entry for entry in walk(evidence)[0] if entry.volume == "whole/bitlocker")
    stream = evidence.open(inner.locator)
    running = hashlib.md5(usedforsecurity=False)
    for at in range(0, told["decrypted_size"], 1 << 20):
        running.update(stream.read(min(1 << 20, told["decrypted_size"] - at)))
    assert running.hexdigest() == told["decrypted_md5"]
    outer = next(iter(evidence.children(evidence.root())))
    assert evidence.opened(outer.locator) == Opened("BitLocker", number)


def test_a_closed_bitlocker_volume_says_what_to_ask_for(tmp_path):
    path = from_corpus(tmp_path, "bde_startup_key.bin.gz")
    said = refused(path, tmp_path, None)
    assert "identifier 81fb9ffe-0199-47f6-9779-ebf07bd69fc6" in said
    assert "startup key b3411a58-3400-420a-8b7e-9b5f706425c0, password ee7a5fdb-3aca-4126-b09b-35873e92dcc8" in said
    assert said.endswith("give its password or its recovery key of 48 digits with --password")
    recovery = "-".join(["111111"] * 8)
    assert refused(path, tmp_path, f"salah\n{recovery}").endswith("none of the 2 passwords given is right")


def test_filevault_of_the_corpus_has_the_documented_content(tmp_path):
    """The digest is the one cryptsetup's own tests hold for it; MANIFEST.tsv of the corpus repeats it."""
    with tarfile.open(corpus_file("images", "encrypted", "cryptsetup_fvault2-images.tar.xz")) as archive:
        archive.extract("fvault2-images/small", tmp_path, filter="data")
    path = tmp_path / "fvault2-images" / "small"
    assert "family 33a76caa-1481-4bc5-8d04-1ac1707c19c0" in refused(path, tmp_path, None)
    assert refused(path, tmp_path, "salah").endswith("the password given is wrong")
    evidence = unlocked(path, tmp_path, "heslo123")
    inner = next(entry for entry in walk(evidence)[0] if entry.volume == "whole/filevault")
    assert inner.size == 167772160
    stream, running = evidence.open(inner.locator), hashlib.sha256()
    while data := stream.read(1 << 20):
        running.update(data)
    told = "2c662e36c0f7e2f5583e6a939bbcbdc660805692d0fccaa45ad4052beb3b8e18"
    assert running.hexdigest() == told


@pytest.mark.parametrize("name", ["luks1_sha1.bin.gz", "luks2_aes-cbc-essiv.bin.gz"])
def test_luks_of_the_corpus_is_what_other_tools_say(name, tmp_path):
    """Both were made over the same sectors, filled with their numbers; cryptsetup accepts the password of the second."""
    told = json.loads((CORPUS / "truth" / "images" / "encrypted" / "luks1_sha1.bin.gz.libluksde.json").read_text())
    evidence = unlocked(from_corpus(tmp_path, name), tmp_path, "password")
    inner = next(entry for entry in walk(evidence)[0] if entry.volume == "whole/luks")
    assert hashlib.sha256(content(evidence, inner)[:2048]).hexdigest() == told["first2048_sha256"]


def test_lvm_of_the_corpus_is_what_libvslvm_and_the_sleuth_kit_say(tmp_path):
    told = json.loads(corpus_file("truth", "images", "dfvfs", "lvmtest.qcow2.libvslvm.json").read_text())
    evidence = unlocked(corpus_file("images", "dfvfs", "lvmtest.qcow2"), tmp_path)
    entries, _ = walk(evidence)
    for volume in told["logical_volumes"]:
        entry = next(each for each in entries if each.kind is Kind.VOLUME and each.volume == f"whole/{volume['name']}")
        assert hashlib.md5(content(evidence, entry), usedforsecurity=False).hexdigest() == volume["md5"]
        wanted = {file["path"]: file["md5"] for file in volume["volumes"][0]["files"] if "md5" in file}
        here = by_path(
            [each for each in entries if each.volume == f"whole/{volume['name']}" and each.kind is Kind.FILE]
        )
        assert {path: hashlib.md5(content(evidence, here[path])).hexdigest() for path in wanted} == wanted


def test_passwords_and_recovery_keys():
    assert passwords_of(None) == passwords_of("") == ()
    assert passwords_of("satu\r\n\ndua kata \nsatu") == ("satu", "dua kata ")
    assert is_recovery_key("-".join(["123456"] * 8))
    assert is_recovery_key("123456" * 8)
    assert not is_recovery_key("123456" * 7)
    assert "satu" not in repr(Keyring("satu"))


def test_a_cipher_wants_a_key_that_fits():
    with pytest.raises(EvidenceError, match="do not fit"):
        SectorCipher("aes-xts-plain64", KEY[:63])
    with pytest.raises(Unsupported):
        SectorCipher("aes-lrw-benbi", KEY)


def test_mutated_headers_are_answered_with_problems(plain, tmp_path):
    dice = random.Random(11)
    group = lvm({"root": plain.read_bytes()[: 1 << 18]})
    luks = luks2_by_cryptsetup(plain.read_bytes()[: 1 << 18], tmp_path / "made.luks").read_bytes()
    for data in [group, luks]:
        for _ in range(25):
            broken = bytearray(data)
            for _ in range(dice.choice((1, 8, 200))):
                broken[dice.randrange(min(len(broken), 1 << 15))] = dice.randrange(256)
            path = tmp_path / "broken"
            path.write_bytes(broken[: dice.choice((len(broken), 3000, 1 << 16))])
            try:
                _, problems = walk(unlocked(path, tmp_path, PASSWORD))
            except EvidenceError:
                continue
            assert all(isinstance(problem, EvidenceError | Problem) for _, problem in problems)


def test_mutated_filevault_metadata_are_answered_with_errors():
    with tarfile.open(corpus_file("images", "encrypted", "cryptsetup_fvault2-images.tar.xz")) as archive:
        member = archive.extractfile("fvault2-images/small")
        assert member is not None
        whole = member.read(9 << 20)
    dice = random.Random(13)
    opened = 0
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(dice.choice((1, 3, 40))):
            broken[dice.choice((0, 4096, 12288, 8392704)) + dice.randrange(512)] = dice.randrange(256)
        try:
            FileVault(io.BytesIO(bytes(broken[: dice.choice((len(broken), 1 << 20))])), Keyring("heslo123"))
            opened += 1
        except EvidenceError:
            continue
    assert opened < 60


def from_corpus(tmp_path, name):
    path = tmp_path / name.removesuffix(".gz")
    path.write_bytes(gzip.decompress(corpus_file("images", "encrypted", name).read_bytes()))
    return path
