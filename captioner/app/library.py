"""The saved meetings, between the database and the panel's library page."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from captioner.app.commands import Commands
from captioner.ui.panel import Panel

if TYPE_CHECKING:
    from captioner.transcript.store import Store
    from captioner.ui.save_dialog import SaveDialog


class Library:
    """Lists, opens and exports. `current` is the meeting of the Now page, None before the first one."""

    def __init__(
        self, folder: Path, panel: Panel, commands: Commands, current: Callable[[], int | None]
    ) -> None:
        self._folder = folder
        self._panel = panel
        self._commands = commands
        self._current = current
        self.store: Store | None = None
        self.save_dialog: SaveDialog | None = None
        panel.now.export_requested.connect(lambda name: self.choose_export(None, name))
        panel.meeting_export_requested.connect(self.choose_export)
        panel.library_requested.connect(lambda: commands.do(self.show_all))
        panel.meeting_opened.connect(lambda meeting: commands.do(lambda: self.show_one(meeting)))

    async def open(self) -> Path | None:
        """Open the database; returns what a damaged one was kept as. Raises StoreError."""
        from captioner.transcript.store import DATABASE, Store

        self.store = await Store.open(self._folder / DATABASE)
        return self.store.recovered

    def unsaved(self) -> int | None:
        """How many rows wait for the database, None = there is none."""
        return self.store.unsaved if self.store else None

    async def close(self) -> None:
        """Write what waits and let go. Raises StoreError."""
        if self.store:
            await self.store.close()

    async def show_all(self) -> None:
        """List the meetings."""
        if self.store:
            self._panel.library.show_meetings(await self.store.meetings())

    async def show_one(self, meeting: int) -> None:
        """Open a meeting to read."""
        if self.store:
            self._panel.library.show_meeting(await self.store.load(meeting))

    def choose_export(self, meeting: int | None, name: str) -> None:
        """Ask where to write a meeting; None = the one of the Now page."""
        from captioner.transcript.export.catalogue import EXPORTERS
        from captioner.ui.save_dialog import SaveDialog

        wanted = self._current() if meeting is None else meeting
        if wanted is None:
            return
        dialog = self.save_dialog = SaveDialog(self._panel, EXPORTERS[name].name, EXPORTERS[name].suffix)
        dialog.path_chosen.connect(
            lambda path: self._commands.do(lambda: self._export(wanted, name, Path(path)))
        )
        dialog.open()

    async def _export(self, meeting: int, name: str, path: Path) -> None:
        from captioner.transcript.export.catalogue import EXPORTERS
        from captioner.transcript.export.write import write_export

        if self.store:
            stored = await self.store.load(meeting)
            await asyncio.to_thread(write_export, path, EXPORTERS[name].render(stored))
