"""The real captions, written to 15 times a second: `python painted_overlay.py EDGE PAINTER MEASURE SECONDS`.

EDGE "none" or "uniform"; PAINTER "ours", or "strokes": what is to be beaten, letters stroked as paths with
every painting. MEASURE "cost" or "delay". Prints an object: the share of a core, or delays in milliseconds.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from resource import RUSAGE_SELF, getrusage

from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QRegion
from PySide6.QtWidgets import QApplication

from captioner.settings.style import CaptionStyle
from captioner.transcript.model import Change, Segment
from captioner.ui.overlay import window
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.lines import CaptionLine
from captioner.ui.overlay.look import Look
from captioner.ui.overlay.painter import CaptionPainter
from captioner.ui.overlay.window import Overlay
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme

A_SECOND = 15
TEXT = (
    "So pilot customers keep nine euros until the end of March. And everyone else moves to twelve, which is "
    "what we said in spring, so nobody should be surprised by it. "
)
LINE = 160
"""Letters a segment: about four lines."""


def said(letter: int) -> Segment:
    """What is said when so many letters were: one more with each update, which is 180 words a minute."""
    number, place = divmod(letter, LINE)
    words = (TEXT * 2)[number % 7 :][: place + 1].split()
    settled = max(0, len(words) - 3)
    speaker = ("Maya", "Jonas")[number % 2]
    committed, tail = " ".join(words[:settled]), " ".join(words[settled:])
    return Segment(f"s{number}", 1, speaker, float(number), number + 1.0, "", False, committed, tail)


def change(letter: int) -> Change:
    """What the captions are told with the next letter."""
    return Change("added" if letter % LINE == 0 else "updated", letter // LINE, said(letter))


class Strokes(CaptionPainter):
    """Letters as paths, stroked and filled whenever something changes."""

    def __init__(self, look: Look, size: BoxSize, slots: SpeakerSlots) -> None:
        super().__init__(look, size, slots)
        self._style = look
        self._room_of_text, self._line = size.text_rect, size.line
        self._shown: Sequence[CaptionLine] = ()

    def show(self, lines: Sequence[CaptionLine], now: float, *, moves: bool) -> QRegion:
        changed, self._shown = lines != self._shown, lines
        return QRegion(self._room_of_text) if changed else QRegion()

    def advance(self, now: float) -> QRegion:
        return QRegion()

    def paint(self, painter: QPainter, region: QRegion) -> None:
        left, top = self._room_of_text.left() + self._style.gutter, self._room_of_text.top()
        pen = QPen(self._style.edge_colour, 4)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        for place, line in enumerate(self._shown):
            path = QPainterPath()
            base = QPointF(left + line.indent, top + place * self._line + self._style.px)
            path.addText(base, self._style.font, line.text)
            painter.strokePath(path, pen)
            painter.fillPath(path, self._style.text)


def cost(overlay: Overlay, seconds: float) -> dict[str, float]:
    """The share of a core, all that the captions do included, in percent."""
    changes = [change(letter) for letter in range(round((seconds + 4) * A_SECOND))]
    letter = 0

    def step() -> None:
        nonlocal letter
        overlay.apply(changes[letter])
        letter += 1

    timer = QTimer(overlay, interval=round(1000 / A_SECOND), timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(step)
    timer.start()
    _wait(2.0)
    before, began, first = getrusage(RUSAGE_SELF), time.monotonic(), letter
    _wait(seconds)
    after, took = getrusage(RUSAGE_SELF), time.monotonic() - began
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"share": used / took * 100, "a_second": (letter - first) / took}


def delay(overlay: Overlay, seconds: float) -> dict[str, list[float]]:
    """From an event to the first pixel of the screen that is another one, in milliseconds, nothing moving."""
    overlay.set_moves(False)
    delays: list[float] = []
    letter = 0
    overlay.apply(change(letter))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        letter += 1
        if said(letter) == said(letter - 1):
            continue  # a space changes no pixel
        _wait(1 / A_SECOND)
        before = _seen(overlay)
        told = time.monotonic()
        overlay.apply(change(letter))
        while _seen(overlay) == before and time.monotonic() < told + 1:
            QApplication.processEvents()
            time.sleep(0.0005)  # who asks without a pause is made to wait himself
        delays.append((time.monotonic() - told) * 1000)
    return {"delays": delays}


def _seen(overlay: Overlay) -> QImage:
    """What the screen shows of the captions' text: the server's answer, not the window's."""
    text = overlay.rect().adjusted(20, 20, -20, -60)
    screen = overlay.screen()
    return screen.grabWindow(overlay.winId(), text.x(), text.y(), text.width(), text.height()).toImage()


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def main(edge: str, painter: str, measure: str, seconds: str) -> None:
    """Measure, and print it."""
    qt = QApplication([])
    if painter == "strokes":
        window.CaptionPainter = Strokes
    style = CaptionStyle(edge="uniform" if edge == "uniform" else "none")
    overlay = Overlay(Theme(qt, "dark"), SpeakerSlots(), style)
    overlay.show()
    _wait(1.0)
    measures: dict[str, Callable[[Overlay, float], object]] = {"cost": cost, "delay": delay}
    print(json.dumps(measures[measure](overlay, float(seconds))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
