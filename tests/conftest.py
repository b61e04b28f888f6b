"""What all tests share: a private home, and English texts, so that no test touches the person's own settings."""

import pytest


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("TRIAGE_LANG", "en")


# What is all about evidence made to do harm: `make hostile` runs these modules, and every test whose name says hostile.
HOSTILE = {
    "test_absurd_sizes", "test_bad_lists", "test_cut_disks", "test_damage", "test_damaged_sources", "test_empty_names",
    "test_ewf_damage", "test_hostile_databases", "test_hostile_media", "test_let_go", "test_salvage", "test_vanishing_source",
}  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.stem in HOSTILE or "hostile" in item.name:
            item.add_marker("hostile")
