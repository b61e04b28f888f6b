"""The pages of the project: tables that are whole, links that lead somewhere, layers as they are."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_begins_with_its_head(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    firsts = [
        at for at, line in enumerate(lines) if line.startswith("|") and not (at and lines[at - 1].startswith("|"))
    ]
    assert [lines[at] for at in firsts if not re.fullmatch(r"\|(-+\|)+", lines[at + 1].replace(" ", ""))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_layers_are_those_that_are_checked():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(each["layers"] for each in contracts if each["name"] == "layers")
    assert "\n".join(["```", *layers, "```"]) in ARCHITECTURE


def test_every_module_of_the_package_has_its_place_on_the_page():
    modules = {
        path.stem for path in (ROOT / "triage").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    table = ARCHITECTURE.split("## Where things live")[1].split("\n## ")[0]
    assert modules - set(re.findall(r"`(\w+)/?`", table)) == {"__init__"}
