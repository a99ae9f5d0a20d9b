"""The bounded queue between the session and whoever reads its events."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from captioner.streaming.events import AnyEvent, ClosedEvent, TranscriptEvent


class Delivery:
    """Events in order, of which an interim may be replaced by its newer revision.

    `put` never waits. Finals, boundaries, gaps and lifecycle events are never dropped; when they alone exceed
    the bound, `is_over` tells the session to stop feeding the engine until the reader has caught up.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._events: deque[AnyEvent | None] = deque()
        self._interims: dict[str, int] = {}  # segment id -> its place, counted from the first event ever
        self._taken = 0
        self._waiting = 0
        self._arrived = asyncio.Event()
        self._closed = False
        self.coalesced = 0
        self.room = asyncio.Event()
        self.room.set()

    def __len__(self) -> int:
        return self._waiting

    @property
    def is_over(self) -> bool:
        """Whether more events wait than the bound allows."""
        return self._waiting > self._limit

    def put(self, event: AnyEvent) -> None:
        """Add an event; an older, unread interim of the same segment makes way for it."""
        if isinstance(event, TranscriptEvent):
            older = self._interims.pop(event.segment_id, None)
            if older is not None and older >= self._taken:
                self._events[older - self._taken] = None
                self._waiting -= 1
                self.coalesced += 1
            if not event.is_final:
                self._interims[event.segment_id] = self._taken + len(self._events)
        self._events.append(event)
        self._waiting += 1
        self._closed = self._closed or isinstance(event, ClosedEvent)
        if self.is_over:
            self.room.clear()
        self._arrived.set()

    async def get(self) -> AnyEvent | None:
        """The next event; None when `Closed` was the last one. Cancelling it loses no event."""
        while True:
            while self._events:
                event = self._events.popleft()
                self._taken += 1
                if event is not None:
                    return self._deliver(event)
            if self._closed:
                return None
            self._arrived.clear()
            await self._arrived.wait()

    def _deliver(self, event: AnyEvent) -> AnyEvent:
        self._waiting -= 1
        if isinstance(event, TranscriptEvent) and not event.is_final:
            del self._interims[event.segment_id]
        if not self.is_over:
            self.room.set()
        return event

    async def __aiter__(self) -> AsyncIterator[AnyEvent]:
        while (event := await self.get()) is not None:
            yield event
