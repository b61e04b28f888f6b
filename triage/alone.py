"""One thread at a time: the runs of several exhibits, and what a person states meanwhile, share one open case."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Shared(Protocol):
    """What threads share. `lock` keeps the others out for as long as it is held; the same thread may take it again."""

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """The one lock."""
        ...


Held = TypeVar("Held", bound=Shared)


def alone(method: Callable[Concatenate[Held, Given], Answer]) -> Callable[Concatenate[Held, Given], Answer]:
    """The method, entered by one thread at a time."""

    @functools.wraps(method)
    def held(self: Held, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        with self.lock:
            return method(self, *given, **named)

    return held
