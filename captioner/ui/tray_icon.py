"""The tray's silhouettes: told apart by shape at 16 pixels and in one colour."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

Silhouette = Literal["ready", "listening", "paused", "reconnecting", "fallback", "needs_you"]
SIZES = (16, 22, 24, 32, 48)
"""Trays take pixmaps, so each size they may ask for is painted for itself."""


def tray_icon(silhouette: Silhouette, colour: str) -> QIcon:
    """The icon of a state in one colour, in all sizes."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_pixmap(silhouette, colour, size))
    return icon


def _pixmap(silhouette: Silhouette, colour: str, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # One grid of 24 for all sizes.
    painter.scale(size / 24, size / 24)
    ink = QColor(colour)
    match silhouette:
        case "listening":
            _paint_listening(painter, ink)
        case "ready":
            _paint_outline(painter, ink)
            _paint_bars(painter, ink)
        case "paused":
            _paint_outline(painter, ink)
            painter.fillRect(QRectF(8.5, 8, 2.4, 8), ink)
            painter.fillRect(QRectF(13.1, 8, 2.4, 8), ink)
        case "reconnecting":
            _paint_broken(painter, ink)
        case "fallback":
            _paint_chip(painter, ink)
        case "needs_you":
            _paint_warning(painter, ink)
    painter.end()
    return pixmap


def _paint_listening(painter: QPainter, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRoundedRect(QRectF(1, 3, 22, 18), 5, 5)
    # The bars are holes: the icon stays one colour on any panel.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    _paint_bars(painter, QColor("black"))


def _paint_bars(painter: QPainter, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for x, height in ((6, 4), (9, 8), (12, 11), (15, 6.5), (18, 4)):
        painter.drawRoundedRect(QRectF(x - 0.9, 12 - height / 2, 1.8, height), 0.9, 0.9)


def _paint_outline(painter: QPainter, ink: QColor) -> None:
    painter.setPen(QPen(ink, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(2, 4, 20, 16), 4.5, 4.5)


def _paint_broken(painter: QPainter, ink: QColor) -> None:
    painter.setPen(QPen(ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for x, y, right, down in ((2, 4, 1, 1), (22, 4, -1, 1), (2, 20, 1, -1), (22, 20, -1, -1)):
        corner = QPainterPath(QPointF(x, y + 5 * down))
        corner.quadTo(QPointF(x, y), QPointF(x + 6 * right, y))
        painter.drawPath(corner)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for x in (7.5, 12, 16.5):
        painter.drawEllipse(QPointF(x, 12), 1.5, 1.5)


def _paint_chip(painter: QPainter, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRoundedRect(QRectF(1, 3, 22, 18), 5, 5)
    # The chip is a hole with a core.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.drawRoundedRect(QRectF(6.5, 6.5, 11, 11), 2.5, 2.5)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.drawRoundedRect(QRectF(9.5, 9.5, 5, 5), 1, 1)


def _paint_warning(painter: QPainter, ink: QColor) -> None:
    pen = QPen(ink, 2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(ink)
    painter.drawPolygon(QPolygonF([QPointF(12, 3), QPointF(22.5, 21), QPointF(1.5, 21)]))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("black"))
    painter.drawRoundedRect(QRectF(10.9, 8.5, 2.2, 6.5), 1.1, 1.1)
    painter.drawEllipse(QPointF(12, 17.8), 1.35, 1.35)
