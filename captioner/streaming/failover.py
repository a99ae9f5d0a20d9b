"""Another engine listens while the chosen one cannot."""

import asyncio
import random

from captioner.streaming.connector import Connector, abandon
from captioner.streaming.engines.engine import Link, LinkLost
from captioner.streaming.errors import CaptionerError
from captioner.streaming.lane import Lane, Lanes
from captioner.streaming.tasks import end

PROBE_SECONDS = (5.0, 10.0)
"""How long until the chosen engine is tried again."""

LONGEST_PROBE_SECONDS = 60.0
"""The same when it took sound and said nothing, again and again."""

CONNECT_SECONDS = 5.0
"""Who takes longer to answer is not back."""

PROOF_SECONDS = 2.0
"""Sound that a probe must have covered until it is believed, and the most that it may be behind then."""


class Standby:
    """The fallback, started ahead of need: its model takes a second or more to load."""

    def __init__(self, connector: Connector) -> None:
        self.connector = connector
        self._starting: asyncio.Task[Link] | None = None

    def warm(self) -> None:
        """Start it now."""
        if self._starting is None:
            self._starting = asyncio.create_task(self.connector.connect(), name="captioner fallback start")

    async def link(self) -> Link:
        """The conversation with it; the next one is another. Raises LinkLost, or why it cannot start."""
        self.warm()
        assert self._starting is not None
        starting = self._starting
        try:
            link = await asyncio.shield(starting)
        except asyncio.CancelledError:
            raise  # `close` ends it
        except BaseException:
            self._starting = None
            raise
        self._starting = None
        return link

    async def close(self) -> None:
        """End what was started and not asked for."""
        starting, self._starting = self._starting, None
        if starting is None:
            return
        starting.cancel()
        await asyncio.wait({starting})
        if not starting.cancelled() and not starting.exception():
            await starting.result().close()


class Probe:
    """Tries the chosen engine while the fallback listens; the one that answers becomes the listener.

    An engine that takes sound is not believed: it hears what is said now beside the fallback, and what it
    says of that is held back, until it has shown that it keeps up.
    """

    def __init__(
        self,
        connector: Connector,
        lanes: Lanes,
        patience: float,
        retry_after: float | None,
    ) -> None:
        self._connector = connector
        self._lanes = lanes
        self._clock = lanes.clock
        self._patience = patience
        self._retry_after = retry_after
        self._failures = 0
        self.next_at: float | None = None
        self.lane: Lane | None = None
        """The one that listens on trial."""

    async def run(self) -> "asyncio.Task[None]":
        """Return the conversation of the engine that has shown that it works. Never, where it is refused."""
        while True:
            low, high = PROBE_SECONDS
            wait = min(random.uniform(low, high) * 2**self._failures, LONGEST_PROBE_SECONDS)
            wait = max(wait, self._retry_after or 0.0)
            self.next_at = self._clock.now() + wait
            await self._clock.sleep(wait)
            self.next_at = None
            try:
                link = await self._clock.within(CONNECT_SECONDS, self._connector.connect(), abandon)
            except TimeoutError:
                continue
            except LinkLost as lost:
                self._retry_after = lost.retry_after
                continue
            except CaptionerError:
                break
            if conversing := await self._try(link):
                return conversing
            self._failures = min(self._failures + 1, 5)
        return await asyncio.Future["asyncio.Task[None]"]()  # who refuses is not asked again

    async def _try(self, link: Link) -> "asyncio.Task[None] | None":
        self.lane = lane = self._lanes.new_now()
        lane.hold()
        conversing = asyncio.create_task(self._converse(lane, link), name="captioner probe")
        is_proven = False
        try:
            while not conversing.done() and not is_proven:
                await asyncio.wait({conversing}, timeout=0.1)
                is_proven = lane.segments.covered >= PROOF_SECONDS and lane.uncovered <= PROOF_SECONDS * 2
            if is_proven:
                return conversing
        finally:
            if not is_proven:
                await end(conversing)
                lane.cursor.close()
                self.lane = None
        return None

    async def _converse(self, lane: Lane, link: Link) -> None:
        capabilities = self._connector.capabilities
        try:
            lane.begin(capabilities)
            await lane.converse(link, capabilities, self._patience)
        finally:
            await link.close()
