"""Verification: whatever byte is changed, it is found and the thing is named; nothing is changed by looking."""

import hashlib
import json
import random
import shutil
import sqlite3

import pytest
from report_case import make_case, tree

from triage.errors import UserError
from triage.keys import signing_key
from triage.report import ReportWish, verify, write_report
from triage.report.manifest import canonical
from triage.stored import child
from triage.text import LANGUAGES, Say


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A case with one report, and beside it the evidence; tests work on copies."""
    folder = tmp_path_factory.mktemp("original")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAGE_HOME", str(folder / "home"))
        with make_case(folder) as case:
            write_report(case, ReportWish(language="en", formats=("html", "csv")))
    return folder


@pytest.fixture
def copy(original, tmp_path):
    """A copy of the case; its evidence is the original's, which no test may touch."""
    shutil.copytree(original / "kasus", tmp_path / "kasus")
    return tmp_path / "kasus"


def report_of(case):
    (report,) = (case / "reports").iterdir()
    return report


def flip(path, position, bit=0):
    data = bytearray(path.read_bytes())
    data[position] ^= 1 << bit
    path.write_bytes(data)


def failures(path, **choices):
    return [check.text(Say("en")) for check in verify(path, **choices).checks if check.ok is False]


def test_an_untouched_case_verifies_and_is_not_touched(copy):
    before = tree(copy)
    result = verify(copy)
    assert result.ok
    assert {check.name for check in result.checks if check.ok} == {"custody", "database", "rows", "report", "evidence"}
    assert tree(copy) == before


def test_an_untouched_report_verifies_alone(copy):
    report = report_of(copy)
    result = verify(report)
    assert result.ok
    assert len(result.checks) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_has_its_sentence(copy, language):
    for check in verify(copy).checks:
        assert not check.text(Say(language)).startswith("verify.")


def test_a_path_that_is_neither_is_refused(tmp_path):
    with pytest.raises(UserError, match="neither a case nor a report"):
        verify(tmp_path)


def test_every_flipped_bit_is_found_and_named(copy):
    """200 places over the log, the report and its manifest; the file is named, and what is whole is not."""
    chosen = random.Random(20)
    report = report_of(copy)
    files = [copy / "custody.jsonl", *(path for path in sorted(report.rglob("*")) if path.is_file())]
    for number in range(200):
        path = files[number % len(files)]
        whole = path.read_bytes()
        flip(path, chosen.randrange(len(whole)), chosen.randrange(8))
        found = failures(copy, evidence=False)
        named = "Custody log" if path.name == "custody.jsonl" else path.name.replace(".json", "").replace(".sig", "")
        assert any(named in text for text in found), (path, found)
        path.write_bytes(whole)
    assert not failures(copy, evidence=False)


def test_every_bit_of_the_signature_file_counts(copy):
    signature = report_of(copy) / "manifest.sig"
    for position in range(signature.stat().st_size):
        flip(signature, position, 5)
        assert failures(signature.parent), position
        flip(signature, position, 5)


def test_the_first_broken_line_is_named_and_what_holds(copy):
    log = copy / "custody.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"actor":"P', b'"actor":"Q')
    log.write_bytes(b"".join(lines))
    (first, *_) = failures(copy, evidence=False)
    assert "line 4" in first
    assert "the 3 events before it hold" in first


def test_a_log_cut_short_is_found_by_the_kept_head(copy):
    log = copy / "custody.jsonl"
    log.write_bytes(
        b"".join(log.read_bytes().splitlines(keepends=True)[:-2])
    )  # the last tells that the case was closed
    assert any("Custody log" in text and "missing" in text for text in failures(copy, evidence=False))


def test_a_missing_log_is_a_failure(copy):
    (copy / "custody.jsonl").unlink()
    assert any("custody.jsonl is missing" in text for text in failures(copy, evidence=False))


def test_missing_and_extra_files_are_named(copy):
    report = report_of(copy)
    (report / "report.html").unlink()
    (report / "added.txt").write_text("x")
    found = failures(report)
    assert any("report.html is missing" in text for text in found)
    assert any("added.txt does not belong" in text for text in found)


def test_a_report_that_is_gone_is_named(copy):
    report = report_of(copy)
    shutil.rmtree(report)
    assert any(report.name in text and "not there" in text for text in failures(copy, evidence=False))


