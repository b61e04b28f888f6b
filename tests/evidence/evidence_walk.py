"""Opening and walking evidence in tests, and building small images with the system's own tools."""

import shutil
import subprocess
from pathlib import Path

import pytest

from triage.errors import EvidenceError
from triage.evidence import open_evidence
from triage.model import Kind, Problem
from triage.settings import Limits


def opened(path, scratch, **limits):
    return open_evidence(Path(path), limits=Limits(**limits), scratch=Path(scratch))


def walk(evidence, entry=None, *, archives=False):
    """All entries below an entry (default: the root) and all problems, errors among them as (path, error)."""
    entries, problems = [], []
    _down(evidence, entry or evidence.root(), entries, problems, archives)
    return entries, problems


def _down(evidence, entry, entries, problems, archives):
    children = []
    try:
        for child in evidence.children(entry):
            children.append(child)  # noqa: PERF402 - what came before an error counts
    except EvidenceError as error:
        problems.append((entry.path, error))
    for child in children:
        if isinstance(child, Problem):
            problems.append((entry.path, child))
            continue
        entries.append(child)
        inside = child.kind in {Kind.FOLDER, Kind.VOLUME}
        if inside or (archives and child.kind is Kind.FILE and child.name.endswith((".zip", ".tar"))):
            _down(evidence, child, entries, problems, archives)


def by_path(entries):
    return {entry.path: entry for entry in entries}


def content(evidence, entry):
    stream = evidence.open(entry.locator)
    try:
        return stream.read()
    finally:
        stream.close()


def tool(name, *arguments, **options):
    """Run a program of the system, or skip visibly where it is not installed."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return subprocess.run([path, *map(str, arguments)], check=True, capture_output=True, timeout=60, **options).stdout


def fat_image(path, files, *, size=2 << 20, zone="UTC"):
    """A FAT image with these files (path -> bytes), made by mkfs.fat and mtools."""
    path.write_bytes(bytes(size))
    tool("mkfs.fat", "-n", "TEST", path)
    folders = sorted({"/".join(name.split("/")[:at]) for name in files for at in range(1, name.count("/") + 1)})
    for folder in folders:
        tool("mmd", "-i", path, f"::{folder}")
    for name, data in files.items():
        source = path.parent / "source.bin"
        source.write_bytes(data)
        tool("mcopy", "-i", path, source, f"::{name}", env={"TZ": zone, "PATH": "/usr/bin:/bin"})
    return path
