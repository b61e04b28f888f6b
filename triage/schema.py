"""The tables and the documented views of a case database, and the migrations that make them.

Views are part of the product (docs/database.md): other programs read them, so their columns only ever grow at the end of a
major version. Times are stored as nanoseconds since 1970-01-01 beside a flag that says the zone is unknown;
the views show them as ISO 8601, with `Z` where the evidence says UTC and without a zone where it does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage import appended, fulltext

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

SCHEMA_VERSION = 1
APPLICATION_ID = 0x53494741  # "SIGA"

RECORD_COLUMNS: dict[str, str] = {
    "media": """kind TEXT, width INTEGER, height INTEGER, taken_at INTEGER, taken_at_local INTEGER, make TEXT, model TEXT,
        serial TEXT, software TEXT, orientation INTEGER, latitude REAL, longitude REAL, altitude REAL, duration_s REAL,
        fingerprint TEXT, quality INTEGER, origin TEXT, lens TEXT, owner TEXT, author TEXT, zone TEXT, datum TEXT,
        modified_at INTEGER, modified_at_local INTEGER, gps_at INTEGER, gps_at_local INTEGER, unique_id TEXT, content_id TEXT,
        document_id TEXT, metadata TEXT, taken_from TEXT, encoding TEXT, encoding_tables TEXT, encoding_quality INTEGER,
        codec TEXT, sound_codec TEXT, seen_in TEXT, thumbnail_distance INTEGER""",
    "appended": "kind TEXT, offset INTEGER, size INTEGER, mime TEXT, declared TEXT",
    "metadata": "source TEXT, tags TEXT, complete INTEGER",
    "frame": "second REAL, fingerprint TEXT, quality INTEGER",
    "message": """app TEXT, account TEXT, deleted TEXT, thread TEXT, thread_name TEXT, sender TEXT, sender_name TEXT,
        recipients TEXT, direction TEXT, sent_at INTEGER, sent_at_local INTEGER, body TEXT, kind TEXT, raw_kind TEXT,
        attachment TEXT, attachment_size INTEGER, attachment_sha256 BLOB, latitude REAL, longitude REAL,
        identifier TEXT, quoted TEXT, quoted_body TEXT, edited_at INTEGER, edited_at_local INTEGER, expires_at INTEGER,
        expires_at_local INTEGER, received_at INTEGER, received_at_local INTEGER, read_at INTEGER, read_at_local INTEGER,
        forwarded INTEGER, view_once INTEGER, raw_time TEXT, assumed TEXT""",
    "call": """app TEXT, account TEXT, deleted TEXT, party TEXT, party_name TEXT, direction TEXT, started_at INTEGER,
        started_at_local INTEGER, duration_s REAL, kind TEXT, outcome TEXT, raw_kind TEXT, identifier TEXT,
        thread TEXT, recipients TEXT, raw_time TEXT, international TEXT, service TEXT, country TEXT""",
    "contact": """app TEXT, account TEXT, deleted TEXT, identifier TEXT, name TEXT, phone TEXT, email TEXT, note TEXT,
        international TEXT""",
    "visit": """app TEXT, account TEXT, deleted TEXT, url TEXT, title TEXT, visited_at INTEGER, visited_at_local INTEGER,
        count INTEGER, kind TEXT, raw_kind TEXT, referrer TEXT, origin TEXT, duration_s REAL, raw_time TEXT""",
    "place": """app TEXT, account TEXT, deleted TEXT, latitude REAL, longitude REAL, at INTEGER, at_local INTEGER, name TEXT,
        accuracy_m REAL, kind TEXT, until_at INTEGER, until_at_local INTEGER, speed_ms REAL, raw_time TEXT""",
    "account": """app TEXT, account TEXT, deleted TEXT, identifier TEXT, name TEXT, service TEXT, phone TEXT, email TEXT,
        country TEXT""",
    "device": """app TEXT, account TEXT, deleted TEXT, make TEXT, model TEXT, serial TEXT, imei TEXT, system TEXT, phone TEXT,
        time_zone TEXT""",
    "table_inventory": "name TEXT, rows INTEGER, columns TEXT, wal INTEGER",
    "download": """app TEXT, account TEXT, deleted TEXT, url TEXT, referrer TEXT, path TEXT, size INTEGER, received INTEGER,
        started_at INTEGER, started_at_local INTEGER, ended_at INTEGER, ended_at_local INTEGER, state TEXT, raw_state TEXT,
        mime TEXT, raw_time TEXT, zone TEXT, note TEXT""",
    "search": """app TEXT, account TEXT, deleted TEXT, term TEXT, searched_at INTEGER, searched_at_local INTEGER, url TEXT, raw_time TEXT""",
    "bookmark": """app TEXT, account TEXT, deleted TEXT, url TEXT, title TEXT, added_at INTEGER, added_at_local INTEGER,
        folder TEXT, raw_time TEXT""",
    "program": """app TEXT, account TEXT, deleted TEXT, identifier TEXT, name TEXT, version TEXT, installed_at INTEGER,
        installed_at_local INTEGER, updated_at INTEGER, updated_at_local INTEGER, installer TEXT, category TEXT, path TEXT""",
    "network": """app TEXT, account TEXT, deleted TEXT, name TEXT, identifier TEXT, security TEXT, added_at INTEGER,
        added_at_local INTEGER, joined_at INTEGER, joined_at_local INTEGER, raw_time TEXT""",
    "notification": """app TEXT, account TEXT, deleted TEXT, identifier TEXT, title TEXT, body TEXT, posted_at INTEGER,
        posted_at_local INTEGER, channel TEXT, raw_time TEXT""",
    "use": """app TEXT, account TEXT, deleted TEXT, identifier TEXT, name TEXT, kind TEXT, started_at INTEGER,
        started_at_local INTEGER, ended_at INTEGER, ended_at_local INTEGER, duration_s REAL, count INTEGER, raw_kind TEXT, raw_time TEXT""",
    "shared": """app TEXT, account TEXT, deleted TEXT, name TEXT, path TEXT, size INTEGER, hash TEXT, added_at INTEGER,
        added_at_local INTEGER, ended_at INTEGER, ended_at_local INTEGER, last_at INTEGER, last_at_local INTEGER,
        uploaded INTEGER, received INTEGER, count INTEGER, state TEXT, raw_time TEXT""",
    "gallery": """app TEXT, account TEXT, deleted TEXT, path TEXT, name TEXT, original_name TEXT, identifier TEXT, kind TEXT, mime TEXT,
        size INTEGER, width INTEGER, height INTEGER, duration_s REAL, album TEXT, taken_at INTEGER, taken_at_local INTEGER,
        added_at INTEGER, added_at_local INTEGER, modified_at INTEGER, modified_at_local INTEGER, trashed_at INTEGER,
        trashed_at_local INTEGER, expires_at INTEGER, expires_at_local INTEGER, trashed INTEGER, hidden INTEGER, favourite INTEGER,
        owner TEXT, origin TEXT, editor TEXT, url TEXT, referrer TEXT, latitude REAL, longitude REAL, faces INTEGER, shared TEXT,
        views INTEGER, raw_kind TEXT, raw_time TEXT, title TEXT, caption TEXT""",
}
_LOCALITY = """l.country AS place_country, l.province AS place_province, l.regency AS place_regency, l.near AS place_near,
            l.near_km AS place_near_km, l.outline_km AS place_outline_km"""

SHOWN = ("message", "call", "contact")  # what is shown once where it was read twice
_SHOWN_ATTACHMENT = """SELECT coalesce(c.shown_id, a.message_id) AS message_id, a.attachment_entry_id, min(a.rule) AS rule
    FROM attachment a LEFT JOIN copy c ON c.kind = 'message' AND c.id = a.message_id GROUP BY 1, 2"""

_TABLES = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY, exhibit_id INTEGER NOT NULL REFERENCES exhibit(id), source TEXT NOT NULL UNIQUE, format TEXT NOT NULL,
    size INTEGER, added_at TEXT NOT NULL, md5_before TEXT, sha256_before TEXT, before_at TEXT, md5_after TEXT, sha256_after TEXT,
    after_at TEXT, bytes_taken INTEGER NOT NULL DEFAULT 0);
CREATE TABLE run (
    id INTEGER PRIMARY KEY, evidence_id INTEGER NOT NULL REFERENCES evidence(id), settings TEXT NOT NULL, extractors TEXT NOT NULL,
    program TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT NOT NULL);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, evidence_id INTEGER NOT NULL, parent INTEGER, locator TEXT NOT NULL, volume TEXT, path TEXT NOT NULL,
    name TEXT NOT NULL, raw_name BLOB, kind TEXT NOT NULL, size INTEGER, deleted INTEGER NOT NULL, modified INTEGER,
    accessed INTEGER, changed INTEGER, born INTEGER, local_times INTEGER NOT NULL, position INTEGER, one_piece INTEGER NOT NULL,
    companions TEXT, priority INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE INDEX entry_parent ON entry (parent);
CREATE TABLE queue (
    entry_id INTEGER PRIMARY KEY, evidence_id INTEGER NOT NULL, priority INTEGER NOT NULL, position INTEGER NOT NULL);
CREATE INDEX queue_order ON queue (evidence_id, priority, position, entry_id);
CREATE TABLE content (
    entry_id INTEGER PRIMARY KEY, evidence_id INTEGER NOT NULL, status TEXT NOT NULL, bytes_read INTEGER NOT NULL, md5 BLOB,
    sha1 BLOB, sha256 BLOB, length INTEGER, mime TEXT, type_how TEXT, mismatch INTEGER);
CREATE TABLE hit (
    id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL, list TEXT, list_version TEXT, list_kind TEXT, how TEXT, value TEXT,
    category TEXT, distance REAL, explanation TEXT, scheme TEXT, code TEXT, details TEXT);
CREATE INDEX hit_entry ON hit (entry_id);
CREATE TABLE problem (
    id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL, stage TEXT, kind TEXT, message TEXT, detail TEXT);
CREATE TABLE ran (
    id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL, extractor TEXT, version TEXT, outcome TEXT, count INTEGER,
    milliseconds INTEGER);
CREATE TABLE attachment (
    message_id INTEGER PRIMARY KEY, attachment_entry_id INTEGER, rule TEXT NOT NULL, fitting INTEGER NOT NULL);
CREATE INDEX attachment_file ON attachment (attachment_entry_id);
CREATE TABLE near_duplicate (
    entry_id INTEGER PRIMARY KEY, group_number INTEGER NOT NULL, kind TEXT NOT NULL, members INTEGER NOT NULL, distance REAL NOT NULL);
CREATE TABLE person (
    id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL, app TEXT, account TEXT, number TEXT NOT NULL, rule TEXT NOT NULL, stated TEXT,
    name TEXT, source TEXT NOT NULL, mentions INTEGER NOT NULL);
CREATE INDEX person_number ON person (number);
CREATE TABLE locality (
    latitude REAL NOT NULL, longitude REAL NOT NULL, country TEXT, province TEXT, regency TEXT, near TEXT, near_km REAL, outline_km REAL,
    PRIMARY KEY (latitude, longitude)) WITHOUT ROWID;
CREATE TABLE origin (
    entry_id INTEGER PRIMARY KEY, origin TEXT NOT NULL, indicators TEXT NOT NULL, first_generation INTEGER NOT NULL,
    first_generation_because TEXT);
CREATE TABLE media_link (entry_id INTEGER NOT NULL, rule TEXT NOT NULL, value TEXT NOT NULL, members INTEGER NOT NULL, PRIMARY KEY (entry_id, rule, value));
CREATE INDEX media_link_value ON media_link (rule, value);
CREATE TABLE cached (
    entry_id INTEGER PRIMARY KEY, cache TEXT NOT NULL, original TEXT, identifier TEXT, original_entry_id INTEGER, rule TEXT,
    distance INTEGER, gone INTEGER);
CREATE TABLE gallery_file (gallery_id INTEGER PRIMARY KEY, file_entry_id INTEGER, rule TEXT NOT NULL);
CREATE INDEX gallery_file_file ON gallery_file (file_entry_id);
CREATE TABLE owner (
    entry_id INTEGER NOT NULL, app TEXT NOT NULL, stated TEXT NOT NULL, account TEXT NOT NULL, rule TEXT NOT NULL,
    PRIMARY KEY (entry_id, app, stated)) WITHOUT ROWID;
CREATE TABLE copy (
    kind TEXT NOT NULL, id INTEGER NOT NULL, shown_id INTEGER NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX copy_shown ON copy (kind, shown_id);
CREATE TABLE copied (
    kind TEXT NOT NULL, id INTEGER NOT NULL, copies INTEGER NOT NULL, deleted TEXT, states TEXT NOT NULL,
    PRIMARY KEY (kind, id)) WITHOUT ROWID;
"""

