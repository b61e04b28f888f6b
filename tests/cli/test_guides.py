"""The user guides name every command with all of its options, in both languages."""

import re
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from triage.cli import application

DOCS = Path(__file__).resolve().parents[2] / "docs"


def options(command, name="triage"):
    """For each command its options; one that can be switched off is named by what switches it off."""
    if isinstance(command, TyperGroup):
        found = {}
        for each, below in command.commands.items():
            found.update(options(below, f"{name} {each}"))
        return found
    named = [each.secondary_opts or each.opts for each in command.params if each.param_type_name == "option"]
    return {name: {option for each in named for option in each} - {"--help"}}


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_guide_names_every_command_and_option(language):
    page = (DOCS / f"guide.{language}.md").read_text(encoding="utf-8")
    told = {}
    for commands, row in re.findall(r"^\| (`triage .+?`) \|(.*)\|$", page, re.MULTILINE):
        for command in re.findall(r"`(triage [a-z -]+[a-z])", commands):
            told[command] = set(re.findall(r"--[a-z-]+", row))
    assert told == options(typer.main.get_command(application))
