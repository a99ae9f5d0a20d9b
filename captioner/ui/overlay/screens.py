"""The screens that are there, as one line: what a place of the captions belongs to."""

from PySide6.QtGui import QGuiApplication, QScreen


def screen_layout() -> str:
    """Size and place of every screen, as in "1920x1080+0+0 1280x800+1920+0"; the same for the same desk."""
    screens = map(QScreen.geometry, QGuiApplication.screens())
    found = sorted((each.x(), each.y(), each.width(), each.height()) for each in screens)
    return " ".join(f"{width}x{height}+{x}+{y}" for x, y, width, height in found)
