"""Both languages are complete, agree on their values, and claim nothing."""

import re
import string
import tomllib

import pytest

from triage.assets import report_asset, resource
from triage.text import LANGUAGES, Say, preferred_language


def texts(language):
    found = {}
    paths = [*resource("locale", language).glob("*.toml"), *report_asset("wording", language).glob("*.toml")]
    for path in sorted(paths):
        for table, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for name, value in entries.items():
                assert f"{table}.{name}" not in found, f"{table}.{name} stands twice"
                found[f"{table}.{name}"] = value
    return found


def values(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


def test_every_text_has_both_languages():
    assert texts("id").keys() == texts("en").keys()


def test_the_languages_name_the_same_values():
    ours, theirs = texts("id"), texts("en")
    assert {key: values(text) for key, text in ours.items()} == {key: values(text) for key, text in theirs.items()}


CLAIMS = re.compile(
    r"\b(proves?|proven|proof that|guilty|innocent|is clean|are clean|certainly|undoubtedly|"
    r"membuktikan|terbukti|bersalah|tidak bersalah|bersih|dipastikan)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_claims_more_than_was_seen(language):
    quoting = re.compile(r"(does not prove|never \"?proves|tidak membuktikan|bukan berarti)", re.IGNORECASE)
    claims = {key: text for key, text in texts(language).items() if CLAIMS.search(quoting.sub("", text))}
    assert claims == {}


def test_every_key_that_the_code_names_exists():
    package = resource().parent / "triage"
    known = texts("en").keys()
    tables = {key.split(".")[0] for key in known}
    named = re.compile(rf"""["']({"|".join(sorted(tables))})\.([a-z0-9_]+)["']""")
    suffixes = {"py", "db", "toml", "html"}
    missing = {
        f"{path.name}: {match[1]}.{match[2]}"
        for path in package.rglob("*.py")
        for match in named.finditer(path.read_text(encoding="utf-8"))
        if f"{match[1]}.{match[2]}" not in known and match[2] not in suffixes
    }
    custody_actions = re.compile(r": (case|run|evidence|report|tag|note|custody|key)\.[a-z]+$")
    assert {each for each in missing if not custody_actions.search(each)} == set()


def test_a_missing_text_shows_its_key():
    assert Say("en")("no.such") == "no.such"


def test_the_language_follows_the_wish(monkeypatch):
    monkeypatch.setenv("TRIAGE_LANG", "id_ID.UTF-8")
    assert preferred_language() == "id"
    monkeypatch.setenv("TRIAGE_LANG", "fr")
    assert preferred_language() == "en"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="fr"):
        Say("fr")("cli.help")
