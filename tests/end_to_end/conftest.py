"""What end-to-end runs share."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.end_to_end import display


@pytest.fixture
def screen(tmp_path: Path) -> Generator[display.PrivateDisplay]:
    with display.private_display(tmp_path) as screen:
        yield screen
