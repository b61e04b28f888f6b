"""The report to browse, in a browser and opened from the disk: complete in both languages, and safe whatever the evidence says."""

import json
import re
import sqlite3

import pytest
from browser import needs_browser, opened
from report_case import SECOND, START, make_case, plain_messages

from triage.assets import report_asset
from triage.model import Message, Place, Stamp, Visit
from triage.report import ReportWish, write_report
from triage.report.browse.chunks import plain, script_json
from triage.report.browse.listings import LISTINGS
from triage.text import LANGUAGES, Say

HOSTILE = (
    "<script>window.hurt=1</script>",
    "<img src=x onerror=window.hurt=1>",
    "</script><script>window.hurt=1</script>",
    "\u2028window.hurt=1\u2029",
    "javascript:window.hurt=1",
    "gambar\u202egpj.exe",
    "a\x00b\x1b[31m\r\nc",
    "n" * 5000,
    "=HYPERLINK(1)",
    "{{ 7 * 7 }}{% raw %}",
    "__proto__",
    "</title></style><link rel=stylesheet href=http://example.invalid/x.css>",
)


def more_records():
    yield Visit(
        where="visit=1",
        app="<b>Peramban</b>",
        url="javascript:window.hurt=1",
        title=HOSTILE[1],
        visited_at=Stamp(START),
    )
    for number, (latitude, longitude) in enumerate(((-6.2, 106.8), (-2.5, 140.7))):
        yield Place(
            where=f"place={number}",
            app="Peta",
            latitude=latitude,
            longitude=longitude,
            at=Stamp(START),
            kind="device",
            name=HOSTILE[2],
        )


def hostile_case(folder):
    messages = list(plain_messages(HOSTILE))
    messages += [
        Message(where=f"m={number}", app=each[:300], account=each, thread=each, thread_name=each, sender=each, sender_name=each, direction="in",
                sent_at=Stamp(START + number * 86400 * SECOND), body=each, attachment=each, kind="text")
        for number, each in enumerate(HOSTILE)
    ]  # fmt: skip
    names = [f"{each}.jpg".replace("/", "_") for each in HOSTILE]
    return make_case(folder, names=names, messages=messages, extra=tuple(more_records()))


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The hostile case as a report in each language, and its database."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAGE_HOME", str(folder / "home"))
        with hostile_case(folder) as case:
            made = {language: write_report(case, ReportWish(language=language)).folder for language in LANGUAGES}
            return made, case.folder / "case.db"


def page(browser, folder):
    browser.requests.clear()
    browser.messages.clear()
    browser.navigations.clear()
    browser.open((folder / "index.html").as_uri())
    return browser


def go(browser, section):
    browser.value(f"location.hash = '/{section}'")
    browser.until(f"!document.getElementById('s-{section}').hidden")


def settled(browser, section):
    go(browser, section)
    if section not in {"timeline", "summary", "evidence", "custody"}:
        browser.until(f"document.querySelector('#s-{section} .status').textContent")


def text_of(browser, section):
    return browser.value(f"document.getElementById('s-{section}').innerText")


@needs_browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_opens_and_nothing_runs_or_leaves(browser, reports, language):
    folder = reports[0][language]
    at = page(browser, folder)
    sections = at.value("[...document.querySelectorAll('main > section')].map((each) => each.id.slice(2))")
    assert {"summary", "findings", "media", "talks", "timeline", "map", "files", "visits", "custody"} <= set(sections)
    for section in sections:
        settled(at, section)
    at.until("made.get('s-talks').list.drawn && made.get('s-timeline').list")
    for thread in range(at.value("made.get('s-talks').threads.total")):
        at.value(f"made.get('s-talks').open({thread})")
    at.value("made.get('s-timeline').open(made.get('s-timeline').days[0])")
    go(at, "files")
    for row in range(at.value("made.get('s-files').rows.total")):
        at.value(f"made.get('s-files').tell({row})")
    assert at.value("window.hurt") is None
    assert at.messages == []
    root = folder.as_uri()
    assert [each for each in at.requests if not each.startswith((root, "data:image/jpeg;base64,"))] == []
    assert {each.partition("#")[0] for each in at.navigations} == {f"{root}/index.html"}
    links = at.value("[...document.querySelectorAll('a')].map((each) => each.getAttribute('href'))")
    assert [each for each in links if not each.startswith("#")] == [
        {"id": "laporan.html", "en": "report.html"}[language]
    ]
    assert (
        at.value(
            "document.querySelectorAll('iframe, object, embed, form, base, link, svg, [onerror], [style*=url]').length"
        )
        == 0
    )
    missing = re.findall(
        r"\b(?:browse|report|paper)\.[a-z_0-9]{3,}|\bundefined\b|\[object", at.value("document.body.innerText")
    )
    assert missing == []


