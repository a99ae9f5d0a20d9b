"""Ways of saying that no server should have: twice, out of order, overlapping, broken, hostile, in floods."""

import copy
import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.deepgram_messages import Message
from tests.numbered_recogniser import Style

Said = Message | str | bytes

OVERLAP_SECONDS = 0.7
FLOOD = 300

NONSENSE: tuple[Said, ...] = (
    "",
    "{",
    "null",
    "[]",
    "17",
    '{"type":',
    '{"type":null}',
    '{"type":"Results"}',
    '{"type":"Results","channel":{"alternatives":[{}]},"is_final":true,"start":"x"}',
    '{"type":"Nobody knows","is_final":true}',
    '{"type":"Metadata","duration":"long","channels":-1}',
    '{"type":"UtteranceEnd","last_word_end":"soon","channel":[9,1]}',
    '{"type":"SpeechStarted","timestamp":-1e999,"channel":[]}',
    '{"type":"Results","channel_index":[7,8],"start":0,"duration":1e999,"is_final":true,"channel":7}',
    '{"type":"Error","description":17}',
    "w00001",
    "\ufeff\u202e\u0000",
    '{"start":' + "9" * 5000 + "}",
)


def _is_final(message: Message) -> bool:
    return message["type"] == "Results" and message["is_final"]


def twice(message: Message | None) -> Iterable[Said]:
    """Each final two times."""
    return () if message is None else [message] * (2 if _is_final(message) else 1)


def in_a_flood(message: Message | None) -> Iterable[Said]:
    """Each interim hundreds of times."""
    if message is None:
        return ()
    return [message] * (FLOOD if message["type"] == "Results" and not message["is_final"] else 1)


def with_bytes(message: Message | None) -> Iterable[Said]:
    """A binary frame before each message; Deepgram sends none."""
    return () if message is None else (b"\x00\xff\xfe" * 100, message)


def too_deep(message: Message | None) -> Iterable[Said]:
    """Thousands of brackets before each message."""
    nested = '{"type":"Results","channel":' + "[" * 3000 + "]" * 3000 + "}"
    return () if message is None else (nested, message)


def reordered() -> Style:
    """Each second final behind the next one of its channel."""
    held: dict[int, Message] = {}

    def say(message: Message | None) -> Iterator[Said]:
        if message is None:
            yield from held.values()
        elif not _is_final(message):
            yield message
        elif (channel := message["channel_index"][0]) in held:
            yield from (message, held.pop(channel))
        else:
            held[channel] = message

    return say


def overlapping() -> Style:
    """Each final begins before the last one ended, and says those words again."""
    last: dict[int, list[Message]] = {}

    def say(message: Message | None) -> Iterator[Said]:
        if message is None:
            return
        if not _is_final(message):
            yield message
            return
        longer = copy.deepcopy(message)
        channel, words = message["channel_index"][0], _words(message)
        start = max(0.0, message["start"] - OVERLAP_SECONDS)
        again = [word for word in last.get(channel, []) if word["start"] >= start]
        if words and again:
            longer["start"], longer["duration"] = start, message["start"] + message["duration"] - start
            heard = longer["channel"]["alternatives"][0]
            heard["words"] = [*again, *words]
            heard["transcript"] = " ".join(word["word"] for word in heard["words"])
        last[channel] = words
        yield longer

    return say


def with_nonsense() -> Style:
    """Something that nobody can read before each message, all kinds by turns."""
    count = 0

    def say(message: Message | None) -> Iterator[Said]:
        nonlocal count
        if message is not None:
            yield from (NONSENSE[count % len(NONSENSE)], message)
            count += 1

    return say


def wrong_types(message: Message | None) -> Iterable[Said]:
    """Before each final its copy with a field of the wrong type."""
    if message is None or not _is_final(message):
        return () if message is None else (message,)
    wrong: dict[str, Any] = {"is_final": True, "speech_final": "yes", "from_finalize": 3, "start": "0.5 s"}
    return (_changed(message, wrong), message)


def impossible_times(message: Message | None) -> Iterable[Said]:
    """Before each final copies at times that are none."""
    if message is None or not _is_final(message):
        return () if message is None else (message,)
    times = (float("nan"), float("inf"), -float("inf"), -50.0, 1e300)
    copies = [json.dumps(_changed(message, {"start": time, "duration": time})) for time in times]
    late = json.dumps(_words_at(message, float("nan")))
    return (*copies, late, message)


def _words(message: Message) -> list[Message]:
    return message["channel"]["alternatives"][0]["words"]


def _changed(message: Message, fields: Message) -> Message:
    return {**copy.deepcopy(message), **fields}


def _words_at(message: Message, time: float) -> Message:
    changed = copy.deepcopy(message)
    for word in _words(changed):
        word["start"] = word["end"] = time
    return changed