PREVIEW_TABLE = """CREATE TABLE IF NOT EXISTS preview (entry_id INTEGER NOT NULL, view TEXT NOT NULL, where_ TEXT, width INTEGER,
    height INTEGER, jpeg BLOB, PRIMARY KEY (entry_id, view))"""

# Built when a run has ended and dropped when one starts: an index is filled at random places, and keeping it while rows arrive costs
# more than all else that a row costs. Digests find copies; the others hold the files as the desktop's table sorts them, so that its
# first rows and a filter by path need no more than a part of the index, and the few messages and media that have a position.
_DIGESTS = {"content_sha256": "content (sha256)"}
_SHOWN_BY = {
    "entry_by_path": "entry (path, deleted) WHERE kind = 'file'",
    "entry_by_name": "entry (name) WHERE kind = 'file'",
    "entry_by_size": "entry (size) WHERE kind = 'file'",
    "entry_by_modified": "entry (modified) WHERE kind = 'file'",
    "message_placed": "message (latitude) WHERE latitude IS NOT NULL",
    "media_placed": "media (latitude) WHERE latitude IS NOT NULL",
}


def index_at_rest(database: sqlite3.Connection) -> None:
    """Build the indexes of a case that nothing is written to; those over entries only where nothing waits to be examined."""
    waits = database.execute("SELECT EXISTS (SELECT 1 FROM queue)").fetchone()[0]
    for name, columns in (_DIGESTS if waits else _DIGESTS | _SHOWN_BY).items():
        database.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")


