"""LINE, WeChat, Messenger, Instagram, TikTok, Snapchat, Discord, KakaoTalk, Zalo: made databases against values written down by hand."""

import gzip
import json
import struct
import zipfile

import cramjam
import pytest
import zstandard
from corpus import corpus_file
from making import messengers_more as making
from making.databases import START
from making.items import BytesEvidence, item_from_bytes
from making.messengers_more import BUDI_ID, OWN

from triage.content import read_once
from triage.errors import Encrypted
from triage.evidence import kakao_cipher
from triage.extractors import wanted_by
from triage.model import Account, Call, Contact, Entry, Kind, Locator, Message, Problem, Stamp, Step
from triage.settings import Limits

MS = 1_000_000


def found(name: str, data: bytes, *, by: str) -> list:
    item = item_from_bytes(name, data)
    (extractor,) = [each for each in wanted_by(item) if each.name == by]
    return list(extractor.extract(item))


def of(records: list, kind: type, table: str = "") -> list:
    return [each for each in records if isinstance(each, kind) and each.where.startswith(table)]


def test_line_on_android(tmp_path) -> None:
    records = found(
        "/data/data/jp.naver.line.android/databases/naver_line",
        making.make_line(tmp_path / "l").read_bytes(),
        by="line",
    )
    first, second, place, file, strange = of(records, Message, "chat_history.")
    assert (first.direction, first.sender, first.sender_name, first.thread_name) == (
        "in",
        making.LINE_BUDI,
        "Budi Fiksi",
        "Budi Fiksi",
    )
    assert (first.sent_at, first.raw_kind) == (Stamp(START * MS, resolution=MS), "type 1 attachement_type 0 status 1")
    assert (second.direction, second.recipients, second.body) == ("out", making.LINE_BUDI, "Halo juga")
    assert (place.kind, place.latitude, place.longitude, place.body, place.thread_name) == (
        "location",
        -6.2,
        106.8,
        "Pasar Fiksi",
        "Arisan",
    )
    assert (file.kind, file.attachment, file.attachment_size) == ("document", "nota.pdf", 1234)
    assert (strange.kind, strange.direction, strange.sent_at) == ("unknown (99)", "unknown", None)
    out, received = of(records, Call)
    assert (out.direction, out.kind, out.duration_s, out.outcome) == ("out", "video", 62.0, "answered")
    assert (received.direction, received.outcome) == ("in", None)


def test_line_on_ios(tmp_path) -> None:
    own = "u" + "0" * 32
    path = (
        f"/AppDomainGroup-group.com.linecorp.line/Library/Application Support/PrivateStore/P_{own}/Messages/Line.sqlite"
    )
    records = found(path, making.make_line(tmp_path / "l").read_bytes(), by="line")
    first, second, strange = of(records, Message, "ZMESSAGE.")
    assert (first.direction, first.sender, first.thread, first.account) == (
        "in",
        making.LINE_BUDI,
        making.LINE_BUDI,
        own,
    )
    assert (second.direction, second.sender, second.thread_name) == ("out", own, "Arisan")
    assert (strange.direction, strange.kind) == ("unknown", "unknown (77)")


def wechat(tmp_path, files: dict[str, bytes]) -> list:
    """The encrypted database in its folder, with these files in the app's folder."""
    root = "/data/data/com.tencent.mm"
    path = f"{root}/MicroMsg/{making.WECHAT_FOLDER}/EnMicroMsg.db"
    data = making.make_wechat_encrypted(tmp_path / "e.db").read_bytes()
    evidence = ListedEvidence({path: data} | {f"{root}/{name}": content for name, content in files.items()})
    entry = Entry(Locator((Step("memory", path),)), "EnMicroMsg.db", Kind.FILE, size=len(data), path=path)
    item = read_once(entry, evidence, scratch=tmp_path, limits=Limits())
    (extractor,) = [each for each in wanted_by(item) if each.name == "wechat"]
    return list(extractor.extract(item))


class ListedEvidence(BytesEvidence):
    """Files in memory that can be listed, all at once."""

    def children(self, entry: Entry):
        return iter(
            [
                Entry(Locator((Step("memory", each),)), each.rpartition("/")[2], Kind.FILE, size=len(data), path=each)
                for each, data in self.files.items()
            ]
        )


