"""A callback, and how it wants to be called: each is written for the SDK, for us, or for nobody."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from captioner.streaming.events import AnyEvent

Function = Callable[..., Any]
"""Plain or async. What it returns is of no account."""


@dataclass(frozen=True, slots=True)
class Handler:
    """`handler(connection, event, kwargs)` calls `function` in the way that it wants.

    What it wants is read off its parameters, in this order:
        the first is named `event`, or by the SDK's keyword     the event alone
        one is named by the SDK's keyword                       connection by position, event by keyword
        two positions, or `*args`                               connection and event by position
        one position or none, and `**kwargs`                    connection by position, event by keyword
        one position                                            the event alone
        none                                                    nothing
    """

    function: Function
    connection: bool = False  # by position
    event: bool = True  # by position
    keyword: str | None = None  # by which it gets the event
    names: frozenset[str] | None = frozenset()  # of the caller's keywords that it takes; None = all …
    taken: frozenset[str] = frozenset()  # … but these

    @classmethod
    def of(cls, function: Function, keyword: str) -> "Handler":
        """`keyword`: by which the SDK gives this event."""
        try:
            parameters = inspect.signature(function).parameters.values()
        except (ValueError, TypeError):  # some built-in functions do not tell
            return cls(function)
        kinds = {one.kind for one in parameters}
        positions = [one.name for one in parameters if one.kind <= one.POSITIONAL_OR_KEYWORD]
        names = {one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}
        takes_any = inspect.Parameter.VAR_POSITIONAL in kinds
        takes_all = inspect.Parameter.VAR_KEYWORD in kinds
        connection, event, by = bool(positions) or takes_any, False, None
        if positions and positions[0] in (keyword, "event"):
            connection, event = False, True
        # A forwarder, (*args, **kwargs), is called as the SDK calls it: who stands behind it is not known.
        elif keyword in names or (takes_all and len(positions) < 2):
            by = keyword
        elif len(positions) >= 2 or takes_any:
            event = True
        else:
            connection, event = False, bool(positions)
        taken = {*positions[: connection + event], *([by] if by else [])}
        return cls(function, connection, event, by, None if takes_all else frozenset(names), frozenset(taken))

    @property
    def name(self) -> str:
        """Of the function, also behind a `functools.partial`."""
        function = getattr(self.function, "func", self.function)
        return getattr(function, "__qualname__", type(function).__qualname__)

    def __call__(self, connection: object, event: AnyEvent, kwargs: Mapping[str, Any]) -> Any:
        named = {
            name: value
            for name, value in kwargs.items()
            if name not in self.taken and (self.names is None or name in self.names)
        }
        if self.keyword:
            named[self.keyword] = event
        return self.function(*[connection] * self.connection, *[event] * self.event, **named)
