"""Near-duplicates inside a case: stored, seen in the view, the row of the medium and the tables of a report."""

import csv
import random

import pytest

from triage.case import Case
from triage.model import Entry, Examined, Frame, Hit, Kind, Locator, Media, Status, Step
from triage.queries import Queries
from triage.report.tables import write_tables
from triage.stored import child


def fingerprint(seed: int, changed: int = 0) -> str:
    bits = int.from_bytes(random.Random(seed).randbytes(32), "big")
    for place in range(changed):
        bits ^= 1 << (place * 11)
    return f"{bits:064x}"


PICTURES = {"a": (1, 0, 100), "b": (1, 9, 100), "c": (2, 0, 100), "d": (1, 3, 49), "e": (1, 3, 50)}
CLIPS = {"x": (10, 11, 12), "y": (10, 11, 12), "z": (20, 21, 22)}


def examined(number: int, name: str) -> Examined:
    if name in PICTURES:
        seed, changed, quality = PICTURES[name]
        value = fingerprint(seed, changed)
        records = (Media(where="EXIF", kind="picture", fingerprint=value, quality=quality),)
    else:
        frames = [
            Frame(where="f", second=n, fingerprint=fingerprint(seed), quality=90) for n, seed in enumerate(CLIPS[name])
        ]
        records = (Media(where="video stream", kind="video"), *frames)
    hit = Hit(list="l", list_version="1", list_kind="notable", how="fingerprint", value="pdq:00", distance=3.0)
    return Examined(entry_id=number, status=Status.EXAMINED, records=records, hits=(hit,) if name == "b" else ())


@pytest.fixture(params=["abcdexyz", "zyxedcba"])
def case(request, tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="test") as case:
        root = Entry(Locator(), "root", Kind.FOLDER)
        evidence = case.add_evidence(tmp_path, exhibit="1", format_name="folder", size=None, root=root)
        (taken,) = case.take(evidence, entries=1, size=1 << 20)
        files = [
            Entry(Locator((Step("file", name),)), name, Kind.FILE, size=1, path=f"/{name}") for name in request.param
        ]
        case.store(
            evidence,
            [Examined(entry_id=taken.id, status=Status.EXAMINED, children=tuple(child(each) for each in files))],
        )
        for entry in case.take(evidence, entries=100, size=1 << 20):
            case.store(evidence, [examined(entry.id, entry.path[1:])])
        case.link_attachments()
        case.link_attachments()
    queries = Queries(tmp_path / "case")
    yield queries
    queries.close()


def test_groups_do_not_depend_on_order(case) -> None:
    columns = ("path", "kind", "group_number", "members", "distance")
    assert list(case.view_rows("v_near_duplicates", columns)) == [
        ("/a", "picture", 1, 3, 3.0),
        ("/b", "picture", 1, 3, 6.0),
        ("/e", "picture", 1, 3, 0.0),
        ("/x", "video", 2, 2, 0.0),
        ("/y", "video", 2, 2, 0.0),
    ]
    rows = {row.path: (row.near_duplicates, row.group) for row in case.media()}
    assert rows["/a"] == (2, 1)
    assert rows["/c"] == (0, None)
    assert case.alike_groups() == 2


def test_tables_show_the_fingerprints_of_matches_alone(case, tmp_path) -> None:
    write_tables(case, tmp_path / "tables")
    with (tmp_path / "tables" / "v_media.csv").open(encoding="utf-8-sig", newline="") as stream:
        shown = {row["path"]: row["fingerprint"] for row in csv.DictReader(stream)}
    assert {path for path, value in shown.items() if value} == {"/b"}
    whole = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "tables").iterdir())
    assert fingerprint(1, 0) not in whole
    assert fingerprint(10) not in whole
