"""The table of docs/apps.md that says what the readers of conversations were tried on: its numbers are those of the fixtures."""

import re
from pathlib import Path

import pytest
from making.items import item_from_bytes
from test_damage import fixture

from triage.extractors import EXTRACTORS
from triage.model import Call, Contact, Message

PAGE = Path(__file__).resolve().parents[2] / "docs" / "apps.md"
ROW = re.compile(r"^\| `([a-z0-9-]+)` \|[^|]+\|[^|]+\|[^|]+\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
LISTED = {name: tuple(map(int, numbers)) for name, *numbers in ROW.findall(PAGE.read_text(encoding="utf-8"))}
READERS = [each for each in EXTRACTORS if {Message, Call, Contact} & set(each.records)]


@pytest.mark.parametrize("extractor", READERS, ids=lambda each: each.name)
def test_the_numbers_are_those_of_the_fixture(extractor, tmp_path: Path) -> None:
    name, data = fixture(extractor.name, tmp_path)
    found = list(extractor.extract(item_from_bytes(name, data)))
    counted = [sum(isinstance(each, kind) for each in found) for kind in (Message, Call, Contact)]
    files = sum(isinstance(each, Message) and each.attachment is not None for each in found)
    row = f"| `{extractor.name}` | platform | schema | fixture | {' | '.join(map(str, (*counted, files)))} |"
    assert LISTED.get(extractor.name) == (*counted, files), row


def test_the_table_names_no_other() -> None:
    assert set(LISTED) == {each.name for each in READERS}
