"""The list of saved meetings and how one of them looks."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from captioner.transcript.model import MeetingSummary
from captioner.transcript.plain import plain
from captioner.ui.fonts import ui_font
from captioner.ui.meeting_header import length_words
from captioner.ui.theme import Theme
from captioner.ui.transcript_model import Index

_NOWHERE = QModelIndex()


class MeetingList(QAbstractListModel):
    """Meetings in the order they are given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.meetings: list[MeetingSummary] = []

    def show(self, meetings: Sequence[MeetingSummary]) -> None:
        """List these meetings."""
        self.beginResetModel()
        self.meetings = list(meetings)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.meetings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        meeting = self.meetings[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return plain(meeting.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{plain(meeting.title)}, {facts_of(meeting)}"
        return None


class MeetingDelegate(QStyledItemDelegate):
    """A card: the title, and below it when, how long and how many lines."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, 76)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, MeetingList):
            return
        meeting = model.meetings[index.row()]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        box = QRectF(option.rect).adjusted(2, 2, -4, -8)  # pyright: ignore[reportAttributeAccessIssue]
        tokens = self._theme.tokens
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_keyed = bool(state & QStyle.StateFlag.State_HasFocus) and self._view.window().testAttribute(
            Qt.WidgetAttribute.WA_KeyboardFocusChange
        )
        edge = tokens.focus if is_keyed else tokens.accent if is_chosen else tokens.line
        painter.setPen(QPen(QColor(edge), 2 if is_keyed else 1))
        fill = tokens.accent_bg if is_chosen else tokens.hover if is_hovered else tokens.surface
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        middle, elide = Qt.AlignmentFlag.AlignVCenter, Qt.TextElideMode.ElideRight
        for top, font, colour, words in (
            (10, ui_font(14, 600), tokens.text, plain(meeting.title)),
            (34, ui_font(13), tokens.text2, facts_of(meeting)),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            line = QRectF(box.left() + 16, box.top() + top, box.width() - 32, 22)
            words = painter.fontMetrics().elidedText(words, elide, round(line.width()))
            painter.drawText(line, middle | Qt.TextFlag.TextSingleLine, words)
        painter.restore()


def facts_of(meeting: MeetingSummary) -> str:
    """`Today, 10:58 · 34 min · 412 lines`, and that it did not end where it did not."""
    lines = _tr("1 line") if meeting.segments == 1 else _tr("{} lines").format(meeting.segments)
    last = lines if meeting.ended else _tr("not ended")
    facts = [when_words(meeting.started), length_words(meeting.duration), last]
    return "  ·  ".join(facts)


def when_words(moment: datetime) -> str:
    """`Today, 10:58`, `Yesterday, 10:58`, `Tue 11 Nov, 10:58`; with the year when it is another."""
    here = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    now = QDateTime.currentDateTime()
    locale = QLocale()
    days = here.date().daysTo(now.date())
    if days == 0:
        day = _tr("Today")
    elif days == 1:
        day = _tr("Yesterday")
    else:
        form = "ddd d MMM" if here.date().year() == now.date().year() else "d MMM yyyy"
        day = locale.toString(here.date(), form)
    return f"{day}, {locale.toString(here.time(), QLocale.FormatType.ShortFormat)}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Library", text)
