"""The window program on a screen of our own, and what it saved."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end import display

CAPTIONS, PANEL = "^Captions$", "captioner$"


@contextmanager
def program(
    screen: display.PrivateDisplay, folder: Path, *arguments: str, env: dict[str, str] | None = None
) -> Generator["subprocess.Popen[str]"]:
    """The program with its windows on the screen; ended by SIGTERM, which must end it well."""
    running = subprocess.Popen(
        [sys.executable, "-m", "captioner", *arguments, "--data-dir", str(folder)],
        env={**screen.env, **(env or {})},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        display.until(lambda: screen.window(PANEL) and screen.window(CAPTIONS))
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            _, said = running.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
    assert running.returncode == 0
    assert "Traceback" not in said


def finals(folder: Path) -> list[str]:
    """The text of every line in the database."""
    if not (folder / "captioner.db").exists():
        return []
    with sqlite3.connect(f"file:{folder}/captioner.db?mode=ro", uri=True) as connection:
        found = [row[0] for row in connection.execute("SELECT text FROM segment")]
    connection.close()
    return found
