"""The fault that holds Qt below 6.12 on Python 3.11, so that nobody lifts the pin and ships it."""

import subprocess
import sys

# 6.12.0 on CPython 3.11 gave away one reference to None or True with every call that returned it, and aborted
# ("none_dealloc") after some hundreds. From Python 3.12 on both are immortal, and their counts stand still.
CALLS = """
import sys
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rang = Signal(int)

heard = []
bell = Bell()
bell.rang.connect(heard.append)
before = sys.getrefcount(None), sys.getrefcount(True)
for number in range(5000):
    bell.rang.emit(number)
    bell.setObjectName("bell")
    bell.inherits("QObject")
after = sys.getrefcount(None), sys.getrefcount(True)
print(len(heard), before[0] - after[0], before[1] - after[1])
"""


def test_a_call_into_qt_gives_no_reference_to_none_or_true_away() -> None:
    python = [sys.executable, "-c", CALLS]
    done = subprocess.run(python, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    heard, none_lost, true_lost = map(int, done.stdout.split())
    assert heard == 5000
    assert max(none_lost, true_lost) < 100
