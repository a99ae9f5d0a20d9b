"""The box behind captions: its measures, and its picture."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from captioner.settings.contrast import contrast
from captioner.settings.style import CaptionStyle, LineLength
from captioner.ui.fonts import caption_font, mean_advance
from captioner.ui.overlay.look import Look, mixed
from captioner.ui.tokens import CAPTION_BOX, CAPTION_BOX_OPACITY, DARK, LIGHT, Tokens

RADIUS = 16
SHADOW = 14
MOST_LINES = 8
_CHARACTERS: dict[LineLength, int] = {"short": 32, "normal": 42, "wide": 56}
_NAME_CHARACTERS = 6
NARROWEST = 320
_WIDEST = 0.68
_READABLE = 4.5


@dataclass(frozen=True, slots=True)
class BoxSize:
    """All measures of the box; they depend on style and screen alone, never on the text."""

    px: int
    width: int
    line: int
    lines: int
    side: int
    top: int
    strip: int

    @classmethod
    def of(cls, style: CaptionStyle, screen_width: int, width: int | None = None) -> "BoxSize":
        """As wide as the style's line length and a name, at most 68 % of the screen; or as it was drawn."""
        px = style.px
        side = round(px * 0.8)
        if width is None:
            gutter = round(px * 1.1)
            characters = _CHARACTERS[style.line_length] + _NAME_CHARACTERS
            text = mean_advance(caption_font(style.font, px, 700 if style.bold else 500)) * characters
            width = min(round(text) + gutter + 2 * side, round(screen_width * _WIDEST))
        width = max(NARROWEST, width)
        strip = max(26, round(px * 34 / 27))
        return cls(px, width, round(px * 1.36), style.lines, side, round(px * 0.55), strip)

    @property
    def height(self) -> int:
        """The box from edge to edge, without its shadow."""
        return 2 * self.top + self.line * self.lines + self.strip

    def lines_in(self, height: int) -> int:
        """The number of lines, 1 to 8, with which the box is nearest to a height."""
        return max(1, min(MOST_LINES, round((height - 2 * self.top - self.strip) / self.line)))

    def within(self, height: int) -> "BoxSize":
        """The same with no more lines than a screen of this height shows."""
        room = (height - 2 * self.top - self.strip) // self.line
        return replace(self, lines=max(1, min(self.lines, room)))

    @property
    def box(self) -> QRect:
        """The box inside the window."""
        return QRect(SHADOW, SHADOW, self.width, self.height)

    @property
    def shape(self) -> QPainterPath:
        """The box's outline inside the window."""
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.box), RADIUS, RADIUS)
        return shape

    @property
    def strip_rect(self) -> QRect:
        """The strip of state inside the window."""
        box = self.box
        return QRect(box.left(), box.bottom() + 1 - self.strip, self.width, self.strip)

    @property
    def text_rect(self) -> QRect:
        """Where caption lines stand inside the window."""
        box = self.box
        return QRect(
            box.left() + self.side, box.top() + self.top, self.width - 2 * self.side, self.line * self.lines
        )


def box_pixmap(size: BoxSize, look: Look, tint: str | None, ratio: float) -> QPixmap:
    """The box with edge and shadow in its own colour and strength, the strip with its own ground under it.

    `tint`: a state's ground for the strip. A box of strength 0 leaves nothing but the strip.
    """
    box, shape = QRectF(size.box), size.shape
    pixmap = QPixmap(round((size.width + 2 * SHADOW) * ratio), round((size.height + 2 * SHADOW) * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.box.alpha():
        _paint_shadow(painter, box, shape, look.box.alphaF())
        painter.fillPath(shape, look.box)
    _paint_strip(painter, size, shape, look, tint)
    if look.box.alpha():
        edge = QColor(Qt.GlobalColor.white if look.tokens is DARK else Qt.GlobalColor.black)
        edge.setAlphaF(0.18 * look.box.alphaF())
        painter.setPen(QPen(edge, 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.end()
    return pixmap


def _paint_strip(painter: QPainter, size: BoxSize, shape: QPainterPath, look: Look, tint: str | None) -> None:
    ground = QColor(tint) if tint else strip_ground(look)
    if ground is None:
        return
    strip = QPainterPath()
    if look.box.alpha():
        strip.addRect(QRectF(size.strip_rect))
        strip &= shape
    else:
        strip.addRoundedRect(QRectF(size.strip_rect), RADIUS / 2, RADIUS / 2)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.fillPath(strip, ground)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)


def strip_ground(look: Look) -> QColor | None:
    """What lies under the state where the box would not let it be read; None: the box will do."""
    box, tokens = look.style.box, look.tokens
    seen = (mixed(picture, box, look.style.box_strength) for picture in ("#000000", "#FFFFFF"))
    if all(contrast(ground, colour) >= _READABLE for ground in seen for colour in _strip_colours(tokens)):
        return None
    ground = QColor(CAPTION_BOX if tokens is DARK else LIGHT.surface)
    ground.setAlphaF(CAPTION_BOX_OPACITY)
    return ground


def _strip_colours(tokens: Tokens) -> tuple[str, ...]:
    return tokens.text2, tokens.accent_text, tokens.idle


def _paint_shadow(painter: QPainter, box: QRectF, shape: QPainterPath, strength: float) -> None:
    around = QPainterPath()
    around.addRect(box.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW))
    painter.save()
    painter.setClipPath(around - shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, round(6 * strength)))
    for step in range(SHADOW - 2):
        painter.drawRoundedRect(box.adjusted(-step, 2 - step, step, step + 2), RADIUS + step, RADIUS + step)
    painter.restore()
