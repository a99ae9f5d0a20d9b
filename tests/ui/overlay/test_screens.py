from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from captioner.ui.overlay.screens import ScreenWatch, screen_layout, screen_rooms


@pytest.fixture
def watch(qapp: QGuiApplication) -> Iterator[ScreenWatch]:
    parent = QObject()
    yield ScreenWatch(qapp, parent)
    parent.deleteLater()


def test_a_layout_is_named_by_size_and_place_of_its_screens():
    found = QGuiApplication.primaryScreen().geometry()

    assert screen_layout() == f"{found.width()}x{found.height()}+{found.x()}+{found.y()}"


def test_the_primary_screen_comes_first():
    assert screen_rooms()[0] == QGuiApplication.primaryScreen().availableGeometry()


def test_what_changes_together_is_told_once_when_it_is_quiet(watch: ScreenWatch, qtbot: QtBot):
    told: list[None] = []
    watch.changed.connect(lambda: told.append(None))
    screen = QGuiApplication.primaryScreen()

    for _ in range(3):
        screen.geometryChanged.emit(screen.geometry())
        screen.availableGeometryChanged.emit(screen.availableGeometry())
    assert not told

    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
