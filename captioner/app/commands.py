"""Wishes become commands that one task carries out, so that nothing runs outside it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine

from captioner.streaming.errors import CaptionerError

_log = logging.getLogger(__name__)

Command = Callable[[], Coroutine[None, None, None]]


class Commands:
    """One after the other, in the order of the wishes. What cannot be done is given to `refused`."""

    def __init__(self, refused: Callable[[CaptionerError], None]) -> None:
        self._refused = refused
        self._waiting: asyncio.Queue[Command] = asyncio.Queue()

    def do(self, command: Command) -> None:
        """Wish for something; returns at once."""
        self._waiting.put_nowait(command)

    async def work(self) -> None:
        """Carry out commands for as long as the program runs."""
        while True:
            command = await self._waiting.get()
            try:
                await command()
            except CaptionerError as error:
                self._refused(error)
            except Exception as fault:  # the last net: one broken command must not take every control with it
                _log.exception("a command failed")
                self._refused(CaptionerError(f"That did not work: {fault}", "The log has the details"))
