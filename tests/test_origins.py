"""Origin by printed rules: a built phone whose truth is known, and each rule at its edge."""

import io
import json
import re
from pathlib import Path

import pytest
from making import thumbs
from making.origin_phone import make_origin_phone
from PIL import Image

from triage.case import Case
from triage.origin_rules import rules
from triage.run import run
from triage.settings import Settings

TABLE = rules()
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def phone(tmp_path_factory):
    """Rows of v_media by path, and the truth."""
    folder = tmp_path_factory.mktemp("origin")
    truth = make_origin_phone(folder / "phone", each=2)
    with Case.open_or_create(folder / "case", actor="tester") as case:
        run(case, folder / "phone", exhibit="B-1", settings=Settings(workers=1, hash_source=False))
        rows = case._database.execute(
            "SELECT path, origin, origin_indicators, first_generation, first_generation_because FROM v_media"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}, truth


def test_every_picture_of_the_built_phone_has_the_origin_it_was_made_with(phone):
    found, truth = phone
    assert {path: found[path][0] for path in truth} == truth


def test_made_by_this_device_has_two_sources(phone):
    found, truth = phone
    for path in (path for path, origin in truth.items() if origin == "made_here"):
        seen = {name for name, _ in json.loads(found[path][1])}
        wanted = {"camera_model", "camera_serial", "camera_folder", "camera_name", "gallery_camera"}
        assert len({TABLE.source_of[name] for name in seen & wanted}) >= 2, path


def test_what_may_be_first_generation_is_flagged_with_its_reasons(phone):
    found, truth = phone
    flagged = {path for path, row in found.items() if row[2]}
    assert flagged == {path for path, origin in truth.items() if origin in {"made_here", "same_model"}}
    assert {found[path][3] for path in flagged} == {
        "made_here, on_no_list, large_enough",
        "same_model, on_no_list, large_enough",
    }


@pytest.mark.parametrize(
    ("seen", "origin"),
    [
        (set(), "unknown"),
        ({"camera_model"}, "same_model"),
        ({"camera_folder", "camera_name"}, "unknown"),  # one witness: the file system
        ({"camera_folder", "gallery_camera"}, "made_here"),
        ({"camera_model", "camera_folder"}, "made_here"),
        ({"camera_model", "camera_folder", "gallery_app"}, "received"),
        ({"camera_model", "camera_folder", "attachment_out"}, "made_here"),  # it was sent from here
        ({"camera_model", "camera_folder", "zone_mark"}, "downloaded"),
        ({"other_camera", "camera_folder", "gallery_camera"}, "another_camera"),
        ({"attachment_in"}, "received"),
        ({"attachment_in", "screenshot_name"}, "screenshot"),
        ({"app_folder", "app_sent_folder"}, "sent_copy"),
        ({"app_folder", "attachment_out"}, "sent_copy"),
        ({"download_folder", "screenshot_name"}, "screenshot"),
        ({"download_folder", "editor_software"}, "edited"),
        ({"stripped"}, "unknown"),
    ],
)
def test_the_rules(seen, origin):
    assert TABLE.origin(seen) == origin


