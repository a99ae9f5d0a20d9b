"""Letters with an edge.

An edge is the silhouette of the letters, tinted and copied with offsets: stroking the outlines of letters
costs many times as much, and a letter in its own colours (emoji) gets an edge, too.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from captioner.settings.style import Edge

_STEPS = 18
"""How many steps of an edge are as high as the letters."""
_LEAST_STEP = 0.7
REACH = 4
"""How many steps an edge goes out of the letters at most."""


@dataclass(frozen=True, slots=True)
class Edged:
    """An edge around letters of `px` height."""

    kind: Edge
    colour: QColor
    px: int


def edge_step(px: int) -> float:
    """The step by which the edges of letters are measured, in pixels."""
    return max(_LEAST_STEP, px / _STEPS)


@contextmanager
def inked(
    painter: QPainter, rect: QRectF, edged: Edged, ratio: float, strength: float = 1.0
) -> Generator[QPainter]:
    """A painter for letters within `rect`; afterwards they stand in `painter`, whose picture has this pixel
    ratio, with their edge, both together in a strength."""
    if edged.kind == "none" and strength == 1:
        yield painter
        return
    ink = blank_pixmap(rect.size(), ratio)
    inner = painter_on(ink, rect.topLeft())
    yield inner
    inner.end()
    if strength == 1:
        _lay(painter, rect.topLeft(), ink, edged, ratio)
        return
    whole = blank_pixmap(rect.size(), ratio)
    inner = painter_on(whole, QPointF())
    _lay(inner, QPointF(), ink, edged, ratio)
    inner.end()
    painter.setOpacity(strength)
    painter.drawPixmap(rect.topLeft(), whole)
    painter.setOpacity(1)


def _lay(painter: QPainter, at: QPointF, ink: QPixmap, edged: Edged, ratio: float) -> None:
    """Copy the silhouettes, each on whole pixels of the screen, and the letters over them."""
    if edged.kind != "none":
        shade = _silhouette(ink, edged.colour)
        strength = 1.0
        for away, share in _places(edged.kind, edged.px, ratio):
            if share != strength:
                painter.setOpacity(share)
                strength = share
            painter.drawPixmap(at + away, shade)
        if strength != 1:
            painter.setOpacity(1)
    painter.drawPixmap(at, ink)


@lru_cache(maxsize=32)
def _places(edge: Edge, px: int, ratio: float) -> list[tuple[QPointF, float]]:
    """How far from the letters each silhouette stands, and how strong it is."""
    step = edge_step(px) * ratio
    offsets = _offsets(edge)
    return [(QPointF(round(x * step) / ratio, round(y * step) / ratio), share) for x, y, share in offsets]


def _offsets(edge: Edge) -> list[tuple[float, float, float]]:
    """Where the silhouettes of an edge stand, in steps, and how strong each is."""
    match edge:
        case "none":
            return []
        case "raised":
            return [(step, step, 1.0) for step in (1.5, 1.0, 0.5)]
        case "depressed":
            return [(-step, -step, 1.0) for step in (1.5, 1.0, 0.5)]
        case "uniform":
            straight = [(1.5, 0.0, 1.0), (-1.5, 0.0, 1.0), (0.0, 1.5, 1.0), (0.0, -1.5, 1.0)]
            return straight + [(x, y, 1.0) for x in (-1.1, 1.1) for y in (-1.1, 1.1)]
        case "drop_shadow":
            soft = [(2.2 + x, 2.2 + y, 0.35) for x in (-0.7, 0.7) for y in (-0.7, 0.7)]
            return [*soft, (2.2, 2.2, 0.8)]


def _silhouette(ink: QPixmap, colour: QColor) -> QPixmap:
    shade = QPixmap(ink)
    painter = QPainter(shade)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(QRectF(QPointF(), shade.deviceIndependentSize()), colour)
    painter.end()
    return shade


def blank_pixmap(size: QSizeF, ratio: float) -> QPixmap:
    """An empty picture of a size in logical pixels."""
    pixmap = QPixmap(ceil(size.width() * ratio), ceil(size.height() * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def painter_on(pixmap: QPixmap, corner: QPointF) -> QPainter:
    """A painter on a picture whose upper left corner is `corner`."""
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-corner)
    return painter
