"""The program with its windows: what the widgets wish for, and what the meeting tells them.

Nothing here blocks the loop: the database, files and devices are asked in threads.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from captioner.app.board import Board
from captioner.app.captions import Captions
from captioner.app.commands import Commands
from captioner.app.engine_key import EngineKey, open_console
from captioner.app.library import Library
from captioner.app.saving import Saving
from captioner.app.sources import Hardware, Sources
from captioner.meeting.listener import Notice, State
from captioner.settings.choices import Settings, fitting
from captioner.settings.file import FILE_NAME, SettingsFile
from captioner.streaming.errors import CaptionerError
from captioner.ui.notes import server_shown
from captioner.ui.panel import Panel
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme
from captioner.ui.tray import Tray

if TYPE_CHECKING:  # what the first window does not need is imported behind it
    from captioner.audio.devices import Device
    from captioner.meeting.meeting import Meeting
    from captioner.meeting.plan import Plan
    from captioner.transcript.store import Store
    from captioner.ui.settings_dialog import SettingsDialog

PlanMaker = Callable[[Callable[[], Settings], "Store | None", str | None], "Plan"]
"""Makes a meeting's plan from the choices of the moment and the engine's key: `live_plan`, or a test's."""

_log = logging.getLogger(__name__)


def run(folder: Path, *, demo: bool = False) -> int:
    """Show the windows until the person quits. Returns the exit code."""
    if sys.platform == "linux" and os.environ.get("DISPLAY"):
        # Native Wayland lets captions neither float nor keep their place nor stay on top; XWayland does.
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("captioner")
    qt.setDesktopFileName("captioner")
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qt)) as runner:
        runner.run(Program(qt, folder).run(demo=demo))
    return 0


