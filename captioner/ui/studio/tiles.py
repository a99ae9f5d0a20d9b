"""Tiles: the presets as they look, and the edges that letters can have."""

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy

from captioner.settings.contrast import far_from
from captioner.settings.presets import PRESETS
from captioner.settings.style import CaptionStyle, Edge
from captioner.ui.caption_picture import paint_word
from captioner.ui.fonts import ui_font
from captioner.ui.studio.one_of import OneOf, Option
from captioner.ui.theme import Theme

_GAP = 8
_WORD_SIZE, _LETTERS_SIZE = 56, 72
"""In percent, as styles have it: letters of 15 and of 19 pixels."""
_GREY = "#7F8A93"
"""Under the letters that show an edge: black and white edges are both seen on it."""


class Tiles(OneOf):
    """Tiles in as many columns as there is room for, all of one width."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, value: str, option: Option) -> None:
        super().add(value, option)
        option.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        option.setParent(self)

    @property
    def least(self) -> int:
        """The width that every tile needs."""
        return max(option.sizeHint().width() for option in self.options.values())

    def arrange(self, width: int) -> None:
        """Break into rows that fit a width."""
        count = len(self.options)
        most = max(1, min(count, (width + _GAP) // (self.least + _GAP)))
        columns = -(-count // -(-count // most))  # rows of nearly equal length
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for place, option in enumerate(self.options.values()):
            self._grid.addWidget(option, place // columns, place % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange(self.width())


class PresetTile(Option):
    """A preset: a word in its own look, and its name below."""

    def __init__(self, theme: Theme, style: CaptionStyle, name: str) -> None:
        super().__init__(theme, name)
        self._style = replace(style, size=_WORD_SIZE)
        self._ground = style.behind if style.behind_strength > style.box_strength else style.box

    def sizeHint(self) -> QSize:
        return QSize(max(72, _words_width(self)), 58)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_frame(painter, self, self._theme, self._ground)
        middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine
        upper, lower = QRectF(2, 6, self.width() - 4, 24), QRectF(2, 30, self.width() - 4, 22)
        paint_word(painter, upper, self.tr("Caption"), self._style)
        painter.setFont(ui_font(13, 500))
        painter.setPen(QColor(far_from(self._ground)))
        painter.drawText(lower, middle, self.text())


class EdgeTile(Option):
    """An edge: two letters that have it, and its name below."""

    def __init__(self, theme: Theme, edge: Edge, name: str) -> None:
        super().__init__(theme, name)
        self._style = CaptionStyle(edge=edge, size=_LETTERS_SIZE, bold=True)

    def sizeHint(self) -> QSize:
        return QSize(max(72, _words_width(self)), 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked()
        fill = tokens.accent_bg if is_on else tokens.hover if self.underMouse() else tokens.surface
        _paint_frame(painter, self, self._theme, fill, tokens.line)
        ground = QRectF(6, 6, self.width() - 12, 28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_GREY))
        painter.drawRoundedRect(ground, 5, 5)
        paint_word(painter, ground, "Aa", self._style)
        painter.setFont(ui_font(13, 600 if is_on else 500))
        painter.setPen(QColor(tokens.accent_text if is_on else tokens.text2))
        below = QRectF(0, 35, self.width(), 22)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.text())


def _words_width(tile: Option) -> int:
    """The width that the name of a tile needs, also when it is the chosen one."""
    return round(QFontMetricsF(ui_font(13, 600)).horizontalAdvance(tile.text())) + 10


def _paint_frame(painter: QPainter, tile: Option, theme: Theme, fill: str, edge: str | None = None) -> None:
    """A round frame; that of the chosen tile is thick and in the colour of what is chosen."""
    tokens = theme.tokens
    is_on = tile.isChecked()
    thick = 2.5 if is_on else 1.0
    painter.setPen(QPen(QColor(tokens.accent if is_on else edge or tokens.control), thick))
    painter.setBrush(QColor(fill))
    frame = QRectF(tile.rect()).adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
    painter.drawRoundedRect(frame, 8, 8)


def preset_tiles(theme: Theme, tiles: Tiles) -> None:
    """Fill `tiles` with the presets."""
    words = {
        "clear": tiles.tr("Clear"),
        "tv": tiles.tr("TV"),
        "yellow": tiles.tr("Yellow"),
        "paper": tiles.tr("Paper"),
        "large": tiles.tr("Large"),
        "dyslexia": tiles.tr("Dyslexia"),
        "low_vision": tiles.tr("Low vision"),
    }
    for name, style in PRESETS.items():
        tiles.add(name, PresetTile(theme, style, words[name]))
