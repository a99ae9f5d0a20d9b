"""Starts conversations with one engine, with the options as they are now."""

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from captioner.streaming.engines.engine import Capabilities, Engine, Link
from captioner.streaming.options import StreamingOptions
from captioner.streaming.tasks import end

ANSWER_SECONDS = 3.0
"""Real time that an answer may take."""


class Connector:
    """`options` may be replaced at any time: a conversation that begins has the newest."""

    def __init__(self, engine: Engine, options: StreamingOptions) -> None:
        self._engine = engine
        self.options = options

    @property
    def name(self) -> str:
        """The engine's."""
        return self.capabilities.name

    @property
    def capabilities(self) -> Capabilities:
        """The engine's."""
        return self._engine.capabilities

    @property
    def is_remote(self) -> bool:
        """Whether it is a service, which may be gone for a while and come back."""
        return self.capabilities.max_rate is not None

    def patience(self, limit: float = math.inf) -> float | None:
        """Seconds of sound without an answer after which it counts as lost, at most `limit`; None = never.

        However fast a recording is played, an answer takes its time on the way.
        """
        within = self.capabilities.answers_within
        return None if within is None else max(min(within, limit), ANSWER_SECONDS * self.options.speed)

    async def connect(self) -> Link:
        """A link that takes sound; whoever has it closes it. Raises LinkLost, or the error itself."""
        while True:
            options = self.options
            link = await self._engine.connect(options)
            if options is self.options:
                return link
            await link.close()  # they were changed during the handshake

    @asynccontextmanager
    async def link(self) -> AsyncGenerator[Link]:
        """The same, closed behind the block."""
        link = await self.connect()
        try:
            yield link
        finally:
            await link.close()


async def abandon(link: Link) -> None:
    """Close a link without a farewell: there is nobody to say it to."""
    closing = asyncio.create_task(link.close(), name="captioner abandon")
    await asyncio.sleep(0)  # a task that has not begun would never free anything
    await end(closing)
