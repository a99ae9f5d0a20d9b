"""A server gone mad: messages with one value that is something else, and what must hold of the events."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from captioner.streaming import AnyEvent, StreamEvent
from tests import deepgram_messages as build
from tests.deepgram_messages import Message

CHANNELS = 2

POISONS = [
    *("null", "true", '""', '"x"', '"1.5"', '"nan"', "0", "-0.0", "-1", "-1e-9", "0.5", "7", "1e6", "1e-400"),
    *("-1e6", "1e300", "1e999", "-1e999", "NaN", "Infinity", "1" + "0" * 30, "1" + "0" * 400, "9" * 5000),
    *("[]", "{}", "[null]", "[[1]]", '[{"word":"x"}]', '[{"transcript":"y"}]', '{"type":"Results"}'),
    *("[-1,2]", "[1e3,2]", "[99999999999999999999,1]", "[2,2]", '["0"]', "[1.0,2]", "-9223372036854775809"),
    *("[" * 3000 + "]" * 3000, '{"a":' * 3000 + "1" + "}" * 3000, '"\\ud800"', '"\\u0000"', '"\U0001f600"'),
    *('"a" "b"', "", "}", "\x00", '"\x7f\\', "[1,2", '"\\uD83D\\uDE00"', '"' + "x" * 5000 + '"'),
]
"""What stands in the place of a value; some of them leave no JSON at all."""

_MARK = "\x01"
_WRITTEN_MARK = '"\\u0001"'


def _text(text: str, **more: Any) -> Callable[[float], Message]:
    return lambda start: build.results(text, start, 0.5, channels=CHANNELS, **more)


def _always(message: Message) -> Callable[[float], Message]:
    return lambda _start: message


_KINDS: list[Callable[[float], Message]] = [
    _text("so far", is_final=False),
    _text("So far."),
    _text(""),
    _text("So far, so good.", speech_final=True, speaker=1),
    _text("beside", is_final=False, channel=1),
    _text("Beside it.", channel=1, language="en"),
    _text("Settled.", from_finalize=True),
    _text("", is_final=False),
    lambda start: build.utterance_end(start + 0.5, 0, CHANNELS),
    lambda start: build.utterance_end(start + 0.5, 1, CHANNELS),
    lambda start: build.speech_started(start, 0, CHANNELS),
    _always(build.metadata("request", 1.0, CHANNELS)),
    _always(build.error("what", "SchemaError", code="c", message="m", request_id="r")),
    _always(build.warning("what", "code")),
    _always({"type": "ConfigureSuccess", "request_id": "r", "keyterms": ["a"]}),
    _always({"type": "ConfigureFailure", "request_id": "r", "code": "c", "description": "d"}),
    _always({"type": "TurnInfo", "event": "Update", "turn_index": 0}),
]
"""What a server may say of the half second from `start` on."""


def _paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, index))


_PLACES = [list(_paths(make(0.0))) for make in _KINDS]


def poisoned(tape: bytes) -> Iterator[bytes]:
    """Three bytes of the tape a message: which one, the place of the poison (0 to 63: none), the poison."""
    for number in range(len(tape) // 3):
        kind, place, poison = tape[3 * number : 3 * number + 3]
        kind %= len(_KINDS)
        message = _KINDS[kind](number * 0.5)
        if place < 64:
            yield build.dump(message).encode()
        else:
            path = _PLACES[kind][(place - 64) % len(_PLACES[kind])]
            yield _poison(message, path, poison % (len(POISONS) + 1))


def _poison(message: Message, path: tuple[Any, ...], poison: int) -> bytes:
    if not path:
        return POISONS[poison % len(POISONS)].encode(errors="surrogatepass")
    message = msgspec.json.decode(build.dump(message))  # parts of it belong to all messages
    holder: Any = message
    for key in path[:-1]:
        holder = holder[key]
    if poison == len(POISONS):
        del holder[path[-1]]
        return build.dump(message).encode()
    holder[path[-1]] = _MARK
    return build.dump(message).replace(_WRITTEN_MARK, POISONS[poison]).encode(errors="surrogatepass")


@dataclass
class Invariants:
    """What holds of all events of a session, in their order."""

    revisions: dict[str, int] = field(default_factory=dict[str, int])
    channels: dict[str, int] = field(default_factory=dict[str, int])
    open: dict[str, str] = field(default_factory=dict[str, str])
    frozen: set[str] = field(default_factory=set[str])
    unended: set[int] = field(default_factory=set[int])

    def take_all(self, events: Iterable[AnyEvent]) -> None:
        for event in events:
            self.take(event)

    def take(self, event: AnyEvent) -> None:
        msgspec.json.encode(event)
        match event:
            case StreamEvent.Transcript():
                self._text(event)
            case StreamEvent.UtteranceEnd(end=end, channel_index=channel):
                assert is_time(end)
                assert channel in self.unended
                self.unended.discard(channel)
            case StreamEvent.SpeechStarted(start=start, channel_index=channel):
                assert is_time(start)
                assert 0 <= channel < CHANNELS
            case StreamEvent.Metadata():
                assert is_time(event.duration)
            case _:
                pass

    def _text(self, event: StreamEvent.Transcript) -> None:
        name = event.segment_id
        assert is_time(event.start)
        assert is_time(event.end)
        assert event.start <= event.end
        assert all(is_time(word.start) and is_time(word.end) for word in event.words)
        assert all(word.speaker is None or word.speaker >= 0 for word in event.words)
        assert event.confidence is None or math.isfinite(event.confidence)
        assert 0 <= event.channel_index < CHANNELS
        assert self.channels.setdefault(name, event.channel_index) == event.channel_index
        assert name not in self.frozen
        assert event.revision > self.revisions.get(name, 0)
        self.revisions[name] = event.revision
        self.open[name] = event.transcript
        if event.is_final:
            self.frozen.add(name)
            del self.open[name]
            self.unended |= {event.channel_index} if event.transcript else set()

    def ended(self) -> None:
        """All is said: no words stay open, and no utterance."""
        assert not any(self.open.values())
        assert not self.unended


def is_time(seconds: float) -> bool:
    return math.isfinite(seconds) and seconds >= 0
