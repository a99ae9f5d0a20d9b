"""What the tests of the transcript share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captioner.streaming.words import Word
from captioner.transcript.model import GapRow, MeetingSummary, Row, Segment, StoredMeeting

STARTED = datetime(2026, 11, 5, 14, 3, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "captioner.db"


@pytest.fixture
def started() -> datetime:
    return STARTED


@pytest.fixture
def line() -> Callable[[int], Segment]:
    """The n-th line of a meeting as it comes back from the database: two seconds each, with a word."""

    def make(number: int) -> Segment:
        text = f"Line {number}."
        word = Word(word="line", punctuated_word="Line", start=2.0 * number, end=2.0 * number + 0.5)
        return Segment(
            id=f"s{number}",
            channel=number % 2,
            speaker="You" if number % 2 == 0 else None,
            start=2.0 * number,
            end=2.0 * number + 1.5,
            text=text,
            is_final=True,
            committed=text,
            words=(word,),
        )

    return make


@pytest.fixture
def stored() -> Callable[..., StoredMeeting]:
    """A saved meeting with the rows given."""

    def make(*rows: Row, title: str = "Weekly") -> StoredMeeting:
        summary = MeetingSummary(7, title, STARTED, 61.5, "local", len(rows))
        return StoredMeeting(summary, rows)

    return make


@pytest.fixture
def gap() -> GapRow:
    return GapRow(start=5.0, end=13.0, cause="the microphone was unplugged")


@pytest.fixture
def full_disk() -> Callable[[], AbstractContextManager[None]]:
    """No file can grow past its first KB while the block runs: the system refuses, as on a full disk."""
    resource = pytest.importorskip("resource")

    @contextmanager
    def full() -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return full
