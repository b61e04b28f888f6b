"""Which column of a table is taken for what, and whether that is enough to call its rows messages.

A table is taken for messages only where text and time are certain, somebody is named, and name or shape of the table speak of a
conversation. What only resembles one (posts, notes, logs, notifications, search terms) is left to the inventory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.formats.assumed.columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FEWEST = 3  # written texts; below, only the names could speak
_TABLE = re.compile(
    r"(^|_|tb|tbl|t_|im|z)(msg|message|messages|chat|chats|sms|conversation|dialog|pesan|inbox|im_?message)s?(_|\d|$)|"
    r"(msg|message|chat|pesan)(_?(table|list|record|history|entity|item|info|content|model|log))?s?(_?\d+)?$",
    re.IGNORECASE,
)
_OTHER_TABLE = re.compile(
    r"log$|logs$|event|analytic|cache|cookie|notif|push|download|bookmark|search|setting|config|job|work|metric|track|stat(s|istics)|"
    r"report|feed|news|post|comment|article|visit|draft|queue|pending|sticker|emoji|template|fts|segment|suggest|contact|user|profile|member",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TEXT = ("body", "content", "text", "message", "msg", "pesan", "isi", "plaintext", "caption", "words")
_TIME = (
    "time",
    "timestamp",
    "date",
    "created",
    "create",
    "sent",
    "send",
    "ts",
    "datetime",
    "waktu",
    "tanggal",
    "received",
    "at",
)
_OLDER = (
    "update",
    "updated",
    "modified",
    "read",
    "expire",
    "expiration",
    "delete",
    "deleted",
    "last",
    "edit",
    "edited",
    "sync",
)
_SENDER = ("sender", "from", "author", "src", "source", "owner", "speaker", "uid", "user", "pengirim", "fromid")
_RECEIVER = ("receiver", "recipient", "to", "dest", "dst", "target", "peer", "penerima", "toid")
_THREAD = (
    "thread", "conversation", "conv", "chat", "session", "dialog", "room", "group", "talker", "relate", "relation", "peer", "channel",
)  # fmt: skip
_PARTY = (
    "contact",
    "friend",
    "buddy",
    "jid",
    "mid",
    "phone",
    "number",
    "address",
    "party",
    "partner",
    "handle",
    "account",
    "member",
)
_OUT_NAMES = re.compile(
    r"^(is_?)?(from_?me|send|sent|mine|me|self|own|outgoing|out|is_?sender|sender_?me|was_?me|by_?me)$", re.IGNORECASE
)
_IN_NAMES = re.compile(r"^(is_?)?(incoming|received|receive|recv|in|from_?other)$", re.IGNORECASE)
_DIRECTION = re.compile(r"direction|^dir$|inout|in_out", re.IGNORECASE)
_DIRECTION_WORDS = {
    "in": "in", "incoming": "in", "received": "in", "receive": "in", "recv": "in", "inbox": "in",
    "out": "out", "outgoing": "out", "sent": "out", "send": "out", "outbox": "out",
}  # fmt: skip
_KIND = ("type", "kind", "mime", "mimetype", "contenttype", "msgtype")
_FILE = ("path", "file", "uri", "local", "url", "attachment", "media")
_LOOKS_LIKE_FILE = re.compile(r"(\w+://|/|[A-Za-z]:\\|[\w-]+/).+|.+\.\w{2,4}\Z")


@dataclass(frozen=True, slots=True)
class Layout:
    """Names of columns by role, the unit of the time, the words of the direction, and all of it as a person reads it."""

    text: str
    time: str
    unit: str
    thread: str | None
    sender: str | None
    receiver: str | None
    direction: str | None
    words: Mapping[object, str]
    kind: str | None
    file: str | None
    owner: object
    said: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        roles = (self.text, self.time, self.thread, self.sender, self.receiver, self.direction, self.kind, self.file)
        return tuple(dict.fromkeys(each for each in roles if each))


def worth_a_look(table: str, names: Sequence[str]) -> bool:
    """Whether the names of a table's columns leave it possible: most tables of a phone need no sample."""
    if _OTHER_TABLE.search(table) and not _TABLE.search(table):
        return False
    bare = [Column(name, (), 0) for name in names]
    return all(any(_hint(column, words) for column in bare) for words in (_TEXT, _TIME))


