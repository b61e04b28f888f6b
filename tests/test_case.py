"""The case: queue, transactions, resume, migration, refusals."""

import dataclasses
import json
import re
import sqlite3
from pathlib import Path

import pytest

from triage import case as case_module
from triage import schema
from triage.case import Case
from triage.errors import CannotOpen, CaseError
from triage.model import (
    RECORDS,
    Digests,
    Entry,
    Examined,
    FileType,
    Hit,
    Kind,
    Locator,
    Message,
    Problem,
    Stamp,
    Status,
    Step,
    Times,
    Zone,
)
from triage.queries import Queries
from triage.settings import Settings
from triage.stored import child, entry_of


def root():
    return Entry(locator=Locator(), name="stick", kind=Kind.FOLDER)


PRIORITIES = {"late": 5, "far": 1, "near": 1, "a": 1, "b": 900, "z": 800}


def outcome(entry, *children, **more):
    """What examining an entry brought, with the priorities above."""
    listed = tuple(child(each, (PRIORITIES.get(each.name, 1), "")) for each in children)
    return Examined(entry_id=entry.id, status=Status.EXAMINED, children=listed, **more)


def file(name, *, size=3, folder="/", **more):
    locator = Locator((Step("folder", folder.strip("/") + name),))
    return Entry(locator=locator, name=name, kind=Kind.FILE, size=size, path=folder + name, **more)


