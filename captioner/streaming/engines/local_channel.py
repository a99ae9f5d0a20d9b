"""One channel of the local engine: sound in, lines out (runs in the worker process).

The engine's transcript holds every line since the stream began, each update decodes the whole growing line
again, and an update blocks the thread for 0.05 to 0.8 s. So: everything that has arrived is taken at once and
followed by ONE update (a fixed clock fell 30 s behind under load), updates come less often when they cost
more, and every 10 to 15 minutes, at a pause, a new stream begins.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from captioner.streaming.engines.engine import LinkMessage, Progress
from captioner.streaming.events import SpeechStartedEvent, TranscriptEvent, UtteranceEndEvent
from captioner.streaming.frames import SAMPLE_RATE

# Measured 2026-11 on LibriSpeech test-other: the default detector cuts lines in mid-word at 10 s (+3.5 to +5
# points of WER). `return_audio_data` copies all sound into Python lists on every update.
ENGINE_OPTIONS = {
    "vad_threshold": "0.3",
    "vad_window_duration": "0.8",
    "vad_max_segment_duration": "22.5",
    "transcription_interval": "0.25",
    "return_audio_data": "false",
}

UPDATE_SECONDS = 0.25
"""Least time between two updates of a channel."""
DUTY = 0.75
"""Most of the time that updates of one channel may take; above, they come less often."""
TAKE_SECONDS = 5.0
"""Most sound taken in one update, so that progress is seen while catching up."""
INBOX_SECONDS = 30.0
"""Sound that waits in the worker; more stays in the pipe, and so with the session."""
LONGEST_LINE = 22.0
"""A line as long as this was cut by the engine's limit, not by a pause."""
RENEW_SECONDS = (600.0, 900.0)
"""Age at which a stream is renewed: at a pause, and in any case."""
DETECTOR_LAG = 1.0
"""Sound that the speech detector may still count to a line that it has not opened yet."""

Cause = Literal["pause", "limit", "finish"]
"""Why a line ended."""


class Line(Protocol):
    """A line of the engine's transcript; times in seconds of its stream."""

    text: str
    start_time: float
    duration: float
    line_id: int
    is_complete: bool


def load_transcriber(model: Path | None) -> Any:
    """The engine with the model of its own wheel, or the one in the folder `model`."""
    from moonshine_voice import (  # pyright: ignore[reportMissingTypeStubs]
        ModelArch,
        Transcriber,
        get_model_path,
    )

    folder = model or get_model_path("tiny-en")
    return Transcriber(str(folder), ModelArch.TINY, update_interval=1e9, options=ENGINE_OPTIONS)


def due_after(began: float, cost: float) -> float:
    """When the next update is due after one that began at `began` and took `cost` seconds."""
    return began + max(UPDATE_SECONDS, cost / DUTY)


