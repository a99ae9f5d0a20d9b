"""The session's conversations with its engine, one after the other, until all sound is heard."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from captioner.streaming.engines.engine import Engine, Link, LinkLost
from captioner.streaming.errors import ConfigurationError, EngineFailedError
from captioner.streaming.events import (
    ConnectedEvent,
    DisconnectedEvent,
    ReconnectedEvent,
)
from captioner.streaming.intake import Intake
from captioner.streaming.options import StreamingOptions
from captioner.streaming.outlet import Outlet
from captioner.streaming.retry import Retry
from captioner.streaming.segments import Segments

FORMATTING = frozenset(
    {"dictation", "filler_words", "numerals", "profanity_filter", "punctuate", "smart_format"}
)
"""The options that a running conversation can switch."""

START_SECONDS = 60.0
"""A provider that asks for a longer wait before the first connection is taken at its word: it refuses."""


class Links:
    """Keeps a link alive, feeds it from the intake and brings what it says to the outlet.

    `ready` is set once the first link takes sound.
    """

    def __init__(
        self,
        engine: Engine,
        options: StreamingOptions,
        intake: Intake,
        segments: Segments,
        outlet: Outlet,
        *,
        retry: Retry | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._engine = engine
        self._options = options
        self._intake = intake
        self._segments = segments
        self._outlet = outlet
        self._retry = retry or Retry()
        self._clock = clock
        self._link: Link | None = None
        self._finalizing = False
        self.ready = asyncio.Event()
        self.reconnects = 0

    async def run(self) -> None:
        """Converse until, after the end of sound, all is said. Raises what trying again cannot mend."""
        name = self._engine.capabilities.name
        lost_at: float | None = None
        while True:
            started = self._now()
            try:
                options = self._options
                link = await self._engine.connect(options)
                try:
                    if options is not self._options:
                        continue  # they were changed during the handshake
                    if not self.ready.is_set():
                        self._outlet.put(ConnectedEvent(name, link.request_id))
                        self.ready.set()
                    else:
                        self._reconnected(lost_at or started, link.request_id)
                    lost_at = None
                    self._link = link
                    await self._converse(link)
                    return
                finally:
                    self._link = None
                    await link.close()
            except LinkLost as lost:
                lost_at = lost_at or self._now()
                delay = self._retry.lost(self._now() - started, lost.retry_after)
                # Nobody waits for hours for a session that nobody can use yet.
                is_too_long = delay is not None and delay > START_SECONDS and not self.ready.is_set()
                if delay is None or is_too_long:
                    raise lost.error or EngineFailedError(
                        f"The engine stopped again and again: {lost.reason}", "The text so far is kept"
                    ) from lost
                self._outlet.put(DisconnectedEvent(lost.reason, delay, lost.code))
                await asyncio.sleep(delay)

    def finalize(self) -> None:
        """Have everything settled that was sent so far, as soon as it was given to the engine."""
        self._finalizing = True
        self._intake.changed.set()

    async def keep_alive(self) -> None:
        """Pass it on; without a link there is nothing to keep."""
        if self._link:
            with suppress(LinkLost):  # whoever reads it knows
                await self._link.keep_alive()

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        """Change the running conversation and all that follow. Raises ConfigurationError where refused."""
        unknown = sorted(set(features) - FORMATTING)
        if unknown:
            raise ConfigurationError(
                f"features: {unknown[0]} cannot be switched on the way",
                f"Choose one of {', '.join(sorted(FORMATTING))}",
            )
        changes: dict[str, Any] = dict(features)
        if keyterms is not None:
            changes["keyterm"] = keyterms
        checked = replace(self._options, **changes)  # raises what is wrong with them
        try:
            if self._link:
                await self._link.configure(None if keyterms is None else checked.keyterm, features)
        except LinkLost:
            pass  # the next conversation begins with what was asked for
        self._options = replace(self._options, **changes)

    def _reconnected(self, lost_at: float, request_id: str | None) -> None:
        self.reconnects += 1
        if self._intake.lacks(self._segments.settled):
            # What is heard next would take the place of words whose sound cannot be given again.
            for event in self._segments.promote():
                self._outlet.put(event)
        replayed = self._intake.rewind(self._segments.begin_link())
        self._outlet.put(ReconnectedEvent(self._now() - lost_at, replayed, request_id))

    async def _converse(self, link: Link) -> None:
        feeding = asyncio.create_task(self._feed(link), name="captioner session feed")
        reading = asyncio.create_task(self._read(link), name="captioner session read")
        try:
            # The reader's end is the end; a feeder that fails ends it, too.
            await asyncio.wait({feeding, reading}, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in (feeding, reading):
                task.cancel()
            await asyncio.wait({feeding, reading})
            # Both are asked, also when this is cancelled: an exception that nobody asked for is printed.
            errors = [task.exception() for task in (reading, feeding) if not task.cancelled()]
        for error in errors:
            if error:
                raise error

    async def _feed(self, link: Link) -> None:
        intake, segments = self._intake, self._segments
        while True:
            intake.changed.clear()
            while sound := intake.next():
                await self._outlet.room()
                segments.timeline.add(sound.start, sound.end - sound.start)
                await link.send(segments.unsettled(sound))
                # An engine that takes everything at once must not keep the loop from everybody else.
                await asyncio.sleep(0)
            if intake.is_waited_for:
                intake.settle(segments.settled, segments.heard)
            if self._finalizing:
                self._finalizing = False
                await link.finalize()
            if intake.is_finished:
                await link.finish()
                return
            await intake.changed.wait()

    async def _read(self, link: Link) -> None:
        """Bring out what the link says. Deepgram's flood comes through here: nothing slow belongs in it."""
        intake, segments, put = self._intake, self._segments, self._outlet.put
        settled = 0
        async for message in link:
            for event in segments.map(message):
                put(event)
            # The engine may have settled nothing, and wait for sound while its sender waits for room.
            if (horizon := segments.settled) != settled or intake.is_waited_for:
                settled = horizon
                intake.settle(settled, segments.heard)

    def _now(self) -> float:
        return self._clock() if self._clock else asyncio.get_running_loop().time()
