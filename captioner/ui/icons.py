"""Our line icons, tinted by replacing `currentColor` in the SVG and drawn at the screen's own density."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from captioner.ui.resources import resource_path


def draw_icon(painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
    """Paint an icon into `rect` (logical pixels) with one colour `#RRGGBB`."""
    ratio = painter.device().devicePixelRatioF()
    pixmap = icon_pixmap(name, colour, round(rect.width()), ratio)
    painter.drawPixmap(rect.topLeft(), pixmap)


@lru_cache(maxsize=512)
def icon_pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """An icon of `size` logical pixels for a screen with `ratio` device pixels to one of them."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _renderer(name, colour).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def menu_icon(name: str, colour: str, size: int = 18) -> QIcon:
    """An icon for menus and actions, sharp on plain and on high-density screens."""
    icon = QIcon()
    for ratio in (1.0, 2.0):
        icon.addPixmap(icon_pixmap(name, colour, size, ratio))
    return icon


@lru_cache(maxsize=64)
def _svg(name: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text(encoding="utf-8")


def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))
