"""Plain tar archives: as a source, damaged and hostile."""

import io
import random
import tarfile

import pytest
from corpus import corpus_file
from evidence_walk import by_path, content, opened, tool, walk

from triage.errors import EvidenceError, Malformed, Truncated, Unreadable
from triage.model import Kind, Locator, Problem, Zone

NS = 1_000_000_000


def tarred(path, members, form=tarfile.PAX_FORMAT):
    with tarfile.open(path, "w", format=form, encoding="utf-8", errors="surrogateescape") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def info(name, **fields):
    made = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(made, key, value)
    return made


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_are_read_in_any_order_from_their_locators(form, tmp_path):
    long = "/".join(["folder"] * 20) + "/long name.txt"
    names = ["a.txt", "d/b.txt"] + ([] if form == tarfile.USTAR_FORMAT else [long])
    path = tarred(tmp_path / "a.tar", [(info(name), name.encode() * 300) for name in names], form)
    entries = by_path(walk(opened(path, tmp_path))[0])
    evidence = opened(path, tmp_path)
    for name in reversed(names):
        locator = Locator.parse(entries[f"/{name}"].locator.text())
        assert evidence.open(locator).read() == name.encode() * 300
    assert entries["/d"].kind is Kind.FOLDER


def test_times_are_utc_with_the_fraction_of_pax(tmp_path):
    path = tarred(
        tmp_path / "a.tar",
        [(info("whole", mtime=1_700_000_000), b""), (info("part", pax_headers={"mtime": "1700000000.123456789"}), b"")],
    )
    times = {entry.name: entry.times.modified for entry in walk(opened(path, tmp_path))[0]}
    assert (times["whole"].ns, times["whole"].resolution, times["whole"].zone) == (1_700_000_000 * NS, NS, Zone.UTC)
    assert (times["part"].ns, times["part"].resolution) == (1_700_000_000_123_456_789, 1)


def test_links_devices_and_odd_names_are_listed_and_write_nothing(tmp_path):
    members = [
        (info("../../evil", mode=0o644), b"x"),
        (info("/abs", mode=0o644), b"y"),
        (info("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"), b""),
        (info("hard", type=tarfile.LNKTYPE, linkname="/abs"), b""),
        (info("dev", type=tarfile.CHRTYPE), b""),
        (info("caf\udce9", mode=0o644), b"z"),
        (info("sub", type=tarfile.DIRTYPE), b""),
        (info("sub/in", mode=0o644), b"w"),
    ]
    path = tarred(tmp_path / "a.tar", members, tarfile.GNU_FORMAT)
    before = sorted(tmp_path.rglob("*"))
    evidence = opened(path, tmp_path)
    entries, problems = walk(evidence)
    found = by_path(entries)
    assert problems == []
    assert {path: found[path].kind.value for path in ("/link", "/hard", "/dev", "/sub")} == {
        "/link": "other",
        "/hard": "other",
        "/dev": "other",
        "/sub": "folder",
    }
    assert content(evidence, found["/../../evil"]) == b"x"
    assert found["/caf\\xe9"].raw_name == b"caf\xe9"
    assert content(evidence, found["/caf\\xe9"]) == b"z"
    assert entries[found["/sub/in"].parent_index].path == "/sub"
    with pytest.raises(Unreadable, match="links"):
        evidence.open(found["/link"].locator)
    assert sorted(tmp_path.rglob("*")) == before


def test_sparse_members_read_zeros_in_their_holes(tmp_path):
    (tmp_path / "hole").write_bytes(b"")
    with (tmp_path / "hole").open("r+b") as file:
        file.seek(1 << 20)
        file.write(b"after")
    for form in ("gnu", "pax"):
        tool("tar", "--sparse", f"--format={form}", "-cf", tmp_path / f"{form}.tar", "-C", tmp_path, "hole")
        evidence = opened(tmp_path / f"{form}.tar", tmp_path)
        (entry,) = walk(evidence)[0]
        assert (tmp_path / f"{form}.tar").stat().st_size < 1 << 20
        assert entry.size == (1 << 20) + 5
        assert content(evidence, entry) == bytes(1 << 20) + b"after"


