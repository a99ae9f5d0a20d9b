"""All tests of the windows run without a screen."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from captioner.transcript.model import GapRow, MeetingSummary, Row, SeamRow, Segment, StoredMeeting
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(qapp, "light")
    yield theme
    theme.deleteLater()


@pytest.fixture
def slots() -> SpeakerSlots:
    return SpeakerSlots()


@pytest.fixture
def rows() -> list[Row]:
    return [
        Segment("a", 1, "Others", 1.0, 4.0, "The pricing page goes live on Monday.", True),
        Segment("b", 0, "You", 5.0, 6.0, "Who tells the support team?", True),
        GapRow(7.0, 15.0, "The sound device was unplugged."),
        Segment("c", 1, "Others", 16.0, 18.0, "", False, committed="Pricing is", tail="the last point"),
    ]


@pytest.fixture
def notes() -> list[Row]:
    """Everything that nobody said."""
    return [
        GapRow(7.0, 15.0, "The sound device was unplugged."),
        GapRow(20.0, 34.0, "No way to Deepgram: connection refused", "pending"),
        SeamRow(40.0, "deepgram", "local", "Deepgram does not know this key, " + "so " * 40),
        SeamRow(81.0, "local", "deepgram", "It answers again"),
        GapRow(90.0, 90.2, "<b>cause</b>\n" * 9),
        SeamRow(95.0, "\u202eold", "\x00new", ""),
    ]


@pytest.fixture
def stored(rows: list[Row]) -> StoredMeeting:
    summary = MeetingSummary(7, "Weekly sync", datetime(2026, 11, 20, 10, 58, tzinfo=UTC), 754.0, "local", 3)
    return StoredMeeting(summary, (*rows[:3], SeamRow(20.0, "deepgram", "local", "It broke")))


@pytest.fixture
def many_rows() -> list[Row]:
    return [
        Segment(f"s{number}", 1, "Others", float(number), number + 1.0, f"Line number {number}.", True)
        for number in range(80)
    ]


@pytest.fixture(autouse=True)
def _no_leftovers(qtbot: QtBot) -> Iterator[None]:
    """Every test has a bot: errors in Qt's own callbacks then fail it.

    Its windows are deleted afterwards: they would be styled again with every theme that follows.
    """
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
