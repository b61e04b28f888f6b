"""How to find a file again and digest it without Sigap: commands of The Sleuth Kit, f2fs-tools and of every Unix system.

A recipe exists only where each step of the locator can be walked with a plain command; where a name holds characters that a
terminal would not show as they are, there is none, and the locator has to do.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from triage.model import Locator
from triage.report.shown import visible

if TYPE_CHECKING:
    from triage.model import Step

SECTOR = 512  # the unit of `icat -o`
PLACES = ("volume", "free")  # steps that say where on the medium, and have no content of their own
_SEQUENCE = re.compile(r"(?:\A|-)seq\d+\Z")  # of a deleted NTFS record: checked by Sigap, not asked for by icat


def recipe(source: str, locator: str) -> tuple[str, ...]:
    """Shell commands, the last of which prints the SHA-1 of the file; empty where there is no plain way."""
    try:
        steps = Locator.parse(locator).steps
    except ValueError:
        return ()
    commands: list[str] = []
    container, offset = source, 0
    inner = [step for step in steps if step.scheme not in PLACES]
    if not inner or visible(source) != source or sum(step.scheme == "volume" for step in steps) > 1:
        return ()  # a volume inside a volume (LVM, encrypted, APFS) has no offset that these programs take
    for step in steps:
        if step.scheme in PLACES:
            offset = step.number or 0
            continue
        if step.scheme == "f2fs" and offset:
            commands.append(f"tail -c +{offset + 1} {_quoted(container)} > volume.bin")
            container, offset = "volume.bin", 0
        command = _extract(step, container, offset)
        if command is None:
            return ()
        last = step is inner[-1]
        container, offset = f"part{len(commands) + 1}.bin", 0
        commands.append(_ended(command, step, container, last=last))
    return tuple(commands)


def metadata_address(locator: str) -> int | None:
    """The metadata address of the last step, where that lies in a file system."""
    try:
        steps = Locator.parse(locator).steps
    except ValueError:
        return None
    return steps[-1].number if steps and steps[-1].scheme in {"fs", "f2fs"} else None


def _extract(step: Step, container: str, offset: int) -> str | None:
    """The command that writes the content of one step to standard output."""
    if step.scheme in {"fs", "f2fs"}:
        return _icat(step, container, offset) if step.scheme == "fs" else _dump_f2fs(step, container)
    if step.scheme == "carved":
        return f"tail -c +{(step.number or 0) + 1} {_quoted(container)} | head -c {step.stream}"
    if visible(step.path) != step.path or step.stream is not None:
        return None
    if step.scheme == "folder":
        return f"cat -- {_quoted(f'{container}/{step.path}')}"
    if step.scheme == "zip" and not set(step.path) & set("*?[]\\"):  # unzip takes these for patterns
        return f"unzip -p {_quoted(container)} {_quoted(step.path)}"
    if step.scheme == "tar":
        return f"tar -xOf {_quoted(container)} -- {_quoted(step.path)}"
    return None


def _icat(step: Step, container: str, offset: int) -> str | None:
    """`icat` opens by metadata address, so that names do not matter; `-o` counts sectors."""
    stream = _SEQUENCE.sub("", step.stream or "")
    if step.number is None or offset % SECTOR or not (stream or "0-0").replace("-", "").isdigit():
        return None
    start = f"-o {offset // SECTOR} " if offset else ""
    return f"icat {start}{_quoted(container)} {step.number}{f'-{stream}' if stream else ''}"


def _dump_f2fs(step: Step, container: str) -> str | None:
    """`dump.f2fs` takes the inode number in hexadecimal and writes the file into `lost_found` under its name."""
    name = step.path.rpartition("/")[2]
    if step.number is None or step.stream is not None or visible(name) != name:
        return None
    dump = f"echo y | dump.f2fs -i {step.number:x} {_quoted(container)} > dump.txt"
    return f"({dump} && cat {_quoted(f'lost_found/{name}')})"


def _ended(command: str, step: Step, output: str, *, last: bool) -> str:
    if not last:
        return f"{command} > {output}"
    if step.scheme == "folder":
        return f"sha1sum {command.removeprefix('cat ')}"
    return f"{command} | sha1sum"


def _quoted(text: str) -> str:
    """Quoted for a shell; a name that begins with a dash is not taken for an option."""
    return shlex.quote(f"./{text}" if text.startswith("-") else text)