@pytest.fixture
def case(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as opened:
        yield opened


@pytest.fixture
def evidence(case, tmp_path):
    return case.add_evidence(tmp_path / "source", exhibit="A1", format_name="folder", size=None, root=root())


def take_all(case, evidence):
    return case.take(evidence, entries=100, size=1 << 30)


def listed(case, evidence, *children, **more):
    """Store the root's outcome with these children; returns them as pending entries."""
    (top,) = take_all(case, evidence)
    case.store(evidence, [outcome(top, *children, **more)])
    return take_all(case, evidence)


def test_a_new_case_logs_its_creation(case):
    actions = [json.loads(line)["action"] for line in (case.folder / "custody.jsonl").read_text().splitlines()]
    assert actions == ["case.create", "case.open"]


def test_an_entry_is_handed_out_once_until_released(case, evidence):
    assert len(take_all(case, evidence)) == 1
    assert take_all(case, evidence) == []
    case.release(evidence)
    assert len(take_all(case, evidence)) == 1


def test_children_come_in_order_of_priority_then_position(case, evidence):
    children = (file("late"), file("far", position=90), file("near", position=10))
    assert [entry.name for entry in listed(case, evidence, *children)] == ["near", "far", "late"]


def test_a_batch_ends_with_the_entry_that_fills_it(case, evidence):
    listed(case, evidence, file("p", size=100), file("q", size=100), file("r", size=100))
    case.release(evidence)
    assert [entry.name for entry in case.take(evidence, entries=10, size=150)] == ["p", "q"]


def test_an_entry_larger_than_a_batch_goes_alone(case, evidence):
    """Damage makes sizes of terabytes, and the time a batch may take grows with them."""
    listed(case, evidence, file("p", size=100), file("q", size=1 << 60), file("r", size=100))
    case.release(evidence)
    batches = [[entry.name for entry in case.take(evidence, entries=10, size=150)] for _ in range(3)]
    assert batches == [["p"], ["q"], ["r"]]


def test_a_pending_entry_survives_with_everything_needed_to_read_it(case, evidence):
    raw = b"caf\xe9.txt"
    step = Step("fs", "/" + raw.decode("utf-8", "surrogateescape"), 77, "128-3")
    companion = Locator((Step("fs", "/a|b@c~d%-wal", 78),))
    whole = Entry(
        locator=Locator((Step("volume", "p1", 512), step)),
        name="caf\udce9.txt",
        raw_name=raw,
        kind=Kind.FILE,
        size=5,
        deleted=True,
        path="/caf\udce9.txt",
        volume="p1",
        position=4096,
        companions=(companion,),
    )
    (entry,) = map(entry_of, listed(case, evidence, whole))
    assert (entry.locator, entry.raw_name, entry.companions) == (whole.locator, raw, (companion,))
    assert (entry.deleted, entry.position, entry.volume) == (True, 4096, "p1")


def test_a_child_of_a_child_gets_its_parent_by_index(case, evidence):
    folder = Entry(locator=Locator((Step("tar", "d", 0),)), name="d", kind=Kind.FOLDER, path="/d")
    listed(case, evidence, folder, file("x", folder="/d/", parent_index=0))
    rows = dict(case._database.execute("SELECT name, parent FROM entry").fetchall())
    ids = dict(case._database.execute("SELECT name, id FROM entry").fetchall())
    assert rows["x"] == ids["d"]
    assert rows["d"] == ids["stick"]


def test_a_batch_is_stored_whole_or_not_at_all(case, evidence):
    (top,) = take_all(case, evidence)
    broken = outcome(top, file("a"), hits=("no hit",))
    with pytest.raises(TypeError):
        case.store(evidence, [broken])
    case.release(evidence)
    assert [entry.name for entry in take_all(case, evidence)] == ["stick"]
    assert case.queue(evidence)[0] == 1


def test_times_show_their_zone_or_none(case, evidence):
    times = Times(
        modified=Stamp(1_500_000_000_123_000_000), accessed=Stamp(1_500_000_000 * 10**9, Zone.UNKNOWN), born=Stamp(-1)
    )
    listed(case, evidence, file("a", times=times))
    row = case._database.execute("SELECT modified, accessed, changed, born FROM v_files WHERE name = 'a'").fetchone()
    # date -u -d @1500000000: Fri Jul 14 02:40:00 UTC 2017
    assert row == ("2017-07-14T02:40:00.123Z", "2017-07-14T02:40:00", None, "1969-12-31T23:59:59.999999999Z")


def test_found_is_examined_and_skipped_and_failed_and_pending(case, evidence):
    a, b, _c = listed(case, evidence, file("a"), file("b"), file("c"))
    problem = Problem(kind="unreadable", stage="read", message="no")
    case.store(
        evidence,
        [
            Examined(entry_id=a.id, status=Status.FAILED, problems=(problem,)),
            Examined(entry_id=b.id, status=Status.EXAMINED),
        ],
    )
    queries = Queries(case.folder)
    (row,) = queries.coverage()
    queries.close()
    assert (row.found, row.examined, row.failed, row.pending) == (4, 2, 1, 1)


def test_a_notable_hit_raises_what_waits_beside_it(case, evidence):
    first, *_ = listed(case, evidence, file("a"), file("b"), file("z"))
    hit = Hit(list="l", list_version="1", list_kind="notable", how="exact", value="md5:00")
    case.release(evidence)
    case.store(evidence, [Examined(entry_id=first.id, status=Status.EXAMINED, hits=(hit,))])
    assert [entry.name for entry in take_all(case, evidence)] == ["z", "b"]
    rows = case._database.execute(
        "SELECT name, priority, reason FROM entry WHERE id IN (SELECT entry_id FROM queue) ORDER BY name"
    )
    assert rows.fetchall() == [("b", 400, ", beside a hit"), ("z", 300, ", beside a hit")]


def test_every_record_field_has_its_column(case):
    for record in RECORDS:
        if record.table == "preview":
            continue
        columns = {row[1] for row in case._database.execute(f"PRAGMA table_info({record.table})")}
        fields = {field.name: str(field.type) for field in dataclasses.fields(record)}
        wanted = {"where_" if name == "where" else name for name in fields}
        wanted |= {f"{name}_local" for name, kind in fields.items() if "Stamp" in kind}
        assert wanted | {"id", "entry_id"} == columns, record.table


VIEWS = {
    "v_files": "entry_id exhibit evidence volume path name size kind deleted mime md5 sha1 sha256 modified accessed changed born status",
    "v_hits": "entry_id path list category how value distance explanation list_version list_kind scheme code details cache cache_original"
    " original_gone",
    "v_media": "entry_id path kind width height taken_at make model serial latitude longitude duration_s fingerprint quality origin"
    " origin_indicators first_generation first_generation_because place_country place_province place_regency place_near place_near_km"
    " place_outline_km software orientation altitude lens owner author"
    " zone datum gps_at modified_at unique_id content_id document_id metadata taken_from encoding encoding_tables encoding_quality codec sound_codec seen_in thumbnail_distance where_",
    "v_appended": "entry_id path kind offset size mime declared where_",
    "v_type_mismatches": "entry_id path name mime type_how",
    "v_metadata": "entry_id path source complete tags where_",
    "v_messages": "entry_id app account thread thread_name sender sender_name recipients direction sent_at body kind attachment"
    " attachment_entry_id deleted where_ identifier quoted quoted_body edited_at expires_at received_at read_at forwarded"
    " view_once raw_kind raw_time assumed attachment_rule attachment_fitting copies states account_rule attachment_duration_s",
    "v_provenances": "entry_id kind where_ copy_entry_id copy_path copy_where copy_deleted rule",
    "v_people": "entry_id app account number rule stated name source mentions",
    "v_problems": "entry_id path stage kind message",
    "v_ran": "entry_id path extractor version outcome count",
    "v_coverage": "evidence found examined skipped failed bytes_listed bytes_read bytes_taken",
}
APP_VIEWS = ("v_calls", "v_contacts", "v_visits", "v_places", "v_accounts", "v_devices", "v_downloads", "v_searches", "v_bookmarks",
    "v_programs", "v_networks", "v_notifications", "v_use", "v_shared", "v_gallery")  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_the_documented_views_keep_their_columns(case, view):
    assert [row[1] for row in case._database.execute(f"PRAGMA table_info({view})")] == VIEWS[view].split()


@pytest.mark.parametrize("view", APP_VIEWS)
def test_app_views_begin_alike(case, view):
    assert [row[1] for row in case._database.execute(f"PRAGMA table_info({view})")][:2] == ["entry_id", "app"]


def test_the_page_of_the_database_names_every_column_of_every_view(case):
    page = (Path(__file__).parents[1] / "docs" / "database.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(v_\w+)` \| (.+?) \|$", page, re.MULTILINE))
    views = [
        row[0]
        for row in case._database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'v#_%' ESCAPE '#'"
        )
    ]
    columns = {
        view: ", ".join(row[1] for row in case._database.execute(f"PRAGMA table_info({view})")) for view in views
    }
    assert told == columns


