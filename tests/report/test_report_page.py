"""The page: complete in both languages, safe whatever names say, bounded whatever the size, honest in its words."""

import csv
import re
import tomllib
from html.parser import HTMLParser

import pytest
from report_case import SECOND, START, make_case, plain_messages, tree

from triage.assets import report_asset
from triage.errors import CaseError, UserError
from triage.model import Message, Stamp
from triage.report import ReportWish, shown, write_report
from triage.report.recipe import recipe
from triage.report.tables import cell
from triage.text import LANGUAGES, Say

HOSTILE = (
    "<script>alert(1)</script>.jpg",
    '"><img src=x onerror=alert(1)>.jpg',
    "gambar\u202egpj.exe",
    "a\x00b\x1b[31m\r\nc.jpg",
    "n" * 5000 + ".jpg",
    "=HYPERLINK(1).jpg",
    "{{ 7 * 7 }}{% raw %}.jpg",
    "</title></style><script src=http://example.invalid/x.js>.jpg",
)
CLAIMS = re.compile(
    r"\b(prov(e|es|ed|en|ing)|proofs?|clean|guilty|innocent|undoubted\w*|certain(ly)?|beyond doubt|guarantee\w*|safe"
    r"|membuktikan|terbukti|pembuktian|bersih|bersalah|pasti|dipastikan|menjamin|dijamin|aman)\b",
    re.IGNORECASE,
)


