"""How to find a file again and digest it without Sigap: commands of The Sleuth Kit, f2fs-tools and of every Unix system.

A recipe exists only where each step of the locator can be walked with a plain command; where a name holds characters that a
terminal would not show as they are, there is none, and the locator has to do. Commands are run in one empty folder, in order.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from triage.model import Locator
from triage.report.recipe_source import Container, container
from triage.report.shown import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.model import Step

SECTOR = 512  # the unit of `icat -o`
PLACES = ("volume", "free")  # steps that say where on the medium, and have no content of their own
_SEQUENCE = re.compile(r"(?:\A|-)seq\d+\Z")  # of a deleted NTFS record: checked by Sigap, not asked for by icat
_PATTERN = set("*?[]\\")  # unzip takes these for patterns
_UNPACK = {"gz": "gzip -dc", "bz2": "bzip2 -dc", "xz": "xz -dc", "zst": "zstd -dc", "lz4": "lz4 -dc", "z": "gzip -dc"}


def recipe(source: str, locator: str, form: str = "raw") -> tuple[str, ...]:
    """Shell commands, the last of which prints the SHA-1 of the file; empty where there is no plain way.

    `form` is the format of the source as the case has it.
    """
    return _walked(source, locator, form, _digested)


def extraction(source: str, locator: str, form: str, output: str) -> tuple[str, ...]:
    """Shell commands, the last of which writes the file to `output`; empty where there is no plain way."""
    return _walked(source, locator, form, lambda command, _: f"{command} > {output}")


def piped(source: str, locator: str, form: str, command: str) -> tuple[str, ...]:
    """Shell commands, the last of which hands the file to `command` on its standard input; empty where there is no plain way."""
    return _walked(source, locator, form, lambda written, _: f"{written} | {command}")


def metadata_address(locator: str) -> int | None:
    """The metadata address of the last step, where that lies in a file system."""
    steps = _steps(locator)
    return steps[-1].number if steps and steps[-1].scheme in {"fs", "f2fs"} else None


def volume_offset(locator: str) -> int | None:
    """Where the volume starts on the medium, in bytes; None where the locator names no volume, or one inside another."""
    volumes = [step for step in _steps(locator) if step.scheme == "volume"]
    return volumes[0].number if len(volumes) == 1 else None


def _walked(source: str, locator: str, form: str, end: Callable[[str, Step], str]) -> tuple[str, ...]:
    steps = _steps(locator)
    inner = [step for step in steps if step.scheme not in PLACES]
    if not inner or visible(source) != source or sum(step.scheme == "volume" for step in steps) > 1:
        return ()  # a volume inside a volume (LVM, encrypted, APFS) has no offset that these programs take
    found = container(source, form, inner[0].scheme)
    if found is None:
        return ()
    commands, offset = list(found.commands), 0
    for step in steps:
        if step.scheme in PLACES:
            offset = step.number or 0
            continue
        if step.scheme == "f2fs" and (offset or found.option):
            commands.append(f"{_read(found)} | tail -c +{offset + 1} > volume.bin")
            found, offset = Container("volume.bin"), 0
        command = _extract(step, found, offset)
        if command is None:
            return ()
        if step is inner[-1]:
            return (*commands, end(command, step))
        found, offset = Container(f"part{len(commands) + 1}.bin"), 0
        commands.append(f"{command} > {found.path}")
    return ()


def _steps(locator: str) -> tuple[Step, ...]:
    try:
        return Locator.parse(locator).steps
    except ValueError:
        return ()


def _extract(step: Step, source: Container, offset: int) -> str | None:
    """The command that writes the content of one step to standard output."""
    if step.scheme == "fs":
        return _icat(step, source, offset)
    if step.scheme == "f2fs":
        return _dump_f2fs(step, source)
    if step.scheme in {"carved", "appended"}:
        return f"{_read(source)} | tail -c +{(step.number or 0) + 1} | head -c {step.stream}"
    maker = _MEMBERS.get(step.scheme)
    return maker(step, quoted(source.path), source.path) if maker and visible(step.path) == step.path else None


def _read(source: Container) -> str:
    """The bytes of the medium on standard output."""
    return f"img_cat {source.option} {quoted(source.path)}" if source.option else f"cat {quoted(source.path)}"


def _icat(step: Step, source: Container, offset: int) -> str | None:
    """`icat` opens by metadata address, so that names do not matter; `-o` counts sectors."""
    stream = _SEQUENCE.sub("", step.stream or "")
    if step.number is None or offset % SECTOR or not (stream or "0-0").replace("-", "").isdigit():
        return None
    start = f"-o {offset // SECTOR} " if offset else ""
    option = f"{source.option} " if source.option else ""
    return f"icat {option}{start}{quoted(source.path)} {step.number}{f'-{stream}' if stream else ''}"


def _dump_f2fs(step: Step, source: Container) -> str | None:
    """`dump.f2fs` takes the inode number in hexadecimal and writes the file into `lost_found` under its name."""
    name = step.path.rpartition("/")[2]
    if step.number is None or step.stream is not None or visible(name) != name:
        return None
    dump = f"echo y | dump.f2fs -i {step.number:x} {quoted(source.path)} > dump.txt"
    return f"({dump} && cat {quoted(f'lost_found/{name}')})"


def _folder(step: Step, _source: str, path: str) -> str | None:
    return None if step.stream else f"cat -- {quoted(f'{path}/{step.path}')}"


def _zip(step: Step, source: str, _path: str) -> str | None:
    plain = step.stream is None and not set(step.path) & _PATTERN
    return f"unzip -p {source} {quoted(step.path)}" if plain else None


def _tar(step: Step, source: str, _path: str) -> str | None:
    return None if step.stream else f"tar -xOf {source} -- {quoted(step.path)}"


def _seven(step: Step, source: str, _path: str) -> str | None:
    plain = step.stream is None and not set(step.path) & _PATTERN
    return f"7z e -so {source} {quoted(step.path)}" if plain else None


def _rar(step: Step, source: str, _path: str) -> str | None:
    plain = step.stream is None and not set(step.path) & _PATTERN
    return f"unrar p -inul {source} {quoted(step.path)}" if plain else None


def _ios(step: Step, _source: str, path: str) -> str | None:
    """A plain backup holds a content under the first two digits of its name, and its own files under their names."""
    if step.stream:
        return f"cat -- {quoted(f'{path}/{step.stream[:2]}/{step.stream}')}"
    own = step.path.removeprefix("backup/")
    return f"cat -- {quoted(f'{path}/{own}')}" if own != step.path else None


def _ufdr(step: Step, source: str, _path: str) -> str | None:
    plain = step.stream and visible(step.stream) == step.stream and not set(step.stream) & _PATTERN
    return f"unzip -p {source} {quoted(step.stream or '')}" if plain else None


def _packed(command: str) -> Callable[[Step, str, str], str | None]:
    return lambda step, source, _: None if step.stream else f"{command} {source}"


_MEMBERS: dict[str, Callable[[Step, str, str], str | None]] = {
    "folder": _folder,
    "zip": _zip,
    "tar": _tar,
    "ab": _tar,
    "7z": _seven,
    "rar": _rar,
    "ios": _ios,
    "ufdr": _ufdr,
    **{scheme: _packed(command) for scheme, command in _UNPACK.items()},
}


def _digested(command: str, step: Step) -> str:
    plain = command.removeprefix("cat ") if step.scheme in {"folder", "ios"} else None
    return f"sha1sum {plain}" if plain is not None else f"{command} | sha1sum"


def quoted(text: str) -> str:
    """Quoted for a shell; a name that begins with a dash is not taken for an option."""
    return shlex.quote(f"./{text}" if text.startswith("-") else text)
