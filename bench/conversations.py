"""Every public sample of conversations against `sqlite3` (or the text itself): how many, what is said, by whom, when; and the evidence untouched.

`python bench/conversations.py CORPUS [FOLDER]`: copies each sample under the name its app gives it, scans the copies with the command line,
compares every record of each with what the sqlite3 program (for JSON, XML and text: a plain count) says of the same file, and digests every
file, `-wal`, `-shm` and `-journal` among them, before and after. Prints a table; ends with 1 where anything differs.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
_COLUMNS = {
    "message": ("body", "sender", "sent_at"),
    "call": ("party", "direction", "started_at"),
    "contact": ("name", "phone", "NULL"),
}


@dataclass(frozen=True)
class Sample:
    """A file of the corpus, the name it gets, the table of records it fills, and what is said of it independently.

    `said`: SQL for the sqlite3 program giving place, text or number, sender or party, and time in Unix milliseconds for every row; or a
    function that counts. `inner`: a file inside a zip of the corpus.
    """

    stored: str
    name: str
    table: str
    said: str | Callable[[Path], int]
    inner: str = ""
    ours: tuple[str, str, str] = ("", "", "")  # our columns, where they are not the usual ones


def main() -> int:
    """Compare, print, answer with 1 where something differs."""
    corpus = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="sigap-talks-", dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        base = Path(folder)
        places = [_placed(corpus, sample, base / "evidence" / f"{number:02}") for number, sample in enumerate(SAMPLES)]
        before = _digests(base / "evidence")
        command = [sys.executable, "-m", "triage", "scan", str(base / "case"), str(base / "evidence"), "--exhibit", "K"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        after = _digests(base / "evidence")
        bad = 0
        print(
            "| sample | records | by us | independently | rows compared | differ | evidence |\n|---|---|---|---|---|---|---|"
        )
        for sample, place in zip(SAMPLES, places, strict=True):
            bad += _compare(sample, place, base, unchanged=before == after)
        print(f"{len(before)} files digested, {sum(before[each] != after.get(each) for each in before)} changed")
        return int(bool(bad) or before != after)


def _compare(sample: Sample, place: Path, base: Path, *, unchanged: bool) -> bool:
    ours = list(_ours(base, place, sample))
    if callable(sample.said):
        count, differ, compared = sample.said(place), 0, 0
    else:
        theirs = list(_theirs(place, sample.said))
        count, compared = len(theirs), len(theirs)
        mine = {row[0]: row for row in ours}
        differing = [row for row in theirs if mine.get(row[0]) != row]
        differ = len(differing)
        for row in differing[:3]:
            print(f"  {sample.name}: {row} is {mine.get(row[0])}")
    wrong = differ or count != len(ours)
    state = "unchanged" if unchanged else "CHANGED"
    print(f"| `{sample.stored}` | {sample.table} | {len(ours)} | {count} | {compared} | {differ} | {state} |")
    return bool(wrong)


def _placed(corpus: Path, sample: Sample, folder: Path) -> Path:
    """The sample, with the companions it has, under the name that its app gives it."""
    place = folder / sample.name
    place.parent.mkdir(parents=True)
    stored = corpus / sample.stored
    if sample.inner:
        with zipfile.ZipFile(stored) as archive:
            for name in archive.namelist():
                if name.endswith((sample.inner, f"{sample.inner}-wal", f"{sample.inner}-shm")):
                    (place.parent / Path(name).name.replace(Path(sample.inner).name, place.name)).write_bytes(
                        archive.read(name)
                    )
        return place
    for suffix in ("", "-wal", "-shm", "-journal"):
        if (source := stored.with_name(stored.name + suffix)).exists():
            shutil.copyfile(source, place.with_name(place.name + suffix))
    return place


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _ours(base: Path, place: Path, sample: Sample) -> Iterator[tuple[str, str, str, str]]:
    """Every live record of one file: place, text or number, sender or party, time."""
    table = sample.table
    columns = sample.ours if any(sample.ours) else _COLUMNS[table]
    path = "/" + str(place.relative_to(base / "evidence"))
    said, who, at = columns
    database = sqlite3.connect(f"file:{base / 'case' / 'case.db'}?mode=ro", uri=True)
    try:
        query = f"""SELECT where_, coalesce({said}, ''), coalesce({who}, ''), coalesce({at} / 1000000, '') FROM {table}
            WHERE entry_id IN (SELECT id FROM entry WHERE path = ?) AND deleted IS NOT 'superseded' ORDER BY id"""
        for row in database.execute(query, (path,)):
            yield tuple(map(str, row))  # type: ignore[misc]  # four columns
    finally:
        database.close()


def _theirs(place: Path, sql: str) -> Iterator[tuple[str, ...]]:
    """What the sqlite3 program says, on a copy of the file and its companions."""
    with tempfile.TemporaryDirectory(prefix="sigap-talks-") as folder:
        for path in place.parent.iterdir():
            shutil.copyfile(path, Path(folder) / path.name)
        command = [
            "sqlite3",
            "-json",
            str(Path(folder) / place.name),
            f"SELECT a, coalesce(b, '') b, coalesce(c, '') c, coalesce(d, '') d FROM ({sql})",
        ]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for row in json.loads(answer or "[]"):
        yield tuple(str(row[name]) for name in "abcd")


def _telegram(place: Path) -> int:
    """Messages of an export, counted with Python's own reader of JSON."""
    told = json.loads(place.read_text(encoding="utf-8"))
    chats = told["chats"]["list"] if "chats" in told else [told]
    return sum(len(chat["messages"]) for chat in chats)


