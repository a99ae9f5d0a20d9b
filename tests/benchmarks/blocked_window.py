"""The window program, whose loop SIGUSR1 blocks: `python blocked_window.py SECONDS --data-dir FOLDER`.

It starts a meeting by itself and prints what the session says, an object a line.
"""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import qasync
from PySide6.QtWidgets import QApplication

from captioner.app.program import Program
from captioner.meeting.plan import Plan, live_plan
from captioner.settings.choices import Settings
from captioner.streaming import AnyEvent
from captioner.transcript.store import Store
from captioner.ui.panel import Panel


async def run(qt: QApplication, folder: Path, seconds: float) -> None:
    telling: list[asyncio.Task[None]] = []

    def plan(chosen: Callable[[], Settings], store: Store | None, key: str | None) -> Plan:
        made = live_plan(chosen, store, key=key)
        telling.append(asyncio.create_task(tell(made.session.subscribe()), name="tell"))
        return made

    program = Program(qt, folder, plan)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, block, seconds)
    panel = next(window for window in qt.topLevelWidgets() if isinstance(window, Panel))
    loop.call_later(2.0, panel.now.start_requested.emit)
    await program.run(demo=False)
    await asyncio.gather(*telling)


def block(seconds: float) -> None:
    """What no slot may do."""
    began = time.monotonic()
    time.sleep(seconds)
    print(msgspec.json.encode({"type": "blocked", "seconds": time.monotonic() - began}).decode(), flush=True)


async def tell(events: AsyncIterator[AnyEvent]) -> None:
    async for event in events:
        print(msgspec.json.encode(msgspec.to_builtins(event)).decode(), flush=True)


if __name__ == "__main__":
    qt = QApplication(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qt)) as runner:
        runner.run(run(qt, Path(sys.argv[3]), float(sys.argv[1])))
