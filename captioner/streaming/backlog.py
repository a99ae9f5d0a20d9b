"""Sound that the engine has not settled yet, kept so that it can be given again."""

from collections import deque

from captioner.streaming.frames import SAMPLE_RATE, AudioFrame


class Backlog:
    """Frames in order of their start, bounded in seconds. Sans-I/O: the session waits and wakes."""

    def __init__(self, limit_seconds: float) -> None:
        self._limit = round(limit_seconds * SAMPLE_RATE)
        self._frames: deque[AudioFrame] = deque()
        self._kept = 0

    @property
    def seconds(self) -> float:
        """How much sound is kept."""
        return self._kept / SAMPLE_RATE

    @property
    def is_full(self) -> bool:
        """Whether no further frame fits."""
        return self._kept >= self._limit

    @property
    def start(self) -> int | None:
        """The position of the oldest kept sample, None when nothing is kept."""
        return self._frames[0].start if self._frames else None

    def put(self, frame: AudioFrame) -> None:
        """Keep a frame."""
        self._frames.append(frame)
        self._kept += frame.end - frame.start

    def drop_oldest(self) -> AudioFrame:
        """Give up the oldest frame and return it."""
        return self._take()

    def settle(self, position: int) -> None:
        """Free what lies before `position`: nothing said there will change any more."""
        while self._frames and self._frames[0].end <= position:
            self._take()

    def next_after(self, position: int) -> AudioFrame | None:
        """The first kept sound at or behind `position`, cut so that it begins there or later."""
        # The sender is almost always at the newest end, so look from there.
        found: AudioFrame | None = None
        for frame in reversed(self._frames):
            if frame.end <= position:
                break
            found = frame
        return found.after(position) if found else None

    def _take(self) -> AudioFrame:
        frame = self._frames.popleft()
        self._kept -= frame.end - frame.start
        return frame
