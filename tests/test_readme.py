"""The examples of the README run as they stand, against a scripted server."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from captioner.streaming import Client, DeepgramClient
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.streaming.engines.scripted import spoken as scripted
from tests.deepgram import DeepgramServer, refuse, says, spoken
from tests.virtual_time import run

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def examples() -> dict[str, Any]:
    """All functions of the README, defined one block after the other as a reader would."""
    namespace: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, str(README), "exec"), namespace)
    return namespace


async def microphone() -> AsyncIterator[bytes]:
    for _ in range(40):
        yield bytes(9600)
        await asyncio.sleep(0.1)


def heard(example: Callable[[DeepgramClient], Awaitable[Any]]) -> Any:
    """What an example returns when a server says one question."""

    async def scene() -> Any:
        async with DeepgramServer(says(spoken("Can you hear me?", 0.5, 1.5, speaker=0))) as server:
            return await example(DeepgramClient("a-key-of-no-use", base_url=server.url))

    return run(scene())


def test_every_example_has_a_test() -> None:
    names = re.findall(r"^async def (\w+)", "\n".join(BLOCKS), re.MULTILINE)

    assert [name for name in names if f'["{name}"]' not in Path(__file__).read_text(encoding="utf-8")] == []


def test_the_linear_pipeline(examples: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    heard(lambda client: examples["print_captions"](client, microphone()))

    assert capsys.readouterr().out.splitlines() == ["Can you hear me?", "utterance: Can you hear me?"]


def test_finals_go_into_a_database(examples: dict[str, Any]) -> None:
    rows: list[tuple[object, ...]] = []

    heard(lambda client: examples["save_finals"](client, microphone(), rows.append))

    assert [row[-2:] for row in rows] == [(0, "Can you hear me?")]


def test_another_engine_goes_on_where_the_provider_ends(
    examples: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    async def scene() -> str:
        async with DeepgramServer(refuse(402)) as server:
            examples["LocalClient"] = lambda: Client(
                ScriptedEngine(scripted("I go on", 1.0, 2.0), name="local")
            )
            client = DeepgramClient("a-key-of-no-use", base_url=server.url)
            return await examples["never_stop"](client, microphone())

    assert run(scene()) == "I go on"
    assert capsys.readouterr().out.startswith("local listens: 127.0.0.1 says the credit is used up (402)")


def test_events_are_forwarded_as_json(examples: dict[str, Any]) -> None:
    sent: list[str] = []

    class Socket:
        async def send(self, message: str) -> None:
            sent.append(message)

    heard(lambda client: examples["forward"](client, microphone(), Socket()))

    kinds = [re.findall(r'^{"type":"(\w+)"', message)[0] for message in sent]
    assert (kinds[0], kinds[-1]) == ("connecting", "closed")
    assert "transcript" in kinds


def test_a_language_model_may_take_its_time(
    examples: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    async def ask(text: str) -> str:
        await asyncio.sleep(30)
        return f"{text} Yes."

    heard(lambda client: examples["answer_questions"](client, microphone(), ask))

    assert capsys.readouterr().out == "Can you hear me? Yes.\n"


def test_the_callback_form(examples: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    heard(lambda client: examples["call_back"](client, microphone()))

    assert capsys.readouterr().out == "Can you hear me?\n"


def test_an_error_says_what_to_do(examples: dict[str, Any]) -> None:
    async def scene() -> str:
        async with DeepgramServer(refuse(401, "INVALID_AUTH", "Invalid credentials.")) as server:
            return await examples["why_not"](DeepgramClient("a-key-of-no-use", base_url=server.url))

    assert run(scene()).startswith("a new key is needed: 127.0.0.1 does not know this key")
