"""What all tests share: a private home, and English texts, so that no test touches the person's own settings."""

import pytest


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("TRIAGE_LANG", "en")
