"""BitLocker volumes of Windows Vista to 11, and BitLocker To Go, read by libbde.

Opened by a password, by a recovery password (48 digits; `keyring` knows its shape), by a startup key file, or by the clear key of
a volume whose protection is suspended. A volume that is being decrypted or is decrypted needs none. Not opened: what TPM and smart card
alone protect; the recovery password is the way in then, and the message has the identifier it is asked for by.

Protector types: libbde, "BitLocker Drive Encryption (BDE) format", key protection types (mark B).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pybde

from triage.errors import Malformed
from triage.evidence.keyring import STARTUP_KEY, Keyring, is_recovery_key
from triage.evidence.library import LibraryMedium, guarded
from triage.evidence.nested import Part
from triage.model import Opened, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.evidence.medium import Medium

NAME = "bitlocker"
ADVICE = "give its password or its recovery key of 48 digits with --password"
_MOST_PROTECTORS = 32
_PASSWORD, _RECOVERY, _STARTUP = 0x2000, 0x0800, 0x0200
_PROTECTORS = {
    0x0000: "clear key",
    0x0100: "TPM",
    _STARTUP: "startup key",
    0x0500: "TPM and PIN",
    _RECOVERY: "recovery key",
    _PASSWORD: "password",
}
_METHODS = {
    0x8000: "AES-CBC 128 with diffuser",
    0x8001: "AES-CBC 256 with diffuser",
    0x8002: "AES-CBC 128",
    0x8003: "AES-CBC 256",
    0x8004: "AES-XTS 128",
    0x8005: "AES-XTS 256",
}


class BitLocker:
    """The one volume inside a BitLocker volume. Raises Encrypted, Malformed, Truncated."""

    format = NAME

    def __init__(self, stream: Stream, keyring: Keyring, _limits: Limits) -> None:
        self._volume = _opened(stream)
        with guarded("a BitLocker volume"):
            title = _title(self._volume)
            method = _METHODS.get(self._volume.encryption_method, "not encrypted any more")
            locked = self._volume.is_locked()
        number = None
        if locked:
            self._volume, number = keyring.opening(title, lambda text: _unlocked(stream, text), advice=ADVICE)
        self.opened: Opened | None = Opened("BitLocker", number)
        with guarded(title):
            self._stated = int(self._volume.get_size())
        size = min(self._stated, stream.seek(0, 2))  # sectors lie where they lay before
        self._medium = LibraryMedium(self._volume, size, stream, title)
        self.parts = (Part(NAME, f"inside BitLocker, {method}", size),)

    def medium(self, part: Part) -> Medium:
        """The plain content."""
        assert part in self.parts
        return self._medium

    def warnings(self) -> Iterator[Problem]:
        """An image that ends before the volume does."""
        if missing := self._stated - self._medium.size:
            message = f"the image ends {missing} bytes before the BitLocker volume does"
            yield Problem(kind="truncated", stage="open", message=message)

    def close(self) -> None:
        """Nothing to give back: the library's volume goes with its last reference."""


def _opened(stream: Stream) -> pybde.volume:
    volume = pybde.volume()
    with guarded("a BitLocker volume that cannot be opened"):
        volume.open_file_object(stream)
    return volume


def _unlocked(stream: Stream, text: str) -> pybde.volume | None:
    """A volume opened by this text; None where it is not the right one. Each is tried on an object of its own."""
    volume = pybde.volume()
    try:
        if text.startswith(STARTUP_KEY):
            volume.read_startup_key(text.removeprefix(STARTUP_KEY))
        elif is_recovery_key(text):
            volume.set_recovery_password("-".join(_groups(text)))
        else:
            volume.set_password(text)
        volume.open_file_object(stream)
        locked = volume.is_locked()
    except (
        OSError,
        ValueError,
        UnicodeError,
    ):  # no key of this kind in the volume, or no number of the kind it should be
        return None
    return None if locked else volume


def _groups(text: str) -> Iterator[str]:
    digits = "".join(filter(str.isdigit, text))
    return (digits[at : at + 6] for at in range(0, len(digits), 6))


def _title(volume: pybde.volume) -> str:
    """Everything a person needs to ask the owner, the directory or the account for the key."""
    count = int(volume.get_number_of_key_protectors())
    if count > _MOST_PROTECTORS:
        raise Malformed(f"a BitLocker volume with {count} key protectors")
    protectors = [volume.get_key_protector(number) for number in range(count)]
    listed = ", ".join(f"{_PROTECTORS.get(each.type, hex(each.type))} {each.identifier}" for each in protectors)
    label = f'"{volume.description}", ' if volume.description else ""
    return f"a BitLocker encrypted volume ({label}identifier {volume.identifier}; opened by: {listed or 'nothing it names'})"