def test_a_case_of_a_newer_program_is_refused(tmp_path):
    folder = tmp_path / "case"
    Case.open_or_create(folder, actor="tester").close()
    with sqlite3.connect(folder / "case.db") as database:
        database.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    database.close()
    with pytest.raises(CaseError, match="newer Sigap"):
        Case.open(folder, actor="tester")


def test_two_programs_cannot_hold_one_case(case):
    with pytest.raises(CaseError, match="open in another Sigap"):
        Case.open(case.folder, actor="tester")


def test_a_folder_with_other_things_does_not_become_a_case(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(CannotOpen, match="not empty"):
        Case.open_or_create(tmp_path, actor="tester")
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_no_case_says_so(tmp_path):
    with pytest.raises(CannotOpen, match="no case is here"):
        Case.open(tmp_path, actor="tester")


def test_a_full_disk_is_one_clear_line_and_nothing_is_lost(case, evidence):
    case._database.execute("PRAGMA max_page_count = 60")
    (top,) = take_all(case, evidence)
    many = tuple(file(f"{number}" * 50) for number in range(5000))
    with pytest.raises(CaseError, match="full; free some space"):
        case.store(evidence, [outcome(top, *many)])
    case._database.execute("PRAGMA max_page_count = 1000000")
    case.release(evidence)
    assert [entry.name for entry in take_all(case, evidence)] == ["stick"]
    case.store(evidence, [outcome(top, *many)])
    assert case.queue(evidence)[0] == 5000


def test_attachments_are_tied_by_digest_then_by_path(case, evidence):
    sha256 = bytes(range(32))
    photo, same, chat = listed(
        case, evidence, file("IMG.jpg", folder="/Media/WhatsApp Images/"), file("kept.jpg"), file("msgstore.db")
    )
    digests = Digests(b"m" * 16, b"s" * 20, sha256, 3)
    messages = (
        Message(where="1", app="WhatsApp", attachment="x/gone.jpg", attachment_sha256=sha256),
        Message(where="2", app="WhatsApp", attachment="/storage/emulated/0/Media/WhatsApp Images/IMG.jpg"),
        Message(where="3", app="WhatsApp", attachment="Other/IMG2.jpg"),
    )
    case.store(
        evidence,
        [
            Examined(entry_id=photo.id, status=Status.EXAMINED),
            Examined(
                entry_id=same.id, status=Status.EXAMINED, digests=digests, type=FileType("image/jpeg", "signature")
            ),
            Examined(entry_id=chat.id, status=Status.EXAMINED, records=messages),
        ],
    )
    case.link_attachments()
    case.link_attachments()
    rows = case._database.execute("SELECT where_, attachment_entry_id FROM v_messages ORDER BY where_").fetchall()
    assert rows == [("1", same.id), ("2", photo.id), ("3", None)]


def test_settings_of_a_run_come_back(case, evidence):
    number = case.start_run(evidence, Settings(lists=("a",), list_digests=("b",)), {"x": "1"})
    assert case.open_run(evidence) == (number, Settings(lists=("a",), list_digests=("b",)))
    case.end_run(number, "done")
    assert case.open_run(evidence) is None
    assert case.finished_run(evidence)[0] == number


def test_scratch_left_by_a_killed_run_is_removed(tmp_path):
    folder = tmp_path / "case"
    Case.open_or_create(folder, actor="tester").close()
    (folder / "scratch" / "worker-x").mkdir()
    Case.open(folder, actor="tester").close()
    assert not (folder / "scratch" / "worker-x").exists()


def test_text_that_is_no_text_is_kept_as_escapes(case, evidence):
    listed(case, evidence, file("a\udcff"))
    assert case._database.execute("SELECT name FROM v_files WHERE size = 3").fetchone() == ("a\\udcff",)
    assert case_module.now().endswith("Z")


def test_sizes_that_damage_made_up_do_not_end_a_run(tmp_path):
    case = Case.open_or_create(tmp_path / "case", actor="Sari")
    root = Entry(locator=Locator(), name="x", kind=Kind.FOLDER)
    evidence = case.add_evidence(tmp_path / "x", exhibit="A", format_name="folder", size=None, root=root)
    (top,) = case.take(evidence, entries=1, size=1)
    files = [
        child(Entry(locator=Locator((Step("folder", f"f{n}"),)), name=f"f{n}", kind=Kind.FILE, size=(1 << 63) - 1))
        for n in range(3)
    ]
    case.store(evidence, [Examined(entry_id=top.id, status=Status.EXAMINED, children=files)])
    assert case.queue(evidence)[0] == 3
    case.close()
    queries = Queries(tmp_path / "case")
    (coverage,) = queries.coverage()
    queries.close()
    assert coverage.found == 4
    assert coverage.bytes_listed == (1 << 63) - 1  # the largest number there is room for
