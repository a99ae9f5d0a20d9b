"""Answers the page of the settings that asks what captions can do on this desktop."""

import asyncio

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from captioner.app.captions import Captions
from captioner.app.commands import Commands
from captioner.ui.desktop.abilities import abilities, proved
from captioner.ui.desktop.session import session
from captioner.ui.desktop_page import DesktopPage

SETTLING = 0.5
"""Seconds that a window manager may take for what a test asks of it."""


class DesktopCheck:
    """Looks at the desktop, and tries it on the captions."""

    def __init__(self, captions: Captions, commands: Commands) -> None:
        self._captions = captions
        self._commands = commands

    def attach(self, page: DesktopPage) -> None:
        """Answer what this page asks."""
        page.abilities_requested.connect(lambda: self._commands.do(lambda: self._look(page)))
        page.test_requested.connect(lambda: self._commands.do(lambda: self._test(page)))

    async def _look(self, page: DesktopPage) -> None:
        found = await asyncio.to_thread(abilities, None, self._captions.refused)
        page.show_abilities(found, can_test=session() in ("x11", "xwayland"))

    async def _test(self, page: DesktopPage) -> None:
        """Show the captions, let clicks through, and read back what became of that."""
        overlay = self._captions.overlay
        overlay.show()
        overlay.set_click_through(True)
        try:
            await asyncio.sleep(SETTLING)
            place = _pixels(overlay)
            found = await asyncio.to_thread(proved, int(overlay.winId()), (place.x(), place.y()))
        finally:
            self._captions.show_chosen()
        page.show_results(found)


def _pixels(window: QWidget) -> QPoint:
    """A window's corner in the screen's pixels. Qt scales what is on a screen, but not where that begins."""
    origin = window.screen().geometry().topLeft()
    return origin + (window.pos() - origin) * window.devicePixelRatioF()
