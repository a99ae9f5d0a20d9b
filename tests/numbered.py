"""Sound whose every tenth of a second carries a number, so that what is lost or doubled can be counted.

The number of a tenth ("slot") is its place on the meeting clock, counted from 1; silence has none. The words
lie a little behind the tenths in which sound is sent: whoever cuts between two frames cuts a word. It takes
two samples to tell a number: an even one holds its lower digits, an odd one the upper, so that any cut tells
what was cut. The second channel counts from a million and one: a word on the wrong side is a strange one.
"""

import random
import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from captioner.streaming import SAMPLE_RATE, AudioFrame

SLOT = SAMPLE_RATE // 10
"""Samples of a number."""

SHIFT = 480
"""How far behind its slot a word lies, in samples, unless a conversation is made otherwise."""

WHOLE = SLOT * 9 // 10
"""Who heard less of a word cannot tell it: where two share a word at a cut, nobody does."""

HALF = SLOT // 2
"""The same for an engine without word times, which cannot be given more than its own part: it guesses."""

CHANNEL = 1_000_000
"""What the numbers of a channel are ahead of those of the one before."""

_DIGIT = 8192
_LOW, _HIGH = 0x2000, 0x4000

_WORD = re.compile(r"w(\d+)\Z")


def word(number: int) -> str:
    """The number as it is written."""
    return f"w{number:05}"


def number(text: str) -> int | None:
    """The number that a word says; None for any other word."""
    found = _WORD.match(text)
    return int(found[1]) if found else None


def channel_of(number: int) -> int:
    """On which channel it is said."""
    return number // CHANNEL


def samples(number: int) -> NDArray[np.int16]:
    """A tenth of a second of this number, 0 = silence."""
    sound = np.zeros(SLOT, np.int16)
    if number:
        upper, lower = divmod(number, _DIGIT)
        sound[::2], sound[1::2] = _LOW | lower, _HIGH | upper
    return sound


def runs(sound: NDArray[np.int16]) -> Iterator[tuple[int, int]]:
    """What one channel of a sound says: (number or 0, samples) one after the other."""
    if len(sound) < 2:
        yield from [(0, len(sound))] if len(sound) else []
        return
    cuts = np.flatnonzero(sound[2:] != sound[:-2]) + 2  # within a number, every second sample is the same
    edges = [0, *cuts.tolist(), len(sound)]
    told, length = _number(sound, 0), 0
    for begin, end in pairwise(edges):
        here = _number(sound, begin)
        if here != told:
            yield told, length
            told, length = here, 0
        length += end - begin
    yield told, length


def _number(sound: NDArray[np.int16], at: int) -> int:
    first, second = int(sound[at]), int(sound[min(at + 1, len(sound) - 1)])
    low, high = (first, second) if first & _LOW else (second, first)
    is_number = low & _LOW and high & _HIGH
    return (high & ~_HIGH) * _DIGIT + (low & ~_LOW) if is_number else 0


class Speech:
    """A conversation of `seconds`: utterances of 1 to 7 s, pauses of 0.4 to 3 s, the same for each seed.

    `hole`: from when to when (seconds) there is no sound at all, as while a device is paused. `shift`: how
    far each word lies behind its slot, in samples.
    """

    def __init__(
        self,
        seconds: float,
        channels: int = 1,
        seed: int = 1,
        hole: tuple[float, float] | None = None,
        shift: int = SHIFT,
    ) -> None:
        self.slots = round(seconds * 10)
        self.channels = channels
        self._shift = shift
        begin, end = hole or (0.0, 0.0)
        self._hole = range(round(begin * 10), round(end * 10))
        self._speaks = [_pattern(self.slots, seed + channel) for channel in range(channels)]
        for speaks in self._speaks if hole else ():
            # The word before it would be cut.
            speaks[self._hole.start - 1 : self._hole.stop] = bytes(len(self._hole) + 1)

    def has_sound(self, slot: int) -> bool:
        """Whether there is sound, be it silent."""
        return slot not in self._hole

    def spoken_at(self, number: int) -> float:
        """When (seconds on the meeting clock) the word of this number begins; it ends a tenth later."""
        return (number % CHANNEL - 1) / 10 + self._shift / SAMPLE_RATE

    def number(self, slot: int, channel: int = 0) -> int:
        """What is said in a slot, 0 = nothing."""
        return channel * CHANNEL + slot + 1 if self._speaks[channel][slot] else 0

    def numbers(self, channel: int = 0) -> list[int]:
        """All that is said on a channel, in order."""
        return [self.number(slot, channel) for slot in range(self.slots) if self._speaks[channel][slot]]

    def frame(self, slot: int) -> AudioFrame:
        """The sound of a slot: the end of the word before, and most of its own."""
        sides = [self._sound(slot, channel) for channel in range(self.channels)]
        return AudioFrame(slot * SLOT, np.stack(sides, axis=1))

    def _sound(self, slot: int, channel: int) -> NDArray[np.int16]:
        cut = SLOT - self._shift
        before = samples(self.number(slot - 1, channel) if slot else 0)
        return np.concatenate([before[cut:], samples(self.number(slot, channel))[:cut]])


def _pattern(slots: int, seed: int) -> bytearray:
    """Which slots are speech. It begins and ends with speech: both ends can be lost, and neither is cut."""
    chance = random.Random(seed)
    speaks = bytearray(slots)
    at = 2
    while at < slots:
        until = at + chance.randint(10, 70)
        speaks[at:until] = b"\1" * (min(until, slots) - at)
        at = until + (chance.randint(4, 9) if chance.random() < 0.7 else chance.randint(12, 30))
    if slots:
        speaks[-6:] = b"\1\1\1\1\1\0"
    return speaks[:slots]