def test_a_tar_cut_short_keeps_what_came_before(tmp_path):
    path = tarred(tmp_path / "a.tar", [(info("a"), b"1" * 600), (info("b"), b"2" * 5000)])
    path.write_bytes(path.read_bytes()[:3072])
    evidence = opened(path, tmp_path)
    *entries, problem = evidence.children(evidence.root())
    assert [entry.name for entry in entries] == ["a", "b"]
    assert isinstance(problem, Problem)
    assert problem.kind == "truncated"
    assert content(evidence, entries[0]) == b"1" * 600
    with pytest.raises(Truncated):
        content(evidence, entries[1])


def test_a_chain_of_extended_headers_is_malformed_and_not_followed_for_ever(tmp_path):
    header = info("x", type=b"x").tobuf(tarfile.USTAR_FORMAT)
    (tmp_path / "a.tar").write_bytes(header * 5000)
    with pytest.raises(Malformed, match="too many"):
        opened(tmp_path / "a.tar", tmp_path)


def test_an_extended_header_of_absurd_size_is_malformed(tmp_path):
    header = info("x", type=b"x", size=1 << 32).tobuf(tarfile.USTAR_FORMAT)
    (tmp_path / "a.tar").write_bytes(header + bytes(2048))
    with pytest.raises(Malformed, match="extended header of"):
        opened(tmp_path / "a.tar", tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "archives/test_acl_pax_nfs4.tar",
        "archives/test_compat_solaris_tar_acl.tar",
        "archives/test_compat_tar_hardlink_1.tar",
        "archives/test_read_format_tar_empty_with_gnulabel.tar",
        "archives/test_read_format_tar_mac_metadata_1.tar",
        "archives/test_read_pax_xattr_rht_security_selinux.tar",
        "traversal/dfvfs_mixed_paths.tar",
    ],
)
def test_real_tars_against_the_system_tar(name, tmp_path):
    path = corpus_file("hostile", *name.split("/"))
    expected = tool("tar", "-tf", path, "--quoting-style=literal", "-P").decode().splitlines()
    evidence = opened(path, tmp_path)
    entries, problems = walk(evidence)
    numbered = [entry for entry in entries if entry.locator.steps[-1].number is not None]
    assert [entry.locator.steps[-1].path for entry in numbered] == expected
    assert problems == []
    for entry in numbered:
        if entry.kind is Kind.FILE and expected.count(entry.locator.steps[-1].path) == 1:
            told = tool("tar", "-xOPf", path, "--", entry.locator.steps[-1].path)
            assert content(evidence, entry) == told


def test_mutated_tars_bring_entries_problems_or_evidence_errors(tmp_path):
    members = [(info(f"d/{number}", pax_headers={"mtime": "1.5"}), bytes([number]) * 700) for number in range(4)]
    original = tarred(tmp_path / "o.tar", members).read_bytes()
    path, chance = tmp_path / "m.tar", random.Random(99)
    listed, messages = 0, []
    for _ in range(400):
        data = bytearray(original)
        at = chance.randrange(512, len(original))
        data[at] = chance.randrange(256)
        block = at // 512 * 512
        data[block + 148 : block + 156] = b" " * 8  # a fitting checksum, so that the change is looked at
        data[block + 148 : block + 156] = b"%06o\0 " % sum(data[block : block + 512])
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(512, len(data))])])
        try:
            evidence = opened(path, tmp_path)
        except EvidenceError:
            continue
        entries, _ = walk(evidence)
        listed += len(entries)
        for entry in entries:
            try:
                with evidence.open(entry.locator) as stream:
                    stream.read(4096)
            except EvidenceError as error:
                messages.append(str(error))
        evidence.close()
    assert listed > 400
    assert not any("\n" in message for message in messages)
