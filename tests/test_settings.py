"""Settings: stored and read back, files with mistakes refused, the home where it should be."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from triage import ranking
from triage.errors import UserError
from triage.settings import PROFILES, Limits, Settings, examiner, home, load_settings


def test_settings_survive_the_database():
    chosen = Settings(workers=3, lists=("a", "b"), list_digests=("x", "y"), limits=Limits(orphans=7))
    assert Settings.from_json(chosen.to_json()) == chosen


def test_a_key_of_a_later_version_is_ignored():
    data = json.loads(Settings().to_json())
    data["later"] = 1
    data["limits"]["later"] = 1
    assert Settings.from_json(json.dumps(data)) == Settings()


def test_a_file_changes_what_it_names(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('profile = "quick"\nlists = ["a"]\n[limits]\norphans = 5\n')
    assert load_settings(path) == Settings(profile="quick", lists=("a",), limits=Limits(orphans=5))


@pytest.mark.parametrize("text", ["wokers = 2\n", "[limits]\norfans = 1\n"])
def test_a_misspelt_key_is_named(tmp_path, text):
    path = tmp_path / "s.toml"
    path.write_text(text)
    with pytest.raises(UserError, match=r"unknown setting '(wokers|limits\.orfans)'"):
        load_settings(path)


def test_an_unknown_profile_is_named(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('profile = "fast"\n')
    with pytest.raises(UserError, match="unknown profile 'fast'; there are full and quick"):
        load_settings(path)


def test_the_page_of_limits_names_each():
    page = (Path(__file__).parents[1] / "docs" / "limits.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [field.name for field in fields(Limits)]


def test_the_profiles_are_those_of_the_ranking():
    assert set(PROFILES) == set(ranking.PROFILES)


@pytest.mark.parametrize("text", ["= = =", "\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(tmp_path, text):
    path = tmp_path / "s.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError, match="cannot be read as settings"):
        load_settings(path)


def test_the_home_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.delenv("TRIAGE_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert home().as_posix() == "/data/sigap"


def test_the_examiner_can_be_named(monkeypatch):
    monkeypatch.setenv("TRIAGE_EXAMINER", "Penyidik Contoh")
    assert examiner() == "Penyidik Contoh"
    monkeypatch.delenv("TRIAGE_EXAMINER")
    monkeypatch.setattr("getpass.getuser", lambda: "rina")
    assert examiner() == "rina"


def test_an_account_without_a_name_names_nobody(monkeypatch):
    monkeypatch.delenv("TRIAGE_EXAMINER", raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: {}["no such user"])
    assert examiner() == ""
