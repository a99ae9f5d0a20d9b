"""The program's own log."""

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from captioner.cli.logs import start_logging


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, afterwards as it was."""
    root = logging.getLogger()
    level = root.level
    yield root
    _forget(root)
    root.setLevel(level)


def _forget(root: logging.Logger) -> None:
    """As a fresh program has it: without handlers."""
    while root.handlers:
        root.handlers.pop().close()


def _start(root: logging.Logger, folder: Path, *, verbose: bool) -> None:
    _forget(root)
    start_logging(folder, verbose=verbose)


def _speak() -> None:
    logging.getLogger("captioner.test").warning("the disk is full")
    logging.getLogger("captioner.test").info("all is well")


def test_warnings_are_written_with_time_and_place_and_nothing_less(
    tmp_path: Path, root: logging.Logger
) -> None:
    _start(root, tmp_path, verbose=False)

    _speak()

    line = (tmp_path / "logs/captioner.log").read_text()
    assert line.endswith(" WARNING captioner.test: the disk is full\n")
    assert line.count("\n") == 1


def test_verbose_says_everything_on_stderr_and_keeps_the_file_for_warnings(
    tmp_path: Path, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    _start(root, tmp_path, verbose=True)

    _speak()

    said = capsys.readouterr().err
    assert "INFO captioner.test: all is well" in said
    assert "WARNING captioner.test: the disk is full" in said
    assert "all is well" not in (tmp_path / "logs/captioner.log").read_text()


def test_unless_verbose_nothing_is_said(
    tmp_path: Path, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    _start(root, tmp_path, verbose=False)

    _speak()

    assert capsys.readouterr().err == ""


def test_the_log_is_for_its_owner_only_from_the_start(tmp_path: Path, root: logging.Logger) -> None:
    _start(root, tmp_path, verbose=False)

    folder = tmp_path / "logs"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "captioner.log").stat().st_mode) == 0o600


def test_a_second_start_writes_on_where_the_first_one_ended(tmp_path: Path, root: logging.Logger) -> None:
    _start(root, tmp_path, verbose=False)
    _speak()
    _start(root, tmp_path, verbose=False)
    _speak()

    assert (tmp_path / "logs/captioner.log").read_text().count("the disk is full") == 2


def test_however_much_is_written_it_stays_below_two_megabytes(tmp_path: Path, root: logging.Logger) -> None:
    _start(root, tmp_path, verbose=False)

    for _ in range(35):
        logging.getLogger("captioner.test").warning("x" * 100_000)

    sizes = [path.stat().st_size for path in (tmp_path / "logs").iterdir()]
    assert len(sizes) == 2
    assert 1_000_000 < sum(sizes) <= 2_000_000
