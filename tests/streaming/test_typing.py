"""A user's program is clean for pyright in its strict mode, and a forgotten event is found by it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from captioner.streaming import AnyEvent

CASES = [f"case StreamEvent.{event.__name__.removesuffix('Event')}():" for event in get_args(AnyEvent)]

PROGRAM = '''
"""What a user may write."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from captioner.streaming import (
    AnyEvent,
    AuthenticationError,
    CaptionerError,
    DeepgramClient,
    LiveConnection,
    LiveTranscriptionEvents,
    LocalClient,
    RateLimitError,
    ServerCapabilities,
    Session,
    StreamEvent,
    StreamingOptions,
    Word,
)

options = StreamingOptions(model="nova-3", smart_format=True, diarize=True, keyterm=["Kubernetes"])
german = replace(options, language="de", endpointing=False, utterance_end_ms=None)
told = StreamingOptions.from_mapping({"model": "nova-3", "interim_results": "true"})


async def microphone() -> AsyncIterator[bytes]:
    yield bytes(3200)


async def the_example(api_key: str, audio_bytes: bytes) -> None:
    client = DeepgramClient(api_key)
    async with client.listen.stream(options) as session:
        await session.send(audio_bytes)
        async for event in session:
            match event:
                case StreamEvent.Transcript(transcript=text, is_final=True):
                    print(f"Final: {text}")
                case StreamEvent.SpeechStarted():
                    print("Speech detected")
                case StreamEvent.UtteranceEnd():
                    print(session.accumulated_transcript)
                case _:
                    pass


async def the_older_form(client: LocalClient) -> list[Word]:
    words: list[Word] = []
    async with client.listen.stream(options) as session:
        sending = asyncio.create_task(session.send_from(microphone()))
        async for event in session:
            if event.type == "transcript":
                print(event.channel.alternatives[0].transcript.upper(), event.duration + 1.0)
                words.extend(event.channel.alternatives[0].words)
            elif event.type == "utterance_end":
                print(session.accumulated_transcript.upper(), event.last_word_end + 1.0)
        await sending
    return words


async def with_callbacks(client: DeepgramClient) -> None:
    connection = client.listen.asyncwebsocket.v("1")

    async def on_transcript(self: LiveConnection, result: StreamEvent.Transcript, **kwargs: object) -> None:
        print(result.channel.alternatives[0].transcript, self.session.stats.backlog + 1.0)

    def on_utterance_end(event: StreamEvent.UtteranceEnd) -> None:
        print(event.cause)

    connection.on(LiveTranscriptionEvents.Transcript, on_transcript)
    connection.on(LiveTranscriptionEvents.UtteranceEnd, on_utterance_end)
    connection.on(StreamEvent.Gap, print)
    connection.on("error", lambda: print("error"))
    if await connection.start({"model": "nova-3"}, addons={"no_delay": "true"}, db=3):
        await connection.send(b"")
        await connection.finish()


async def follow(session: Session) -> None:
    async for event in session.subscribe():
        if isinstance(event, StreamEvent.Error):
            print(event.message.upper())


async def check() -> str:
    client = DeepgramClient(base_url="ws://localhost:8000", server=ServerCapabilities(finalize=False))
    try:
        return (await client.check(german)) or "no id"
    except RateLimitError as error:
        return f"{error.retry_after or 0.0:.1f}"
    except AuthenticationError as error:
        return error.hint.upper()
    except CaptionerError as error:
        return (error.request_id or error.category).upper()


def hear(event: AnyEvent) -> str | None:
    match event:
        case StreamEvent.Transcript(transcript=words):
            return words.upper()
        case _:
            return None
'''

MISTAKEN = """
from captioner.streaming import StreamEvent, StreamingOptions


def text(event: StreamEvent.Transcript) -> str:
    return event.transcript


wrong: int = text(StreamEvent.Gap(0, 1, "", "final"))
misspelled = StreamingOptions(modle="nova-3")
unknown = StreamingOptions(encoding="mp3")
"""

MATCH = """
from typing import assert_never

from captioner.streaming import AnyEvent, StreamEvent


def show(event: AnyEvent) -> None:
    match event:
{cases}
        case _:
            assert_never(event)
"""

ENVIRONMENT = {
    **os.environ,
    # As in packaging/test.sh: nobody is asked over the network whether there is a newer one.
    "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
}


def match_program(cases: list[str]) -> str:
    lines = "\n".join(f"        {case}\n            print(event.type)" for case in cases)
    return MATCH.format(cases=lines)


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What pyright finds in each program."""
    folder = tmp_path_factory.mktemp("program")
    programs = {
        "user.py": PROGRAM,
        "whole.py": match_program(CASES),
        "incomplete.py": match_program(CASES[:-1]),
        "mistaken.py": MISTAKEN,
    }
    for name, program in programs.items():
        (folder / name).write_text(program, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable],
        cwd=folder,
        env={"PYRIGHT_PYTHON_CACHE_DIR": str(folder / "cache"), **ENVIRONMENT},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout, done.stderr
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in programs}
    for fault in json.loads(done.stdout)["generalDiagnostics"]:
        found[Path(fault["file"]).name].append(fault)
    return found


def test_there_are_seventeen_events() -> None:
    assert len(CASES) == 17


def test_a_users_program_is_clean(faults: dict[str, list[dict[str, Any]]]) -> None:
    assert faults["user.py"] == []


def test_a_match_over_all_events_is_complete(faults: dict[str, list[dict[str, Any]]]) -> None:
    assert faults["whole.py"] == []


def test_a_forgotten_event_is_found(faults: dict[str, list[dict[str, Any]]]) -> None:
    (fault,) = faults["incomplete.py"]

    assert fault["severity"] == "error"
    assert "ClosedEvent" in fault["message"]


def test_types_are_known_and_not_any(faults: dict[str, list[dict[str, Any]]]) -> None:
    rules = [fault["rule"] for fault in faults["mistaken.py"]]

    assert rules == ["reportAssignmentType", "reportArgumentType", "reportCallIssue", "reportArgumentType"]


def test_the_types_travel_in_the_wheel() -> None:
    from hatchling.builders.wheel import WheelBuilder

    root = Path(__file__).parents[2]
    files = {file.distribution_path for file in WheelBuilder(str(root)).recurse_included_files()}

    assert "captioner/py.typed" in files
