import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from captioner.streaming.errors import StoreError
from captioner.transcript.export.write import write_export


def test_an_export_is_for_its_owner_only_and_replaces_an_older_one(tmp_path: Path) -> None:
    target = tmp_path / "meeting.txt"
    target.write_text("old")
    target.chmod(0o644)

    write_export(target, "Übersicht\n")

    assert target.read_bytes() == "Übersicht\n".encode()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "real.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)

    write_export(link, "new")

    assert (link.is_symlink(), target.read_text()) == (True, "new")


@pytest.mark.parametrize("place", [".", "missing/meeting.txt"])
def test_a_place_that_takes_no_file_is_an_error_with_a_cure(tmp_path: Path, place: str) -> None:
    with pytest.raises(StoreError, match="--output"):
        write_export(tmp_path / place, "text")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name on this system")
def test_a_pipe_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(StoreError, match="is not a file"):
        write_export(pipe, "text")

    assert pipe.is_fifo()


def test_on_a_full_disk_the_older_export_stays(
    tmp_path: Path, full_disk: Callable[[], AbstractContextManager[None]]
) -> None:
    target = tmp_path / "meeting.txt"
    target.write_text("old")

    with full_disk(), pytest.raises(StoreError, match="cannot be written"):
        write_export(target, "x" * 5000)

    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
