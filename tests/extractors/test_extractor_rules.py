"""House rules of extractors, and the page of apps that must keep step with them."""

import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from making.items import item_from_bytes
from test_damage import FIXTURES, fixture

from triage.extractors import _OF_DATABASES, EXTRACTORS, wanted_by
from triage.filetype import is_database
from triage.model import RECORDS, Brightness, Entry, Problem, Record

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path.stem for path in (ROOT / "triage" / "extractors").glob("*.py") if path.stem not in {"__init__", "base"}
)

each_extractor = pytest.mark.parametrize("extractor", EXTRACTORS, ids=lambda each: each.name)


def test_every_module_is_registered_once() -> None:
    registered = sorted(type(extractor).__module__.rpartition(".")[2] for extractor in EXTRACTORS)
    assert registered == MODULES
    assert len({extractor.name for extractor in EXTRACTORS}) == len(EXTRACTORS)


@each_extractor
def test_it_says_what_it_is(extractor) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]+", extractor.name)
    assert re.fullmatch(r"[1-9]\d*", extractor.version)
    assert extractor.title
    assert extractor.describes
    assert extractor.limitations
    assert all(extractor.limitations)
    assert type(extractor).__doc__
    module = sys.modules[type(extractor).__module__]
    assert "mark A" in module.__doc__ or "mark B" in module.__doc__ or "mark C" in module.__doc__


@each_extractor
def test_its_fixture_yields_every_declared_record_and_no_other(extractor, tmp_path: Path) -> None:
    name, data = fixture(extractor.name, tmp_path)
    item = item_from_bytes(name, data)
    assert extractor in wanted_by(item)
    found = list(extractor.extract(item))
    assert {type(each) for each in found} - {Brightness, Entry} == set(extractor.records)
    assert not [each for each in found if isinstance(each, Problem)]


def test_those_asked_about_databases_alone_want_nothing_else(tmp_path: Path) -> None:
    for name in FIXTURES:
        item = item_from_bytes(*fixture(name, tmp_path))
        if not is_database(item.mime):
            assert not [each.name for each in _OF_DATABASES if each.wants(item)], name


@each_extractor
def test_it_yields_the_same_again(extractor, tmp_path: Path) -> None:
    name, data = fixture(extractor.name, tmp_path)
    first, second = (list(extractor.extract(item_from_bytes(name, data))) for _ in range(2))
    assert first == second


@each_extractor
def test_every_record_can_be_found_again(extractor, tmp_path: Path) -> None:
    name, data = fixture(extractor.name, tmp_path)
    found = [each for each in extractor.extract(item_from_bytes(name, data)) if isinstance(each, Record)]
    assert all(each.where for each in found)
    assert len({(type(each), each.where) for each in found}) == len(found)


def test_fixtures_and_extractors_are_the_same_set() -> None:
    assert set(FIXTURES) == {extractor.name for extractor in EXTRACTORS}


def test_a_field_has_one_type_in_all_records() -> None:
    types: dict[str, set[str]] = {}
    for record in RECORDS:
        for field in fields(record):
            types.setdefault(field.name, set()).add(str(field.type).replace(" | None", ""))
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_the_page_of_apps_keeps_step() -> None:
    page = (ROOT / "docs" / "apps.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \|", page, re.MULTILINE)
    assert sorted(rows) == sorted((extractor.name, extractor.version) for extractor in EXTRACTORS)
    for extractor in EXTRACTORS:
        for limitation in extractor.limitations:
            assert limitation in page, f"{extractor.name}: {limitation}"
