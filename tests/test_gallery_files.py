"""Gallery rows find their files by path, whatever the files lie in now; a row whose file is gone has none."""

from making import galleries

from triage.case import Case
from triage.run import run
from triage.settings import Settings


def test_rows_of_a_gallery_are_tied_to_their_files(tmp_path):
    phone = tmp_path / "phone" / "data"
    store = phone / "data" / "com.google.android.providers.media.module" / "databases"
    camera = phone / "media" / "0" / "DCIM" / "Camera"
    store.mkdir(parents=True)
    camera.mkdir(parents=True)
    galleries.make_media_store(store / "external.db")
    (camera / "IMG_20260225_061320.jpg").write_bytes(b"x")
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        run(case, tmp_path / "phone", exhibit="B-1", settings=Settings(workers=1, hash_source=False))
        rows = case._database.execute(
            """SELECT g.name, f.path, g.file_rule FROM v_gallery g LEFT JOIN v_files f ON f.entry_id = g.file_entry_id
            ORDER BY g.where_"""
        ).fetchall()
    assert rows[0] == ("IMG_20260225_061320.jpg", "/data/media/0/DCIM/Camera/IMG_20260225_061320.jpg", "root")
    assert [row[1] for row in rows[1:]] == [None, None, None]