def layout_of(table: str, columns: Sequence[Column]) -> Layout | None:
    """How the table reads as messages, or None where that is not certain enough."""
    named = _TABLE.search(table) is not None
    if _OTHER_TABLE.search(table) and not named:
        return None
    text = _best(columns, _TEXT, lambda column: _text_score(column, named))
    time = _best([each for each in columns if each.unit()], _TIME, _time_score)
    if text is None or time is None or not _enough(text):
        return None
    rest = [each for each in columns if each.name not in {text.name, time.name}]
    return _composed(text, time, rest, named)


def _composed(text: Column, time: Column, rest: Sequence[Column], named: bool) -> Layout | None:  # noqa: FBT001  # private, and read once
    """The roles of the other columns; None where they do not make a conversation of it."""
    varying = [each for each in rest if each.distinct > 1]  # one value in every row is an account, not who wrote
    sender, receiver = _party(varying, _SENDER), _party(varying, _RECEIVER)
    receiver = receiver if receiver is not sender else None
    party = _party(rest, _PARTY)
    direction, words = _direction(rest)
    thread = _party([each for each in rest if each not in {sender, receiver}], _THREAD) or (
        None if sender and receiver else party
    )
    if not _is_conversation(
        named=named,
        pair=bool(sender and receiver),
        somebody=bool(sender or receiver or thread),
        direction=bool(direction),
    ):
        return None
    owner = _owner(sender, receiver) if direction is None and sender and receiver else None
    kind = _best(rest, _KIND, lambda column: 1.0 if column.distinct <= max(12, column.rows / 10) else 0.0)
    file = _best(rest, _FILE, _file_score)
    roles = {
        "text": text, "time": time, "thread": thread, "sender": sender, "receiver": receiver, "direction": direction,
        "kind": kind, "file": file,
    }  # fmt: skip
    unit = time.unit() or ""
    return Layout(
        text=text.name,
        time=time.name,
        unit=unit,
        thread=_name(thread),
        sender=_name(sender),
        receiver=_name(receiver),
        direction=_name(direction),
        words=words,
        kind=_name(kind),
        file=_name(file),
        owner=owner,
        said=_said(roles, unit, words, owner),
    )


def _is_conversation(*, named: bool, pair: bool, somebody: bool, direction: bool) -> bool:
    """Somebody is named, and a name of the table, a direction in words, or sender and receiver side by side say the rest."""
    return somebody and (named or direction or pair)


def _name(column: Column | None) -> str | None:
    return column.name if column is not None else None


def words_of(name: str) -> tuple[str, ...]:
    """The words of a column's name: `createTime`, `create_time` and `ZCREATETIME` alike as far as they can be told apart."""
    plain = name.removeprefix("Z") if name.isupper() else name
    found = tuple(each.lower() for each in _WORDS.findall(plain))
    return (*found, plain.lower().replace("_", ""))


def _hint(column: Column, words: Sequence[str]) -> float:
    """1 for a name that is one of the words, less for one that ends or begins with it, 0 for any other."""
    parts = words_of(column.name)
    if any(part in words for part in (parts[-1], *((parts[0],) if len(parts) == 2 else ()))):
        return 1.0
    if any(part in words for part in parts[:-1]):
        return 0.7
    whole = parts[-1]
    return 0.5 if any(len(word) > 4 and (whole.endswith(word) or whole.startswith(word)) for word in words) else 0.0


def _best(columns: Sequence[Column], words: Sequence[str], score: Callable[[Column], float]) -> Column | None:
    """The column with the best name among those whose values fit; the first of equals."""
    rated = [(hint * fits, each) for each in columns if (hint := _hint(each, words)) and (fits := score(each))]
    return max(rated, key=lambda pair: pair[0], default=(0.0, None))[1]