def test_wechat_with_its_key_beside_it(tmp_path) -> None:
    numbers = making.java_number(77) + making.java_number(int(making.UIN))
    records = wechat(
        tmp_path,
        {"MicroMsg/systemInfo.cfg": numbers, "MicroMsg/CompatibleInfo.cfg": making.java_strings("calls", making.IMEI)},
    )
    assert not [each for each in records if isinstance(each, Problem)]
    text, picture, group, link, place, revoked, strange = of(records, Message, "message.")
    assert (text.direction, text.sender, text.thread_name, text.body, text.account) == (
        "in",
        "wxid_budi",
        "Budi Fiksi",
        "Halo",
        "wxid_rina",
    )
    assert text.sent_at == Stamp(START * MS, resolution=MS)
    assert (picture.kind, picture.attachment, picture.recipients, picture.body) == (
        "image",
        "th_abc",
        "wxid_budi",
        None,
    )
    assert (group.thread, group.sender, group.sender_name, group.body) == (
        making.ROOM,
        "wxid_siti",
        "Siti Contoh",
        "siapa datang?",
    )
    assert (link.kind, link.body) == ("link", "Peta\nJalan & toko\nhttps://example.com/")
    assert (place.latitude, place.longitude, place.body) == (-6.2, 106.8, "Pasar Fiksi, Jalan Contoh 1")
    assert (revoked.deleted, revoked.body) == ("revoked", "ditarik")
    assert (strange.kind, strange.direction, strange.sent_at) == ("unknown (777)", "unknown", None)
    (account,) = of(records, Account)
    assert (account.identifier, account.phone) == ("wxid_rina", "+62 000 0000 004")


def test_wechat_by_its_settings(tmp_path) -> None:
    settings = f'<?xml version="1.0"?><map><int name="default_uin" value="{making.UIN}" /></map>'.encode()
    files = {
        "shared_prefs/system_config_prefs.xml": settings,
        "MicroMsg/CompatibleInfo.cfg": making.java_strings(making.IMEI),
    }
    assert len(of(wechat(tmp_path, files), Message, "message.")) == 7


@pytest.mark.parametrize("files", [{}, {"MicroMsg/systemInfo.cfg": making.java_number(77)}])
def test_wechat_without_a_key_is_told(tmp_path, files) -> None:
    with pytest.raises(Encrypted, match="no key"):
        wechat(tmp_path, files)


def test_wechat_on_ios(tmp_path) -> None:
    path = "/AppDomain-com.tencent.xin/Documents/0123456789abcdef0123456789abcdef/DB/MM.sqlite"
    records = found(path, making.make_wechat(tmp_path / "w.db").read_bytes(), by="wechat")
    first, second, strange = of(records, Message, "Chat_")
    assert (first.direction, first.sender, first.thread, first.thread_name) == (
        "in",
        "wxid_budi",
        "wxid_budi",
        "Budi Fiksi",
    )
    assert first.sent_at == Stamp(START * MS, resolution=10**9)
    assert (second.direction, second.recipients) == ("out", "wxid_budi")
    assert (strange.kind, strange.direction, strange.body) == ("unknown (555)", "unknown", None)


def test_messenger_threads(tmp_path) -> None:
    records = found(
        "/data/data/com.facebook.orca/databases/threads_db2",
        making.make_messenger(tmp_path / "t").read_bytes(),
        by="messenger",
    )
    text, picture, broken = of(records, Message, "messages.")
    assert (text.direction, text.sender, text.sender_name, text.thread_name, text.recipients) == (
        "in",
        BUDI_ID,
        "Budi Fiksi",
        "Budi Fiksi",
        OWN,
    )
    assert (picture.direction, picture.kind, picture.attachment, picture.attachment_size) == (
        "out",
        "image",
        "pantai.jpg",
        1234,
    )
    assert (broken.direction, broken.body, broken.thread_name, broken.sent_at) == ("unknown", "rusak", "Arisan", None)
    (reaction,) = of(records, Message, "message_reactions.")
    assert (reaction.kind, reaction.body, reaction.quoted, reaction.sender) == ("reaction", "\U0001f44d", "m1", OWN)
    (call,) = of(records, Call)
    assert (call.outcome, call.direction, call.party, call.kind) == ("missed", "in", BUDI_ID, "video")