def _lines(pattern: str) -> Callable[[Path], int]:
    return lambda place: len(re.findall(pattern, place.read_text(encoding="utf-8"), re.MULTILINE))


_IPED = """SELECT 'messages._id=' || _id AS a, nullif(data, '') AS b,
    CASE WHEN coalesce(remote_resource, '') != '' THEN remote_resource WHEN key_from_me = 0 THEN key_remote_jid END AS c,
    CASE WHEN timestamp > 0 THEN timestamp END AS d FROM messages WHERE key_id != '-1'"""
_WAYS = "CASE type WHEN 1 THEN 'in' WHEN 2 THEN 'out' WHEN 3 THEN 'in' END"
_NO_TEXT = ("NULL", "sender", "sent_at")

SAMPLES: tuple[Sample, ...] = (
    Sample("chats/iped/test_whatsAppMsgStore.db", "com.whatsapp/databases/msgstore.db", "message", _IPED),
    Sample("chats/wa_crypt/msgstore.db", "com.whatsapp/databases/msgstore.db", "message", _IPED),
    Sample("chats/memacs/msgstore.db", "com.whatsapp/databases/msgstore.db", "message",
        "SELECT 'messages._id=' || _id AS a, data AS b, NULL AS c, timestamp AS d FROM messages"),
    Sample("chats/memacs/calls.xml", "calls.xml", "call", _lines(r"<call ")),
    Sample("chats/iped/test_skypeMain.db", "Skype/x/main.db", "message",
        "SELECT 'Messages.id=' || id AS a, NULL AS b, author AS c, timestamp * 1000 AS d FROM Messages", ours=_NO_TEXT),
    Sample("chats/iped/test_skypeMain.db", "Skype/x/main.db", "contact",
        "SELECT 'Contacts.id=' || id AS a, displayname AS b, NULL AS c, NULL AS d FROM Contacts", ours=("name", "NULL", "NULL")),
    Sample("chats/plaso/ios_IMODb2.sqlite", "IMODb2.sqlite", "message",
        "SELECT 'ZIMOCHATMSG.Z_PK=' || Z_PK AS a, ZTEXT AS b, CASE ZISSENT WHEN 1 THEN '2001533484753054' ELSE ZBUID END AS c,"
        " ZTS / 1000000 AS d FROM ZIMOCHATMSG"),
    Sample("chats/plaso/ios_IMODb2.sqlite", "IMODb2.sqlite", "contact",
        "SELECT 'ZIMOCONTACT.Z_PK=' || Z_PK AS a, ZDISPLAY AS b, ZPHONE AS c, NULL AS d FROM ZIMOCONTACT"),
    Sample("chats/plaso/android_viber_data", "com.viber.voip/databases/viber_data", "call",
        "SELECT 'calls._id=' || _id AS a, number AS b, CASE type WHEN 1 THEN 'in' WHEN 2 THEN 'out' WHEN 5 THEN 'in' WHEN 6 THEN 'out' END AS c,"
        " date AS d FROM calls", ours=("party", "CASE WHEN direction != 'unknown' THEN direction END", "started_at")),
    Sample("chats/plaso/android_viber_data", "com.viber.voip/databases/viber_data", "contact",
        "SELECT 'phonebookcontact._id=' || _id AS a, display_name AS b, NULL AS c, NULL AS d FROM phonebookcontact", ours=("name", "NULL", "NULL")),
    Sample("chats/plaso/android_contacts2.db", "com.android.providers.contacts/databases/contacts2.db", "call",
        f"SELECT 'calls._id=' || _id AS a, number AS b, {_WAYS} AS c, date AS d FROM calls"),
    Sample("chats/plaso/android_burners.sqlite", "data/data/com.adhoclabs.burner/databases/burners.db", "message",
        "SELECT 'messages.rowid=' || rowid AS a, message AS b, NULL AS c, date_created AS d FROM messages"),
    Sample("phones/ios_ffs_ileapp/testdata.meWe.meWeMessages.josh_ios17_ffs.zip", "private/var/mobile/Containers/Data/Application/B8B1A6C3-DCBA-468D-B2B4-EA42DD1B07AF/Documents/sgrouplesdb.sqlite",
        "message", "SELECT 'ZCHATMESSAGE.rowid=' || rowid AS a, ZTEXT AS b, ZSENDER AS c, CAST((ZDATE + 978307200) * 1000 AS INTEGER) AS d"
        " FROM ZCHATMESSAGE", inner="sgrouplesdb.sqlite"),
    Sample("chats/telegram_iped/account1/cache4.db", "org.telegram.messenger/files/account1/cache4.db", "message",
        "SELECT 'messages.mid=' || mid AS a, NULL AS b, NULL AS c, NULL AS d FROM messages"),
    Sample("chats/chm/telegram_2020-01/result.json", "result.json", "message", _telegram),
    Sample("chats/chm/telegram_2021-06_supergroup/result.json", "result.json", "message", _telegram),
    Sample("chats/chm/telegram_2023-01/result.json", "result.json", "message", _telegram),
    Sample("chats/chm/telegram_2023-10_audio-video/result.json", "result.json", "message", _telegram),
    Sample("chats/chm/telegram_2024-01/result.json", "result.json", "message", _telegram),
    Sample("chats/text_exports/chat-miner/telegram/test_single_export.json", "result.json", "message", _telegram),
    Sample("chats/chm/whatsapp-text_2023-10/WhatsApp Chat with +123 45 6789.txt", "_chat.txt", "message", _lines(r"^\d+/\d+/\d+, \d+:\d\d")),
    Sample("chats/text_exports/whatstk_lorem.txt", "_chat.txt", "message", _lines(r"^\[\d+-\d+-\d+ \d+:\d\d:\d\d\]")),
    Sample("chats/text_exports/whatstk_pokemon.txt", "_chat.txt", "message", _lines(r"^\d+\.\d+\.\d+, \d+:\d\d")),
    Sample("chats/text_exports/chat-miner/whatsapp/test_ddmmyy_24hrs.txt", "_chat.txt", "message", _lines(r"^\[?\d+[/.]\d+[/.]\d+, \d+:\d\d")),
    Sample("chats/iped/test_contactsMultiple.vcf", "kontak.vcf", "contact", _lines(r"^BEGIN:VCARD")),
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
