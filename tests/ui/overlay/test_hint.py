import pytest
from PySide6.QtCore import QPointF

from captioner.meeting.listener import State
from captioner.settings.style import CaptionStyle
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.hint import hint_of, paint_hint
from captioner.ui.overlay.inking import blank_pixmap, painter_on
from captioner.ui.overlay.look import Look


def test_whoever_waits_is_told_what_for_and_only_a_pause_needs_no_words():
    silent = [state for state in State if not hint_of(state)]

    assert silent == [State.PAUSED]


@pytest.mark.parametrize("lines", [1, 3])
@pytest.mark.parametrize("size", [50, 200])
def test_it_is_written_where_text_will_be(qapp: object, size: int, lines: int):
    style = CaptionStyle(size=size, lines=lines)
    measures = BoxSize.of(style, 1400)
    picture = blank_pixmap(measures.box.size().toSizeF() * 1.2, 1.0)
    painter = painter_on(picture, QPointF())

    paint_hint(painter, measures, Look.of(style), State.IDLE)
    painter.end()

    image, text = picture.toImage(), measures.text_rect
    rows = [y for y in range(image.height()) if any(image.pixelColor(x, y).alpha() for x in range(0, 400, 2))]
    assert text.top() <= min(rows)
    assert max(rows) <= text.bottom()