def _text_score(column: Column, named: bool) -> float:  # noqa: FBT001  # private, and read once
    """Most values have to be writing; outside a table of messages some of several words, and hardly any twice."""
    written = column.written()
    if written < 0.6:
        return 0.0
    lively = column.distinct >= max(2, len(column.values) * 0.4) and column.several_words() >= 0.3
    return written if named or lively else 0.0


def _enough(text: Column) -> bool:
    texts = [each for each in text.values if isinstance(each, str) and each.strip()]
    return len(texts) >= FEWEST and len(set(texts)) > 1


def _time_score(column: Column) -> float:
    """A time of sending; those of reading, changing or expiring come after it."""
    later = any(part in _OLDER for part in words_of(column.name)[:-1])
    return column.filled * (0.3 if later else 1.0)


def _party(columns: Sequence[Column], words: Sequence[str]) -> Column | None:
    """An identifier that several rows share, text or number, that is no time and no flag of its own kind."""
    return _best(columns, words, _identifies)


def _identifies(column: Column) -> float:
    values = [each for each in column.values if isinstance(each, str | int) and each != ""]
    flag = set(values) <= {0, 1, -1} and not any(isinstance(each, str) for each in values)
    long = any(isinstance(each, str) and (len(each) > 200 or "\n" in each) for each in values)
    if not values or flag or long or column.unit() is not None or _direction_words(column) is not None:
        return 0.0
    repeated = len(set(values)) <= max(2, len(values) * 0.7)
    return 0.5 + 0.5 * repeated if len(values) >= column.rows * 0.3 else 0.0


def _direction(columns: Sequence[Column]) -> tuple[Column | None, Mapping[object, str]]:
    """The column that says the direction, and what its values mean; only where name or value say it in words."""
    for column in columns:
        if (found := _direction_words(column)) is not None:
            return column, found
    return None, {}


def _direction_words(column: Column) -> Mapping[object, str] | None:
    values = {each for each in column.values if each is not None}
    if values and values <= {0, 1} and all(isinstance(each, int) for each in values):
        if _OUT_NAMES.match(column.name.removeprefix("Z")):
            return {0: "in", 1: "out"}
        if _IN_NAMES.match(column.name.removeprefix("Z")):
            return {0: "out", 1: "in"}
    words = {each: _DIRECTION_WORDS.get(each.lower()) for each in values if isinstance(each, str)}
    if _DIRECTION.search(column.name) and len(words) == len(values) and all(words.values()):
        return {key: word for key, word in words.items() if word}
    return None


def _owner(sender: Column, receiver: Column) -> object:
    """The one identity that is in every row of the sample, now as sender, now as receiver; None where there is no such one."""
    pairs = list(zip(sender.values, receiver.values, strict=False))
    if len(sender.values) != len(receiver.values) or len(pairs) < 4:
        return None
    everywhere = [each for each in {*sender.values, *receiver.values} if all(each in pair for pair in pairs)]
    both = [each for each in everywhere if each in sender.values and each in receiver.values]
    return both[0] if len(everywhere) == len(both) == 1 else None


def _file_score(column: Column) -> float:
    values = [each for each in column.values if each not in {"", 0}]
    looks = [isinstance(each, str) and _LOOKS_LIKE_FILE.match(each) is not None for each in values]
    return 1.0 if looks and sum(looks) >= 0.8 * len(looks) else 0.0


def _said(roles: Mapping[str, Column | None], unit: str, words: Mapping[object, str], owner: object) -> str:
    """Every assumption with its reason, for whoever has to check it."""
    told = []
    for role, column in roles.items():
        if column is None:
            continue
        reason = {
            "text": f"by name; {column.written():.0%} of the sample is writing",
            "time": f"by name; the sample reads as times in {unit}",
            "direction": "by name and values: "
            + ", ".join(f"{key} {word}" for key, word in sorted(words.items(), key=str)),
        }.get(role, "by name; values repeat or fit")
        told.append(f"{role}={column.name} ({reason})")
    if owner is not None:
        told.append(f"owner={owner} (in every row of the sample, as sender and as receiver)")
    return "; ".join(told)
