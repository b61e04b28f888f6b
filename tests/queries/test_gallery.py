"""What the gallery asks of a case: groups, filters, rows, grades, comparison."""

import sys
from pathlib import Path

import pytest

from triage import statements
from triage.case import Case
from triage.queries import GROUPS, GalleryWish, Queries

sys.path.insert(0, str(Path(__file__).parents[1] / "ui"))
from gallery_case import SCHEME, THREAD, fill


@pytest.fixture
def case(tmp_path):
    with Case.open_or_create(tmp_path / "case", actor="tester") as made:
        fill(made)
        yield made


@pytest.fixture
def queries(case):
    reader = Queries(case.folder)
    yield reader
    reader.close()


def names(queries, ids):
    rows = queries.gallery_rows(list(ids), SCHEME)
    return [rows[entry].name for entry in ids]


def grouped(queries, **wish):
    found = queries.gallery_ids(GalleryWish(**wish))
    start, groups = 0, {}
    for group in found.groups:
        groups[group.label] = names(queries, found.ids[start : start + group.count])
        start += group.count
    assert start == len(found.ids)
    return groups


def entry(queries, name):
    (number,) = queries.named(next(path for path in PATHS if path.endswith(f"/{name}")))
    return number


PATHS = (
    "/DCIM/a.jpg",
    "/Copies/a copy.jpg",
    "/DCIM/b.jpg",
    "/DCIM/c.jpg",
    "/Downloads/d.jpg",
    "/DCIM/klip.mp4",
    "/Downloads/suara.m4a",
)


def test_folders_stand_in_the_order_of_how_many_of_them_matched(queries):
    groups = grouped(queries, group="folder")
    assert groups == {
        "BB-01 /Copies": ["a copy.jpg"],
        "BB-01 /Downloads": ["d.jpg", "suara.m4a"],
        "BB-01 /DCIM": ["a.jpg", "b.jpg", "c.jpg", "klip.mp4"],
    }
    assert list(groups) == ["BB-01 /Copies", "BB-01 /Downloads", "BB-01 /DCIM"]  # 1 of 1, 1 of 2, 1 of 4


def test_days_stand_in_the_order_of_time(queries):
    assert list(grouped(queries, group="day")) == ["2026-02-25", "2026-02-26", "2026-02-27", "2026-02-28"]


def test_what_looks_alike_is_a_group_and_the_rest_comes_last(queries):
    groups = grouped(queries, group="alike")
    assert sorted(next(iter(groups.values()))) == ["a copy.jpg", "a.jpg", "b.jpg"]
    assert list(groups)[-1] == ""
    assert len(groups) == 2


def test_a_conversation_is_a_group_of_what_it_carried(queries):
    assert grouped(queries, group="conversation") == {"WhatsApp: Grup Contoh": ["b.jpg"]}
    (group,) = queries.gallery_ids(GalleryWish(group="conversation")).groups
    assert group.key == f'["{THREAD[0]}","{THREAD[1]}","{THREAD[2]}"]'


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_shows_everything_once_but_conversations(queries, group):
    ids = list(queries.gallery_ids(GalleryWish(group=group)).ids)
    assert len(ids) == len(set(ids)) == (1 if group == "conversation" else 7)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"kind": "video"}, {"klip.mp4"}),
        ({"kind": "audio"}, {"suara.m4a"}),
        ({"matched": True}, {"a.jpg", "a copy.jpg", "d.jpg"}),
        ({"matched": False}, {"b.jpg", "c.jpg", "klip.mp4", "suara.m4a"}),
        ({"list": "contoh", "category": "2 Contoh"}, {"d.jpg"}),
        ({"list": "another"}, set()),
        ({"exhibit": "BB-02"}, set()),
        ({"once": True}, {"a copy.jpg", "c.jpg", "d.jpg", "klip.mp4", "suara.m4a"}),
        ({"grade": "graded", "scheme": SCHEME}, {"c.jpg"}),
        ({"grade": "1", "scheme": SCHEME}, {"c.jpg"}),
        ({"grade": "2", "scheme": SCHEME}, set()),
        ({"grade": "ungraded", "scheme": SCHEME}, {"a.jpg", "a copy.jpg", "b.jpg", "d.jpg", "klip.mp4", "suara.m4a"}),
        ({"grade": "graded", "scheme": "another"}, set()),
    ],
)
def test_filters(case, queries, wish, expected):
    statements.grade(case, [entry(queries, "c.jpg")], scheme=SCHEME, code="1", label="Satu")
    ids = queries.gallery_ids(GalleryWish(group="none", **wish)).ids
    assert set(names(queries, ids)) == expected


