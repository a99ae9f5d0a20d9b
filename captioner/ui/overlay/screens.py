"""The screens that are there, as one line: what a place of the captions belongs to."""

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen

_SETTLED_MS = 300
"""Plugging one monitor comes as several changes of several screens."""


def screen_layout() -> str:
    """Size and place of every screen, as in "1920x1080+0+0 1280x800+1920+0"; the same for the same desk."""
    screens = map(QScreen.geometry, QGuiApplication.screens())
    found = sorted((each.x(), each.y(), each.width(), each.height()) for each in screens)
    return " ".join(f"{width}x{height}+{x}+{y}" for x, y, width, height in found)


def screen_rooms() -> list[QRect]:
    """Of every screen the part that no bar of the desktop covers; the primary one first."""
    first = QGuiApplication.primaryScreen()
    rest = [screen for screen in QGuiApplication.screens() if screen is not first]
    return [screen.availableGeometry() for screen in (first, *rest)]


class ScreenWatch(QObject):
    """Tells once when screens came, went or changed and it is quiet again."""

    changed = Signal()

    def __init__(self, app: QGuiApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self.changed)
        app.screenAdded.connect(self._watch)
        for told in (app.screenAdded, app.screenRemoved, app.primaryScreenChanged):
            told.connect(self._begin)
        for screen in app.screens():
            self._watch(screen)

    def _watch(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._begin)
        screen.availableGeometryChanged.connect(self._begin)

    def _begin(self, _what: object) -> None:
        self._settled.start()
