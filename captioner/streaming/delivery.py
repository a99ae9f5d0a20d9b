"""The bounded queue between the session and whoever reads its events."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from captioner.streaming.errors import ClientError
from captioner.streaming.events import AnyEvent, ClosedEvent, TranscriptEvent

_GHOSTS = 64
"""Places of replaced interims that are left alone, however few events wait."""


class Delivery:
    """Events in order, of which an interim may be replaced by its newer revision.

    `put` never waits. Finals, boundaries, gaps and lifecycle events are never dropped; when they alone exceed
    the bound, `is_over` tells the session to stop feeding the engine until there is `room` again: half of the
    bound, or a reader just too slow would make it stop and go with every event. Nothing waits for a reader
    that was `cut`: it gets what was there, then a ClientError.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._events: deque[AnyEvent | None] = deque()
        self._interims: dict[str, int] = {}  # segment id -> its place, counted from the first event ever
        self._taken = 0
        self._waiting = 0
        self._arrived = asyncio.Event()
        self.closed: ClosedEvent | None = None
        """The last event, once it was put."""
        self._is_cut = False
        self._is_awaited = False
        self.is_read = False
        """Whether anybody has ever asked for an event."""
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
        if isinstance(event, ClosedEvent):
            self.closed = event
        if self._is_cut:
            return
        if isinstance(event, TranscriptEvent):
            older = self._interims.pop(event.segment_id, None)
            if older is not None and older >= self._taken:
                self._events[older - self._taken] = None
                self._waiting -= 1
                self.coalesced += 1
                if len(self._events) > 2 * self._waiting + _GHOSTS:
                    self._close_ranks()
            if not event.is_final:
                self._interims[event.segment_id] = self._taken + len(self._events)
        self._events.append(event)
        self._waiting += 1
        if self._waiting > self._limit:
            self.room.clear()
        self._arrived.set()

    def cut(self) -> None:
        """Keep no more events for this reader: it does not read."""
        self._is_cut = True
        self.room.set()
        self._arrived.set()

    def take(self) -> AnyEvent | None:
        """The next event if one is there."""
        self.is_read = True
        while self._events:
            event = self._events.popleft()
            self._taken += 1
            if event is None:
                continue
            self._waiting -= 1
            if isinstance(event, TranscriptEvent) and not event.is_final:
                del self._interims[event.segment_id]
            if self._waiting == self._limit // 2:
                self.room.set()
            return event
        return None

    def _close_ranks(self) -> None:
        """Free the places of replaced interims: one line said for hours would fill the memory with them."""
        self._events = deque(event for event in self._events if event is not None)
        for place, event in enumerate(self._events, self._taken):
            if isinstance(event, TranscriptEvent) and not event.is_final:
                self._interims[event.segment_id] = place

    async def get(self) -> AnyEvent | None:
        """The next event; None when `Closed` was the last one. Cancelling it loses no event.

        Raises ClientError for a second reader at the same time, and for one that was cut.
        """
        if self._is_awaited:
            raise ClientError("Two tasks iterate one session", "Give each an iterator: session.subscribe()")
        self._is_awaited = True
        try:
            while True:
                event = self.take()
                if event is not None:
                    return event
                if self._is_cut:
                    raise ClientError(
                        f"More than {self._limit} events were not read", "Read faster, or raise event_buffer"
                    )
                if self.closed:
                    return None
                self._arrived.clear()
                await self._arrived.wait()
        finally:
            self._is_awaited = False

    async def __aiter__(self) -> AsyncIterator[AnyEvent]:
        while (event := await self.get()) is not None:
            yield event
