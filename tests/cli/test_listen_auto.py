"""`captioner listen --engine auto`, with a scripted engine in place of the embedded one."""

import asyncio
import io
import json
import os
import signal
import sys
import wave
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from captioner.cli.arguments import parser
from captioner.cli.listen import listen
from captioner.streaming import Client
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.streaming.engines.scripted import spoken as heard_here
from tests.deepgram import Connection, DeepgramServer, HangUp, Plan, refuse, says, silent, spoken

HERE = "[00:00] Heard here.\n"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two seconds, which at 20 times real time are a tenth of one."""
    path = tmp_path / "reading.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 16_000 * 2))
    return path


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded engine is installed, and hears the same words in whatever is played."""
    monkeypatch.setattr("captioner.meeting.engine.find_spec", lambda name: name)
    engine = ScriptedEngine(heard_here("Heard here.", 0.2, 0.8), name="local")
    monkeypatch.setattr("captioner.streaming.LocalClient", lambda: Client(engine))


async def _listen(recording: Path, *words: str) -> str:
    """What is printed of the recording."""
    said = io.StringIO()
    words = ("--engine", "auto", "--speed", "20", "--no-save", *words)
    chosen = parser().parse_args(["listen", "--file", str(recording), *words])
    with redirect_stdout(said):
        assert await listen(chosen, recording.parent) == 0
    return said.getvalue()


def _with_server(recording: Path, plan: Plan, *words: str) -> tuple[str, DeepgramServer]:
    async def scene() -> tuple[str, DeepgramServer]:
        async with DeepgramServer(plan) as server:
            return await _listen(recording, "--url", server.url, *words), server

    return asyncio.run(scene())


@pytest.mark.usefixtures("embedded")
def test_as_long_as_the_server_listens_nobody_else_does(recording: Path) -> None:
    printed, _ = _with_server(recording, says(spoken("Heard there.", 0.2, 0.8)))

    assert printed == "[00:00] Heard there.\n"


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
def test_who_is_refused_is_told_why_once_and_heard_here(
    recording: Path, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    printed, server = _with_server(recording, refuse(status))

    cause, relief = capsys.readouterr().err.splitlines()
    assert printed == HERE
    assert f"({status})" in cause
    assert server.handshakes[0].request_id in cause
    assert relief == "captioner: Local engine took over. Nothing is lost"
    assert len(server.handshakes) == 1


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("plan", [refuse(503), HangUp()], ids=["out of order", "hanging up"])
def test_a_server_that_is_lost_is_told_and_the_rest_is_heard_here(
    recording: Path, capsys: pytest.CaptureFixture[str], plan: Plan
) -> None:
    printed, _ = _with_server(recording, plan)

    lost, *_, relief = capsys.readouterr().err.splitlines()
    assert printed == HERE
    assert "sound are kept; next try in" in lost
    assert "Local engine took over" in relief


@pytest.mark.usefixtures("embedded")
def test_without_a_key_nobody_is_asked_and_the_cure_is_said(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asyncio.run(_listen(recording)) == HERE
    cause, relief = capsys.readouterr().err.splitlines()
    assert cause.startswith("captioner: There is no key for Deepgram. Set DEEPGRAM_API_KEY, or keep")
    assert relief == "captioner: Local engine took over. Nothing is lost"


@pytest.mark.usefixtures("embedded")
def test_as_json_the_change_of_engines_is_told_with_its_reason(recording: Path) -> None:
    printed, _ = _with_server(recording, refuse(401), "--json")

    lines = [json.loads(line) for line in printed.splitlines()]
    error = next(line for line in lines if line["type"] == "error")
    change = next(line for line in lines if line["type"] == "engine_changed")
    assert error["recoverable"]
    assert (change["old"], change["new"], change["reason"]) == ("deepgram", "local", error["message"])
    assert lines[-1]["type"] == "closed"


async def _deaf(connection: Connection) -> None:
    """It never says that it has heard everything."""
    connection.answers = False
    await silent(connection)


@pytest.mark.parametrize("engine", ["deepgram", "auto"])
def test_the_second_signal_ends_it_at_once(recording: Path, engine: str) -> None:
    async def scene() -> int:
        async with DeepgramServer(_deaf) as server:
            words = [
                "--engine",
                engine,
                "--url",
                server.url,
                "--no-save",
                "--data-dir",
                str(recording.parent),
            ]
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "captioner", "listen", "--file", str(recording), *words),
                env={**os.environ},
                stderr=asyncio.subprocess.DEVNULL,
            )
            connection = await server.connection()
            await connection.wait_audio(0.1)
            process.send_signal(signal.SIGINT)
            await connection.wait_message("CloseStream")
            process.send_signal(signal.SIGINT)
            return await process.wait()

    assert asyncio.run(scene()) == 130
