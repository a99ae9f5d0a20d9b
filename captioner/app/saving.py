"""Writes the choices down while they are made: a slider that is drawn changes them fifty times a second."""

import asyncio
from collections.abc import Callable

from captioner.app.commands import Commands
from captioner.settings.choices import Settings
from captioner.settings.file import SettingsFile
from captioner.streaming.errors import CaptionerError

GATHERING = 0.3
"""Seconds that changes are gathered before the file is written: a loss of power takes no more than that."""


class Saving:
    """The newest choices, written once for all that were made since `ask`. What cannot be written is given
    to `refused`. Nothing else waits for it, and it waits for nothing else.
    """

    def __init__(
        self, file: SettingsFile, settings: Callable[[], Settings], refused: Callable[[CaptionerError], None]
    ) -> None:
        self._file = file
        self._settings = settings
        self._commands = Commands(refused)
        self._is_asked = False

    def ask(self) -> None:
        """Write the choices soon; returns at once."""
        if not self._is_asked:
            self._is_asked = True
            self._commands.do(self._save)

    async def work(self) -> None:
        """Write for as long as the program runs. A change of the last moment may still wait afterwards."""
        await self._commands.work()

    async def _save(self) -> None:
        await asyncio.sleep(GATHERING)
        self._is_asked = False
        await asyncio.to_thread(self._file.save, self._settings())