def drop_indexes_at_rest(database: sqlite3.Connection) -> None:
    """Be ready for many rows."""
    for name in _DIGESTS | _SHOWN_BY:
        database.execute(f"DROP INDEX IF EXISTS {name}")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the present version; each step and its bookkeeping in one transaction."""
    from sqlite_utils import Database  # noqa: PLC0415  # not needed where a case is there already, and long to load
    from sqlite_utils.migrations import Migrations  # noqa: PLC0415  # see above

    migrations = Migrations("case")
    migrations()(first_tables)
    migrations.apply(Database(connection))


def first_tables(database: Database) -> None:
    """Version 1."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            database.conn.execute(statement)
    for statement in appended.statements():
        database.conn.execute(statement)
    for table, columns in RECORD_COLUMNS.items():
        database.conn.execute(
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL, where_ TEXT NOT NULL, {columns})"
        )
        database.conn.execute(f"CREATE INDEX {table}_entry ON {table} (entry_id)")
    for statement in fulltext.statements():
        database.conn.execute(statement)
    for table in SHOWN:
        database.conn.execute(f"CREATE VIEW shown_{table} AS {_shown(table)}")
    database.conn.execute(f"CREATE VIEW shown_attachment AS {_SHOWN_ATTACHMENT}")
    for name, select in _views().items():
        database.conn.execute(f"CREATE VIEW {name} AS {select}")


