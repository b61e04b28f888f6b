"""Values made by the million: made the quick way, and yet what their class declares."""

from __future__ import annotations

import dataclasses
import pickle
from inspect import signature

import pytest

from triage.model import Entry, Kind, Locator, Message, Outcome, Ran, Stamp, Step, Zone
from triage.model.piped import Piped


def every(kind):
    for inner in kind.__subclasses__():
        yield inner
        yield from every(inner)


KINDS = sorted(
    {kind for kind in every(Piped) if "__dataclass_fields__" in kind.__dict__}, key=lambda kind: kind.__name__
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_takes_the_parameters_that_dataclasses_would_give_it(kind):
    plain = dataclasses.make_dataclass(
        kind.__name__,
        [
            (each.name, object, dataclasses.field(default=each.default, kw_only=each.kw_only))
            for each in dataclasses.fields(kind)
        ],
    )
    ours = [(each.name, each.kind, each.default) for each in signature(kind).parameters.values()]
    assert ours == [(each.name, each.kind, each.default) for each in signature(plain).parameters.values()]


def test_a_value_is_of_its_class_and_frozen():
    message = Message(where="message._id=1", app="WhatsApp", body="selamat pagi")
    assert type(message) is Message
    assert (message.body, message.direction, message.thread) == ("selamat pagi", "unknown", None)
    for change in (lambda: setattr(message, "body", "x"), lambda: delattr(message, "body")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()


def test_equal_values_are_equal_and_cross_the_pipe():
    stamp = Stamp(5, Zone.UNKNOWN, 100)
    entry = Entry(Locator((Step("folder", "a"),)), "a", Kind.FILE, id=3)
    for value in (stamp, entry, Ran("x", "1", Outcome.COMPLETE, 2, 3)):
        again = pickle.loads(pickle.dumps(value))
        assert again == value
        assert hash(again) == hash(value)
        assert type(again) is type(value)
    assert dataclasses.replace(entry, size=7).size == 7


def test_what_is_missing_or_unknown_is_refused():
    with pytest.raises(TypeError, match="app"):
        Message(where="x")
    with pytest.raises(TypeError, match="colour"):
        Message(where="x", app="y", colour="red")
    with pytest.raises(TypeError):
        Message("x", "y")
