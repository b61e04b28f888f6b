"""Traces in one shape: what is shown, what a filter finds, in which order, and programs of a notable category."""

import pytest
from searched_case import at, fill

from triage.case import Case
from triage.model import Download, Network, Notification, Place, Program, Search, Shared, Use, Visit
from triage.queries import Queries
from triage.queries.traces import TRACES, TraceRow

RECORDS = (
    Visit(where="v=1", app="Chrome", url="https://example.org/", title="Contoh", visited_at=at(1), kind="link"),
    Visit(where="v=2", app="Chrome", url="https://example.net/", visited_at=at(2), origin="synced"),
    Visit(where="v=3", app="Safari", deleted="history cleared"),
    Search(where="s=1", app="Chrome", term="100% asli", searched_at=at(0)),
    Download(where="d=1", app="Chrome", url="https://example.org/a.zip", ended_at=at(3)),
    Program(where="p=1", app="Android", identifier="com.netqin.ps", name="NQ Vault", category="vault"),
    Program(where="p=2", app="Android", identifier="org.example"),
    Network(where="n=1", app="Android", name="Kantor", security="WPA_PSK"),
    Notification(where="m=1", app="com.x", title="Agus", body="pesan"),
    Use(where="u=1", app="Android", identifier="com.x", kind="recent task"),
    Shared(where="h=1", app="eMule", name="lagu.mp3", hash="ed2k:00"),
    Place(where="l=1", app="Apple", latitude=-6.2, longitude=106.8, accuracy_m=12.5, kind="device", at=at(0)),
)


@pytest.fixture
def queries(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        fill(case, RECORDS)
    found = Queries(tmp_path / "case")
    yield found
    found.close()


def shapes(rows: list[TraceRow]) -> list[tuple[str | None, str | None]]:
    return [(row.what, row.detail) for row in rows]


def test_counts(queries) -> None:
    assert queries.trace_counts() == {
        "visit": 3, "search": 1, "download": 1, "program": 2, "network": 1, "notification": 1, "use": 1, "shared": 1, "place": 1,
    }  # fmt: skip


def test_the_latest_first_and_nothing_said_twice(queries) -> None:
    assert shapes(queries.traces("visit", limit=9)) == [
        ("https://example.net/", "synced"),
        ("Contoh", "https://example.org/ · link"),
        (None, None),
    ]
    (cleared,) = [row for row in queries.traces("visit", limit=9) if row.deleted]
    assert (cleared.deleted, cleared.app, cleared.at) == ("history cleared", "Safari", None)
    assert [row.what for row in queries.traces("visit", limit=1, offset=1)] == ["Contoh"]


@pytest.mark.parametrize(
    ("kind", "what", "detail"),
    [
        ("download", "https://example.org/a.zip", None),
        ("network", "Kantor", "WPA_PSK"),
        ("notification", "Agus", "pesan"),
        ("use", "com.x", "recent task"),
        ("shared", "lagu.mp3", "ed2k:00"),
        ("place", "-6.2, 106.8", "device · 12.5 m"),
    ],
)
def test_each_kind(queries, kind: str, what: str, detail: str | None) -> None:
    assert shapes(queries.traces(kind, limit=9)) == [(what, detail)]


def test_the_first_time_there_is(queries) -> None:
    assert [row.at for row in queries.traces("download", limit=9)] == ["2026-02-28T06:13:20Z"]


def test_programs_of_a_notable_category(queries) -> None:
    assert shapes(queries.traces("program", only="notable", limit=9)) == [("NQ Vault", "com.netqin.ps · vault")]
    assert queries.trace_count("program", only="notable") == 1


@pytest.mark.parametrize("text", ["%", "100% A", "'", '"', "\\"])
def test_a_filter_is_text(queries, text: str) -> None:
    rows = queries.traces("search", text, limit=9)
    assert len(rows) == queries.trace_count("search", text) == (1 if text.lower() in "100% asli" else 0)


def test_every_kind_can_be_filtered(queries) -> None:
    for kind in TRACES:
        assert queries.traces(kind, "tidak ada yang begini", limit=9) == []