def test_messenger_msys(tmp_path) -> None:
    path = f"/data/data/com.facebook.orca/databases/msys_database_{OWN}"
    records = found(path, making.make_msys(tmp_path / "m").read_bytes(), by="messenger")
    text, unsent, picture, film, strange = of(records, Message, "messages.")
    assert (text.direction, text.sender_name, text.account, text.thread_name) == ("in", "Budi Fiksi", OWN, "Budi Fiksi")
    assert (unsent.direction, unsent.deleted) == ("out", "revoked")
    assert (picture.kind, picture.attachment, film.kind, film.where) == (
        "image",
        "a.jpg",
        "video",
        "messages.rowid=3 attachment 2",
    )
    assert (strange.kind, strange.direction) == ("system", "unknown")
    assert [(each.direction, each.kind, each.duration_s) for each in of(records, Call)] == [("out", "video", 62.0)]
    assert of(records, Message, "reactions.")[0].direction == "out"


def test_messenger_on_ios(tmp_path) -> None:
    path = f"/AppDomainGroup-group.com.facebook.Messenger/lightspeed-userDatabases/{OWN}.db"
    records = found(path, making.make_lightspeed(tmp_path / "l").read_bytes(), by="messenger")
    text, picture, strange = of(records, Message)
    assert (text.direction, text.sender, text.thread, text.thread_name) == ("in", BUDI_ID, "T5", "Arisan")
    assert (picture.direction, picture.kind, picture.attachment) == ("out", "image", "pantai.jpg")
    assert (strange.direction, strange.sent_at) == ("unknown", None)


def test_instagram(tmp_path) -> None:
    records = found(
        "/data/data/com.instagram.android/databases/direct.db",
        making.make_instagram(tmp_path / "d").read_bytes(),
        by="instagram",
    )
    text, once, link, answer, damaged = [each for each in of(records, Message) if "reactions" not in each.where]
    assert (text.direction, text.sender, text.sender_name, text.body, text.account) == (
        "in",
        BUDI_ID,
        "Budi Fiksi",
        "Halo",
        OWN,
    )
    assert (text.sent_at, text.identifier) == (Stamp(START * MS, resolution=1000), "i0")
    assert (once.kind, once.view_once, once.attachment, once.direction) == (
        "view-once image",
        True,
        "https://example.com/a.jpg",
        "out",
    )
    assert (link.kind, link.body, link.attachment) == ("link", "lihat ini", "https://example.com/")
    assert (answer.kind, answer.quoted, answer.quoted_body) == ("unknown (baru)", "i0", "Halo")
    assert (damaged.body, damaged.direction, damaged.sent_at) == ("tanpa JSON", "unknown", None)
    (laugh,) = [each for each in of(records, Message) if each.kind == "reaction"]
    assert (laugh.body, laugh.quoted, laugh.direction) == ("\U0001f602", "i0", "out")
    (call,) = of(records, Call)
    assert (call.raw_kind, call.direction, call.party, call.kind) == ("video_call_started", "in", BUDI_ID, "video")
    assert [(each.identifier, each.name) for each in of(records, Contact)] == [(BUDI_ID, "Budi Fiksi"), (OWN, "Rina")]


def test_instagram_on_ios(tmp_path) -> None:
    path = f"/AppDomain-com.burbn.instagram/Library/Application Support/DirectSQLiteDatabase/{OWN}.db"
    good, damaged = found(path, making.make_instagram_ios(tmp_path / "d").read_bytes(), by="instagram")
    assert (good.body, good.sender, good.direction, good.thread) == ("Halo", BUDI_ID, "in", "t1")
    assert good.sent_at == Stamp(START * MS, resolution=1000)
    assert (damaged.body, damaged.direction, damaged.sent_at) == (None, "unknown", None)


def test_tiktok(tmp_path) -> None:
    path = f"/data/data/com.ss.android.ugc.trill/databases/{OWN}_im.db"
    records = found(path, making.make_tiktok(tmp_path / "t").read_bytes(), by="tiktok")
    text, clip, picture, damaged = of(records, Message, "msg.")
    assert (text.direction, text.body, text.recipients, text.account, text.raw_kind) == (
        "in",
        "Halo",
        OWN,
        OWN,
        "type 7 deleted 0",
    )
    assert (clip.kind, clip.body, clip.deleted, clip.direction, clip.recipients) == (
        "link",
        "Klip",
        "marked deleted",
        "out",
        BUDI_ID,
    )
    assert (picture.kind, picture.attachment) == ("image", "/data/data/a.jpg")
    assert (damaged.kind, damaged.direction, damaged.sent_at) == ("unknown", "unknown", None)
    assert [each.name for each in of(records, Contact)] == ["Budi Fiksi", "Siti Contoh"]


