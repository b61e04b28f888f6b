"""A small folder of synthetic evidence, and what a case says of it without the parts that may differ between runs."""

import sqlite3
import tarfile
import zipfile

VIEWS = (
    "v_files",
    "v_hits",
    "v_messages",
    "v_calls",
    "v_media",
    "v_problems",
    "v_ran",
    "v_tables",
)


def make_evidence(folder, *, files=40):
    """Folders, text, a database, nested archives, a broken archive."""
    for number in range(files):
        place = folder / f"dir{number % 5}" / f"sub{number % 3}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"note{number}.txt").write_text(f"catatan {number}\n" * (number + 1))
    with sqlite3.connect(folder / "dir0" / "app.db") as database:
        database.execute("CREATE TABLE t (a, b)")
        database.executemany("INSERT INTO t VALUES (?, ?)", [(n, str(n)) for n in range(20)])
    database.close()
    with zipfile.ZipFile(folder / "dir1" / "inner.zip", "w") as archive:
        archive.writestr("in/secret.txt", "rahasia")
    with zipfile.ZipFile(folder / "dir1" / "outer.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "dir1" / "inner.zip", "deep/inner.zip")
        archive.writestr("top.txt", "atas")
    with tarfile.open(folder / "dir2" / "all.tar", "w") as archive:
        archive.add(folder / "dir0", "dir0")
    whole = (folder / "dir1" / "outer.zip").read_bytes()
    (folder / "dir1" / "cut.zip").write_bytes(whole[:-40])
    (folder / "empty").touch()
    return folder


def snapshot(case_folder, views=VIEWS):
    """Rows of the views, sorted, ids left out."""
    database = sqlite3.connect(f"file:{case_folder / 'case.db'}?mode=ro", uri=True)
    try:
        return {view: _rows(database, view) for view in views}
    finally:
        database.close()


def _rows(database, view):
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({view})")]
    kept = [name for name in columns if name not in {"entry_id", "attachment_entry_id"}]
    return sorted(database.execute(f"SELECT {', '.join(kept)} FROM {view}").fetchall(), key=repr)
