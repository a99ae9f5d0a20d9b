"""A real meeting that talks for ever over a scripted engine, and writes what it prints to a file."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from captioner.cli.terminal import CaptionLines
from captioner.meeting.listener import Listener
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan
from captioner.streaming import AudioFrame, Client, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine, Step, spoken
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, Segment, Transcript
from captioner.transcript.store import Store
from tests.tape import Tape

LINES = 3000
LINE_SECONDS = 0.2
NOBODY = 65534


class Talk(Tape):
    """Sound that comes `rate` times as fast as it is said."""

    rate = 20.0

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        async for frame in super().__aiter__():
            yield frame
            await asyncio.sleep(0.1 / self.rate)


@dataclass
class Shown(Listener):
    """The finals that were shown, each once, and which of them were said not to be saved yet."""

    texts: list[str] = field(default_factory=list[str])
    unsaved: set[str] = field(default_factory=set[str])

    def changed(self, change: Change) -> None:
        row = change.row
        if isinstance(row, Segment) and row.is_final:
            if not row.saved:
                self.unsaved.add(row.text)
            if row.text not in self.texts:
                self.texts.append(row.text)
                self.on_final(len(self.texts))

    def on_final(self, count: int) -> None:
        """What to do at the n-th."""


async def talk(store: Store, title: str, *listeners: Listener, lines: int = LINES) -> None:
    """Hold the meeting, to its end if nobody ends it before."""
    steps: list[Step] = []
    for number in range(lines):
        start = number * LINE_SECONDS
        steps += spoken(f"line {number} of {title}", start, start + LINE_SECONDS * 0.9)
    plan = Plan(
        title=title,
        engine="scripted",
        session=Client(ScriptedEngine(steps)).listen.stream(StreamingOptions()),
        open_source=lambda start: Talk(start, lines * LINE_SECONDS + 1),
        source_names=lambda: ("system",),
        now=lambda: 0,
        assembler=Assembler(Transcript(), "balanced", {0: "You"}),
        store=store,
    )
    await Meeting(plan, listeners).run()


def talk_into(path: Path, title: str, printed: Path, lines: int = LINES) -> None:
    """The whole life of a program that captions: what it prints goes to a file, line by line."""

    async def run() -> None:
        with printed.open("w") as out:
            async with await Store.open(path) as store:
                await talk(store, title, CaptionLines(out), lines=lines)

    asyncio.run(run())


def as_nobody(do: Callable[[], None]) -> None:
    """Do it without the rights of root, for whom nothing is read-only."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    do()


def yield_to_nobody(folder: Path) -> None:
    """Let `as_nobody` have what is in a folder of root's."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
