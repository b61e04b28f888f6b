"""Where something is in the evidence, step by step from the outside in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from triage.model.piped import Piped

_PLAIN = re.compile(r"[^%|@~:\x00-\x1f\x7f\ud800-\udfff]*\Z")
_STEP = re.compile(r"(?P<scheme>[a-z0-9-]+):(?P<path>[^@~]*)(?:@(?P<number>\d+))?(?:~(?P<stream>[^@]*))?\Z")


@dataclass(frozen=True, slots=True)
class Step(Piped):
    """One step from the outside in. `path` holds bytes that are no text as PEP 383 surrogates."""

    scheme: str
    path: str
    number: int | None = None
    stream: str | None = None

    def text(self) -> str:
        """The reversible text form, `scheme:path[@number][~stream]`."""
        number = "" if self.number is None else f"@{self.number}"
        stream = "" if self.stream is None else f"~{quoted(self.stream)}"
        return f"{self.scheme}:{quoted(self.path)}{number}{stream}"


class Locator:
    """Where something is in the evidence, step by step from the outside in. No step: the evidence itself.

    Immutable. Holds its text, its steps, or both, each made from the other when it is first asked for: a listing makes
    steps and stores text, a reader takes text and asks for steps, and a million locators pass through in between.
    """

    __slots__ = ("_steps", "_text")

    def __init__(self, steps: tuple[Step, ...] = ()) -> None:
        self._steps: tuple[Step, ...] | None = steps
        self._text: str | None = None

    @staticmethod
    def parse(text: str) -> Locator:
        """Inverse of `text`. A text that is no locator raises ValueError when its steps are asked for."""
        locator = Locator.__new__(Locator)
        locator._steps = None  # noqa: SLF001  # the other way to make one
        locator._text = text  # noqa: SLF001  # the other way to make one
        return locator

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps. Raises ValueError where the text it was parsed from is no locator."""
        if self._steps is None:
            assert self._text is not None
            self._steps = tuple(_parse_step(part) for part in self._text.split("|")) if self._text else ()
        return self._steps

    def parted(self) -> tuple[str, Step]:
        """The text of all steps but the last, and the last: all that is needed where what it leads through is open already."""
        before, _, last = self.text().rpartition("|")
        return before, _parse_step(last) if self._steps is None else self._steps[-1]

    def text(self) -> str:
        """The one reversible text form, used in database, log and report: steps joined by `|`."""
        if self._text is None:
            assert self._steps is not None
            self._text = "|".join(step.text() for step in self._steps)
        return self._text

    def child(self, step: Step) -> Locator:
        """The locator one step further in."""
        child = Locator((*self.steps, step))
        child._text = f"{self.text()}|{step.text()}" if self.steps else step.text()  # its own kind
        return child

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Locator) and self.text() == other.text()

    def __hash__(self) -> int:
        return hash(self.text())

    def __repr__(self) -> str:
        return f"Locator({self.text()!r})"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Locator.parse, (self.text(),)


def quoted(text: str) -> str:
    """The path or stream of a step as its text form has it."""
    if _PLAIN.match(text):
        return text
    escaped = quote(text.encode("utf-8", "surrogateescape"), safe="/ !\"#$&'()*+,-.;<=>?[\\]^_`{}")
    return escaped.replace("~", "%7E")  # the one mark of our own that RFC 3986 leaves alone


def _unquoted(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape") if "%" in text else text


def _parse_step(text: str) -> Step:
    match = _STEP.match(text)
    if match is None:
        raise ValueError(f"no locator step: {text!r}")
    number, stream = match["number"], match["stream"]
    return Step(
        match["scheme"],
        _unquoted(match["path"]),
        None if number is None else int(number),
        None if stream is None else _unquoted(stream),
    )
