"""The proposal's three snippets run as they stand but for the import line, and end in every way there is."""

import ast
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from captioner.streaming import (
    DeepgramClient,
    LiveTranscriptionEvents,
    Session,
    StreamEvent,
    StreamingOptions,
)
from tests.deepgram import Connection, DeepgramServer, says, spoken
from tests.virtual_time import run

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "000_6b53ee3215d12f6f.txt"
IMPORT = "from captioner.streaming import DeepgramClient, StreamingOptions, StreamEvent"

api_key = "0123456789abcdef"
audio_bytes = bytes(64_000)
options = StreamingOptions(interim_results=False)

LINE = says(spoken("Yes we can.", 0.5, 1.0))
WITH_MATCH = ["Speech detected", "Final: Yes we can.", "Utterance complete"]
WITH_TYPE = ["Yes we can.", "utterance: Yes we can."]


async def finish(session: Session) -> None:
    """As another task may do it, some time later."""
    await asyncio.sleep(1)
    await session.finish()


async def match_events(client: DeepgramClient, end: str, said: list[str]) -> None:
    async with client.listen.stream(
        StreamingOptions(model="nova-3", smart_format=True, diarize=True)
    ) as session:
        await session.send(audio_bytes)
        ending = asyncio.create_task(finish(session)) if end == "finish" else None
        async for event in session:
            match event:
                case StreamEvent.Transcript(transcript=t, is_final=True):
                    said.append(f"Final: {t}")
                case StreamEvent.SpeechStarted():
                    said.append("Speech detected")
                case StreamEvent.UtteranceEnd():
                    said.append("Utterance complete")
                    if end == "break":
                        break
                case _:
                    pass
        if ending:
            await ending


async def ask_the_type(client: DeepgramClient, end: str, said: list[str]) -> None:
    async with client.listen.stream(options) as session:
        await session.send(audio_bytes)
        ending = asyncio.create_task(finish(session)) if end == "finish" else None
        async for event in session:
            if event.type == "transcript":
                said.append(event.channel.alternatives[0].transcript)
            elif event.type == "utterance_end":
                said.append(f"utterance: {session.accumulated_transcript}")
                if end == "break":
                    break
        if ending:
            await ending


@pytest.mark.parametrize("end", ["finish", "break", "leave"])
@pytest.mark.parametrize(("snippet", "expected"), [(match_events, WITH_MATCH), (ask_the_type, WITH_TYPE)])
def test_the_iterator(
    snippet: Callable[[DeepgramClient, str, list[str]], Awaitable[None]], expected: list[str], end: str
) -> None:
    said: list[str] = []

    async def scene() -> Connection:
        async with DeepgramServer(LINE, key=api_key) as server:
            client = DeepgramClient(api_key, base_url=server.url)
            running = asyncio.ensure_future(snippet(client, end, said))
            if end == "leave":
                await asyncio.sleep(1)
                running.cancel()
            await asyncio.wait({running})
            assert running.cancelled() == (end == "leave")
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return server.connections[0]

    connection = run(scene())

    assert said == expected
    assert connection.audio == audio_bytes
    assert [message["type"] for message in connection.messages] == ["Finalize", "CloseStream"]
    assert connection.closed_code == 1000


@pytest.mark.parametrize("is_finished_by_a_handler", [False, True])
def test_callbacks(is_finished_by_a_handler: bool) -> None:
    said: list[str] = []

    async def on_transcript(self: Any, result: StreamEvent.Transcript, **kwargs: Any) -> None:
        said.append(result.channel.alternatives[0].transcript)

    async def on_utterance_end(self: Any, utterance_end: StreamEvent.UtteranceEnd, **kwargs: Any) -> None:
        said.append(f"utterance: {self.session.accumulated_transcript}")
        if is_finished_by_a_handler:
            await self.finish()

    async def scene() -> Connection:
        async with DeepgramServer(LINE, key=api_key) as server:
            client = DeepgramClient(api_key, base_url=server.url)
            connection = client.listen.asyncwebsocket.v("1")
            connection.on(LiveTranscriptionEvents.Transcript, on_transcript)
            connection.on(LiveTranscriptionEvents.UtteranceEnd, on_utterance_end)
            await connection.start(options)
            await connection.send(audio_bytes)
            if is_finished_by_a_handler:
                await (await server.connection()).wait_closed()
            else:
                await connection.finish()
        return server.connections[0]

    connection = run(scene())

    assert said == WITH_TYPE
    assert [message["type"] for message in connection.messages] == ["Finalize", "CloseStream"]


