"""Every word of the desktop is there in both languages, and says the same things."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from triage.assets import resource
from triage.text import LANGUAGES, Say

UI = Path(__file__).resolve().parents[2] / "triage" / "ui"
KEY = re.compile(r'"(ui(?:_[a-z]+)?\.[a-z_]+)"')
CLAIMS = re.compile(r"\b(clean|prove[sn]?|innocent|guilty|bersih|membuktikan|terbukti bersalah)\b", re.IGNORECASE)


def texts(language):
    tables = tomllib.loads(resource("locale", language, "ui.toml").read_text(encoding="utf-8"))
    return {f"{table}.{name}": text for table, entries in tables.items() for name, text in entries.items()}


def fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_both_languages_have_the_same_texts_with_the_same_values():
    indonesian, english = texts("id"), texts("en")
    assert sorted(indonesian) == sorted(english)
    assert {key: fields(text) for key, text in indonesian.items()} == {
        key: fields(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_the_code_names_has_a_text(language):
    say = Say(language)
    named = {key for path in UI.glob("*.py") for key in KEY.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 100
    assert [key for key in sorted(named) if not say.has(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_claims_more_than_was_found(language):
    assert [key for key, text in texts(language).items() if CLAIMS.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_problem_and_every_pane_has_words(language):
    from triage.ui.file_filters import PARTS
    from triage.ui.page import PANES

    say = Say(language)
    kinds = [
        "unreadable",
        "malformed",
        "encrypted",
        "unsupported",
        "truncated",
        "limit",
        "bug",
        "crash",
        "timeout",
        "memory",
    ]
    keys = [f"{table}.{kind}" for kind in kinds for table in ("ui_problem", "ui_problem_means")]
    keys += [f"ui_pane.{name}" for name, _ in PANES] + [f"ui_part.{name}" for name, _ in PARTS]
    keys += [f"ui_state.{name}" for name in ("waiting", "running", "stopping", "stopped", "done")]
    keys += [f"ui_phase.{name}" for name in ("hash_before", "examine", "hash_after")]
    assert [key for key in keys if not say.has(key)] == []
