"""What is going on, as a label: icon and word, and below them what it means and what comes next."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from captioner.meeting.listener import State
from captioner.transcript.plain import plain
from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.status import Status, look_of, status_of
from captioner.ui.theme import Theme

_BETWEEN = "  ·  "
_WORD, _LINE = 22, 19
_NEWS = frozenset({"reconnecting", "fallback", "good", "no_sound", "error"})
"""What is worth a word to who does not see it."""


class StateLabel(QWidget):
    """One status. Where there is little room, what comes next is said rather than what it means."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._status = status_of(State.IDLE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    @property
    def status(self) -> Status:
        """What it says."""
        return self._status

    @property
    def below(self) -> str:
        """All of the second line."""
        return _BETWEEN.join(part for part in (plain(self._status.detail), self._status.ahead) if part)

    def show_status(self, status: Status) -> None:
        """Say another status. Trouble, and its end, are read aloud; figures that tick are not."""
        if status == self._status:
            return
        before = self._status
        is_news = status.kind in _NEWS and (status.kind, status.word) != (before.kind, before.word)
        self._status = status
        self.setAccessibleName(status.word)
        self.setAccessibleDescription(self.below)
        self.setToolTip(_BETWEEN.join(part for part in (status.short and status.word, self.below) if part))
        self.update()
        if is_news:
            said = QAccessibleAnnouncementEvent(self, f"{status.word}. {self.below}")
            QAccessible.updateAccessibility(said)

    def sizeHint(self) -> QSize:
        return QSize(180, 44)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 44)

    def word(self, width: float) -> str:
        """The word of state beside its icon, the short one where the other has no room."""
        metrics, room = QFontMetricsF(ui_font(14, 600)), width - 26
        is_long = metrics.horizontalAdvance(self._status.word) > room
        word = self._status.short if is_long and self._status.short else self._status.word
        return metrics.elidedText(word, Qt.TextElideMode.ElideRight, room)

    def lines(self, width: float, height: float) -> list[str]:
        """What stands below the word: one line where it fits or where there is room for one only."""
        metrics = QFontMetricsF(ui_font(13))

        def elided(text: str) -> str:
            return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

        detail, ahead = plain(self._status.detail), self._status.ahead
        if not self.below:
            return []
        if metrics.horizontalAdvance(self.below) <= width:
            return [self.below]
        if height < _WORD + 2 * _LINE:
            return [elided(ahead or detail)]
        if ahead:
            return [elided(part) for part in (detail, ahead) if part]
        first = _first_line(detail, metrics, width)
        return [elided(first), elided(detail.removeprefix(first).strip())]

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        look = look_of(self._status.kind, tokens)
        painter = QPainter(self)
        font = ui_font(14, 600)
        metrics = QFontMetricsF(font)
        word = self.word(self.width())
        lines = self.lines(self.width(), self.height())
        top = (self.height() - _WORD - len(lines) * _LINE) / 2
        left = self.width() - metrics.horizontalAdvance(word)
        draw_icon(painter, look.icon, QRectF(left - 26, top + _WORD / 2 - 9, 18, 18), look.colour)
        painter.setFont(font)
        painter.setPen(QColor(look.colour))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, self.width(), _WORD), right, word)
        painter.setFont(ui_font(13))
        painter.setPen(QColor(tokens.text2))
        for number, line in enumerate(lines):
            painter.drawText(QRectF(0, top + _WORD + number * _LINE, self.width(), _LINE), right, line)


def _first_line(text: str, metrics: QFontMetricsF, width: float) -> str:
    """The words that fit, at least one."""
    words = text.split(" ")
    count = 1
    while count < len(words) and metrics.horizontalAdvance(" ".join(words[: count + 1])) <= width:
        count += 1
    return " ".join(words[:count])