def test_a_row_says_what_is_known_before_it_is_opened(case, queries):
    one = entry(queries, "a.jpg")
    row = queries.gallery_rows([one], SCHEME)[one]
    assert (row.list, row.severity, row.code, row.has_preview, row.alike) == ("contoh", "1 Contoh", None, True, 2)
    statements.grade(case, [one], scheme=SCHEME, code="0", label="Nol")
    assert queries.gallery_rows([one], SCHEME)[one].grade == "Nol"
    assert queries.gallery_rows([one], "another")[one].grade is None
    statements.ungrade(case, [one], scheme=SCHEME)
    assert queries.gallery_rows([one], SCHEME)[one].code is None


def test_lists_grade_what_nobody_graded_and_only_in_their_own_scheme(case, queries):
    codes = {"a.jpg": "1", "a copy.jpg": "1", "d.jpg": "2"}
    expected = {entry(queries, name): code for name, code in codes.items()}
    assert queries.listed_grades(SCHEME, ["1", "2"]).codes == expected
    assert queries.listed_grades(SCHEME, ["1"]).otherwise == 1
    assert queries.listed_grades("another", ["1", "2"]) == type(queries.listed_grades("x", ()))({}, 0, 3)
    statements.grade(case, [entry(queries, "d.jpg")], scheme=SCHEME, code="0", label="Nol")
    assert entry(queries, "d.jpg") not in queries.listed_grades(SCHEME, ["1", "2"]).codes


def test_an_undo_is_a_new_row_and_puts_back_what_stood(case, queries):
    one, other = entry(queries, "b.jpg"), entry(queries, "c.jpg")
    statements.grade(case, [one], scheme=SCHEME, code="1", label="Satu")
    before = {one: ("1", "Satu"), other: None}
    statements.grade_each(case, {one: ("2", "Dua"), other: ("2", "Dua")}, scheme=SCHEME)
    assert queries.grades_of([one, other], SCHEME) == {one: ("2", "Dua"), other: ("2", "Dua")}
    statements.grade_each(case, before, scheme=SCHEME, action="grade.undo")
    assert queries.grades_of([one, other], SCHEME) == {one: ("1", "Satu")}
    assert len(queries.tags([one, other])) == 5  # nothing is erased
    assert [event.action for event in queries.custody()][-2:] == ["grade.undo.start", "grade.undo.end"]


def test_counters_count_files_and_different_contents(case, queries):
    both = [entry(queries, "a.jpg"), entry(queries, "a copy.jpg"), entry(queries, "c.jpg")]
    statements.grade(case, both, scheme=SCHEME, code="1", label="Satu")
    (count,) = queries.grade_counts(SCHEME)
    assert (count.code, count.files, count.contents) == ("1", 3, 2)


def test_copies_of_a_content_are_found(queries):
    one, copy = entry(queries, "a.jpg"), entry(queries, "a copy.jpg")
    assert queries.same_content([one]) == [one, copy]


def test_two_are_compared_by_fingerprint_and_facts(queries):
    near = queries.compared(entry(queries, "a.jpg"), entry(queries, "b.jpg"))
    assert (near.distance, near.same_group, near.same_content) == (1, True, False)
    assert ("model", "KF-1", "KF-2") in near.differing
    assert ("make", "Kamera Fiksi") in near.equal
    assert queries.compared(entry(queries, "a.jpg"), entry(queries, "c.jpg")).distance == 256
    assert queries.compared(entry(queries, "a.jpg"), entry(queries, "d.jpg")).distance is None
    assert queries.compared(entry(queries, "a.jpg"), entry(queries, "a copy.jpg")).same_content


def test_a_clip_has_its_frames_with_their_seconds(queries):
    sheet = queries.contact_sheet(entry(queries, "klip.mp4"))
    assert (sheet.seconds, sheet.columns, sheet.rows) == (("0.0", "3.0", "6.0", "9.0"), 3, 2)
    assert queries.contact_sheet(entry(queries, "a.jpg")) is None