def shown_table(table: str) -> str:
    """Where the records of a table stand that are shown: of some tables, a view without what was read twice."""
    return f"shown_{table}" if table in SHOWN else table


def iso(column: str, local: str) -> str:
    """SQL that shows nanoseconds as ISO 8601; `local` is SQL that is true where the zone is unknown."""
    second = 1_000_000_000
    fraction = f"((({column}) % {second} + {second}) % {second})"
    whole = f"(({column}) - {fraction}) / {second}"
    return (
        f"CASE WHEN {column} IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%S', {whole}, 'unixepoch')"
        f" || CASE WHEN {fraction} = 0 THEN '' ELSE rtrim(printf('.%09d', {fraction}), '0') END"
        f" || CASE WHEN {local} THEN '' ELSE 'Z' END END"
    )


def _shown(table: str) -> str:
    """Records without those that stand elsewhere too, with the account that a rule found (`owners`) and how each copy stands (`copies`)."""
    instead = {
        "account": "coalesce(o.account, r.account) AS account",
        "deleted": "coalesce(r.deleted, g.deleted) AS deleted",
    }
    names = [each.split()[0] for each in RECORD_COLUMNS[table].split(",")]
    columns = ", ".join(instead.get(name, f"r.{name}") for name in names)
    return f"""SELECT r.id, r.entry_id, r.where_, {columns}, o.rule AS account_rule, coalesce(g.copies, 1) AS copies, g.states
        FROM {table} r LEFT JOIN owner o ON o.entry_id = r.entry_id AND o.app = r.app AND o.stated = coalesce(r.account, '')
        LEFT JOIN copied g ON g.kind = '{table}' AND g.id = r.id
        WHERE NOT EXISTS (SELECT 1 FROM copy c WHERE c.kind = '{table}' AND c.id = r.id)"""


