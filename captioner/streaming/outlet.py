"""The side where events come out: to the session's own reader, and to whoever else subscribed."""

from collections.abc import AsyncIterator

from captioner.streaming.delivery import Delivery
from captioner.streaming.events import AnyEvent, WarningEvent

SLOW_READER = "slow_reader"


class Outlet:
    """Gives each event to all readers.

    The session's own reader is waited for: `room()` holds the engine back while it is far behind. A
    subscriber is not: one that does not read is cut, and so is the session's own iterator when only
    subscribers read.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._followers: list[Delivery] = []
        self._has_warned = False
        self._is_left = False
        self.main = Delivery(limit)

    def put(self, event: AnyEvent) -> None:
        """Give an event to every reader. Never waits."""
        self.main.put(event)
        for follower in self._followers:
            follower.put(event)
            if follower.is_over and not self.main.closed:
                follower.cut()
                # Whoever forgot it must not be remembered here with all its events.
                self._followers = [other for other in self._followers if other is not follower]
        if self.main.is_over and not self.main.closed:  # behind the last event nobody can fall any further
            self._fall_behind()

    def subscribe(self) -> AsyncIterator[AnyEvent]:
        """A further, independent iterator over the events from now on."""
        follower = Delivery(self._limit)
        if self.main.closed:
            follower.put(self.main.closed)
        else:
            self._followers.append(follower)
        return aiter(follower)

    def leave(self) -> None:
        """Nobody may read any more: hold nothing back."""
        self._is_left = True
        self.main.room.set()

    @property
    def is_held(self) -> bool:
        """Whether the engine waits for the session's own reader."""
        return not self.main.room.is_set() and not self._is_left

    async def room(self) -> None:
        """Wait until the session's own reader has caught up."""
        if self.is_held:
            await self.main.room.wait()
        self._has_warned = False

    def _fall_behind(self) -> None:
        if not self.main.is_read and any(follower.is_read for follower in self._followers):
            self.main.cut()
        elif not self._has_warned and not self._is_left:
            self._has_warned = True
            self.put(
                WarningEvent(
                    SLOW_READER,
                    f"More than {self._limit} events are not read; the engine waits, sound is kept",
                )
            )
