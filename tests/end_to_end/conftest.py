"""What end-to-end runs share."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end import display


@pytest.fixture
def screen(tmp_path: Path) -> Generator[display.PrivateDisplay]:
    """A screen under openbox, for what no window manager changes."""
    with _desktop(tmp_path, "openbox") as screen:
        yield screen


@pytest.fixture(params=display.MANAGERS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[display.PrivateDisplay]:
    """A screen under each window manager."""
    with _desktop(tmp_path, request.param) as screen:
        yield screen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the program keeps what it keeps."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@contextmanager
def _desktop(folder: Path, manager: str) -> Generator[display.PrivateDisplay]:
    if not display.is_installed(manager):
        pytest.skip(f"Xvfb, {manager}, xdotool, xprop or scrot is not installed")
    with display.private_display(folder, manager=manager) as screen:
        yield screen
