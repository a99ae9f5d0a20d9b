"""Sound that the engine has not settled yet, kept so that it can be given again."""

from bisect import bisect_left, bisect_right
from typing import Literal

from captioner.streaming.frames import SAMPLE_RATE, Sound

Cost = Literal["nothing", "replay", "words"]
"""What is lost with a frame: nothing; the chance to hear it again; words that nobody has heard yet."""

MARGIN = SAMPLE_RATE
"""Sound on both sides of an interval that is heard again: no word is cut where two conversations meet."""


class Cursor:
    """One reader of the backlog and what it still needs: the sound from `settled` to `end`, and the margins.

    `end` None = all sound that will ever come. `is_optional`: what is dropped while only such readers need
    it is no loss.
    """

    def __init__(self, backlog: "Backlog", start: int, end: int | None, *, is_optional: bool) -> None:
        self._backlog = backlog
        self._released = 0
        self.settled = start
        self.end = end
        self.is_optional = is_optional
        self.limit = end
        """Where feeding ends: at `end`, or behind its margin."""
        self.fed = start
        """Up to which position sound was fed."""
        self.dropped = 0
        """Where the sound ends that was dropped although it was needed."""

    @property
    def needs(self) -> tuple[int, int | None]:
        """From where to where sound is kept for it."""
        start = max(self.settled - MARGIN, self._released)
        return start, None if self.end is None else self.end + MARGIN

    def next(self) -> Sound | None:
        """The next sound to feed, None when everything kept was fed."""
        sound = self._backlog.after(self.fed)
        if sound is None or (self.limit is not None and sound.start >= self.limit):
            return None
        if self.limit is not None:
            sound = sound.before(self.limit)
        self.fed = sound.end
        return sound

    def is_over(self) -> bool:
        """Whether everything up to the limit was fed, however much sound will come."""
        if self.limit is None or self.fed >= self.limit:
            return self.limit is not None
        following = self._backlog.after(self.fed)
        return following is not None and following.start >= self.limit

    def rewind(self, position: int) -> None:
        """Feed again from `position` on."""
        self.fed = position

    def settle(self, position: int) -> None:
        """Nothing that is said before `position` will change any more."""
        self.settled = max(self.settled, position)
        self._backlog.free()

    def release(self, position: int) -> None:
        """What lies before `position` cannot be given again."""
        self._released = position
        self._backlog.free()

    def close(self) -> None:
        """It needs nothing any more."""
        self._backlog.forget(self)


class Backlog:
    """Frames in order of their start, bounded in seconds; each cursor reads them at its own place.

    Sans-I/O: the session waits and wakes. What no cursor needs is freed, wherever it lies.
    """

    def __init__(self, limit_seconds: float) -> None:
        self._limit = round(limit_seconds * SAMPLE_RATE)
        self._frames: list[Sound] = []
        self._cursors: list[Cursor] = []
        self._kept = 0

    @property
    def seconds(self) -> float:
        """How much sound is kept."""
        return self._kept / SAMPLE_RATE

    @property
    def is_full(self) -> bool:
        """Whether no further frame fits."""
        return self._kept >= self._limit

    def open(self, start: int, end: int | None = None, *, is_optional: bool = False) -> Cursor:
        """A reader of the sound from `start` to `end` (None = for ever)."""
        cursor = Cursor(self, start, end, is_optional=is_optional)
        self._cursors.append(cursor)
        return cursor

    def forget(self, cursor: Cursor) -> None:
        """Free what only this cursor needed."""
        self._cursors = [other for other in self._cursors if other is not cursor]
        self.free()

    def put(self, frame: Sound) -> None:
        """Keep a frame."""
        self._frames.append(frame)
        self._kept += frame.end - frame.start

    def after(self, position: int) -> Sound | None:
        """The first sound behind `position`; a frame is cut there where it can be."""
        frames = self._frames
        if not frames or frames[-1].end <= position:
            return None
        return frames[bisect_right(frames, position, key=_end)].after(position)

    def seconds_between(self, start: int, end: int | None) -> float:
        """How much sound is kept from `start` to `end`."""
        first = bisect_right(self._frames, start, key=_end)
        last = len(self._frames) if end is None else bisect_left(self._frames, end, key=_start)
        return (
            sum(
                (frame.end if end is None else min(frame.end, end)) - max(frame.start, start)
                for frame in self._frames[first:last]
            )
            / SAMPLE_RATE
        )

    def cost(self) -> Cost:
        """What giving up the oldest frame would cost."""
        readers = [cursor for cursor in self._readers(self._frames[0]) if not cursor.is_optional]
        if any(cursor.fed < self._frames[0].end for cursor in readers):
            return "words"
        return "replay" if readers else "nothing"

    def drop_oldest(self) -> Sound:
        """Give up the oldest frame."""
        frame = self._frames[0]
        for cursor in self._readers(frame):
            if cursor.is_optional or cursor.fed >= frame.end:
                cursor.dropped = frame.end
        self._delete(0, 1)
        return frame

    def _readers(self, frame: Sound) -> list[Cursor]:
        """Who needs it, but for a margin."""
        return [
            cursor
            for cursor in self._cursors
            if frame.end > cursor.settled and (cursor.end is None or frame.start < cursor.end)
        ]

    def free(self) -> None:
        """Forget the sound that no cursor needs."""
        position = 0
        for start, end in sorted((cursor.needs for cursor in self._cursors), key=lambda needs: needs[0]):
            if start > position:
                self._free(position, start)
            if end is None:
                return
            position = max(position, end)
        self._free(position, None)

    def _free(self, start: int, end: int | None) -> None:
        first = bisect_left(self._frames, start, key=_start)
        last = len(self._frames) if end is None else bisect_right(self._frames, end, key=_end)
        if last > first:
            self._delete(first, last)

    def _delete(self, first: int, last: int) -> None:
        self._kept -= sum(frame.end - frame.start for frame in self._frames[first:last])
        del self._frames[first:last]


def _start(frame: Sound) -> int:
    return frame.start


def _end(frame: Sound) -> int:
    return frame.end
