"""Sound that the engine has not settled yet, kept so that it can be given again."""

from collections import deque

from captioner.streaming.frames import SAMPLE_RATE, Sound


class Backlog:
    """Frames in order of their start, bounded in seconds, and how far they were fed to the engine.

    Sans-I/O: the session waits and wakes. Taking the next frame costs the same however much is kept (it once
    searched from the newest: 3 ms a frame with twenty minutes kept, which starved the loop).
    """

    def __init__(self, limit_seconds: float) -> None:
        self._limit = round(limit_seconds * SAMPLE_RATE)
        self._frames: deque[Sound] = deque()
        self._fed_frames = 0  # how many of the kept frames were fed, counted from the oldest
        self._kept = 0
        self.fed = 0
        """Up to which position sound was fed."""

    @property
    def seconds(self) -> float:
        """How much sound is kept."""
        return self._kept / SAMPLE_RATE

    @property
    def is_full(self) -> bool:
        """Whether no further frame fits."""
        return self._kept >= self._limit

    def put(self, frame: Sound) -> None:
        """Keep a frame."""
        self._frames.append(frame)
        self._kept += frame.end - frame.start

    def next(self) -> Sound | None:
        """The next frame to feed, None when everything kept was fed."""
        if self._fed_frames >= len(self._frames):
            return None
        frame = self._frames[self._fed_frames].after(self.fed)
        self._fed_frames += 1
        self.fed = frame.end
        return frame

    def rewind(self, position: int) -> float:
        """Feed again from `position` on; returns how many seconds of kept sound that is."""
        self.fed = position
        again = [frame for frame in self._frames if frame.end > position]
        self._fed_frames = len(self._frames) - len(again)
        return sum(frame.end - max(frame.start, position) for frame in again) / SAMPLE_RATE

    def drop_oldest(self) -> Sound:
        """Give up the oldest frame and return it."""
        frame = self._frames.popleft()
        self._kept -= frame.end - frame.start
        self._fed_frames = max(0, self._fed_frames - 1)
        return frame

    def settle(self, position: int) -> None:
        """Free what lies before `position`: nothing said there will change any more."""
        while self._frames and self._frames[0].end <= position:
            self.drop_oldest()