class Program:
    """Everything that lives as long as the program does."""

    def __init__(
        self, qt: QApplication, folder: Path, make: PlanMaker | None = None, hardware: Hardware | None = None
    ) -> None:
        self._make_plan = make
        qt.setQuitOnLastWindowClosed(False)  # captions and tray stay when the panel is closed
        self._file = SettingsFile(folder / FILE_NAME)
        self._settings = self._file.load()
        self._commands = Commands(self._refuse)
        self._saving = Saving(self._file, lambda: self._settings, self._refuse)
        self._key = EngineKey(lambda: self._settings)
        self._meeting: Meeting | None = None
        self._meeting_task: asyncio.Task[None] | None = None
        self._quitting = asyncio.Event()
        self._shown = asyncio.Event()
        self._dialog: SettingsDialog | None = None
        self._slots = SpeakerSlots()
        self._theme = Theme(qt, self._settings.theme)
        self._panel = Panel(self._theme, self._slots)
        self._tray = Tray(self._theme)
        self._captions = Captions(
            self._theme, self._slots, self._panel, self._tray, lambda: self._settings, self._change
        )
        self._overlay = self._captions.overlay
        self._library = Library(
            folder, self._panel, self._commands, lambda: self._meeting.id if self._meeting else None
        )
        self._board = Board(self._panel, self._overlay, self._tray, self._server, self._library.unsaved)
        self._sources = Sources(self._board, lambda: self._settings, self._show_devices, hardware)
        self._connect()

    def _refuse(self, error: CaptionerError) -> None:
        self._board.note("command", error)

    async def run(self, *, demo: bool) -> None:
        """Show the windows, carry out commands, and leave nothing running behind."""
        self._commands.do(self._open_library)  # first, so that whatever is wished for afterwards finds it
        self._show_windows()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._quitting.set)
        tasks = [
            asyncio.create_task(self._commands.work(), name="commands"),
            asyncio.create_task(self._saving.work(), name="settings"),
            asyncio.create_task(self._sources.follow(self._shown), name="devices"),
            asyncio.create_task(self._key.work(), name="engine key"),
            asyncio.create_task(self._captions.ask_about_motion(), name="motion"),
        ]
        try:
            if demo:
                self._commands.do(self._start_demo)
            await self._quitting.wait()
        finally:
            for task in tasks:
                task.cancel()
            await self._end()

    # -- wishes

    def _connect(self) -> None:
        now = self._panel.now
        for source in (now, self._overlay, self._tray):
            source.start_requested.connect(lambda: self._commands.do(self._start))
            source.pause_requested.connect(lambda: self._meeting and self._meeting.pause())
            source.resume_requested.connect(self._sources.resume)
            source.stop_requested.connect(lambda: self._meeting and self._meeting.stop())
        for source in (self._panel, self._overlay, self._tray):
            source.settings_requested.connect(self._show_settings)
        now.captions_toggled.connect(lambda is_on: self._change(captions_visible=is_on))
        self._overlay.speaker_renamed.connect(self._rename_speaker)
        self._captions.hinted.connect(self._board.hint)
        self._tray.quit_requested.connect(self._quitting.set)
        now.settings_changed.connect(self._apply_settings)
        now.way_requested.connect(self._take_way)
        now.title_changed.connect(lambda title: self._commands.do(lambda: self._rename(title)))
        self._panel.closed.connect(self._on_panel_closed)

    # -- the meeting

    async def _start(self) -> None:
        if self._is_running or not self._sources.are_any():
            return
        key = await self._key.for_meeting()
        store = self._library.store
        if self._make_plan:
            self._begin(self._make_plan(lambda: self._settings, store, key))
            return
        from captioner.meeting.plan import live_plan

        self._begin(live_plan(lambda: self._settings, store, key=key))

    async def _start_demo(self) -> None:
        from captioner.meeting.plan import demo_plan

        self._begin(demo_plan(self._settings, self._library.store))

    @property
    def _is_running(self) -> bool:
        return self._meeting_task is not None and not self._meeting_task.done()

    def _begin(self, plan: "Plan") -> None:
        if self._is_running:
            return
        from captioner.meeting.meeting import Meeting

        self._meeting = Meeting(plan, [self._board, self._captions.figures])
        self._captions.figures.begin(self._meeting)
        self._sources.begin(self._meeting, hears_devices=any(plan.source_names()))
        server = server_shown(plan.engine, self._settings)
        self._board.begin(self._meeting, plan.engine, server, hears_again=self._settings.backfill)
        self._meeting_task = asyncio.create_task(self._run_meeting(self._meeting), name="meeting")

    async def _run_meeting(self, meeting: "Meeting") -> None:
        try:
            await meeting.run()
        except CaptionerError as error:
            self._board.note("meeting", error)
        finally:
            self._board.end()
            if self._panel.page == "library":
                self._commands.do(self._library.show_all)

    def _server(self) -> str:
        return server_shown(self._settings.engine, self._settings)

    # -- settings and windows

    def _change(self, **values: object) -> None:
        self._apply_settings(replace(self._settings, **values))  # type: ignore[arg-type]

    def _apply_settings(self, settings: Settings) -> None:
        settings = fitting(settings)
        if settings == self._settings:
            return
        before, self._settings = self._settings, settings
        self._show_chosen()
        if self._meeting and settings.reading_mode != before.reading_mode:
            self._meeting.choose_mode(settings.reading_mode)
        self._sources.choose(before)
        self._saving.ask()

    def _show_chosen(self) -> None:
        settings = self._settings
        self._theme.choose(settings.theme)
        self._captions.show_chosen()
        self._panel.now.set_settings(settings)
        if self._dialog:
            self._dialog.set_settings(settings)

    def _show_windows(self) -> None:
        self._tray.show()
        self._captions.begin()
        self._captions.leave_room(self._panel)
        self._panel.show()
        self._show_chosen()
        self._board.state_changed(State.IDLE)
        QTimer.singleShot(0, self._on_shown)
        if self._file.moved_aside:
            words = f"They are kept as {self._file.moved_aside.name}; the defaults are used now."
            self._board.say(Notice("settings", "The settings could not be read", words))

    def _on_shown(self) -> None:
        _log.info("window shown")
        self._shown.set()

    def _show_settings(self) -> "SettingsDialog":
        from captioner.app.desktop import DesktopCheck
        from captioner.ui.settings_dialog import SettingsDialog

        if self._dialog is None:
            self._dialog = self._board.dialog = SettingsDialog(self._theme, self._settings, self._panel)
            self._dialog.settings_changed.connect(self._apply_settings)
            self._key.attach(self._dialog.engine)
            self._sources.attach(self._dialog.sound)
            DesktopCheck(self._captions, self._commands).attach(self._dialog.desktop)
            self._dialog.captions.studio_requested.connect(self._captions.open_studio)
        self._key.show()
        self._dialog.show()
        self._dialog.raise_()
        return self._dialog

    def _take_way(self, way: str) -> None:
        """What a notice offered."""
        match way:
            case "settings":
                self._show_settings().open_page(1)
            case "doubled" if self._meeting:
                self._commands.do(self._meeting.toggle_doubled)
            case "console" | "billing":
                open_console()

    def _on_panel_closed(self) -> None:
        # Without a tray nothing would be left to come back by.
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self._quitting.set()

    def _show_devices(self, system: "Sequence[Device]", microphones: "Sequence[Device]") -> None:
        for shown in (self._panel.now, self._dialog):
            if shown:
                shown.set_devices(system, microphones)

    async def _rename(self, title: str) -> None:
        if self._meeting:
            await self._meeting.rename(title)
            self._tray.set_meeting(title)

    def _rename_speaker(self, old: str, new: str) -> None:
        if meeting := self._meeting:
            self._slots.rename(old, new)  # before the rows say so: the old shape goes with the new name
            self._commands.do(lambda: self._call_speaker(meeting, old, new))

    async def _call_speaker(self, meeting: "Meeting", old: str, new: str) -> None:
        await meeting.rename_speaker(old, new)
        self._overlay.rename_speaker(old, new)

    async def _open_library(self) -> None:
        await self._shown.wait()
        try:
            aside = await self._library.open()
        except CaptionerError as error:
            self._board.note("store", error)
            return
        if aside:
            words = f"It is kept as {aside.name}; what could be read is in the new one."
            self._board.say(Notice("store", "The database was damaged", words))

    # -- the end

    async def _end(self) -> None:
        if self._meeting and self._meeting_task:
            self._meeting.stop()
            await asyncio.wait({self._meeting_task})
        self._captions.end()
        for window in (self._tray, self._panel):
            window.hide()
        await self._library.close()
        await asyncio.to_thread(self._file.save, self._settings)  # a change of the last moment may still wait
