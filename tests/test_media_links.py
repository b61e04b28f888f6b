"""What belongs together, rule by rule, and the question "everything like this one"."""

import json

import pytest

from triage.case import Case
from triage.cli import main
from triage.media_links import link
from triage.queries import Queries

HOUR = 3_600_000_000_000
START = 1_772_000_000_000_000_000
COLUMNS = ("make", "model", "serial", "taken_at", "latitude", "longitude", "unique_id", "document_id", "content_id")


@pytest.fixture
def case(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as opened:
        database = opened._database
        database.execute("INSERT INTO exhibit (id, label, at, actor) VALUES (1, 'B-1', '', '')")
        database.execute(
            "INSERT INTO evidence (id, exhibit_id, source, format, added_at) VALUES (1, 1, 's', 'folder', '')"
        )
        yield opened


def add(case, path: str, **values) -> int:
    database = case._database
    entry = database.execute("SELECT coalesce(max(id), 0) + 1 FROM entry").fetchone()[0]
    row = (
        entry,
        1,
        None,
        f"folder:{path}",
        None,
        path,
        path.rpartition("/")[2],
        None,
        "file",
        1,
        0,
        *([None] * 4),
        0,
        None,
        0,
        None,
        0,
        "",
    )
    database.execute(f"INSERT INTO entry VALUES ({', '.join('?' * 21)})", row)
    names = ", ".join(("entry_id", "where_", "kind", *values))
    database.execute(
        f"INSERT INTO media ({names}) VALUES ({', '.join('?' * (3 + len(values)))})",
        (entry, "EXIF", "picture", *values.values()),
    )
    return entry


def groups(case) -> dict[str, set[frozenset[int]]]:
    for _ in range(2):  # it may run again
        link(case._database)
    found: dict[tuple[str, str], set[int]] = {}
    for entry, rule, value in case._database.execute("SELECT entry_id, rule, value FROM media_link"):
        found.setdefault((rule, value), set()).add(entry)
    told: dict[str, set[frozenset[int]]] = {}
    for (rule, _), entries in found.items():
        told.setdefault(rule, set()).add(frozenset(entries))
    return told


def test_identifiers(case):
    one, two = (add(case, f"/a/{n}.x", make="M", model="K", serial="S1") for n in "ab")
    add(case, "/a/c.x", make="M", model="K", serial="S2")
    three, four = (add(case, f"/b/{n}.x", unique_id="ABC") for n in "ab")
    five, six = (add(case, f"/c/{n}.x", document_id="xmp.did:1") for n in "ab")
    seven, eight = (add(case, f"/d/{n}.x", content_id="L") for n in "ab")
    nought = [add(case, f"/e/{n}.x", unique_id="00000000") for n in "ab"]
    found = groups(case)
    assert found == {
        "camera": {frozenset({one, two})},
        "exposure": {frozenset({three, four})},
        "document": {frozenset({five, six})},
        "live_photo": {frozenset({seven, eight})},
    }
    assert nought


def test_names_in_a_row(case):
    run = [add(case, f"/DCIM/IMG_{n:04}.JPG") for n in (1, 2, 4, 7)]
    add(case, "/DCIM/IMG_0030.JPG")
    add(case, "/other/IMG_0003.JPG")
    assert groups(case) == {"name_run": {frozenset(run)}}


def test_sessions_of_one_camera_end_with_half_an_hour(case):
    first = [add(case, f"/a/{n}x", model="K", taken_at=START + n * HOUR // 4) for n in range(3)]
    later = [add(case, f"/b/{n}x", model="K", taken_at=START + 5 * HOUR + n) for n in range(2)]
    add(case, "/c/x", model="L", taken_at=START)
    assert groups(case) == {"session": {frozenset(first), frozenset(later)}}


def test_places_within_100_metres(case):
    near = [add(case, "/a/x", latitude=-6.2, longitude=106.8), add(case, "/a/y", latitude=-6.2, longitude=106.8008)]
    add(case, "/a/z", latitude=-6.2, longitude=106.8020)
    assert groups(case) == {"place": {frozenset(near)}}


def test_everything_like_this_one(case, capsys):
    one, two = (add(case, f"/DCIM/{n}.jpg", serial="S1", model="K") for n in "ab")
    copy, thumb = add(case, "/Download/x.jpg"), add(case, "/c/t.jpg")
    database = case._database
    link(database)
    for entry in (one, copy):
        database.execute(
            "INSERT INTO content (entry_id, evidence_id, status, bytes_read, sha256, length) VALUES (?, 1, 'examined', 1, x'aa', 1)",
            (entry,),
        )
    database.execute(
        "INSERT INTO cached VALUES (?, 'Windows thumbcache', NULL, NULL, ?, 'likeness', 3, 0)", (thumb, one)
    )
    folder = case.folder
    queries = Queries(folder)
    found = [(row.rule, row.path) for row in queries.belonging(one)]
    assert found == [("cache", "/c/t.jpg"), ("camera", "/DCIM/b.jpg"), ("content", "/Download/x.jpg")]
    assert [row.path for row in queries.belonging(thumb)] == ["/DCIM/a.jpg"]
    queries.close()
    assert main(["like", str(folder), "DCIM/a.jpg", "--json"]) == 0
    assert [row["entry_id"] for row in json.loads(capsys.readouterr().out)["rows"]] == [thumb, two, copy]
    assert main(["like", str(folder), "a.jpgx"]) == 2