@needs_browser
def test_what_it_lists_is_what_the_views_hold(browser, reports):
    made, database = reports
    at = page(browser, made["en"])
    facts = at.value("FACTS.sets")
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as case:
        counted = {
            name: case.execute(f"SELECT count(*) FROM {listing.view}").fetchone()[0]
            for name, listing in LISTINGS.items()
        }
        (messages,) = case.execute("SELECT count(*) FROM v_messages").fetchone()
    case.close()
    assert {name: facts[name]["total"] for name in LISTINGS} == counted
    assert facts["messages"]["total"] == messages
    rows = at.value("(async () => { let n = 0; await new Rows('messages').scan(() => { n++; }); return n; })()")
    assert rows == messages


@needs_browser
def test_hidden_characters_are_shown_as_escapes(browser, reports):
    at = page(browser, reports[0]["en"])
    settled(at, "files")
    paths = at.value(
        "(async () => { const found = []; await new Rows('files').scan((row) => { found.push(row[1]); }); return found; })()"
    )
    assert any("gambar\\u202egpj.exe" in each for each in paths)
    assert any("a\\x00b\\x1b[31m\\r\\nc" in each for each in paths)
    assert not [each for each in paths if re.search("[\x00-\x1f\u202a-\u202e\u2028\u2029]", each)]


@needs_browser
def test_search_choices_and_order(browser, reports):
    at = page(browser, reports[0]["en"])
    settled(at, "files")
    total = at.value("made.get('s-files').rows.total")
    at.value(
        "(() => { const field = document.querySelector('#s-files input'); field.value = 'dcim img_0002'; field.dispatchEvent(new Event('input')); })()"
    )
    at.until("made.get('s-files').numbers?.length === 1")
    assert f"1 of {total}" in text_of(at, "files")
    at.until("document.querySelectorAll('#s-files .line').length === 1")
    assert "IMG_0002.jpg" in text_of(at, "files")
    at.value(
        "(() => { const field = document.querySelector('#s-files input'); field.value = ''; field.dispatchEvent(new Event('input')); })()"
    )
    at.until("made.get('s-files').numbers === null")
    at.value(
        "(() => { const choice = document.querySelector('#s-files select[aria-label=Deleted]'); choice.value = '1'; choice.dispatchEvent(new Event('change')); })()"
    )
    at.until("made.get('s-files').numbers?.length === 1")
    at.value(
        "(() => { const choice = document.querySelector('#s-files select[aria-label=Deleted]'); choice.value = ''; choice.dispatchEvent(new Event('change')); })()"
    )
    at.until("made.get('s-files').numbers === null")
    at.value("(async () => { await made.get('s-files').sort('path'); await made.get('s-files').sort('path'); })()")
    assert at.value("document.querySelector('#s-files [data-column=path]').getAttribute('aria-sort')") == "descending"
    first, last = at.value(
        "(async () => { const own = made.get('s-files'); return [(await own.rows.row(own.numbers[0])).path, (await own.rows.row(own.numbers.at(-1))).path]; })()"
    )
    assert first > last


@needs_browser
def test_keys_alone_reach_a_row_and_its_details(browser, reports):
    at = page(browser, reports[0]["en"])
    settled(at, "files")
    at.value("made.get('s-files').box.focus()")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "End", "Home", "ArrowDown", "Enter"):
        at.ask("Input.dispatchKeyEvent", type="keyDown", key=key)
        at.ask("Input.dispatchKeyEvent", type="keyUp", key=key)
    at.until("!document.querySelector('#s-files .detail').hidden")
    assert at.value("made.get('s-files').list.chosen") == 1
    assert at.value(
        "document.getElementById(made.get('s-files').box.getAttribute('aria-activedescendant')).classList.contains('chosen')"
    )


@needs_browser
def test_findings_say_how_to_check_them(browser, reports):
    at = page(browser, reports[0]["id"])
    at.value("location.hash = '/findings=1'")
    at.until("document.getElementById('finding-1')")
    words = at.value("document.getElementById('finding-1').innerText")
    say = Say("id")
    for each in (
        "icat -o 2048",
        "IMG_0001.jpg",
        "daftar-a",
        say("paper.certain_confirmed"),
        say("report.recheck"),
        say("paper.bound_use"),
    ):
        assert each in words, each


