"""From the start of a program to its painted window (offscreen, so that no window manager is measured)."""

import os
import subprocess
import sys
import tempfile
import time

EMPTY = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
class Window(QWidget):
    def paintEvent(self, event):
        print("window shown", flush=True)
window = Window()
window.show()
app.exec()
"""


def first_window_seconds() -> float:
    """An empty window."""
    return _seconds_until_shown([sys.executable, "-c", EMPTY])


def meeting_window_seconds(captioner: list[str]) -> float:
    """Ours; with --verbose it says when its first window was painted."""
    with tempfile.TemporaryDirectory() as folder:
        return _seconds_until_shown([*captioner, "--verbose", "--data-dir", folder])


def _seconds_until_shown(command: list[str]) -> float:
    began = time.monotonic()
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    ) as running:
        assert running.stdout
        for line in running.stdout:
            if "window shown" in line:
                break
        else:
            raise RuntimeError(f"{command[0]} ended before it showed a window")
        seconds = time.monotonic() - began
        running.kill()
    return seconds
