"""Records microphone and call until SIGTERM, as samples into a file: a program to be stopped and blocked.

`python record_both.py FILE`: says "open" once it records. SIGUSR1 blocks its loop for three seconds.
"""

import asyncio
import signal
import sys
import time

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.mixer import MixedSource


async def record(path: str) -> None:
    clock, loop = MeetingClock(), asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    loop.add_signal_handler(signal.SIGUSR1, time.sleep, 3.0)
    with open(path, "wb") as file:  # noqa: ASYNC230, PTH123 - nothing else runs on this loop
        source = MixedSource(MicrophoneSource(clock=clock), system_source(clock=clock), clock=clock)
        async with source:
            print("open", flush=True)
            async for frame in source:
                file.write(frame.samples.tobytes())
                file.flush()


if __name__ == "__main__":
    try:
        asyncio.run(record(sys.argv[1]))
    except asyncio.CancelledError:
        sys.exit(0)
