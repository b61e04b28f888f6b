"""Telegram's store on iOS: every part of a message, people, calls, what is encrypted, what is unknown."""

import pytest
from making import postbox
from making.items import item_from_bytes

from triage.errors import Encrypted
from triage.extractors.telegram_apple import TelegramApple
from triage.formats.telegram.postbox import murmur, peer_of
from triage.model import Account, Call, Contact, Message, Problem, Stamp

PATH = "/private/var/mobile/Containers/Shared/AppGroup/X/telegram-data/account-1/postbox/db/db_sqlite"
SECOND = 1_000_000_000


def extracted(data):
    return list(TelegramApple().extract(item_from_bytes(PATH, data)))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return extracted(postbox.make_postbox(tmp_path_factory.mktemp("t") / "db_sqlite", cut=True).read_bytes())


def messages(found):
    return {each.where: each for each in found if isinstance(each, Message)}


@pytest.mark.parametrize(
    ("data", "seed", "number"),
    [(b"", 0, 0), (b"", 1, 0x514E28B7), (b"test", 0x9747B28C, 0x704B81DC), (b"Hello, world!", 0x9747B28C, 0x24884CBA)],
)
def test_murmur_as_its_author_published_it(data, seed, number):
    assert murmur(data, seed) == number


@pytest.mark.parametrize(
    ("number", "peer"),
    [
        (900, "900"),
        (1 << 32 | 55, "-55"),
        (2 << 32 | 77, "-77"),
        (3 << 32 | 5, "secret chat 5"),
        (1 << 35 | 1, str((1 << 32) + 1)),
    ],
)
def test_peers(number, peer):
    assert peer_of(number) == peer


def test_sender_text_time_direction(found):
    said = messages(found)
    first = said["t7 peer=101 namespace=0 id=1"]
    assert (first.account, first.thread, first.thread_name) == ("900", "101", "Budi Rekaan (@budi_rekaan)")
    assert (first.sender, first.direction, first.body, first.identifier) == ("101", "in", "halo", "1")
    assert first.sent_at == Stamp((postbox.DATE + 1) * SECOND, resolution=SECOND)
    answer = said["t7 peer=101 namespace=0 id=2"]
    assert (answer.sender, answer.direction, answer.quoted) == ("900", "out", "1")
    assert answer.edited_at == Stamp((postbox.DATE + 500) * SECOND, resolution=SECOND)
    gone = said["t7 peer=101 namespace=0 id=7"]
    assert (gone.sender, gone.expires_at) == ("900", Stamp((postbox.DATE + 70) * SECOND, resolution=SECOND))


def test_groups_channels_secret_chats(found):
    said = messages(found)
    group = said["t7 peer=4294967351 namespace=0 id=8"]
    assert (group.thread, group.thread_name, group.sender_name) == ("-55", "Keluarga", "Siti")
    channel = said["t7 peer=8589934669 namespace=0 id=11"]
    assert (channel.thread_name, channel.sender, channel.direction) == ("Kabar (@kabar_rekaan)", None, "in")
    secret = said["t7 peer=12884901893 namespace=2 id=1"]
    assert (secret.thread, secret.raw_kind, secret.identifier) == ("secret chat 5", "namespace 2", "2:1")


def test_media_places_cards(found):
    said = messages(found)
    photo = said["t7 peer=101 namespace=0 id=3"]
    assert (photo.kind, photo.attachment, photo.attachment_size, photo.forwarded) == (
        "image", "telegram-cloud-photo-size-2-5001-y", 4711, True)  # fmt: skip
    clip = said["t7 peer=101 namespace=0 id=5"]
    assert (clip.kind, clip.attachment, clip.body, clip.attachment_size) == (
        "video", "telegram-cloud-document-4-6001", "liburan.mp4", 9000)  # fmt: skip
    place, card = said["t7 peer=101 namespace=0 id=6"], said["t7 peer=101 namespace=0 id=6 media=1"]
    assert (place.kind, place.latitude, place.longitude, place.body) == ("location", -6.2, 106.8, "di sini")
    assert (card.kind, card.body) == ("contact", "Agus Rekaan (+62 000 0000 003)")


def test_calls_and_service_messages(found):
    (call,) = [each for each in found if isinstance(each, Call)]
    assert (call.party, call.direction, call.duration_s, call.kind, call.outcome) == (
        "101",
        "in",
        65.0,
        "video",
        "answered",
    )
    said = messages(found)
    assert said["t7 peer=4294967351 namespace=0 id=9"].body == "message pinned"
    strange = said["t7 peer=4294967351 namespace=0 id=10"]
    assert (strange.kind, strange.body, strange.raw_kind) == ("system", "unknown (99)", "TelegramMediaAction 99")


def test_people_and_owner(found):
    (account,) = [each for each in found if isinstance(each, Account)]
    assert (account.identifier, account.name, account.phone) == ("900", "Pemilik", "+620000000009")
    people = {each.identifier: each for each in found if isinstance(each, Contact)}
    assert sorted(people) == ["-55", "-77", "101", "102"]
    assert people["101"].phone == "+620000000001"


def test_what_cannot_be_read_is_counted(found):
    (problem,) = [each for each in found if isinstance(each, Problem)]
    assert (problem.kind, problem.message) == ("unsupported", "1 rows of t7 have a form that is not known")
    assert len(messages(found)) == 13


def test_an_encrypted_store_is_named():
    with pytest.raises(Encrypted, match="tempkeyEncrypted"):
        extracted(bytes(range(256)) * 64)
