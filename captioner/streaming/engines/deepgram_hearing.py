"""What Deepgram's messages mean: windows of text become segments and utterances. Sans-I/O.

The rules (PROTOCOL P6): an interim replaces the one before, a final freezes its window, an empty final only
moves the horizon; an utterance closes at `speech_final`, at `UtteranceEnd` only if it is still open then.
Never is anything taken for a repetition because its text is equal.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec.structs import replace

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

    __slots__ = ("closed_until", "is_shown", "last_word_end", "number", "segment_id")

    def __init__(self, index: int) -> None:
        self.number = 0
        self.segment_id = f"{index}.0"
        self.is_shown = False  # an interim of the segment was passed on
        self.last_word_end: float | None = None  # of the open utterance
        self.closed_until = -1.0  # where the last utterance ended


class Hearing:
    """One connection's messages, in its own time, as the port's messages.

    `has_confidence`: the server means the confidence it sends. `skipped`: seconds of silence at the beginning
    that nobody sent; every time is counted behind them.
    """

    def __init__(self, channels: int, *, has_confidence: bool = True) -> None:
        self._channels = [_Channel(index) for index in range(channels)]
        self._has_confidence = has_confidence
        self.skipped = 0.0

    def results(self, message: Results) -> Iterable[LinkMessage]:
        """Text of a window."""
        index = message.channel_index[0] if message.channel_index else 0
        if not 0 <= index < len(self._channels):
            return _NOWHERE
        start = message.start - self.skipped if self.skipped else message.start
        end = start + message.duration
        if start < 0.0:
            start, end = 0.0, max(0.0, end)
        channel = self._channels[index]
        alternatives = message.channel.alternatives
        if not alternatives or not alternatives[0].transcript:
            return self._empty(channel, index, message, start, end)
        heard = alternatives[0]
        words = heard.words
        if words and (self.skipped or not words[-1].punctuated_word):
            words = tuple(self._mend(word) for word in words)
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
        channel = self._channels[index]
        # -1 = there was no word. And it may come late, for words of an utterance that is over, when the next
        # one has begun.
        if message.last_word_end < 0 or message.last_word_end - self.skipped <= channel.closed_until + 0.01:
            return _NOTHING
        return self._close(channel, index, "word_gap")

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

    def _mend(self, word: Word) -> Word:
        return replace(
            word,
            punctuated_word=word.punctuated_word or word.word,
            start=max(0.0, word.start - self.skipped),
            end=max(0.0, word.end - self.skipped),
        )


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
