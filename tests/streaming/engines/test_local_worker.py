"""The worker process over a played model: what it answers, what it keeps off the pipe, how it ends."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import msgspec
import numpy as np
import pytest

from captioner.streaming import SAMPLE_RATE
from captioner.streaming.engines import local_worker
from captioner.streaming.engines.engine import LinkMessage, Progress
from captioner.streaming.engines.local_wire import HEADER, Kind, pack
from captioner.streaming.engines.local_worker import Said, serve

CHATTY_WORKER = """
import sys
from captioner.streaming.engines import local_worker

def load(model):
    print("loading", model, flush=True)

local_worker.load_transcriber = load
local_worker.Channel = lambda transcriber, index, say: sys.modules["threading"].Thread()
local_worker.main()
"""


@dataclass
class PlayedModel:
    """Hears nothing, but remembers what each channel was given."""

    given: list[list[float]] = field(default_factory=list[list[float]])
    lines: list[object] = field(default_factory=list[object])

    def create_stream(self, update_interval: float) -> "PlayedStream":
        self.given.append([])
        return PlayedStream(self, self.given[-1])


@dataclass
class PlayedStream:
    model: PlayedModel
    samples: list[float]

    def start(self) -> None: ...

    def close(self) -> None: ...

    def add_audio(self, samples: list[float], rate: int) -> None:
        self.samples += samples

    def update_transcription(self) -> PlayedModel:
        return self.model

    def stop(self) -> PlayedModel:
        return self.model


class Answers(io.BytesIO):
    """The pipe back; `settled` once all sound of so far is settled."""

    def __init__(self) -> None:
        super().__init__()
        self.settled = threading.Event()

    def flush(self) -> None:
        if any(message.heard == message.settled > 0 for message in _progress(_messages(self.getvalue()))):
            self.settled.set()


class Orders(io.BytesIO):
    """The pipe from the program."""

    def __init__(self, orders: Sequence[bytes], answers: Answers) -> None:
        super().__init__(b"".join(orders))
        self._pause = len(b"".join(orders[: orders.index(b"")])) if b"" in orders else None
        self._answers = answers

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() == self._pause and size == HEADER.size:
            assert self._answers.settled.wait(5)
        return super().read(size)


def _messages(data: bytes) -> list[tuple[Kind, bytes]]:
    pipe, found = io.BytesIO(data), list[tuple[Kind, bytes]]()
    while header := pipe.read(HEADER.size):
        length, kind = HEADER.unpack(header)
        found.append((Kind(kind), pipe.read(length)))
    return found


def _serve(
    monkeypatch: pytest.MonkeyPatch, *orders: bytes, channels: int = 1
) -> tuple[list[tuple[Kind, bytes]], PlayedModel]:
    """Everything written in answer to these orders, and the model. At b"" they wait for settled sound."""
    model, out = PlayedModel(), Answers()
    monkeypatch.setattr(local_worker, "load_transcriber", lambda path: model)
    monkeypatch.setattr(os, "_exit", _refuse_to_exit)
    serve(Orders(orders, out), Said(out), channels, None)
    return _messages(out.getvalue()), model


def _refuse_to_exit(code: int) -> NoReturn:
    """It would end the tests, and well."""
    raise AssertionError(f"exit {code} without FINISH")


def _progress(messages: list[tuple[Kind, bytes]]) -> list[Progress]:
    said = [msgspec.msgpack.decode(body, type=LinkMessage) for kind, body in messages if kind is Kind.SAID]
    return [message for message in said if isinstance(message, Progress)]


def test_it_says_ready_first_and_finish_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    messages, _ = _serve(monkeypatch, pack(Kind.FINISH), pack(Kind.SOUND, bytes(2 * SAMPLE_RATE)))

    assert messages[0] == (Kind.READY, b"")
    assert {message.heard for message in _progress(messages)} == {0.0}


def test_interleaved_sound_reaches_each_channel_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = np.tile(np.array([[8_192, -16_384]], "<i2"), (1_600, 1))

    messages, model = _serve(monkeypatch, pack(Kind.SOUND, sound.tobytes()), pack(Kind.FINISH), channels=2)

    heard = sorted(tuple(sorted(set(samples))) for samples in model.given if samples)
    assert heard == [(-0.5,), (0.25,)]
    assert {(message.channel_index, message.heard) for message in _progress(messages)} == {(0, 0.1), (1, 0.1)}


def test_finalize_settles_and_the_channel_hears_on(monkeypatch: pytest.MonkeyPatch) -> None:
    second = pack(Kind.SOUND, bytes(2 * SAMPLE_RATE))

    messages, _ = _serve(monkeypatch, second, pack(Kind.FINALIZE), b"", second, pack(Kind.FINISH))

    assert _progress(messages)[-1] == Progress(0, 2.0, 2.0)


def test_a_fault_at_the_start_is_told_and_ends_with_1() -> None:
    words = [sys.executable, "-m", "captioner.streaming.engines.local_worker", "two"]

    done = subprocess.run(words, input=b"", capture_output=True, timeout=60, check=False)

    kind, body = _messages(done.stdout)[0]
    assert (done.returncode, kind) == (1, Kind.FAILED)
    assert b"ValueError: invalid literal" in body


def test_what_the_model_prints_stays_off_the_pipe_and_a_program_that_is_gone_ends_it() -> None:
    words = [sys.executable, "-c", CHATTY_WORKER, "1", "folder"]

    done = subprocess.run(words, input=b"", capture_output=True, timeout=60, check=False)

    assert _messages(done.stdout) == [(Kind.READY, b"")]
    assert b"loading folder" in done.stderr
    assert done.returncode == 0