class Page(HTMLParser):
    """What a page contains, as an HTML parser other than a browser's sees it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words, self.meta = [], [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attributes]
        if tag == "meta":
            found = dict(attributes)
            self.meta[found.get("http-equiv")] = found.get("content")

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return "".join(self.words)


def printed(result):
    """The page that is made for print."""
    return next(path for path in result.files if path.name in {"laporan.html", "report.html"})


def page_of(case, language="en", **choices):
    result = write_report(case, ReportWish(language=language, **choices))
    return Page(printed(result).read_text(encoding="utf-8"))


def assert_sealed(page):
    assert not {"script", "iframe", "object", "embed", "form", "link", "base", "svg", "audio", "video"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name == "href":
            assert value.startswith("#")
        if name in {"src", "srcset", "action", "style", "background", "data"}:
            assert (tag, name) == ("img", "src")
            assert value.startswith("data:image/jpeg;base64,")
    assert "default-src 'none'" in page.meta["Content-Security-Policy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_the_case_in_either_language(tmp_path, language):
    with make_case(tmp_path) as case:
        page = page_of(case, language)
        head = case.custody.head
    say = Say(language)
    assert_sealed(page)
    for words in (
        say("report.digests_equal"), say("report.adds_up"), say("report.confidence_exact"), say("report.no_match_before"),
        say("report.fictional"), say("report.kind_encrypted"), say("report.limit_1"), "daftar-b", "Budi Rekaan", "BB-01",
        "icat -o 2048", "LP/000/2026/REKAAN", "4 = 4 + 0 + 0 + 0", "-6.200000, 106.800000",
    ):  # fmt: skip
        assert words in page.text, words
    assert not re.search(r"\b(report|verify)\.[a-z_]{3,}", page.text), "a text is missing"
    assert say("report.event_number", number=head[0] - 1) in page.text, "the report's two events are the last"


def test_the_custody_head_is_that_of_the_reports_start(tmp_path):
    with make_case(tmp_path) as case:
        result = write_report(case, ReportWish(language="en"))
        events = case.folder.joinpath("custody.jsonl").read_text().splitlines()
    page = printed(result).read_text(encoding="utf-8")
    assert '"action":"report.start"' in events[-2]
    assert f'"digest":"{result.head}"' in events[-2]
    assert page.count(result.head) >= 4, "title block, foot of the printed page, custody section, end"


def test_hostile_names_and_messages_stay_text(tmp_path):
    messages = list(
        plain_messages(
            [*HOSTILE, "line one\nline two", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")]
        )
    )
    messages.append(
        Message(
            where="x",
            app="<b>App</b>",
            thread="<i>",
            thread_name=HOSTILE[1],
            sender_name=HOSTILE[2],
            body=HOSTILE[0] * 300,
        )
    )
    with make_case(tmp_path, messages=messages, names=HOSTILE, texts=HOSTILE) as case:
        for language in LANGUAGES:
            page = page_of(case, language)
            assert_sealed(page)
            assert "\u202e" not in page.text
            assert "\x00" not in page.text
            assert "\\u202e" in page.text
            assert "{{ 7 * 7 }}" in page.text
            assert "49{%" not in page.text
            assert HOSTILE[0] in page.text
            assert "n" * 5000 in page.text


def test_pictures_are_blurred_and_listed_ones_are_not_there(tmp_path):
    with make_case(tmp_path) as case:
        assert page_of(case).tags.count("img") == 1, "one of two pictures matched a notable list"
        assert page_of(case, images="none").tags.count("img") == 0


def test_a_picture_without_preview_is_a_grey_tile(tmp_path):
    with make_case(tmp_path, names=["tanpa.jpg"]) as case:
        page = page_of(case)
    assert Say("en")("report.tile_no_preview") in page.text
    assert page.tags.count("img") == 1


def test_twenty_thousand_messages_stay_readable(tmp_path):
    common = {"app": "WhatsApp", "direction": "in", "body": "kata " * 40}
    messages = [
        Message(where=f"m{n}", thread=f"t{n % 300}", sent_at=Stamp(START + n * SECOND), **common) for n in range(20_000)
    ]
    with make_case(tmp_path, messages=messages) as case:
        result = write_report(case, ReportWish(language="en", formats=("html", "csv")))
    page = printed(result)
    assert page.stat().st_size < 8_000_000
    assert "150 of 300 conversations are shown here, 150 are not." in Page(page.read_text(encoding="utf-8")).text
    with (result.folder / "tables" / "v_messages.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert sum(1 for _ in csv.DictReader(stream)) == 20_000


def test_tables_are_whole_sorted_and_harmless(tmp_path):
    with make_case(tmp_path, names=HOSTILE) as case:
        result = write_report(case, ReportWish(language="en", formats=("csv",)))
    tables = sorted((result.folder / "tables").iterdir())
    assert {"v_files.csv", "v_hits.csv", "v_messages.csv", "v_coverage.csv"} <= {path.name for path in tables}
    data = (result.folder / "tables" / "v_files.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfentry_id,exhibit,")
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert len(rows) == 4 + len(HOSTILE)
    assert [int(row["entry_id"]) for row in rows] == sorted(int(row["entry_id"]) for row in rows)
    assert "'=HYPERLINK(1).jpg" in {row["name"] for row in rows}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"), ("+62 000", "'+62 000"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\\tx"), ("\rx", "'\\rx"),
        ("a\nb", "a\\nb"), ("plain", "plain"), (-6.2, -6.2), (5, 5), (None, None), (b"\x01\xff", "01ff"), ("x\u202ey", "x\\u202ey"),
    ],
)  # fmt: skip
def test_a_cell_is_no_formula(value, expected):
    assert cell(value) == expected


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"formats": ("docx",)}, "pdf, html, case"),
        ({"formats": ()}, "pdf, html, case"),
        ({"language": "xx"}, "id, en"),
        ({"images": "raw"}, "none, blurred"),
    ],
)
def test_what_is_not_offered_is_refused_before_anything_is_written(tmp_path, choice, words):
    with make_case(tmp_path) as case:
        before = case.custody.head
        with pytest.raises(UserError, match=words):
            write_report(case, ReportWish(**choice))
        assert case.custody.head == before
        assert not list((case.folder / "reports").iterdir())


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    with make_case(tmp_path) as case:
        monkeypatch.setattr("triage.report.bundle.write_manifest", full)
        with pytest.raises(CaseError, match="No space left on device"):
            write_report(case)
        assert not list((case.folder / "reports").iterdir())
        assert '"action":"report.failed"' in (case.folder / "custody.jsonl").read_text().splitlines()[-1]


def test_two_reports_of_one_second_do_not_meet(tmp_path):
    with make_case(tmp_path) as case:
        folders = {write_report(case, out=tmp_path / "usb").folder for _ in range(3)}
    assert len(folders) == 3
    assert {folder.parent for folder in folders} == {tmp_path / "usb"}


@pytest.mark.parametrize(
    ("locator", "commands"),
    [
        ("volume:p1@1048576|fs:/a b.jpg@35", ("icat -o 2048 '/x/i.dd' 35 | sha1sum",)),
        ("volume:whole@0|fs:/a@35~128-5", ("icat /x/i.dd 35-128-5 | sha1sum",)),
        ("volume:p1@1048576|fs:/a@35~lost", ()),
        ("volume:p1@100|fs:/a@35", ()),
        ("folder:-a b.txt", ("sha1sum -- '/x/i.dd/-a b.txt'",)),
        ("folder:a%0Ab", ()),
        ("zip:in/a.jpg", ("unzip -p /x/i.dd in/a.jpg | sha1sum",)),
        ("zip:in/[a].jpg", ()),
        ("tar:a.zip|zip:b.jpg", ("tar -xOf /x/i.dd -- a.zip > part1.bin", "unzip -p part1.bin b.jpg | sha1sum")),
        ("", ()),
        ("no locator", ()),
    ],
)
def test_a_recipe_is_a_plain_command_or_none(locator, commands):
    assert recipe("/x/i.dd", locator) == tuple(each.replace("'/x/i.dd'", "/x/i.dd") for each in commands)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_claims_more_than_the_method_can(language):
    texts = tomllib.loads(report_asset("wording", language, "report.toml").read_text(encoding="utf-8"))
    for table in ("report", "verify"):
        for key, text in texts[table].items():
            assert not CLAIMS.search(text), f"{table}.{key}: {text}"
    for template in report_asset().glob("*.j2"):
        assert not CLAIMS.search(template.read_text(encoding="utf-8").replace("| safe", "UNSAFE")), template


def test_both_languages_say_the_same_things_about_the_same_values():
    texts = {
        each: tomllib.loads(report_asset("wording", each, "report.toml").read_text(encoding="utf-8"))
        for each in LANGUAGES
    }
    for table in ("report", "verify"):
        first, second = (texts[each][table] for each in LANGUAGES)
        assert set(first) == set(second)
        for key in first:
            assert set(re.findall(r"{\w+}", first[key])) == set(re.findall(r"{\w+}", second[key])), key


def test_templates_name_only_texts_that_exist():
    say = Say("en")
    for template in report_asset().glob("*.j2"):
        for key in re.findall(r'"(report\.[a-z0-9_]*[a-z0-9])"(?! ~)', template.read_text(encoding="utf-8")):
            assert say.has(key), f"{template.name}: {key}"


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02 03:04:05 UTC"),
        ("2026-01-02T03:04:05.5Z", "2026-01-02 03:04:05 UTC"),
        ("2026-01-02T03:04:05", "2026-01-02 03:04:05 (zone unknown)"),
        (None, "\u2014"),
    ],
)
def test_a_time_says_its_zone(stamp, expected):
    assert shown.moment(stamp, Say("en")).striptags() == expected


def test_hidden_characters_are_seen():
    assert (
        shown.visible("a\u202eb\u200bc\ud800\x7f\u2066\U000e0041") == "a\\u202eb\\u200bc\\ud800\\x7f\\u2066\\U000e0041"
    )
    assert shown.name("<b>\u202e", Say("en")) == '<bdi dir="auto">&lt;b&gt;<span class="ctl">\\u202e</span></bdi>'
    assert "\n" in shown.body("a\nb", Say("en"))


def test_writing_a_report_leaves_the_evidence_alone(tmp_path):
    with make_case(tmp_path) as case:
        before = (tmp_path / "flashdisk.dd").read_bytes()
        write_report(case, ReportWish(formats=("html", "csv")))
    assert (tmp_path / "flashdisk.dd").read_bytes() == before
    assert tree(tmp_path / "kasus" / "reports")
