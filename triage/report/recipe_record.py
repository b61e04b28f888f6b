"""How to see a record again without Sigap: the row of a database with sqlite3, what a picture states with exiftool."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.report.recipe import extraction, piped, quoted
from triage.report.shown import visible

if TYPE_CHECKING:
    from triage.queries.chosen import PlaceRow

DATABASE = "base.db"
WITHOUT_LOG = {"superseded"}  # records that only the state without the write-ahead log has
EXIF_TAGS = ("DateTimeOriginal", "Make", "Model", "GPSLatitude", "GPSLongitude")
# `message._id=12`, and what a record adds where a row holds several of them.
_ROW = re.compile(
    r"(?P<table>[A-Za-z_]\w*)\.(?P<first>[A-Za-z_]\w*=[^ ]+(?: [A-Za-z_]\w*=[^ ]+)*)(?: [a-z_/0-9 ]*)?\Z", re.ASCII
)
_INTEGER = re.compile(r"-?\d{1,18}\Z", re.ASCII)


def database_commands(place: PlaceRow) -> tuple[str, ...]:
    """Commands that write the database, and the logs that belong to it, under one name; empty where there is no plain way."""
    commands = extraction(place.source, place.locator, place.format, DATABASE)
    for companion in place.companions if commands else ():
        ending = companion_ending(companion)
        more = extraction(place.source, companion, place.format, f"{DATABASE}{ending}")
        if ending is None or not more:
            return ()
        commands += tuple(each for each in more if each not in commands)
    return commands


def row_command(where: str, deleted: str | None) -> str | None:
    """The sqlite3 command that shows the row a record came from; None where `where` names no row."""
    match = _ROW.match(where)
    if match is None or visible(where) != where:
        return None
    parts = [part.split("=", 1) for part in match["first"].split(" ")]
    condition = " AND ".join(f'"{column}" = {_value(value)}' for column, value in parts)
    file = f"file:{DATABASE}?immutable=1" if deleted in WITHOUT_LOG else DATABASE
    query = f'SELECT * FROM "{match["table"]}" WHERE {condition}'
    return f"sqlite3 -line {quoted(file)} {quoted(query)}"


def row_recipe(place: PlaceRow, where: str, deleted: str | None = None) -> tuple[str, ...]:
    """Commands, the last of which shows the row that a record was read from; empty where there is no plain way."""
    commands, row = database_commands(place), row_command(where, deleted)
    return (*commands, row) if commands and row else ()


def exif_recipe(place: PlaceRow) -> tuple[str, ...]:
    """Commands, the last of which shows what a picture or clip states of time, camera and place."""
    return piped(place.source, place.locator, place.format, f"exiftool -n {' '.join(f'-{tag}' for tag in EXIF_TAGS)} -")


def companion_ending(locator: str) -> str | None:
    """`-wal`, `-journal` or `-shm`: what kind of file beside a database this is."""
    match = re.search(r"-(?:wal|journal|shm)(?=@|~|\Z)", locator)
    return match[0] if match else None


def _value(value: str) -> str:
    return value if _INTEGER.match(value) else "'" + value.replace("'", "''") + "'"
