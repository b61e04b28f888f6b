"""What was read twice, in the report: shown once, with the other place and its state, and a sentence that says so."""

import pytest
from test_copies import AT, BACKUP, LIVE, rows

from triage.case import Case
from triage.model import Account, Message
from triage.report import ReportWish, write_report

GONE = Message(where="message._id=2", app="WhatsApp", thread="t", identifier="3A01", sender="b", direction="in", sent_at=AT, kind="revoked",
    deleted="revoked")  # fmt: skip
KEPT = Message(
    where="message._id=2",
    app="WhatsApp",
    thread="t",
    identifier="3A01",
    sender="b",
    direction="in",
    sent_at=AT,
    body="halo",
)
OWNER = Account(where="ph", app="WhatsApp", identifier="620000000009@s.whatsapp.net")
SETTINGS = "/data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Also in", "same identifier in the app", "1 messages, calls and contacts were read again elsewhere", "the only owner of this app in this space of the phone")),
        ("id", ("Juga di", "pengenal yang sama di aplikasi", "1 pesan, panggilan, dan kontak terbaca lagi", "satu-satunya pemilik aplikasi ini di ruang ponsel ini")),
    ],
)  # fmt: skip
def test_the_page_tells_it(tmp_path, language, words):
    folder = tmp_path / "case"
    assert rows(folder, {LIVE: [GONE], BACKUP: [KEPT], SETTINGS: [OWNER]}, "SELECT body, deleted FROM v_messages") == [
        ("halo", "revoked")
    ]
    with Case.open(folder, actor="tester") as case:
        result = write_report(case, ReportWish(language=language, formats=("html",)))
    page = next(result.folder.glob("*.html")).read_text(encoding="utf-8").replace("&#39;", "'")
    for each in (*words, LIVE, "halo"):
        assert each in page, each
