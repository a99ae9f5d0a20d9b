"""Who is this? A small window beside a name in the captions: type, Enter, done."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from captioner.transcript.plain import plain
from captioner.ui.button import Button
from captioner.ui.controls import ElidedLabel, Label
from captioner.ui.focus_ring import FocusRing
from captioner.ui.speakers import SpeakerSlots, paint_speaker_shape, speaker_colour
from captioner.ui.theme import Theme

SHADOW = 14
_ROUND = 12
_WIDTH = 340
_AWAY = 6
"""So many pixels between the name and the window."""
_LONGEST = 80


class RenamePopup(QWidget):
    """Asks for a speaker's name. `renamed(old, new)`: Enter, or the button; empty = as at first.

    It takes the focus, because the person asked for it, and goes when that goes elsewhere. A name that
    another speaker has makes the two one: it says so before.
    """

    renamed = Signal(str, str)

    def __init__(self, theme: Theme, slots: SpeakerSlots, parent: QWidget | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(parent, flags | Qt.WindowType.NoDropShadowWindowHint)
        self._theme = theme
        self._slots = slots
        self._speaker = ""
        self._shape = _Shape(theme)
        self.field = QLineEdit()
        self.hint = ElidedLabel("", "quiet")
        self.button = Button(theme, self.tr("&Rename"), kind="primary")
        self._build()
        self._ring = FocusRing(theme, self)
        theme.changed.connect(self.update)

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(self.tr("Who is this?"))
        self.field.setAccessibleName(self.tr("Name of the speaker"))
        self.field.setPlaceholderText(self.tr("The first name again"))
        self.field.setMaxLength(_LONGEST)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self._shape)
        title.addWidget(Label(self.tr("Who is this?"), "strong"), 1)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[SHADOW + 16] * 4)
        column.setSpacing(10)
        column.addLayout(title)
        column.addWidget(self.field)
        column.addLayout(foot)
        self.setFixedWidth(_WIDTH + 2 * SHADOW)
        self.field.textChanged.connect(self._say_what_follows)
        self.field.returnPressed.connect(self._keep)
        self.button.clicked.connect(self._keep)

    def open_at(self, point: QPoint, speaker: str) -> None:
        """Ask who `speaker` is, above a point of the screen, or below it where there is no room above."""
        self._speaker = speaker
        self._shape.show_slot(self._slots.slot(speaker))
        self.field.setText(speaker)
        self.field.selectAll()
        self._say_what_follows()
        self.adjustSize()
        self.move(self._beside(point))
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _beside(self, point: QPoint) -> QPoint:
        screen = QGuiApplication.screenAt(point) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry().adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW)
        left = max(room.left(), min(point.x() - SHADOW, room.right() + 1 - self.width()))
        above = point.y() - _AWAY - self.height() + SHADOW
        below = point.y() + _AWAY - SHADOW
        top = above if above >= room.top() else min(below, room.bottom() + 1 - self.height())
        return QPoint(left, top)

    def _say_what_follows(self) -> None:
        name = plain(self.field.text())
        if name != self._speaker and name in self._slots.names:
            words = self.tr("One speaker with {}").format(name)
        else:
            words = self.tr("In all lines of this meeting")
        self.hint.setText(words)
        self.field.setAccessibleDescription(words)

    def _keep(self) -> None:
        name = plain(self.field.text())
        self.hide()
        if name != self._speaker:
            self.renamed.emit(self._speaker, name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 5))
        for reach in range(SHADOW, 0, -1):
            soft = box.adjusted(-reach, -reach, reach, reach).translated(QPointF(0, min(2, SHADOW - reach)))
            painter.drawRoundedRect(soft, _ROUND + reach, _ROUND + reach)
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)


class _Shape(QWidget):
    """The shape of the speaker."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._slot = 0
        self.setFixedSize(16, 16)

    def show_slot(self, slot: int) -> None:
        self._slot = slot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = QColor(speaker_colour(self._theme.tokens, self._slot))
        paint_speaker_shape(QPainter(self), self._slot, QRectF(1, 1, 14, 14), colour)
