"""Positions of the case, named: media, places and messages alike."""

from triage.case import Case
from triage.localities import link


def test_positions_of_media_places_and_messages_are_named_once(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        database = case._database
        database.execute(
            "INSERT INTO entry VALUES (1, 1, NULL, 'fs:/a', NULL, '/a', 'a', NULL, 'file', 1, 0, NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, 0, '')"
        )
        database.execute(
            "INSERT INTO media (entry_id, where_, kind, latitude, longitude) VALUES (1, 'EXIF', 'picture', -7.6079, 110.2038)"
        )
        database.execute(
            "INSERT INTO place (entry_id, where_, app, latitude, longitude) VALUES (1, 'row 1', 'x', -7.6079, 110.2038)"
        )
        database.execute(
            "INSERT INTO place (entry_id, where_, app, latitude, longitude) VALUES (1, 'row 2', 'x', 500, 110)"
        )
        database.execute(
            "INSERT INTO message (entry_id, where_, app, latitude, longitude) VALUES (1, 'row 3', 'x', 48.8584, 2.2945)"
        )
        for _ in range(2):  # it may run again
            link(database)
        assert database.execute("SELECT count(*) FROM locality").fetchone() == (2,)
        row = database.execute(
            "SELECT place_country, place_province, place_regency, place_near FROM v_media"
        ).fetchone()
        assert row == ("Indonesia", "Jawa Tengah", "Kabupaten Magelang", "Mungkid")
        rows = database.execute("SELECT where_, place_country FROM v_places ORDER BY where_").fetchall()
        assert rows == [("row 1", "Indonesia"), ("row 2", None), ("row 3", "France")]