def indented(lines: list[str]) -> str:
    """Code whose indentation was lost, with the one that it must have had."""
    depths = {"if": 0, "match": 0}
    depth, brackets, code = 0, 0, list[str]()
    for line in lines:
        word = line.split()[0]
        if word == "case":
            depth = depths["match"] + 1
        elif word in ("elif", "else:"):
            depth = depths["if"]
        depths[word] = depth
        code.append("    " * depth + line)
        brackets += sum(line.count(one) for one in "([") - sum(line.count(one) for one in ")]")
        depth += line.endswith(":") and not brackets
    return "\n".join(code)


def seed_code(behind: str, before: str) -> Any:
    """The code between two sentences of the proposal, ready to be awaited."""
    text = SEED.read_text(encoding="utf-8")
    lines = text[text.index(behind) + len(behind) : text.index(before)].strip().splitlines()
    kept = [IMPORT if line.startswith("from deepgram") else line for line in lines if line.strip()]
    code = indented(kept)
    return compile(code, SEED.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


async def play(code: Any, names: dict[str, Any]) -> None:
    await eval(code, names)


@pytest.mark.skipif(not SEED.exists(), reason="the proposal is not kept beside this project")
class TestTheProposalItself:
    def test_the_iterator_with_match(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said: list[str] = []
        code = seed_code("Proposed API", "Key design points:")

        async def scene() -> None:
            async with DeepgramServer(LINE, key=api_key) as server:
                defaults = DeepgramClient.__init__.__kwdefaults__ or {}
                monkeypatch.setitem(defaults, "base_url", server.url)
                names: dict[str, Any] = {
                    "api_key": api_key,
                    "audio_bytes": audio_bytes,
                    "print": said.append,
                }
                snippet = asyncio.ensure_future(play(code, names))
                await asyncio.sleep(1)
                await finish(names["session"])
                await snippet
            assert server.connections[0].option("diarize") == "true"

        run(scene())

        assert said == WITH_MATCH

    def test_the_iterator_with_the_type(self) -> None:
        said: list[str] = []
        code = seed_code("An async iterator interface would enable:\n", "This is more Pythonic")

        async def scene() -> None:
            async with DeepgramServer(LINE, key=api_key) as server:
                names: dict[str, Any] = {
                    "client": DeepgramClient(api_key, base_url=server.url),
                    "options": options,
                    "print": said.append,
                    "process_utterance": lambda text: said.append(f"utterance: {text}"),
                }
                snippet = asyncio.ensure_future(play(code, names))
                await asyncio.sleep(1)
                await names["session"].send(audio_bytes)
                await finish(names["session"])
                await snippet

        run(scene())

        assert said == WITH_TYPE

    def test_the_callbacks(self) -> None:
        said: list[str] = []
        code = seed_code("callback functions for each event type:\n", "This callback pattern")

        async def scene() -> None:
            async with DeepgramServer(LINE, key=api_key) as server:
                names: dict[str, Any] = {
                    "client": DeepgramClient(api_key, base_url=server.url),
                    "options": options,
                    "LiveTranscriptionEvents": LiveTranscriptionEvents,
                    "on_transcript": lambda self, result, **kwargs: said.append(result.transcript),
                    "on_utterance_end": lambda self, utterance_end, **kwargs: said.append(utterance_end.type),
                }
                await play(code, names)
                await names["connection"].send(audio_bytes)
                await names["connection"].finish()

        run(scene())

        assert said == ["Yes we can.", "utterance_end"]
