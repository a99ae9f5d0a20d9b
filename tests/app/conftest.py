"""What a program leaves on the screen goes with its test."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from captioner.ui.theme import Theme


@pytest.fixture(autouse=True)
def _no_leftovers(qapp: QApplication) -> Iterator[None]:
    """Windows and themes that stay would be styled again with every theme that follows."""
    yield
    for left in (*qapp.topLevelWidgets(), *qapp.findChildren(Theme)):
        left.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
