"""`captioner meetings` and `captioner export`, on a database of two meetings."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captioner.cli.library import export, list_meetings
from captioner.streaming import ConfigurationError
from captioner.streaming.errors import StoreError
from captioner.transcript.model import Segment
from captioner.transcript.store import DATABASE, Store

STARTED = datetime(2026, 11, 5, 14, 3, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A weekly of one line and, added later, a budget of two."""

    async def fill() -> None:
        async with await Store.open(tmp_path / DATABASE) as store:
            for title, texts in (("Weekly", ["Hello."]), ("Budget", ["How much?", "Too much."])):
                meeting = await store.begin(title, "local", STARTED)
                for number, text in enumerate(texts):
                    row = Segment(f"s{number}", 0, "You", 2.0 * number, 2.0 * number + 1, text, is_final=True)
                    await store.keep(meeting, row)
                await store.end(meeting, 61.0 * len(texts))

    asyncio.run(fill())
    return tmp_path


def test_each_meeting_is_a_line_of_five_fields_the_last_one_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = asyncio.run(list_meetings(folder))

    fields = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [[number, *rest] for number, _, *rest in fields] == [
        ["2", "02:02", "2 lines", "Budget"],
        ["1", "01:01", "1 line", "Weekly"],
    ]
    assert datetime.strptime(fields[0][1], "%Y-%m-%d %H:%M").astimezone() == STARTED


def test_without_a_meeting_that_is_said_and_nothing_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = asyncio.run(list_meetings(tmp_path))

    said = capsys.readouterr()
    assert (code, said.out) == (0, "")
    assert "no meeting is saved yet" in said.err


@pytest.mark.parametrize(("meeting", "first"), [("last", "How much?"), ("1", "Hello.")])
def test_a_meeting_is_exported_to_the_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str], meeting: str, first: str
) -> None:
    asyncio.run(export(folder, meeting, "txt", None))

    assert f"[00:00] You: {first}\n" in capsys.readouterr().out


def test_with_an_output_the_terminal_stays_empty(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(export(folder, "2", "json", folder / "out.json"))

    data = json.loads((folder / "out.json").read_text())
    assert [segment["text"] for segment in data["segments"]] == ["How much?", "Too much."]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("meeting", ["first", "-1", "1.5", ""])
def test_what_is_no_number_is_refused_before_the_database_is_touched(tmp_path: Path, meeting: str) -> None:
    with pytest.raises(ConfigurationError, match=f"'{meeting}' is no meeting"):
        asyncio.run(export(tmp_path, meeting, "txt", None))

    assert not (tmp_path / DATABASE).exists()


def test_a_number_that_no_meeting_has_writes_no_file(folder: Path) -> None:
    with pytest.raises(StoreError, match="no meeting 9"):
        asyncio.run(export(folder, "9", "txt", folder / "out.txt"))

    assert not (folder / "out.txt").exists()
