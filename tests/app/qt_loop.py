"""A loop of Qt's for one test."""

import asyncio
import gc
from collections.abc import Coroutine

import qasync
from PySide6.QtWidgets import QApplication


def run_on_qt(qapp: QApplication, scene: Coroutine[None, None, None]) -> None:
    """Run it to its end on a loop of its own, and leave nothing of that loop behind."""
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp, already_running=False)) as runner:
        runner.run(scene)
    # The loop's timer object outlives it, with the timers of deadlines that were not reached. Collected by
    # chance, and in one of the loop's threads, it leaves them behind: Qt then wakes what is gone.
    del runner
    gc.collect()