def test_tiktok_on_ios(tmp_path) -> None:
    path = f"/AppDomain-com.zhiliaoapp.musically/Documents/ChatFiles/{OWN}/db.sqlite"
    first, second = of(
        found(path, making.make_tiktok(tmp_path / "t").read_bytes(), by="tiktok"), Message, "TIMMessageORM."
    )
    assert (first.direction, first.sent_at) == ("in", Stamp((START + 1000) * MS, resolution=10**9))
    assert (second.direction, second.sent_at, second.kind) == ("out", Stamp(START * MS, resolution=10**9), "unknown")


def test_snapchat(tmp_path) -> None:
    records = found(
        "/data/data/com.snapchat.android/databases/arroyo.db",
        making.make_snapchat(tmp_path / "a").read_bytes(),
        by="snapchat",
    )
    text, sticker, damaged = of(records, Message)
    assert (text.body, text.kind, text.sender, text.thread, text.direction) == (
        "Halo",
        "text",
        making.SNAP_BUDI,
        "c1",
        "unknown",
    )
    assert (text.read_at, text.raw_kind) == (
        Stamp((START + 60_000) * MS, resolution=MS),
        "content_type 1, COMMITTED, saved",
    )
    assert (sticker.kind, sticker.body) == ("unknown (5)", "stiker hati")
    assert (damaged.body, damaged.sent_at) == (None, None)
    assert of(records, Contact)[0].name == "Budi Fiksi"


def test_discord_store(tmp_path) -> None:
    path = f"/data/data/com.discord/files/kv-storage/@account.{OWN}/a"
    records = found(path, making.make_discord(tmp_path / "a").read_bytes(), by="discord")
    text, picture, document, damaged = of(records, Message, "messages0.")
    assert (text.direction, text.sender, text.sender_name, text.body, text.thread) == (
        "in",
        BUDI_ID,
        "Budi Fiksi",
        "Halo",
        "622",
    )
    assert text.sent_at == Stamp(START * MS + 500_000_000, resolution=1000)
    assert (picture.direction, picture.kind, picture.body) == ("out", "image", "dua berkas")
    assert (document.kind, document.attachment, document.body) == ("file", "b.pdf", None)
    assert (damaged.body, damaged.kind) == (None, "unknown")


def test_discord_cache(tmp_path) -> None:
    path = "/AppDomain-com.hammerandchisel.discord/Library/Caches/com.hammerandchisel.discord/Cache.db"
    answer, strange = of(found(path, making.make_discord(tmp_path / "a").read_bytes(), by="discord"), Message, "cfurl")
    assert (answer.where, answer.quoted, answer.quoted_body, answer.direction) == (
        "cfurl_cache_receiver_data.entry_ID=1 message 0",
        "5",
        "Halo",
        "unknown",
    )
    assert (strange.kind, strange.raw_time) == ("unknown (99)", "1100000000000000004 Discord snowflake")
    assert strange.sent_at == Stamp(((1100000000000000004 >> 22) + 1420070400000) * MS, resolution=MS)


def test_public_discord_cache() -> None:
    """As many messages as the answers of the cache hold, counted by json alone."""
    archive = corpus_file("phones", "ios_ffs_ileapp", "testdata.discord_cache.discord_cache.josh_ios15_ffs.zip")
    counted = read = 0
    with zipfile.ZipFile(archive) as file:
        for name in file.namelist():
            data = file.read(name)
            if "/fsCachedData/" not in name or data[:1] not in b"[{" or b'"channel_id"' not in data:
                continue
            value = json.loads(data)
            listed = value if isinstance(value, list) else value.get("messages", [])
            messages = [each for each in listed if isinstance(each, dict) and "author" in each and "content" in each]
            counted += sum(max(1, len(each["attachments"])) for each in messages)
            if messages:
                read += len(of(found(f"/{name}", data, by="discord"), Message))
    assert counted == read > 50


