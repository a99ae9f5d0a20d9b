"""The window of figures."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from captioner.transcript.flicker import Figures, Rewriting
from captioner.ui.details import DetailFigures, Details
from captioner.ui.theme import Theme

READING = Figures(
    Rewriting(updates=300, rewrites=12, erased=50, words=200),
    Rewriting(updates=150, rewrites=6, erased=30, words=200),
    early=0.81,
    first_shown=0.31,
    committed_after=1.04,
)
ALL = DetailFigures("balanced", READING, (0.001, 0.009, 0.043), 0.21, 4.6, "local")


@pytest.fixture
def details(qtbot: QtBot, theme: Theme) -> Details:
    details = Details(theme)
    qtbot.addWidget(details)
    return details


def told(details: Details) -> dict[str, str]:
    """What each figure says, by its name."""
    return dict(line.split(": ", 1) for line in details.text.splitlines())


def test_every_figure_is_shown_in_the_units_of_people(details: Details):
    details.show_figures(ALL)

    assert told(details) == {
        "Reading mode": "Balanced",
        "Updates that change words": "12 of 300  ·  4 %",
        "Words taken back": "50 for 200 words  ·  0.25",
        "Committed words taken back": "30 for 200 words  ·  0.15",
        "Committed before the line ended": "81 %",
        "From a word's end until it is shown": "0.3 s",
        "From a word's end until it is committed": "1.0 s",
        "Engine": "Local engine",
        "Sound that waits": "0.2 s",
        "Sound that is kept": "4.6 s",
        "Waiting for the program": "1 ms  ·  9 ms  ·  43 ms",
    }


@pytest.mark.parametrize("reading", [None, Figures(Rewriting(), Rewriting(), None, None, None)])
def test_what_there_is_no_figure_of_is_no_nought(details: Details, reading: Figures | None):
    details.show_figures(ALL)
    details.show_figures(DetailFigures("steady", reading))

    values = told(details)
    assert values.pop("Reading mode") == "Steady"
    assert set(values.values()) == {"–"}


def test_a_figure_is_read_aloud_with_its_name(details: Details):
    details.show_figures(ALL)

    names = [label.accessibleName() for label in details.findChildren(QLabel)]

    assert "Engine: Local engine" in names
    assert "Committed before the line ended: 81 %" in names


def test_figures_are_asked_for_only_while_they_can_be_seen(details: Details):
    asked: list[None] = []
    details.figures_requested.connect(lambda: asked.append(None))
    (timer,) = details.findChildren(QTimer)

    details.show()
    timer.timeout.emit()
    assert len(asked) == 2
    assert timer.isActive()
    assert timer.interval() == 1000

    details.hide()
    assert not timer.isActive()


def test_all_figures_are_copied_by_keyboard(details: Details, qtbot: QtBot):
    details.show_figures(ALL)
    details.show()
    details.copy_button.setFocus()

    qtbot.keyClick(details.copy_button, Qt.Key.Key_Space)

    assert QGuiApplication.clipboard().text() == details.text
    assert "Words taken back: 50 for 200 words  ·  0.25" in details.text
    assert details.copy_button.words == "Copied"

    details.hide()
    assert details.copy_button.words == "Copy"


def test_escape_closes_it_and_so_does_the_button(details: Details, qtbot: QtBot):
    for close in (
        lambda: qtbot.keyClick(details, Qt.Key.Key_Escape),
        details.close_button.click,
    ):
        with qtbot.waitActive(details):
            details.show()
        close()
        assert not details.isVisible()


@pytest.mark.parametrize("width", [400, 640])
def test_nothing_is_cut_off_in_any_width(details: Details, qtbot: QtBot, width: int):
    details.show_figures(ALL)
    details.resize(width, 384)
    details.show()
    qtbot.waitExposed(details)
    qtbot.wait(50)

    for label in filter(lambda label: label.isVisibleTo(details), details.findChildren(QLabel)):
        right = label.mapTo(details, label.rect().topRight()).x()
        assert right < details.width()
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width())
        else:
            assert label.width() >= label.sizeHint().width()