@pytest.mark.parametrize(
    ("path", "indicators"),
    [
        ("/data/media/0/DCIM/Camera/20260314_092653.jpg", {"camera_folder", "camera_name"}),
        ("/private/var/mobile/Media/DCIM/100APPLE/IMG_0001.HEIC", {"camera_folder", "camera_name"}),
        ("/private/var/mobile/Media/DCIM/100APPLE/IMG_E0001.JPG", {"camera_folder", "editor_name"}),
        (
            "/private/var/mobile/Media/PhotoData/Mutations/DCIM/100APPLE/IMG_0001/Adjustments/FullSizeRender.jpg",
            {"editor_folder", "camera_folder"},
        ),
        ("/DCIM/100CANON/IMG_0042.JPG", {"camera_folder", "camera_name"}),
        ("/DCIM/101MSDCF/DSC01234.JPG", {"camera_folder", "camera_name"}),
        (
            "/data/media/0/DCIM/Screenshots/Screenshot_20260314-092653_Chrome.jpg",
            {"screenshot_folder", "screenshot_name"},
        ),
        ("/data/media/0/WhatsApp/Media/WhatsApp Images/IMG-20260314-WA0001.jpg", {"app_folder", "app_name"}),
        (
            "/sdcard/WhatsApp/Media/WhatsApp Video/Sent/VID-20260314-WA0002.mp4",
            {"app_folder", "app_sent_folder", "app_name"},
        ),
        ("/Users/siti/Downloads/FB_IMG_1772000000000.jpg", {"download_folder", "app_name"}),
        ("/Users/siti/Pictures/liburan.jpg", set()),
        ("/Users/siti/Pictures/kredit.jpg", set()),
        ("/data/media/0/Pictures/line/x.jpg", {"app_folder"}),
        ("/home/budi/pipeline/x.jpg", set()),
    ],
)
def test_folders_and_names(path, indicators):
    assert {each.name for each in TABLE.of_path(path, path.rpartition("/")[2])} == indicators


def test_a_file_encoded_as_one_apps_files_are_says_so(tmp_path):
    """Six files of one app and one without a folder that says anything; a camera's file of another encoding; a camera's of the same in exhibit B-2."""
    for exhibit, camera in (("B-1", 90), ("B-2", 40)):
        disk = tmp_path / exhibit
        for number in range(6):
            name = f"data/media/0/WhatsApp/Media/WhatsApp Images/IMG-20260314-WA000{number}.jpg"
            thumbs.written(disk / name, _encoded(number, 40))
        thumbs.written(disk / "data/media/0/Pictures/lain.jpg", _encoded(7, 40))
        thumbs.written(disk / "data/media/0/DCIM/Camera/20260314_092653.jpg", _encoded(8, camera, model="KF-1"))
    with Case.open_or_create(tmp_path / "case", actor="tester") as case:
        for exhibit in ("B-1", "B-2"):
            run(case, tmp_path / exhibit, exhibit=exhibit, settings=Settings(workers=1, hash_source=False))
        sql = "SELECT m.origin, m.origin_indicators FROM v_media m WHERE m.path LIKE '%lain.jpg' ORDER BY m.entry_id"
        first, second = case._database.execute(sql).fetchall()
    assert first[0] == second[0] == "unknown"
    assert ["app_encoding", "WhatsApp: 6"] in json.loads(first[1])
    assert "app_encoding" not in second[1]


def _encoded(number: int, quality: int, model: str | None = None) -> bytes:
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x0110] = model or ""
    thumbs.scene(number, (320, 240)).save(target, "JPEG", quality=quality, exif=exif)
    return target.getvalue()


def test_models_are_compared_without_their_maker():
    assert TABLE.model("Apple", "iPhone 12") == TABLE.model("Apple", "iPhone13,2")
    assert TABLE.model("samsung", "SM-A525F") == TABLE.model("Samsung", "Samsung SM-A525F") == "sm-a525f"
    assert TABLE.model(None, "KF-1") == "kf-1"


def test_every_indicator_of_the_rules_has_a_source_and_is_told_in_both_languages():
    used = {name for rule in TABLE.rules for name in (*rule.any, *rule.also, *rule.none)}
    assert used <= TABLE.source_of.keys()
    for language in ("en", "id"):
        text = (ROOT / "resources" / "locale" / language / "origin.toml").read_text(encoding="utf-8")
        told = set(re.findall(r"^(\w+) = ", text, re.MULTILINE))
        assert TABLE.source_of.keys() | {rule.origin for rule in TABLE.rules} | {"unknown"} <= told


def test_the_page_prints_the_rules_as_they_are():
    page = (ROOT / "docs" / "origin.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| `(\w+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \| (\d) \|$", page, re.MULTILINE)
    printed = [
        (origin, *(frozenset(re.findall(r"`(\w+)`", cell)) for cell in cells), int(least))
        for origin, *cells, least in rows
    ]
    assert printed == [(rule.origin, rule.any, rule.also, rule.none, rule.sources) for rule in TABLE.rules]
