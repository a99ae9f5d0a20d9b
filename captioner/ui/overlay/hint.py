"""What stands in the box of the captions as long as there is no text."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPainter

from captioner.meeting.listener import State
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.look import Look


def paint_hint(painter: QPainter, size: BoxSize, look: Look, state: State) -> None:
    """Say, as dim as a tail, what the person waits for."""
    painter.setFont(look.font)
    painter.setPen(look.tail)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(size.text_rect, flags, hint_of(state))


def hint_of(state: State) -> str:
    """The words; "" = the strip says enough."""
    match state:
        case State.IDLE:
            return _tr("Captions start when you do.")
        case State.STARTING:
            return _tr("One moment.")
        case State.PAUSED:
            return ""
        case State.RECONNECTING:
            return _tr("The sound is kept until it is text.")
        case _:
            return _tr("Nobody has spoken yet.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Hint", text)
