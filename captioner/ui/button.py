"""Buttons: the style sheet draws the body, we draw icon and words, for Fusion fixes the gap between them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme
from captioner.ui.tokens import Tokens

_ICON = 18
_GAP = 8
_SIDE = 15


class Button(QPushButton):
    """A button of a kind: "plain", "primary" (filled, one a window), "quiet" (no edge) or "chip" (round).
    `keys` are named in its tool-tip.

    `is_compact` shows the icon alone, 44 pixels high for fingers; the words stay as name and tool-tip.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        icon: str | None = None,
        kind: str = "plain",
        parent: QWidget | None = None,
        *,
        keys: str = "",
    ) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._icon_name = icon
        self._is_compact = False
        self._keys = keys
        self.setAutoDefault(True)  # Enter presses it in every window, not in dialogs alone
        self.setProperty("kind", kind)
        self.setFont(ui_font(14, 600 if kind in ("primary", "chip") else 500))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """The text without its mnemonic mark."""
        return self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def say(self, text: str, icon: str | None = None) -> None:
        """Change words and icon."""
        self._icon_name = icon or self._icon_name
        self.setText(text)
        self._name()
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: str) -> None:
        """Become another kind of button."""
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
            # After polishing: that brings back the font of before.
            self.setFont(ui_font(14, 600 if kind in ("primary", "chip") else 500))
            self.updateGeometry()

    def set_compact(self, is_compact: bool) -> None:
        """Show the icon alone, or icon and words."""
        self._is_compact = is_compact
        self._name()
        self.updateGeometry()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(self.words)
        keys = f" ({self._keys})" if self._keys else ""
        self.setToolTip(self.words + keys if self._is_compact or keys else "")

    def sizeHint(self) -> QSize:
        if self._is_compact:
            return QSize(44, 44)
        width = QFontMetricsF(self.font()).horizontalAdvance(self.words)
        icon = _ICON + _GAP if self._icon_name else 0
        return QSize(round(width + icon + 2 * _SIDE), 36)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        self._paint_content(painter, self._colour(self._theme.tokens))

    def _paint_content(self, painter: QPainter, colour: str) -> None:
        metrics = QFontMetricsF(self.font())
        words = "" if self._is_compact else self.words
        width = metrics.horizontalAdvance(words)
        whole = width + (_ICON if self._icon_name else 0) + (_GAP if self._icon_name and words else 0)
        left = (self.width() - whole) / 2
        if self._icon_name:
            place = QRectF(round(left), round((self.height() - _ICON) / 2), _ICON, _ICON)
            draw_icon(painter, self._icon_name, place, colour)
            left += _ICON + _GAP
        if words:
            painter.setPen(colour)
            box = QRectF(left, 0, width + 2, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)

    def _colour(self, tokens: Tokens) -> str:
        if not self.isEnabled():
            return tokens.text3
        match self.property("kind"):
            case "primary":
                return tokens.on_accent
            case "chip" | "nav" if self.isChecked():
                return tokens.accent_text
            case _:
                return tokens.text


class IconButton(Button):
    """A small square button with an icon alone. `name` is read aloud and shown as its tool-tip."""

    def __init__(
        self, theme: Theme, icon: str, name: str, keys: str = "", *, is_mirrored: bool = False
    ) -> None:
        super().__init__(theme, "", icon, "quiet")
        self._is_mirrored = is_mirrored
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({keys})" if keys else name)

    def _name(self) -> None:
        """Its name is given, not its text."""

    def _paint_content(self, painter: QPainter, colour: str) -> None:
        if self._is_mirrored:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        super()._paint_content(painter, colour)

    def sizeHint(self) -> QSize:
        return QSize(32, 32)


class NavButton(Button):
    """A place in the rail or in a list of pages: checked = where the person is.

    `is_stacked`: icon above the word, else beside it, flush left.
    """

    def __init__(self, theme: Theme, text: str, icon: str, *, is_stacked: bool, keys: str = "") -> None:
        super().__init__(theme, text, icon, "nav", keys=keys)
        self._is_stacked = is_stacked
        self._needs_you = False
        self.setCheckable(True)
        self.setFont(ui_font(13 if is_stacked else 14, 600 if is_stacked else 500))
        if not is_stacked:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_needs_you(self, needs_you: bool) -> None:
        """Mark the place as one where something went wrong, for eyes and ears."""
        if self._needs_you != needs_you:
            self._needs_you = needs_you
            self.setAccessibleDescription(self.tr("Something here needs you") if needs_you else "")
            self.update()

    def sizeHint(self) -> QSize:
        if self._is_compact:
            return QSize(40, 40)
        if self._is_stacked:
            width = QFontMetricsF(self.font()).horizontalAdvance(self.words)
            return QSize(max(68, round(width) + 12), 62)
        return QSize(super().sizeHint().width(), 44)

    def _paint_content(self, painter: QPainter, colour: str) -> None:
        if self._needs_you:
            size = 14 if self._is_compact else 18
            place = QRectF(self.width() - size - (2 if self._is_compact else 12), 2, size, size)
            if not self._is_compact:
                place.moveTop(round((self.height() - size) / 2))
            draw_icon(painter, "error", place, self._theme.tokens.error)
        if self._is_compact:
            super()._paint_content(painter, colour)
            return
        icon = self._icon_name or "more"
        painter.setPen(colour)
        if self._is_stacked:
            draw_icon(painter, icon, QRectF(round(self.width() / 2 - 10), 9, 20, 20), colour)
            box = QRectF(0, 32, self.width(), 24)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.words)
        else:
            draw_icon(painter, icon, QRectF(14, self.height() / 2 - 10, 20, 20), colour)
            box = QRectF(46, 0, self.width() - 50, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.words)