def _provenances() -> str:
    """One row for each place in which a shown record stands beside its own."""
    return " UNION ALL ".join(
        f"""SELECT s.entry_id, '{table}' AS kind, s.where_, r.entry_id AS copy_entry_id, e.path AS copy_path,
        r.where_ AS copy_where, r.deleted AS copy_deleted, c.rule FROM copy c JOIN {table} s ON s.id = c.shown_id
        JOIN {table} r ON r.id = c.id JOIN entry e ON e.id = r.entry_id WHERE c.kind = '{table}'"""
        for table in SHOWN
    )


def whole_sum(column: str) -> str:
    """SQL of a sum of sizes. Damage states sizes near 2**63, whose sum SQLite's own `sum` refuses with an error that would end a run."""
    return f"CAST(total({column}) AS INTEGER)"


def _app_view(table: str, columns: str, added: str = "") -> str:
    """`added` are the columns that came after the view was first documented: they stand at its end."""
    return (
        f"SELECT r.entry_id, r.app, {columns}, r.deleted, r.where_{added and ', ' + added} FROM {shown_table(table)} r"
    )


def _time(name: str) -> str:
    return f"{iso(f'r.{name}', f'r.{name}_local')} AS {name}"


def _views() -> dict[str, str]:
    times = ", ".join(
        f"{iso('e.' + name, f'e.local_times & {1 << bit}')} AS {name}"
        for bit, name in enumerate(("modified", "accessed", "changed", "born"))
    )
    return {
        "v_files": f"""SELECT e.id AS entry_id, x.label AS exhibit, v.source AS evidence, e.volume, e.path, e.name, e.size, e.kind,
            e.deleted, c.mime, lower(hex(c.md5)) AS md5, lower(hex(c.sha1)) AS sha1, lower(hex(c.sha256)) AS sha256, {times},
            coalesce(c.status, 'pending') AS status FROM entry e JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            LEFT JOIN content c ON c.entry_id = e.id""",
        "v_hits": """SELECT h.entry_id, e.path, h.list, h.category, h.how, h.value, h.distance, h.explanation, h.list_version,
            h.list_kind, h.scheme, h.code, h.details, k.cache, k.original AS cache_original,
            k.gone AS original_gone FROM hit h JOIN entry e ON e.id = h.entry_id LEFT JOIN cached k ON k.entry_id = h.entry_id""",
        "v_media": f"""SELECT m.entry_id, e.path, m.kind, m.width, m.height, {iso("m.taken_at", "m.taken_at_local")} AS taken_at,
            m.make, m.model, m.serial, m.latitude, m.longitude, m.duration_s, m.fingerprint, m.quality,
            coalesce(o.origin, m.origin) AS origin, o.indicators AS origin_indicators, o.first_generation, o.first_generation_because,
            {_LOCALITY},
            m.software, m.orientation, m.altitude, m.lens, m.owner, m.author, m.zone, m.datum,
            {iso("m.gps_at", "m.gps_at_local")} AS gps_at, {iso("m.modified_at", "m.modified_at_local")} AS modified_at,
            m.unique_id, m.content_id, m.document_id, m.metadata, m.taken_from, m.encoding, m.encoding_tables, m.encoding_quality,
            m.codec, m.sound_codec, m.seen_in, m.thumbnail_distance, m.where_ FROM media m JOIN entry e ON e.id = m.entry_id
            LEFT JOIN origin o ON o.entry_id = m.entry_id
            LEFT JOIN locality l ON l.latitude = m.latitude AND l.longitude = m.longitude""",
        "v_media_links": """SELECT k.entry_id, e.path, k.rule, k.value, k.members FROM media_link k JOIN entry e ON e.id = k.entry_id""",
        "v_caches": """SELECT c.entry_id, e.path, c.cache, c.original, c.identifier, c.original_entry_id, o.path AS original_path, c.rule,
            c.distance, c.gone FROM cached c JOIN entry e ON e.id = c.entry_id LEFT JOIN entry o ON o.id = c.original_entry_id""",
        "v_gallery": f"""{
            _app_view(
                "gallery",
                f'''r.account, r.path, r.name, r.album, {_time("taken_at")}, r.trashed, r.hidden, r.owner, r.origin''',
                f'''r.original_name, r.identifier, r.kind, r.mime, r.size, r.width, r.height, r.duration_s, {_time("added_at")},
                {_time("modified_at")}, {_time("trashed_at")}, {_time("expires_at")}, r.favourite, r.editor, r.url, r.referrer,
                r.latitude, r.longitude, r.faces, r.shared, r.views, r.raw_kind, r.raw_time, g.file_entry_id, g.rule AS file_rule,
                {_LOCALITY}, r.title, r.caption''',
            )
        } LEFT JOIN gallery_file g ON g.gallery_id = r.id
            LEFT JOIN locality l ON l.latitude = r.latitude AND l.longitude = r.longitude""",
        "v_appended": """SELECT a.entry_id, e.path, a.kind, a.offset, a.size, a.mime, a.declared, a.where_ FROM appended a JOIN entry e ON e.id = a.entry_id""",
        "v_type_mismatches": """SELECT e.id AS entry_id, e.path, e.name, c.mime, c.type_how FROM content c
            JOIN entry e ON e.id = c.entry_id WHERE c.mismatch""",
        "v_metadata": """SELECT m.entry_id, e.path, m.source, m.complete, m.tags, m.where_ FROM metadata m JOIN entry e ON e.id = m.entry_id""",
        "v_near_duplicates": """SELECT d.entry_id, e.path, d.kind, d.group_number, d.members, d.distance FROM near_duplicate d JOIN entry e ON e.id = d.entry_id""",
        "v_messages": f"""SELECT m.entry_id, m.app, m.account, m.thread, m.thread_name, m.sender, m.sender_name, m.recipients,
            m.direction, {iso("m.sent_at", "m.sent_at_local")} AS sent_at, m.body, m.kind, m.attachment, a.attachment_entry_id,
            m.deleted, m.where_, m.identifier, m.quoted, m.quoted_body, {iso("m.edited_at", "m.edited_at_local")} AS edited_at,
            {iso("m.expires_at", "m.expires_at_local")} AS expires_at,
            {iso("m.received_at", "m.received_at_local")} AS received_at, {iso("m.read_at", "m.read_at_local")} AS read_at,
            m.forwarded, m.view_once, m.raw_kind, m.raw_time, m.assumed,
            a.rule AS attachment_rule, a.fitting AS attachment_fitting, m.copies, m.states, m.account_rule,
            (SELECT max(x.duration_s) FROM media x WHERE x.entry_id = a.attachment_entry_id) AS attachment_duration_s
            FROM shown_message m LEFT JOIN attachment a ON a.message_id = m.id""",
        "v_provenances": _provenances(),
        "v_calls": _app_view(
            "call",
            f"""r.account, r.party, r.party_name, r.direction, {iso("r.started_at", "r.started_at_local")} AS started_at,
            r.duration_s, r.kind, r.outcome""",
            "r.identifier, r.thread, r.recipients, r.raw_kind, r.raw_time, r.international, r.service, r.country, r.copies, r.states,"
            " r.account_rule",
        ),
        "v_contacts": _app_view(
            "contact",
            "r.account, r.identifier, r.name, r.phone, r.email, r.note",
            "r.international, r.copies, r.states, r.account_rule",
        ),
        "v_visits": _app_view(
            "visit",
            f"r.account, r.url, r.title, {_time('visited_at')}, r.count",
            "r.kind, r.referrer, r.origin, r.duration_s, r.raw_kind, r.raw_time",
        ),
        "v_places": f"""{
            _app_view(
                "place",
                f"r.account, r.latitude, r.longitude, {_time('at')}, r.name, r.accuracy_m",
                f"r.kind, {_time('until_at')}, r.speed_ms, r.raw_time, {_LOCALITY}",
            )
        } LEFT JOIN locality l ON l.latitude = r.latitude AND l.longitude = r.longitude UNION ALL SELECT r.entry_id, r.app, r.account, r.latitude, r.longitude,
            {
            iso("r.sent_at", "r.sent_at_local")
        }, r.body, NULL, r.deleted, r.where_, 'message', NULL, NULL, r.raw_time, {_LOCALITY}
            FROM shown_message r LEFT JOIN locality l ON l.latitude = r.latitude AND l.longitude = r.longitude
            WHERE r.latitude IS NOT NULL AND r.longitude IS NOT NULL""",
        "v_downloads": _app_view(
            "download",
            f"r.account, r.url, r.referrer, r.path, r.size, r.received, {_time('started_at')}, {_time('ended_at')}, r.state, r.mime",
            "r.raw_state, r.raw_time, r.zone, r.note",
        ),
        "v_searches": _app_view("search", f"r.account, r.term, {_time('searched_at')}, r.url", "r.raw_time"),
        "v_bookmarks": _app_view("bookmark", f"r.account, r.url, r.title, {_time('added_at')}, r.folder", "r.raw_time"),
        "v_programs": _app_view(
            "program",
            f"""r.account, r.identifier, r.name, r.version, {_time("installed_at")}, {_time("updated_at")}, r.installer,
            r.category, r.path""",
        ),
        "v_networks": _app_view(
            "network",
            f"r.account, r.name, r.identifier, r.security, {_time('added_at')}, {_time('joined_at')}",
            "r.raw_time",
        ),
        "v_notifications": _app_view(
            "notification", f"r.account, r.identifier, r.title, r.body, {_time('posted_at')}, r.channel", "r.raw_time"
        ),
        "v_use": _app_view(
            "use",
            f"r.account, r.identifier, r.name, r.kind, {_time('started_at')}, {_time('ended_at')}, r.duration_s, r.count",
            "r.raw_kind, r.raw_time",
        ),
        "v_shared": _app_view(
            "shared",
            f"""r.account, r.name, r.path, r.size, r.hash, {_time("added_at")}, {_time("ended_at")}, {_time("last_at")},
            r.uploaded, r.received, r.count, r.state""",
            "r.raw_time",
        ),
        "v_accounts": _app_view("account", "r.account, r.identifier, r.name, r.service", "r.phone, r.email, r.country"),
        "v_devices": _app_view(
            "device", "r.account, r.make, r.model, r.serial, r.imei, r.system, r.phone, r.time_zone"
        ),
        "v_people": """SELECT p.entry_id, p.app, p.account, p.number, p.rule, p.stated, p.name, p.source, p.mentions
            FROM person p""",
        **appended.VIEWS,
        "v_lines": appended.lines_view(iso("m.sent_at", "m.sent_at_local")),
        "v_tables": """SELECT t.entry_id, e.path, t.name, t.rows, t.columns, t.wal FROM table_inventory t
            JOIN entry e ON e.id = t.entry_id""",
        "v_problems": """SELECT p.entry_id, e.path, p.stage, p.kind, p.message FROM problem p
            JOIN entry e ON e.id = p.entry_id""",
        "v_ran": """SELECT r.entry_id, e.path, r.extractor, r.version, r.outcome, r.count FROM ran r
            JOIN entry e ON e.id = r.entry_id""",
        "v_coverage": f"""SELECT v.source AS evidence, coalesce(e.found, 0) AS found, coalesce(c.examined, 0) AS examined,
            coalesce(c.skipped, 0) AS skipped, coalesce(c.failed, 0) AS failed, coalesce(e.bytes_listed, 0) AS bytes_listed,
            coalesce(c.bytes_read, 0) AS bytes_read, v.bytes_taken FROM evidence v
            LEFT JOIN (SELECT evidence_id, count(*) AS found, {whole_sum("CASE WHEN kind = 'file' THEN size END")} AS bytes_listed
                FROM entry GROUP BY evidence_id) e ON e.evidence_id = v.id
            LEFT JOIN (SELECT evidence_id, sum(status = 'examined') AS examined, sum(status = 'skipped') AS skipped,
                sum(status = 'failed') AS failed, sum(bytes_read) AS bytes_read FROM content GROUP BY evidence_id) c
                ON c.evidence_id = v.id""",
    }
