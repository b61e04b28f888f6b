"""Calls of a made log, and of a public contacts2.db as the sqlite3 program shows it."""

import json
from pathlib import Path

from corpus import corpus_file
from making.databases import AGUS, BUDI, SITI, START, make_calllog, make_notes
from making.items import item_from_bytes

from triage.extractors import wanted_by
from triage.extractors.calllog_android import AndroidCalls
from triage.model import Stamp


def extracted(data: bytes, name: str = "calllog.db") -> list:
    item = item_from_bytes(name, data)
    assert "android-calls" in [each.name for each in wanted_by(item)]
    return list(AndroidCalls().extract(item))


def test_calls(tmp_path: Path) -> None:
    found = extracted(make_calllog(tmp_path / "c.db").read_bytes())
    assert [(each.party, each.direction, each.kind, each.outcome) for each in found] == [
        (BUDI, "in", "voice", "answered"),
        (SITI, "out", "voice", None),
        (SITI, "out", "video", "answered"),
        (None, "in", "voice", "missed"),
        (AGUS, "in", "voice", "rejected"),
        (AGUS, "unknown", "voice", "unknown (77)"),
    ]
    assert [each.deleted for each in found] == [None] * 4 + ["marked deleted", None]
    assert found[0].started_at == Stamp(START * 1_000_000, resolution=1_000_000)
    assert (found[0].duration_s, found[0].party_name, found[5].started_at) == (62.0, "Budi Fiksi", None)


def test_a_log_without_the_table_is_told(tmp_path: Path) -> None:
    (problem,) = extracted(make_notes(tmp_path / "n.db").read_bytes(), "contacts2.db")
    assert problem.kind == "unsupported"


def test_public_sample_agrees_with_sqlite3() -> None:
    truth = json.loads(corpus_file("truth", "sqlite", "dev.sqlite.json").read_text(encoding="utf-8"))
    rows = truth["chats/plaso/android_contacts2.db"]["dump"]["calls"]
    data = corpus_file("chats", "plaso", "android_contacts2.db").read_bytes()
    found = extracted(data, "contacts2.db")
    assert [each.where for each in found] == [f"calls._id={row['_id']}" for row in rows]
    assert [each.party for each in found] == [row["number"] for row in rows]
    assert [each.party_name for each in found] == [row["name"] for row in rows]
    assert [each.started_at.ns for each in found] == [row["date"] * 1_000_000 for row in rows]
    assert [each.duration_s for each in found] == [row["duration"] for row in rows]
    assert [each.raw_kind for each in found] == [str(row["type"]) for row in rows]