def test_a_report_signed_anew_by_another_key_differs_from_the_log(copy, tmp_path):
    report = report_of(copy)
    (report / "report.html").write_text("another page")
    manifest = json.loads((report / "manifest.json").read_bytes())
    manifest["files"] = {}
    for path in sorted(report.rglob("*")):
        if path.is_file() and path.name not in {"manifest.json", "manifest.sig"}:
            path.unlink()
    key = signing_key(tmp_path / "other home")
    data = canonical(manifest)
    (report / "manifest.json").write_bytes(data)
    signed = {"public_key": key.public_hex, "fingerprint": key.fingerprint, "signature": key.sign(data).hex()}
    (report / "manifest.sig").write_bytes(canonical(signed))
    assert verify(report).ok, "alone, a report says no more than that it is whole and whose key signed it"
    assert any("not the one that the custody log recorded" in text for text in failures(copy, evidence=False))


def test_an_unlogged_report_is_named(copy):
    report = report_of(copy)
    shutil.copytree(report, report.with_name("copied"))
    assert any("copied" in text and "does not name it" in text for text in failures(copy, evidence=False))


def test_an_unfinished_report_is_said_and_no_failure(copy):
    (copy / "reports" / ".unfinished-x").mkdir()
    result = verify(copy, evidence=False)
    assert result.ok
    assert any(check.words == "report_unfinished" for check in result.checks)


@pytest.mark.parametrize("broken", [b"", b"[]", b"{", b"\xff" * 50, b"[" * 100_000])
@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig"])
def test_a_manifest_that_is_none_is_a_failure_not_a_crash(copy, name, broken):
    report = report_of(copy)
    (report / name).write_bytes(broken)
    assert failures(report)


def test_a_changed_row_is_found(copy):
    with sqlite3.connect(copy / "case.db") as database:
        database.execute("UPDATE message SET body = 'lain' WHERE id = 1")
    database.close()
    assert any("v_messages is not as the custody log recorded" in text for text in failures(copy, evidence=False))


def test_another_digest_in_the_database_than_in_the_log_is_found(copy):
    with sqlite3.connect(copy / "case.db") as database:
        database.execute("UPDATE evidence SET sha256_before = ?, sha256_after = ?", ("0" * 64, "0" * 64))
    database.close()
    assert any("another digest than the custody log" in text for text in failures(copy))


def test_a_damaged_database_is_a_failure_not_a_crash(copy):
    data = bytearray((copy / "case.db").read_bytes())
    data[4096 : 4096 * 6] = b"\x5a" * (4096 * 5)
    (copy / "case.db").write_bytes(data)
    assert any("Case database" in text or "Findings" in text for text in failures(copy))
    (copy / "case.db").write_bytes(b"no database at all" * 1000)
    assert any("Case database: cannot be read" in text for text in failures(copy))


def test_changed_evidence_is_named_and_absent_evidence_said(tmp_path):
    with make_case(tmp_path):
        pass
    source, case = tmp_path / "flashdisk.dd", tmp_path / "kasus"
    flip(source, 5000)
    assert any("flashdisk.dd" in text and "CHANGED" in text for text in failures(case))
    source.unlink()
    result = verify(case)
    assert result.ok
    assert any(check.ok is None and "not found at" in check.text(Say("en")) for check in result.checks)


def test_files_of_a_folder_are_compared_one_by_one(tmp_path):
    from triage.case import Case
    from triage.model import Digests, Entry, Examined, Kind, Locator, Status, Step

    source = tmp_path / "salinan"
    source.mkdir()
    names = ("satu.txt", "dua.txt")
    for name in names:
        (source / name).write_text(name)
    with Case.open_or_create(tmp_path / "kasus", actor="x") as case:
        root = Entry(Locator(), "salinan", Kind.FOLDER, path="/")
        evidence = case.add_evidence(source, exhibit="BB-02", format_name="folder", size=None, root=root)
        (taken,) = case.take(evidence, entries=1, size=1)
        children = tuple(Entry(Locator((Step("folder", name),)), name, Kind.FILE, path=f"/{name}") for name in names)
        case.store(
            evidence, [Examined(entry_id=taken.id, status=Status.EXAMINED, children=tuple(map(child, children)))]
        )
        for entry in case.take(evidence, entries=9, size=1 << 20):
            data = (source / entry.name).read_bytes()
            digests = Digests(*(hashlib.new(name, data).digest() for name in ("md5", "sha1", "sha256")), len(data))
            case.store(evidence, [Examined(entry_id=entry.id, status=Status.EXAMINED, digests=digests)])
    assert not failures(tmp_path / "kasus")
    flip(source / "satu.txt", 0)
    (source / "dua.txt").unlink()
    found = failures(tmp_path / "kasus")
    assert any("/satu.txt was changed" in text for text in found)
    assert any("/dua.txt is not there any more" in text for text in found)