class Channel(threading.Thread):
    """Hears one channel. `say` is called from this thread with times in seconds of sound added."""

    def __init__(
        self,
        transcriber: Any,
        index: int,
        say: Callable[[LinkMessage], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name=f"channel {index}", daemon=True)
        self._transcriber = transcriber
        self._index = index
        self._say = say
        self._clock = clock
        self._condition = threading.Condition()
        self._inbox: list[NDArray[np.int16] | None] = []  # None: the line that is open there ends there
        self._waiting = 0
        self._last = False
        self._fed = 0  # samples given to the engine
        self._base = 0  # samples given before the current stream began
        self._settled = 0.0
        self._stream: Any = None
        self._texts: dict[int, str] = {}  # open lines of the stream and what was said of them
        self._closed: set[int] = set()  # lines of the stream that are over
        self._streams = 0

    def add(self, samples: NDArray[np.int16]) -> None:
        """Give sound; waits while too much waits already."""
        with self._condition:
            self._condition.wait_for(lambda: self._waiting < INBOX_SECONDS * SAMPLE_RATE)
            self._inbox.append(samples)
            self._waiting += len(samples)
            self._condition.notify_all()

    def settle(self, *, last: bool) -> None:
        """End the open line behind all sound given so far; `last`: and then end the thread."""
        with self._condition:
            self._inbox.append(None)
            self._last = last
            self._condition.notify_all()

    def run(self) -> None:
        """Take, add, update once, say what changed; again."""
        self._open_stream()
        due = self._clock()
        while True:
            samples, settling, last = self._take(due)
            began = self._clock()
            if len(samples):
                self._stream.add_audio((samples.astype(np.float32) / 32768).tolist(), SAMPLE_RATE)
                self._fed += len(samples)
                self._report(self._stream.update_transcription().lines)
            if settling:
                self._renew("finish")
                if last:
                    return
            elif self._is_old():
                self._renew("limit")
            due = due_after(began, self._clock() - began)

    def _take(self, due: float) -> tuple[NDArray[np.int16], bool, bool]:
        """Sound that has arrived by the time `due` (no more than one update takes), whether to settle behind
        it, and whether it was the last. More may arrive while it settles, so all is read under one lock."""
        with self._condition:
            self._condition.wait_for(lambda: self._inbox)
            # Sound at the end or far behind needs no waiting for more.
            while (rest := due - self._clock()) > 0 and self._inbox[-1] is not None:
                self._condition.wait(rest)
            taken: list[NDArray[np.int16]] = []
            count, settling = 0, False
            while self._inbox and not settling and count < TAKE_SECONDS * SAMPLE_RATE:
                samples = self._inbox.pop(0)
                if samples is None:
                    settling = True
                else:
                    taken.append(samples)
                    count += len(samples)
            self._waiting -= count
            last = settling and self._last and not self._inbox
            self._condition.notify_all()
        return (np.concatenate(taken) if taken else np.empty(0, np.int16)), settling, last

    def _report(self, lines: list[Line], cause: Cause = "pause") -> None:
        open_from: float | None = None
        for line in lines:
            if line.line_id in self._closed:
                continue
            start = self._base / SAMPLE_RATE + line.start_time
            if line.is_complete:
                self._close_line(line, start, cause)
            else:
                self._open_line(line, start)
                open_from = start if open_from is None else min(open_from, start)
        fed = self._fed / SAMPLE_RATE
        # The horizon: an open line may still change from its start on, and the detector looks back.
        horizon = fed - DETECTOR_LAG if open_from is None else open_from - DETECTOR_LAG
        self._settled = max(self._settled, horizon)
        self._say(Progress(self._index, fed, self._settled))

    def _open_line(self, line: Line, start: float) -> None:
        known = self._texts.get(line.line_id)
        text = line.text.strip()
        if known is None and text:
            self._say(SpeechStartedEvent(start, self._index))
        if text and text != known:
            self._texts[line.line_id] = text
            self._say_text(line, text, start, final=False, paused=False)

    def _close_line(self, line: Line, start: float, cause: Cause) -> None:
        self._closed.add(line.line_id)
        shown = self._texts.pop(line.line_id, None)
        text = line.text.strip()
        end = start + line.duration
        self._settled = max(self._settled, end)
        if not text and shown is None:
            return
        if shown is None:
            self._say(SpeechStartedEvent(start, self._index))
        cut = cause == "pause" and line.duration >= LONGEST_LINE
        self._say_text(line, text, start, final=True, paused=not cut)
        self._say(UtteranceEndEvent(end, "limit" if cut else cause, self._index))

    def _say_text(self, line: Line, text: str, start: float, *, final: bool, paused: bool) -> None:
        self._say(
            TranscriptEvent(
                segment_id=f"{self._index}/{self._streams}/{line.line_id}",
                revision=0,
                transcript=text,
                start=start,
                end=start + line.duration,
                is_final=final,
                speech_final=final and paused,
                channel_index=self._index,
                languages=("en",),
            )
        )

    def _is_old(self) -> bool:
        age = (self._fed - self._base) / SAMPLE_RATE
        at_pause, in_any_case = RENEW_SECONDS
        quiet = not self._texts and self._fed / SAMPLE_RATE - self._settled <= DETECTOR_LAG
        return age > in_any_case or (age > at_pause and quiet)

    def _open_stream(self) -> None:
        self._stream = self._transcriber.create_stream(update_interval=1e9)
        self._stream.start()
        self._base = self._fed
        self._streams += 1
        self._texts.clear()
        self._closed.clear()

    def _renew(self, cause: Cause) -> None:
        """End the stream, which settles its open line, and begin a new one."""
        self._report(self._stream.stop().lines, cause)
        self._stream.close()
        self._settled = self._fed / SAMPLE_RATE
        self._say(Progress(self._index, self._settled, self._settled))
        self._open_stream()
