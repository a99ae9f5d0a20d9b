"""What Deepgram's messages mean: windows of text become segments and utterances. Sans-I/O.

The rules (PROTOCOL P6): an interim replaces the one before, a final freezes its window, an empty final only
moves the horizon; an utterance closes at `speech_final`, at `UtteranceEnd` only if it is still open then.
Never is anything taken for a repetition because its text is equal: what repeats is told by its time.
"""

from collections.abc import Iterable, Sequence
from math import inf
from typing import Literal

from msgspec.structs import replace

from captioner.streaming.engines import deepgram_wire as wire
from captioner.streaming.engines.deepgram_order import SLACK_SECONDS, Order, Piece
from captioner.streaming.engines.deepgram_wire import Results, SpeechStarted, UtteranceEnd
from captioner.streaming.engines.engine import LinkMessage, Malformed, Progress
from captioner.streaming.events import SpeechStartedEvent, TranscriptEvent, UtteranceEndEvent
from captioner.streaming.words import Word

Cause = Literal["pause", "word_gap", "finish"]

_NOTHING: tuple[LinkMessage, ...] = ()
_NOWHERE = (Malformed(),)
"""What a channel that we did not ask for says."""


class _Channel:
    """One channel of a connection."""

    __slots__ = ("closed_until", "is_shown", "last_word_end", "number", "order", "segment_id")

    def __init__(self, index: int, order: Order | None) -> None:
        self.order = order
        self.number = 0
        self.segment_id = f"{index}.0"
        self.is_shown = False  # an interim of the segment was passed on
        self.last_word_end: float | None = None  # of the open utterance
        self.closed_until = -1.0  # where the last utterance ended