@needs_browser
def test_messages_are_searched_in_all_conversations(browser, reports):
    at = page(browser, reports[0]["en"])
    settled(at, "talks")
    at.value("made.get('s-talks').search('HURT img')")
    assert "2 messages" in text_of(at, "talks")
    at.value("document.querySelector('#s-talks .answer button').click()")
    at.until("document.querySelector('#s-talks .sought')")


@needs_browser
def test_a_missing_data_file_is_said_and_the_rest_works(browser, tmp_path, monkeypatch):
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path / "home"))
    with make_case(tmp_path) as case:
        folder = write_report(case, ReportWish(language="en")).folder
    (folder / "data" / "files" / "0.js").unlink()
    (folder / "data" / "calls" / "0.js").write_text("this is no data")
    at = page(browser, folder)
    for section in ("files", "calls"):
        settled(at, section)
        at.until(f"document.querySelector('#s-{section} .missing')")
        assert Say("en")("browse.missing") in text_of(at, section)
    settled(at, "talks")
    assert at.value("made.get('s-talks').threads.total") == 1


@needs_browser
def test_the_timeline_counts_what_there_is(browser, reports):
    at = page(browser, reports[0]["en"])
    go(at, "timeline")
    at.until("document.querySelector('#s-timeline [data-day]')")
    assert at.value("document.querySelectorAll('#s-timeline [data-day]').length") == len(HOSTILE)
    at.value("document.querySelector('#s-timeline [data-day=\"2026-01-02\"]').click()")
    at.until("made.get('s-timeline').found.length === 1")
    assert "2026-01-02: 1 records" in text_of(at, "timeline")


@needs_browser
def test_the_map_draws_every_position(browser, reports):
    at = page(browser, reports[0]["en"])
    settled(at, "map")
    at.until("made.get('s-map').points.length === 3 && made.get('s-map').near.length")
    at.value("made.get('s-map').list.choose(0, true)")
    at.until("document.querySelector('#s-map .place').innerText.includes('106.8')")


def test_a_million_rows_are_spread_over_the_height_that_browsers_scroll():
    script = report_asset("browse", "list.js").read_text(encoding="utf-8")
    assert int(re.search(r"TALLEST = ([\d_]+)", script)[1].replace("_", "")) <= 15_000_000


def test_notable_pictures_are_not_in_the_data(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path / "home"))
    with make_case(tmp_path) as case:
        for images, expected in (("none", 0), ("blurred", 1)):
            folder = write_report(case, ReportWish(language="en", images=images)).folder
            media = (folder / "data" / "media" / "0.js").read_text()
            assert media.count("data:image/jpeg") == expected


def test_data_is_plain_script(reports):
    for path in sorted(reports[0]["en"].glob("data/**/*.js")):
        content = path.read_text(encoding="ascii")
        assert re.match(r'sigap\("[a-z]+",\d+,\[', content), path
        assert "<" not in content
        json.loads(content.partition(",")[2].partition(",")[2].removesuffix(");\n"))


def test_values_are_cut_and_say_so():
    assert plain("x" * 7000) == "x" * 6000 + " … [7000]"
    assert plain(b"\x00\xff") == "00ff"
    assert plain("a\nb", lines=True) == "a\nb"
    assert plain("a\nb") == "a\\nb"
    assert script_json(["</script>\u2028\udc80"]) == '["\\u003c/script>\\u2028\\udc80"]'


def test_the_scripts_build_no_markup_from_text():
    for path in report_asset("browse").glob("*.js"):
        content = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|https?:", content
        ), path
        assert len(content.splitlines()) <= 400


def test_every_word_of_the_page_is_there():
    """Keys that the scripts and the template name, in both languages."""
    keys = set()
    for path in (*report_asset("browse").glob("*.js"), report_asset("browse", "index.html.j2")):
        content = path.read_text(encoding="utf-8")
        keys |= {
            each if "." in each else f"browse.{each}"
            for each in re.findall(r'\bsay\(["\']([a-z_.]+[a-z])["\']', content)
        }
    columns = {each for listing in LISTINGS.values() for each in (*listing.shown, *listing.more)}
    keys |= {f"browse.column_{each}" for each in columns} | {
        f"browse.h_{each}" for each in LISTINGS if each != "problems"
    }
    for language in LANGUAGES:
        assert [each for each in sorted(keys) if not Say(language).has(each)] == []
