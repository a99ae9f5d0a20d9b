"""Whatever a handler looks like, it gets what it wants."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from captioner.streaming import StreamEvent
from captioner.streaming.handler import Handler

EVENT = StreamEvent.Transcript("0-1", 1, "Yes.", 0.0, 1.0, is_final=True)
LINE = "the connection"
DB = {"db": "a database"}


class Recorder:
    """Methods of a stranger's object."""

    def __call__(self, connection: object, event: object) -> object:
        return connection, event

    def after_the_sdk(self, connection: object, result: object, **kwargs: Any) -> object:
        return connection, result, kwargs

    def of_the_event(self, event: object) -> object:
        return event

    def anything(self, *args: Any, **kwargs: Any) -> object:
        return args, kwargs


class Counted:
    """A callable without a name of its own."""

    def __call__(self) -> None: ...


def _call(function: Callable[..., Any], keyword: str = "result") -> Any:
    return Handler.of(function, keyword)(LINE, EVENT, DB)


@pytest.mark.parametrize(
    "function",
    [
        lambda connection, event: (connection, event),
        lambda connection, event, /: (connection, event),
        lambda self, result: (self, result),
        lambda self, result=None: (self, result),
        lambda self, *, result: (self, result),
        lambda self, **kwargs: (self, kwargs["result"]),
        lambda self, *args, **kwargs: (self, kwargs["result"]),
        lambda *args, **kwargs: (*args, kwargs["result"]),
        lambda *args: args,
        Recorder(),
        Recorder().__call__,
        partial(lambda note, connection, event: (connection, event), "a note"),
        partial(lambda connection, event, note: (connection, event), note="a note"),
    ],
)
def test_the_connection_and_the_event(function: Callable[..., Any]) -> None:
    assert _call(function) == (LINE, EVENT)


@pytest.mark.parametrize(
    "function",
    [
        lambda event: event,
        lambda anything, /: anything,
        lambda it: it,
        lambda result, **kwargs: result,
        lambda event, **kwargs: event,
        lambda event, place=3: event,
        lambda *, result: result,
        lambda **kwargs: kwargs["result"],
        Recorder().of_the_event,
        partial(lambda note, event: event, "a note"),
    ],
)
def test_the_event_alone(function: Callable[..., Any]) -> None:
    assert _call(function) == EVENT


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (lambda self, result, **kwargs: (self, result, kwargs), (LINE, EVENT, DB)),
        (lambda self, **kwargs: (self, kwargs), (LINE, DB | {"result": EVENT})),
        (lambda self, result, db: (self, result, db), (LINE, EVENT, DB["db"])),
        (lambda self, db, result: (self, result, db), (LINE, EVENT, DB["db"])),
        (lambda event, *, db: (event, db), (EVENT, DB["db"])),
        (lambda event, **kwargs: (event, kwargs), (EVENT, DB)),
        (lambda *, db: db, DB["db"]),
        (Recorder().after_the_sdk, (LINE, EVENT, DB)),
        (Recorder().anything, ((LINE,), DB | {"result": EVENT})),
    ],
)
def test_of_what_was_given_to_start_it_gets_what_it_takes(function: Callable[..., Any], answer: Any) -> None:
    assert _call(function) == answer


def test_no_parameters() -> None:
    assert _call(lambda: "called") == "called"


def test_a_keyword_of_the_caller_never_displaces_the_event() -> None:
    handler = Handler.of(lambda self, result, **kwargs: (self, result, kwargs), "result")

    assert handler(LINE, EVENT, {"result": 1, "self": 2, "db": 3}) == (LINE, EVENT, {"db": 3})


@pytest.mark.parametrize("keyword", ["utterance_end", "speech_started", "metadata", "open", "close", "error"])
def test_each_event_has_its_keyword(keyword: str) -> None:
    assert _call(lambda self, **kwargs: kwargs[keyword], keyword) == EVENT


def test_a_built_in_function_takes_the_event() -> None:
    kept: list[object] = []
    named: dict[object, object] = {}

    _call(kept.append)
    _call(named.setdefault)

    assert kept == [EVENT]
    assert named == {LINE: EVENT}


def test_a_function_that_does_not_tell_its_parameters_takes_the_event() -> None:
    assert _call(type) is StreamEvent.Transcript


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (Recorder().of_the_event, "Recorder.of_the_event"),
        (partial(Recorder().of_the_event), "Recorder.of_the_event"),
        (Counted(), "Counted"),
        (partial(Counted()), "Counted"),
        (print, "print"),
    ],
)
def test_it_has_a_name_for_the_report(function: Callable[..., Any], name: str) -> None:
    assert Handler.of(function, "result").name == name
