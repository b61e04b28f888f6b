"""The decoded part of a Cellebrite report.xml as a stream of models, whatever the size of the report.

`decodedData/modelType/model` has a type, an id and `deleted_state`; in it `field` (name, one `value`), `modelField` and `multiModelField`
(name, models inside). A model is handed out when its end is read; the messages of a chat as they come, each with the chat it lies in,
so that a chat of any length needs the memory of one message. `metadata` sections are handed out as `Section`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STREAMED = {("Chat", "Messages")}
MOST_INSIDE = 100_000  # fields and models held of one top model; each KiB of text counts as one more
MOST_SECTION = 10_000


@dataclass(slots=True)
class Model:
    """One model: `fields` by name (the first value of each), the models inside by the name of their field."""

    type: str
    id: str
    state: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    models: dict[str, list[Model]] = field(default_factory=dict)

    def first(self, name: str) -> Model | None:
        """The first model in a field."""
        inside = self.models.get(name)
        return inside[0] if inside else None

    def get(self, *names: str) -> str | None:
        """The value of the first of these fields that has one."""
        return next((value for name in names if (value := self.fields.get(name))), None)


@dataclass(frozen=True, slots=True)
class Section:
    """A `metadata` section: its name, and the first value of each item."""

    name: str
    items: dict[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A model that is complete, and the model it lies in (None: it stands alone)."""

    model: Model
    inside: Model | None


class Models:
    """Builds models from the events of report.xml. `cut` counts what was left out of absurdly large models."""

    def __init__(self, events: Iterable[tuple[str, dict[str, str], int] | tuple[str, str]]) -> None:
        self._events = events
        self._open: list[Model] = []
        self._names: list[str] = []  # of the fields that are open: the way from model to model
        self._held = 0
        self._section: Section | None = None
        self._item = ""
        self._depth_of_files = 0
        self.cut = 0

    def __iter__(self) -> Iterator[Found | Section]:
        """In the order of the report. Raises what the events raise, behind the last model that is complete."""
        for event in self._events:
            if len(event) == 3:
                self._start(*event)
                continue
            found = self._end(*event)
            if found is not None:
                yield found

    def _start(self, name: str, attributes: dict[str, str], line: int) -> None:
        given = attributes.get
        if name == "taggedFiles":
            self._depth_of_files += 1
        elif name == "model":
            self._open.append(Model(given("type", ""), given("id", ""), given("deleted_state", ""), line))
        elif name in {"field", "modelField", "multiModelField", "multiField"}:
            self._names.append(given("name", ""))
        elif name == "metadata" and not self._open and not self._depth_of_files:
            self._section = Section(given("section", ""), {})
        elif name == "item":
            self._item = given("name", "")

    def _end(self, name: str, text: str) -> Found | Section | None:
        if name == "value":
            self._value(text)
        elif name in {"field", "modelField", "multiModelField", "multiField"}:
            self._names.pop()
        elif name == "model":
            return self._complete()
        elif name == "item":
            self._keep_item(text.strip())
        elif name == "metadata":
            section, self._section = self._section, None
            return section
        elif name == "taggedFiles":
            self._depth_of_files = 0
        return None

    def _value(self, text: str) -> None:
        if not self._open or not self._names or not text.strip():
            return
        if self._has_room(len(text)):
            self._open[-1].fields.setdefault(self._names[-1], text.strip())

    def _keep_item(self, text: str) -> None:
        if self._section is not None and text and len(self._section.items) < MOST_SECTION:
            self._section.items.setdefault(self._item, text)

    def _complete(self) -> Found | None:
        model = self._open.pop()
        if not self._open:
            self._held = 0
            return Found(model, None)
        above, name = self._open[-1], self._names[-1] if self._names else ""
        if (above.type, name) in STREAMED and len(self._open) == 1:
            self._held = 0
            return Found(model, above)
        if self._has_room():
            above.models.setdefault(name, []).append(model)
        return None

    def _has_room(self, length: int = 0) -> bool:
        self._held += 1 + length // 1024
        self.cut += self._held > MOST_INSIDE
        return self._held <= MOST_INSIDE
