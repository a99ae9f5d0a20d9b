from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from captioner.ui.slider import Slider
from captioner.ui.theme import Theme


def test_keys_change_it_and_scrolling_past_does_not(qtbot: QtBot, theme: Theme):
    slider = Slider("Text size", 50, 200, 10)
    qtbot.addWidget(slider)
    slider.show_value(100)
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(slider, turn)
    assert slider.value() == 100
    assert not turn.isAccepted()  # so that the page scrolls

    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.value() == 110


def test_what_is_shown_is_not_told(qtbot: QtBot, theme: Theme):
    slider = Slider("Text size", 50, 200, 10)
    qtbot.addWidget(slider)

    with qtbot.assertNotEmitted(slider.valueChanged):
        slider.show_value(150)

    assert slider.value() == 150