def test_kakaotalk(tmp_path) -> None:
    assert kakao_cipher.key(int(BUDI_ID), 2).hex() == making.KAKAO_KEYS[int(BUDI_ID), 2], "differs from OpenSSL"
    for damaged in ("pesan \u00e9", "====", "QQ==", "\udcff"):
        assert kakao_cipher.Deciphering().text(damaged, int(BUDI_ID), 2) is None
    records = found(
        "/data/data/com.kakao.talk/databases/KakaoTalk.db",
        making.make_kakao(tmp_path / "k.db").read_bytes(),
        by="kakaotalk",
    )
    text, file, gone, strange = of(records, Message)
    assert (text.body, text.direction, text.sender, text.thread_name, text.account) == (
        "Halo",
        "in",
        BUDI_ID,
        "Budi",
        OWN,
    )
    assert text.sent_at == Stamp(START * MS, resolution=10**9)
    assert (file.kind, file.attachment, file.attachment_size) == ("document", "nota.pdf", 1234)
    assert (gone.deleted, gone.kind, gone.body, gone.raw_kind) == ("revoked", "text", "dihapus", "16385")
    assert (strange.kind, strange.direction) == ("unknown (555)", "unknown")
    (friend,) = of(records, Contact)
    assert (friend.name, friend.phone) == ("Budi Fiksi", "+62 000 0000 001")


def test_what_kakaotalk_does_not_decipher_is_told(tmp_path) -> None:
    records = found("KakaoTalk.db", making.make_kakao(tmp_path / "k.db", broken=True).read_bytes(), by="kakaotalk")
    (problem,) = [each for each in records if isinstance(each, Problem)]
    assert (problem.kind, problem.message) == ("encrypted", "1 encrypted values did not decipher")
    assert of([each for each in records if isinstance(each, Message)], Message)[-1].body is None


def test_zalo(tmp_path) -> None:
    path = f"/AppDomain-vn.com.vng.zingalo/Documents/chat_dbs/{OWN}/{BUDI_ID}.db"
    records = found(path, making.make_zalo(tmp_path / "z").read_bytes(), by="zalo")
    text, picture, link, call, strange = of(records, Message)
    assert (text.direction, text.sender, text.thread, text.recipients, text.body) == (
        "in",
        BUDI_ID,
        BUDI_ID,
        OWN,
        "Halo",
    )
    assert (picture.direction, picture.kind, picture.attachment) == ("out", "image", "pantai.jpg")
    assert (link.kind, link.body, call.kind, call.raw_kind) == (
        "link",
        "Peta\nhttps://example.com/",
        "call",
        "12, recommened.misscall",
    )
    assert (strange.kind, strange.direction) == ("unknown (99)", "unknown")
    assert [(each.name, each.phone) for each in of(records, Contact)] == [
        ("Budi Fiksi", "+62 000 0000 001"),
        ("Arisan", None),
    ]


def test_instagram_of_the_newer_store(tmp_path) -> None:
    path = f"/data/data/com.instagram.android/databases/ig_msys_database_{OWN}"
    data = making.make_msys(tmp_path / "m").read_bytes()
    records = found(path, data, by="instagram")
    said = {each.where: each for each in records if isinstance(each, Message)}
    assert {each.app for each in records} == {"Instagram"}
    assert (said["messages.rowid=1"].direction, said["messages.rowid=2"].direction) == ("in", "out")
    other = found(path.replace(OWN, "42"), data, by="instagram")
    assert {each.direction for each in other if isinstance(each, Message)} == {"unknown"}


def test_zalo_on_android_names_its_owner(tmp_path) -> None:
    data = making.make_zalo(tmp_path / "z").read_bytes()
    records = found("/data/user/999/com.zing.zalo/databases/zaloprefs", data, by="zalo")
    (account,) = [each for each in records if isinstance(each, Account)]
    assert (account.identifier, account.account, account.service) == (OWN, OWN, "Zalo")


DESKTOP = "/Users/x/Documents/WeChat Files/wxid_rina/Msg"


