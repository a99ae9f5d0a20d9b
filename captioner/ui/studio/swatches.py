"""Colours to choose from: eight that captions read well in, the pure ones of broadcasts, and any other."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QSizePolicy, QWidget

from captioner.settings.contrast import far_from
from captioner.ui.button import IconButton
from captioner.ui.controls import Menu
from captioner.ui.icons import draw_icon
from captioner.ui.studio.one_of import OneOf, Option
from captioner.ui.theme import Theme

READABLE = ("#FFFFFF", "#FFF27A", "#7CE7FF", "#9BF0A5", "#F2A0F0", "#FF9A8A", "#8FA8FF", "#000000")
PURE = ("#FFFFFF", "#FFFF00", "#00FFFF", "#00FF00", "#FF00FF", "#FF0000", "#0000FF", "#000000")
"""The eight of 47 CFR 79.103 (c) and their values of broadcasts, in the same order."""

_SIDE, _SQUARE = 32, 24
"""Of the target, and of the square of colour within it."""


class Swatches(OneOf):
    """Eight colours and "+" for every other one. `chosen("#RRGGBB")`."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(name)
        words = (
            self.tr("White"),
            self.tr("Yellow"),
            self.tr("Cyan"),
            self.tr("Green"),
            self.tr("Magenta"),
            self.tr("Red"),
            self.tr("Blue"),
            self.tr("Black"),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for colour, word in zip(READABLE, words, strict=True):
            swatch = _Swatch(theme, colour, word)
            self.add(colour, swatch)
            row.addWidget(swatch)
        pure = {self.tr("Pure {}").format(word.lower()): each for word, each in zip(words, PURE, strict=True)}
        self.more = MoreColours(theme, name, pure)
        self.more.chosen.connect(self.chosen)
        row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_choice(self, value: str | None) -> None:
        super().show_choice(value and value.upper())
        self.more.show_colour(
            value or "#FFFFFF", is_own=value is not None and value.upper() not in self.options
        )


class _Swatch(Option):
    """One colour; the chosen one has a tick and a ring."""

    def __init__(self, theme: Theme, colour: str, name: str) -> None:
        super().__init__(theme, name)
        self._colour = colour
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_swatch(self, self._theme, self._colour, is_chosen=self.isChecked())


class MoreColours(IconButton):
    """Opens the pure colours and the dialog for any; shows the chosen one where it is none of the eight."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, pure: dict[str, str]) -> None:
        super().__init__(theme, "plus", name)
        self.setAccessibleName(f"{name}: {self.tr('more colours')}")
        self._chosen, self._is_own = "#FFFFFF", False
        self.menu_of_colours = Menu(self)
        for words, colour in pure.items():
            action = self.menu_of_colours.addAction(_colour_icon(colour), words)
            action.triggered.connect(lambda _=False, colour=colour: self.chosen.emit(colour))
        self.menu_of_colours.addSeparator()
        self.any_colour = self.menu_of_colours.addAction(self.tr("&Another colour…"))
        self.any_colour.triggered.connect(self._open_dialog)
        self.clicked.connect(lambda: self.menu_of_colours.popup(self.mapToGlobal(self.rect().bottomLeft())))
        self.show_colour(self._chosen, is_own=False)

    def show_colour(self, colour: str, *, is_own: bool) -> None:
        """The colour that is chosen; `is_own`: it is none of the eight, so it is shown here."""
        self._chosen, self._is_own = colour, is_own
        self.setAccessibleDescription(self.tr("Chosen: {}").format(colour) if is_own else "")
        self.setToolTip(colour if is_own else self.tr("More colours"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_own:
            paint_swatch(self, self._theme, self._chosen, is_chosen=True)
            return
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.setBrush(QColor(tokens.hover if self.underMouse() else tokens.window))
        painter.drawRoundedRect(_square(self).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        draw_icon(painter, "plus", _square(self).adjusted(3, 3, -3, -3), tokens.text2)

    def _open_dialog(self) -> None:
        dialog = QColorDialog(QColor(self._chosen), self)
        dialog.setWindowTitle(self.accessibleName())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.chosen.emit(colour.name().upper()))
        dialog.open()


def paint_swatch(widget: QWidget, theme: Theme, colour: str, *, is_chosen: bool) -> None:
    """A square of colour in the middle of a widget."""
    tokens = theme.tokens
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    square = _square(widget)
    if is_chosen:
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawRoundedRect(square.adjusted(-3, -3, 3, 3), 8.5, 8.5)
    painter.setPen(QPen(QColor(tokens.control), 1))
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    if is_chosen:
        draw_icon(painter, "check", square.adjusted(4, 4, -4, -4), far_from(colour))


def _square(widget: QWidget) -> QRectF:
    inset = (_SIDE - _SQUARE) / 2
    return QRectF(inset, (widget.height() - _SQUARE) / 2, _SQUARE, _SQUARE)


def _colour_icon(colour: str) -> QIcon:
    picture = QPixmap(18, 18)
    picture.fill(QColor(colour))
    return QIcon(picture)
