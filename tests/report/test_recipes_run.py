"""Every recipe of the demo case, run with other programs in an empty folder: the same digest, the same row, the same statement."""

import hashlib
import io
import shutil
import subprocess
import tarfile
import zlib

import pytest

from triage.demo import run_demo
from triage.queries import Queries
from triage.queries.chosen import PlaceRow
from triage.report import Frame, Report, ReportWish
from triage.report.recipe import recipe
from triage.report.recipe_record import database_commands, exif_recipe, row_command, row_recipe


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    result = run_demo(folder, language="en")
    assert result.ok
    queries = Queries(result.case)
    yield Report(Frame(queries, ReportWish(), "2026-01-01T00:00:00.000000Z", "demo", (1, "0" * 64), "key"))
    queries.close()


def told(commands, folder):
    """What the last command prints; every program that a command starts has to be installed."""
    folder.mkdir()
    for program in ("icat", "tar", "unzip", "sha1sum", "sqlite3", "exiftool"):
        if any(f"{program} " in command for command in commands) and not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    out = ""
    for command in commands:
        out = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=True).stdout
    return out


def test_every_finding_is_found_again_with_the_same_digest(report, tmp_path):
    found = list(report.findings())
    assert len(found) == 17
    for finding in found:
        assert finding.commands, finding.file.path
        assert told(finding.commands, tmp_path / str(finding.number)).split()[0] == finding.file.sha1, finding.file.path


def test_every_message_is_a_row_of_its_own_database(report, tmp_path):
    checked = 0
    for place, where, deleted, body in messages(report):
        row = told(row_recipe(place, where, deleted), tmp_path / f"m{checked}")
        assert row, where
        assert body is None or body in row, where
        checked += 1
    assert checked == 16


def messages(report):
    for thread in report.threads():
        for message in report.messages(thread):
            place = report.frame.queries.places_of([message.entry_id])[message.entry_id]
            body = message.body if message.kind == "text" else None
            yield place, message.where, message.deleted, body


def test_every_call_is_a_row_of_its_own_database(report, tmp_path):
    calls = list(report.calls())
    assert len(calls) == 7
    for number, call in enumerate(calls):
        place = report.frame.queries.places_of([call.entry_id])[call.entry_id]
        row = told(row_recipe(place, call.where), tmp_path / f"c{number}")
        assert f"= {call.duration_s:g}" in row, call


def test_the_carrier_of_a_finding_is_the_message_with_its_attachment(report, tmp_path):
    carried = [each for finding in report.findings() for each in finding.carried.rows]
    assert carried
    for number, each in enumerate(carried):
        assert told(each.commands, tmp_path / f"a{number}"), each.mention


def test_every_message_that_carried_a_finding_is_a_finding_and_a_row(report, tmp_path):
    found = list(report.message_findings())
    assert len(found) == report.message_count > 0
    files = len(report.chosen)
    assert [each.number for each in found] == list(range(files + 1, files + len(found) + 1))
    for each in found:
        row = told(each.commands, tmp_path / f"p{each.number}")
        assert f"_id = {each.message.where.rpartition('=')[2]}" in row
        assert each.message.body is None or each.message.body in row
        carried = report.chosen[each.carried - 1]
        assert carried == each.message.attachment_entry_id
        assert each.database.path.endswith("msgstore.db")
        assert [one.extractor for one in each.readers]
        assert (each.certainty.word, each.message.attachment_rule) in {("confirmed", "digest"), ("probable", "path")}


def test_what_a_picture_states_is_what_exiftool_says(report, tmp_path):
    checked = 0
    for row in report.media():
        facts = report.frame.queries.media_facts_of([row.entry_id])
        place = report.frame.queries.places_of([row.entry_id])[row.entry_id]
        for fact in facts[row.entry_id]:
            if not fact.taken_at or fact.kind != "picture":
                continue
            said = told(exif_recipe(place), tmp_path / f"e{checked}")
            assert fact.taken_at.replace("-", ":").replace("T", " ")[:19] in said
            if fact.latitude is not None:
                assert abs(float(said.split("GPS Latitude")[1].split(":")[1].split()[0]) - fact.latitude) < 1e-6
            checked += 1
    assert checked >= 10


@pytest.mark.parametrize(
    ("where", "deleted", "query"),
    [
        ("message._id=12", None, """sqlite3 -line base.db 'SELECT * FROM "message" WHERE "_id" = 12'"""),
        ("sms._id=3 part 2", None, """sqlite3 -line base.db 'SELECT * FROM "sms" WHERE "_id" = 3'"""),
        (
            "message._id=12",
            "superseded",
            """sqlite3 -line 'file:base.db?immutable=1' 'SELECT * FROM "message" WHERE "_id" = 12'""",
        ),
        (
            "m.client_id=a:b client_message_id=7",
            None,
            """sqlite3 -line base.db 'SELECT * FROM "m" WHERE "client_id" = '"'"'a:b'"'"' AND "client_message_id" = 7'""",
        ),
        ("chat 4 message 7", None, None),
        ("message.a=1'; .shell rm", None, None),
        ("EXIF", None, None),
    ],
)
def test_a_row_is_asked_for_by_its_key_and_nothing_else(where, deleted, query):
    assert row_command(where, deleted) == query


def test_a_protected_source_has_no_recipe(tmp_path):
    backup = tmp_path / "a.ab"
    backup.write_bytes(b"ANDROID BACKUP\n5\n1\nAES-256\n" + b"0" * 100)
    assert recipe(str(backup), "ab:apps/x/db/a.db@0", "ab") == ()
    assert recipe(str(tmp_path), "ios:HomeDomain/a~" + "ab" * 20, "ios") == ()
    assert database_commands(PlaceRow(1, str(backup), "ab", None, "ab:apps/a.db@0", (), None)) == ()


def test_an_adb_backup_is_read_with_plain_programs(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("apps/com.contoh/db/isi.db")
        info.size = 5000
        archive.addfile(info, io.BytesIO(b"isi" + bytes(4997)))
    backup = tmp_path / "b.ab"
    for number, (flag, content) in enumerate(((b"1", zlib.compress(out.getvalue())), (b"0", out.getvalue()))):
        backup.write_bytes(b"ANDROID BACKUP\n5\n" + flag + b"\nnone\n" + content)
        commands = recipe(str(backup), "ab:apps/com.contoh/db/isi.db@0", "ab")
        assert told(commands, tmp_path / str(number)).split()[0] == hashlib.sha1(b"isi" + bytes(4997)).hexdigest()


def test_an_e01_and_a_packed_image_are_named_to_the_programs():
    locator = "volume:p1@1048576|fs:/a.jpg@71"
    assert recipe("x.E01", locator, "e01") == ("icat -i ewf -o 2048 x.E01 71 | sha1sum",)
    assert recipe("x.img.gz", locator, "raw") == (
        "gzip -dc x.img.gz > source.bin",
        "icat -o 2048 source.bin 71 | sha1sum",
    )
    assert recipe("x.qcow2", locator, "qcow2")[0] == "qemu-img convert -O raw x.qcow2 disk.raw"
    assert recipe("x.E01", "free:/$Unallocated@0|carved:jpeg@1000~7", "e01") == (
        "img_cat -i ewf x.E01 | tail -c +1001 | head -c 7 | sha1sum",
    )
    assert recipe("x.dmg", locator, "dmg") == ()