def test_wechat_on_windows_deciphered_by_somebody(tmp_path) -> None:
    data = making.make_wechat_windows(tmp_path / "m").read_bytes()
    records = found(f"{DESKTOP}/Multi/MSG0.db", data, by="wechat")
    first, answer, group, cut = [each for each in records if isinstance(each, Message)]
    assert (first.account, first.thread, first.thread_name, first.direction, first.body) == (
        "wxid_rina",
        "wxid_budi",
        "Budi Fiksi",
        "in",
        "Halo",
    )
    assert (first.sent_at.ns, first.identifier) == (START // 1000 * 10**9, "901")
    assert (answer.direction, answer.sender, answer.recipients) == ("out", "wxid_rina", "wxid_budi")
    assert (group.sender, group.body, group.thread) == ("wxid_siti", "Halo semua", "9@chatroom")
    assert (cut.kind, cut.direction, cut.sent_at) == ("unknown (777)", "unknown", None)


def test_wechat_four_on_windows(tmp_path) -> None:
    data = making.make_wechat_four(tmp_path / "m").read_bytes()
    records = found("/Users/x/xwechat_files/wxid_rina_1234/db_storage/message/message_0.db", data, by="wechat")
    first, packed, long = [each for each in records if isinstance(each, Message)]
    assert (long.sender, long.body) == ("wxid_budi", "Panjang sekali, é")
    assert (first.thread, first.sender, first.direction, first.body) == ("wxid_budi", "wxid_budi", "in", "Halo")
    assert (packed.sender, packed.direction, packed.body, packed.kind) == ("wxid_rina", "out", None, "link")


@pytest.mark.parametrize("path", [f"{DESKTOP}/MicroMsg.db", "/Users/x/xwechat_files/w/db_storage/contact/contact.db",
    "/Users/x/Library/Containers/com.tencent.xinWeChat/Data/Library/Application Support/com.tencent.xinWeChat/2.0b4.0.9/0123456789abcdef0123456789abcdef/Message/msg_0.db"])  # fmt: skip
def test_wechat_on_desktops_is_told_as_encrypted(path) -> None:
    item = item_from_bytes(path, bytes(range(256)) * 32)
    (extractor,) = [each for each in wanted_by(item) if each.name == "wechat"]
    with pytest.raises(Encrypted, match="memory"):
        list(extractor.extract(item))


ANSWER = json.dumps([
    {"id": "1200000000000000001", "channel_id": "55", "author": {"id": "7", "username": "budi"}, "content": "Halo", "type": 0,
     "timestamp": "2026-02-25T06:13:20+00:00", "attachments": []},
]).encode()  # fmt: skip
SIMPLE = "/home/x/.config/discord/Cache/Cache_Data/0123456789abcdef_0"
BLOCKS = "/Users/x/AppData/Roaming/discord/Cache/Cache_Data"


def simple_entry(body: bytes) -> bytes:
    key = b"1/0/_dk_https://discord.com https://discord.com https://discord.com/api/v9/channels/55/messages?limit=50"
    end = struct.pack("<QIII4x", 0xF4FA6F45970D41D8, 1, 0, len(body))
    return struct.pack("<QIII4x", 0xFCFB6D1BA7725C30, 5, len(key), 0) + key + body + end + b"headers" + end


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (SIMPLE, simple_entry(ANSWER)),
        (SIMPLE, simple_entry(gzip.compress(ANSWER))),
        (SIMPLE, simple_entry(bytes(cramjam.brotli.compress(ANSWER)))),
        (SIMPLE, simple_entry(zstandard.ZstdCompressor().compress(ANSWER))),
        (f"{BLOCKS}/f_00001b", bytes(cramjam.brotli.compress(ANSWER))),
        (f"{BLOCKS}/data_3", bytes(8192 + 4096) + zstandard.ZstdCompressor().compress(ANSWER) + bytes(900)),
        (f"{BLOCKS}/f_00001a", gzip.compress(ANSWER)),
        (f"{BLOCKS}/data_2", bytes(8192 + 1024) + gzip.compress(ANSWER) + bytes(900)),
        (f"{BLOCKS}/data_1", bytes(8192) + ANSWER + bytes(256)),
    ],
    ids=[
        "simple",
        "simple-gzip",
        "simple-brotli",
        "simple-zstandard",
        "file-brotli",
        "blocks-zstandard",
        "file",
        "blocks-gzip",
        "blocks",
    ],
)
def test_discord_on_computers(path, data) -> None:
    (said,) = found(path, data, by="discord")
    assert (said.identifier, said.thread, said.sender_name, said.body, said.direction) == (
        "1200000000000000001", "55", "budi", "Halo", "unknown")  # fmt: skip


def test_discord_answers_packed_otherwise_are_told() -> None:
    for broken in (
        bytes.fromhex("8b018068"),
        bytes(cramjam.brotli.compress(ANSWER))[:-3],
        bytes.fromhex("28b52ffd2000"),
    ):
        (problem,) = found(SIMPLE, simple_entry(broken), by="discord")
        assert (problem.kind, problem.stage) == ("unsupported", "discord")
    assert found(f"{BLOCKS}/f_00001a", b"\x1f\x8b\x08 broken", by="discord") == []
