"""Waiting, in a test, for something that happens outside this process."""

import time
from collections.abc import Callable


def until_true(condition: Callable[[], bool], within: float = 15.0) -> None:
    """Look again and again, without an event loop."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