class Hearing:
    """One connection's messages, in its own time, as the port's messages.

    `has_confidence`: the server means the confidence it sends. `finals_tile`: its finals cover the time line,
    so that they can be put in order. `given`: seconds of sound sent so far; a window of sound that was not
    sent tells nothing about time. `skipped`: seconds of silence at the beginning that nobody sent; every time
    is counted behind them. `patience`: finals wait for one that they have overtaken, and are to be released
    when the server says nothing for so many seconds; None = none waits.
    """

    def __init__(self, channels: int, *, has_confidence: bool = True, finals_tile: bool = True) -> None:
        self._channels = [_Channel(index, Order() if finals_tile else None) for index in range(channels)]
        self._has_confidence = has_confidence
        self.skipped = 0.0
        self.given = inf
        self.patience: float | None = None

    def results(self, message: Results) -> Iterable[LinkMessage]:
        """Text of a window. Deepgram's flood comes through here."""
        index = message.channel_index[0] if message.channel_index else 0
        if not 0 <= index < len(self._channels):
            return _NOWHERE
        if self.skipped:
            message = _earlier(message, self.skipped)
        start = message.start
        end = start + message.duration
        channel = self._channels[index]
        order = channel.order
        if order is not None and start <= self.given:
            ahead, given = start - order.reached, self.given + SLACK_SECONDS
            if message.is_final:
                is_next = -SLACK_SECONDS <= ahead <= SLACK_SECONDS and order.reached < end <= given
                if not is_next or order.parked:
                    end = min(end, given)
                    return self._out_of_turn(channel, index, order.final(start, end, message), end)
                order.reached = end
                order.seen_from = None
            elif order.parked or ahead < -SLACK_SECONDS:
                return self._out_of_turn(channel, index, order.interim(start, end, message), end)
            elif order.seen_from is None:
                order.seen_from = start
        return self._say(channel, index, message, start, end)

    def release(self) -> Iterable[LinkMessage]:
        """What still waits for a final that will not come any more."""
        said: list[LinkMessage] = []
        for index, channel in enumerate(self._channels):
            if channel.order is not None and channel.order.parked:
                said += self._out_of_turn(channel, index, channel.order.release(), 0.0)
        return said

    def _say(
        self, channel: _Channel, index: int, message: Results, start: float, end: float
    ) -> Iterable[LinkMessage]:
        alternatives = message.channel.alternatives
        if not alternatives or not alternatives[0].transcript:
            return self._empty(channel, index, message, start, end)
        heard = alternatives[0]
        words = heard.words
        if words and not words[-1].punctuated_word:
            words = tuple(replace(word, punctuated_word=word.punctuated_word or word.word) for word in words)
        event = TranscriptEvent(
            channel.segment_id,
            0,
            heard.transcript,
            start,
            end,
            message.is_final,
            message.speech_final,
            index,
            words,
            _main_speaker(words) if words and _has_voices(words) else None,
            heard.languages,
            heard.confidence if self._has_confidence else None,
            message.from_finalize,
        )
        if not message.is_final:
            channel.is_shown = True
            return (event,)
        self._freeze(channel, index)
        channel.last_word_end = words[-1].end if words else end
        if message.speech_final or message.from_finalize:
            return (event, *self._close(channel, index, "pause" if message.speech_final else "finish"))
        return (event,)

    def speech_started(self, message: SpeechStarted) -> Iterable[LinkMessage]:
        """Somebody began to speak."""
        index = message.channel[0] if message.channel else 0
        return (SpeechStartedEvent(max(0.0, message.timestamp - self.skipped), index),)

    def utterance_end(self, message: UtteranceEnd) -> Iterable[LinkMessage]:
        """A gap between words: ends an utterance that no pause has ended."""
        index = message.channel[0] if message.channel else 0
        if not 0 <= index < len(self._channels):
            return _NOWHERE
        channel, at = self._channels[index], message.last_word_end - self.skipped
        if message.last_word_end < 0:  # there was no word
            return _NOTHING
        if channel.order is not None and channel.order.parked:
            return self._out_of_turn(channel, index, channel.order.utterance_end(at, message), at)
        return self._word_gap(channel, index, at)

    def _word_gap(self, channel: _Channel, index: int, at: float) -> Iterable[LinkMessage]:
        # It may come late, for words of an utterance that is over, when the next one has begun.
        return self._close(channel, index, "word_gap") if at > channel.closed_until + 0.01 else _NOTHING

    def _out_of_turn(
        self, channel: _Channel, index: int, pieces: Sequence[Piece], reached: float
    ) -> Iterable[LinkMessage]:
        """What may be said now that a message came otherwise than in its order; it was heard, at least."""
        said: list[LinkMessage] = [] if pieces else [Progress(index, reached, 0.0)]
        for start, end, message in pieces:
            if isinstance(message, UtteranceEnd):
                said += self._word_gap(channel, index, start)
            else:
                said += self._say(channel, index, message, start, end)
        orders = [other.order for other in self._channels if other.order is not None]
        self.patience = max((order.patience for order in orders if order.parked), default=None)
        return said

    def _empty(
        self, channel: _Channel, index: int, message: Results, start: float, end: float
    ) -> Iterable[LinkMessage]:
        """A window without words: silence, or words taken back."""
        said: list[LinkMessage] = []
        if channel.is_shown or (message.from_finalize and message.is_final):
            said.append(
                TranscriptEvent(
                    channel.segment_id,
                    0,
                    "",
                    start,
                    end,
                    message.is_final,
                    message.speech_final,
                    index,
                    from_finalize=message.from_finalize,
                )
            )
        if message.is_final:
            if said:
                self._freeze(channel, index)
            if message.speech_final:
                said.extend(self._close(channel, index, "pause"))
        said.append(Progress(index, end, end if message.is_final else 0.0))
        return said

    def _freeze(self, channel: _Channel, index: int) -> None:
        channel.number += 1
        channel.segment_id = f"{index}.{channel.number}"
        channel.is_shown = False

    def _close(self, channel: _Channel, index: int, cause: Cause) -> Iterable[LinkMessage]:
        end = channel.last_word_end
        if end is None:
            return _NOTHING
        channel.last_word_end = None
        channel.closed_until = end
        return (UtteranceEndEvent(end, cause, index),)


def _earlier(message: Results, seconds: float) -> Results:
    """The same without the silence at the beginning that nobody sent."""

    def moved(time: float) -> float:
        return max(0.0, time - seconds)

    start, end = moved(message.start), moved(message.start + message.duration)
    alternatives = tuple(
        replace(
            heard,
            words=tuple(replace(word, start=moved(word.start), end=moved(word.end)) for word in heard.words),
        )
        for heard in message.channel.alternatives[:1]
    )
    return replace(message, start=start, duration=end - start, channel=wire.Channel(alternatives))


def _has_voices(words: tuple[Word, ...]) -> bool:
    """Whether the server tells voices apart; a single word it may leave open."""
    return words[0].speaker is not None or words[-1].speaker is not None


def _main_speaker(words: tuple[Word, ...]) -> int | None:
    """Who says most of it, by time."""
    seconds: dict[int, float] = {}
    for word in words:
        if word.speaker is not None:
            seconds[word.speaker] = seconds.get(word.speaker, 0.0) + max(word.end - word.start, 0.001)
    return max(seconds, key=lambda speaker: seconds[speaker]) if seconds else None
