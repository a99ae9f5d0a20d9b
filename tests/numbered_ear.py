"""What hears numbered sound on one channel, and says it as Deepgram does. Sans-I/O."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from captioner.streaming import SAMPLE_RATE
from tests import deepgram_messages as build
from tests.deepgram_messages import Message
from tests.numbered import WHOLE, runs, word

TICK = SAMPLE_RATE // 10

INTERIM = SAMPLE_RATE
"""Sound between two interims."""

LENGTHS = (2.8, 3.1, 3.4)
"""Seconds after which a window becomes final in the middle of speech, by turns."""

LAG = 0.1
"""How far behind the sound (seconds) such a window ends at least; it ends between two words."""

SPEECH_END = 0.3
"""Silence that ends a window with `speech_final`."""

WORD_GAP = 1.0
"""Silence that ends an utterance."""


@dataclass(slots=True)
class Heard:
    """A number, and where it was heard; in samples of the connection's sound."""

    number: int
    start: int
    end: int

    def is_told(self, at: int, enough: int = WHOLE) -> bool:
        """Whether enough of it has been heard at `at` to tell it."""
        return min(self.end, at) - self.start >= enough

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


class Ear:
    """One channel of one connection.

    `lag` in samples: how far behind the sound it understands. `blur` in seconds: how far the time of a word
    may be from the truth, which each connection tells in its own way.
    """

    def __init__(
        self,
        channel: int,
        channels: int,
        request_id: str,
        *,
        lag: int = 0,
        blur: float = 0.0,
        interims: bool = True,
    ) -> None:
        self._channel, self._channels, self._request_id = channel, channels, request_id
        self._lag, self._blur, self._interims = lag, blur, interims
        self._heard = 0
        self._at = 0
        self._open: Heard | None = None  # the number that is being heard
        self._words: list[Heard] = []  # heard, and not yet in a final
        self._window = 0
        self._finals = 0
        self._last_end = 0  # of the newest word understood
        self._is_in_utterance = False

    def add(self, sound: NDArray[np.int16]) -> None:
        """Take in sound."""
        for number, length in runs(sound):
            start, self._heard = self._heard, self._heard + length
            if not number:
                self._open = None
            elif self._open and self._open.number == number:
                self._open.end = self._heard
            else:
                self._open = Heard(number, start, self._heard)
                self._words.append(self._open)

    def say(self) -> Iterator[Message]:
        """What there is to say of all that was understood so far."""
        while self._at + TICK <= self._heard - self._lag:
            self._at += TICK
            yield from self._turn(self._at)

    def settle(self, *, from_finalize: bool = False) -> Iterator[Message]:
        """Understand all of it, and make it final."""
        lag, self._lag = self._lag, 0
        yield from self.say()
        self._lag = lag
        if self._heard > self._window:
            yield from self._final(self._heard, from_finalize=from_finalize)
            self._at = self._heard

    def end(self) -> Iterator[Message]:
        """The end of sound."""
        yield from self.settle()
        if self._is_in_utterance:
            yield self._utterance_end()

    def _turn(self, at: int) -> Iterator[Message]:
        known = [heard for heard in self._words if heard.start < at and heard.is_told(at)]
        if known:
            if self._last_end + SPEECH_END * SAMPLE_RATE < known[0].start and not self._is_in_utterance:
                yield build.speech_started(_seconds(known[0].start), self._channel, self._channels)
            self._last_end = min(known[-1].end, at)
        silence = (at - self._last_end) / SAMPLE_RATE
        length = LENGTHS[self._finals % len(LENGTHS)]
        if known and silence >= SPEECH_END:
            yield from self._final(self._between_words(at), speech_final=True)
        elif (at - self._window) / SAMPLE_RATE >= length:
            yield from self._final(self._between_words(at - round(LAG * SAMPLE_RATE) if known else at))
        elif self._interims and at % INTERIM == 0:
            yield self._results(known, at, is_final=False)
        if self._is_in_utterance and silence >= WORD_GAP:
            yield self._utterance_end()

    def _between_words(self, at: int) -> int:
        """The place between two words that lies there or just before."""
        for heard in self._words:
            is_unfinished = heard is self._open and not heard.is_told(at)
            if heard.start < at and (at < heard.end or is_unfinished):
                return heard.start
        return at

    def _final(
        self, end: int, *, speech_final: bool = False, from_finalize: bool = False
    ) -> Iterator[Message]:
        """Everything whose middle lies before `end`, once and for all."""
        said = [heard for heard in self._words if heard.middle < end and heard.is_told(self._heard)]
        # What was too short to tell is forgotten, unless it may grow.
        self._words = [
            heard
            for heard in self._words
            if heard.middle >= end or (heard is self._open and not heard.is_told(self._heard))
        ]
        self._is_in_utterance = self._is_in_utterance or bool(said)
        yield self._results(said, end, is_final=True, speech_final=speech_final, from_finalize=from_finalize)
        self._window = end
        self._finals += 1

    def _results(
        self,
        said: list[Heard],
        end: int,
        *,
        is_final: bool,
        speech_final: bool = False,
        from_finalize: bool = False,
    ) -> Message:
        words = [self._word(heard) for heard in said]
        return build.results(
            " ".join(word(heard.number) for heard in said),
            _seconds(self._window),
            _seconds(end) - _seconds(self._window),
            channel=self._channel,
            channels=self._channels,
            words=words,
            request_id=self._request_id,
            is_final=is_final,
            speech_final=speech_final,
            from_finalize=from_finalize,
        )

    def _word(self, heard: Heard) -> Message:
        text, off = word(heard.number), 0.0
        if self._blur:
            off = random.Random(f"{self._request_id} {text}").uniform(-self._blur, self._blur)
        start, end = (max(0.0, round(_seconds(at) + off, 4)) for at in (heard.start, heard.end))
        return {"word": text, "punctuated_word": text, "start": start, "end": end, "confidence": 0.98}

    def _utterance_end(self) -> Message:
        self._is_in_utterance = False
        return build.utterance_end(_seconds(self._last_end), self._channel, self._channels)


def _seconds(samples: int) -> float:
    return round(samples / SAMPLE_RATE, 4)
