"""The full-text index: what is found by word, by part, by number; what cannot break out; that it can stop anywhere."""

import random
import sqlite3

import pytest
from searched_case import at, fill

from triage import fulltext
from triage.case import Case
from triage.model import Call, Contact, GalleryItem, Message, Network, Notification, Place, Program, Search, Visit
from triage.queries import Queries, SearchWish

BODIES = (
    "Tolong kirimkan fotonya besok",
    "Barang sudah dikirim kemarin",
    "Pengiriman lewat kurir",
    "We met at the café, see you",
    "Selamat pagi Ibu",
    "pagi ini selamat sampai",
    "transfer ke 0812-000-0077 ya",
)
NAMES = ("IMG_20260225_0001.jpg", "Daftar Harga.xlsx", "100%_asli.txt", "ÉTÉ rahasia.txt")


@pytest.fixture
def case(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as opened:
        yield opened


@pytest.fixture
def ask(case):
    """Asks and gives the texts found, by kind."""
    messages = [
        Message(
            where=f"message._id={number}",
            app="WhatsApp" if number % 2 else "Telegram",
            thread="t1",
            thread_name="Grup Arisan",
            sender="620000000001",
            sender_name="Budi Fiksi",
            sent_at=at(number),
            body=body,
            attachment="Media/WhatsApp Images/IMG-20260301-WA0007.jpg" if number == 0 else None,
        )
        for number, body in enumerate(BODIES)
    ]
    others = [
        Contact(where="c=1", app="Contacts", name="Siti Contoh", phone="+62 812-0000-077"),
        Call(where="k=1", app="Phone", party="08120000077", party_name="Siti Contoh"),
        Visit(where="v=1", app="Chrome", url="https://example.org/rahasia?q=1", title="Halaman Rahasia"),
        Search(where="s=1", app="Chrome", term="cara menghapus pesan"),
        Notification(where="n=1", app="com.example", title="Agus", body="pesan yang dihapus"),
        Network(where="w=1", app="Android", name="Kopi_Senja-5G", identifier="aa:bb:cc:dd:ee:ff"),
        Network(where="w=2", app="Android", identifier="00:11:22:33:44:55"),
        GalleryItem(
            where="g=1",
            app="Apple Photos",
            name="IMG_0009.HEIC",
            title="Candi",
            caption="ulang tahun di rumah",
            album="Keluarga",
        ),
        Program(where="p=1", app="Android", identifier="com.netqin.ps", name="NQ Vault", category="vault"),
        Place(where="l=1", app="Google Timeline", name="Pasar Contoh, Jalan Fiksi 1", latitude=-6.2, longitude=106.8),
    ]
    fill(case, [*messages, *others], NAMES)
    assert case.index_text()
    queries = Queries(case.folder)
    yield lambda text, **more: [(row.kind, row.text) for row in queries.found(SearchWish(text, **more), limit=100)]
    queries.close()


def bodies(found):
    return {text for kind, text in found if kind == "message"}


def test_a_word_finds_its_derivations_and_a_quoted_one_does_not(ask):
    assert bodies(ask("kirim")) == set(BODIES[:3])
    assert bodies(ask("dikirim")) == set(BODIES[:3])
    assert bodies(ask("PENGIRIMAN")) == set(BODIES[:3])
    assert bodies(ask('"dikirim"')) == {BODIES[1]}
    assert {kind for kind, _ in ask("hapus")} == {"search", "notification"}


def test_all_words_must_stand_and_a_phrase_in_its_order(ask):
    assert bodies(ask("selamat pagi")) == {BODIES[4], BODIES[5]}
    assert bodies(ask('"selamat pagi"')) == {BODIES[4]}
    assert ask("selamat mars") == []


def test_what_galleries_say_is_found_by_any_part(ask):
    row = ("gallery", "IMG_0009.HEIC · Candi · ulang tahun di rumah · Keluarga")
    for text in ("candi", "ulang tahun", "eluarg", "0009.hei"):
        assert row in ask(text)
    assert [kind for kind, _ in ask("candi", kinds=("gallery",))] == ["gallery"]


def test_accents_do_not_matter(ask):
    assert bodies(ask("cafe")) == {BODIES[3]}


@pytest.mark.parametrize("number", ["0812 0000 077", "+62 812-0000-077", "8120000077", "20000077"])
def test_a_number_is_found_however_it_is_written(ask, number):
    people = {text for kind, text in ask(number) if kind == "name"}
    assert people == {"Siti Contoh · +62 812-0000-077", "Siti Contoh · 08120000077"}


def test_a_number_in_a_message_is_found(ask):
    assert bodies(ask("0812-000")) == {BODIES[6]}


def test_any_part_of_a_name(ask):
    assert ask("0225_00") == [("file", NAMES[0])]
    assert ask("0%_as") == [("file", NAMES[2])]
    assert ask("rga.x") == [("file", NAMES[1])]
    assert ("name", "Grup Arisan · t1") in ask("aris")
    assert ask("%_") == []


def test_the_file_a_message_names_is_found_and_its_folders_are_not(ask):
    assert [kind for kind, _ in ask("WA0007")] == ["message"]
    assert ask('"whatsapp images"') == []


def test_networks_programs_and_places_are_found_by_their_names(ask):
    assert ask("senja") == [("network", "Kopi_Senja-5G · aa:bb:cc:dd:ee:ff")]
    assert ask("11:22:33") == [("network", "00:11:22:33:44:55")]
    assert ask("netqin") == ask("nq vault") == [("program", "NQ Vault · com.netqin.ps")]
    assert ask("jalan fiksi") == [("place", "Pasar Contoh, Jalan Fiksi 1")]
    assert ask("vault", kinds=("network",)) == []


def test_filters(ask):
    assert bodies(ask("kirim", app="WhatsApp")) == {BODIES[1]}
    assert bodies(ask("kirim", person="arisan")) == set(BODIES[:3])
    assert ask("kirim", person="siti") == []
    assert bodies(ask("kirim", since="2026-02-26")) == {BODIES[1], BODIES[2]}
    assert bodies(ask("kirim", until="2026-02-26")) == {BODIES[0], BODIES[1]}
    assert ask("rahasia", kinds=("visit",)) == [("visit", "Halaman Rahasia")]
    assert ask("rahasia", exhibit="other") == []


def test_pages_follow_each_other_and_counts_agree(case, ask):
    queries = Queries(case.folder)
    wish = SearchWish("a")
    whole = queries.found(wish, limit=1000)
    assert sum(queries.found_counts(wish).values()) == len(whole) > 6
    for size in (1, 3, 5):
        pages = [queries.found(wish, limit=size, offset=offset) for offset in range(0, len(whole) + size, size)]
        assert [row for page in pages for row in page] == whole
    queries.close()


def test_marks_point_at_what_was_found(case, ask):
    queries = Queries(case.folder)
    for text in ("kirim", "rahasia", "0812 0000 077"):
        for row in queries.found(SearchWish(text), limit=100):
            assert row.marks
            assert all(0 <= begin < end <= len(row.text) for begin, end in row.marks)
    (row,) = queries.found(SearchWish("kurir"), limit=5)
    assert [row.text[begin:end] for begin, end in row.marks] == ["kurir"]
    queries.close()


def test_no_question_breaks_out(ask):
    pieces = [
        '"',
        "'",
        "*",
        "(",
        ")",
        "NEAR",
        "OR",
        "AND",
        "NOT",
        ":",
        "-",
        "^",
        "%",
        "_",
        "\\",
        "\0",
        "a",
        "é",
        "x" * 300,
    ]
    pieces += ["{", "}", "+", ";", "--", "body", "rowid", "\ud800", "0812", " ", " ", "😀", "\x02", "[a-z]"]
    chance = random.Random(5)
    for _ in range(150):
        text = "".join(chance.choice(pieces) for _ in range(chance.randint(0, 12)))
        ask(text, person=chance.choice((None, "%'", "_")))


def test_indexing_can_stop_anywhere_and_gives_the_same(tmp_path, monkeypatch):
    records = [
        Message(where=f"m={number}", app="A", sender=f"s{number % 7}", sender_name="N", body=f"kata{number} sama")
        for number in range(500)
    ]
    answers = []
    for chunk, stops in ((50_000, 0), (64, 3), (7, 20)):
        monkeypatch.setattr(fulltext, "CHUNK", chunk)
        with Case.open_or_create(tmp_path / f"case{chunk}", actor="tester") as case:
            fill(case, records, [f"f{number}.txt" for number in range(90)])
            asked = iter(range(stops))
            assert case.index_text(stop=lambda asked=asked, last=stops - 1: next(asked, None) == last) is (stops == 0)
        with Case.open(tmp_path / f"case{chunk}", actor="tester") as case:
            queries = Queries(case.folder)
            assert (queries.unsearchable() > 0) is (stops > 0)
            assert case.index_text()
            assert queries.unsearchable() == 0
            answers.append(
                [
                    (queries.found_counts(SearchWish(text)), queries.found(SearchWish(text), limit=50))
                    for text in ("sama", "kata7", "s3", "f1")
                ]
            )
            queries.close()
        with sqlite3.connect(tmp_path / f"case{chunk}" / "case.db") as database:
            database.execute("INSERT INTO message_text (message_text) VALUES ('integrity-check')")
        database.close()
    assert answers[0] == answers[1] == answers[2]


def test_a_long_run_is_searchable_as_it_goes(case, monkeypatch):
    monkeypatch.setattr(fulltext, "LIVE", 10)
    fill(case, [Message(where=f"m={number}", app="A", body="halo dunia") for number in range(25)])
    assert case.index_text(live=True)
    queries = Queries(case.folder)
    assert queries.found_counts(SearchWish("dunia")) == {"message": 25}
    queries.close()
