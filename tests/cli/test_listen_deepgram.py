"""`captioner listen --engine deepgram` against the scripted server."""

import asyncio
import io
import json
import os
import sys
import wave
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from captioner.cli.arguments import parser
from captioner.cli.listen import listen
from captioner.streaming import (
    AuthenticationError,
    CaptionerError,
    ConfigurationError,
    NetworkError,
    PermissionDeniedError,
    QuotaError,
)
from tests.deepgram import Connection, DeepgramServer, refuse, says, silent, spoken

KEY = "0123456789abcdef-a-secret"
TWO_VOICES = says(
    spoken("It was the best of times.", 0.2, 0.8, speaker=4),
    spoken("It was the worst of times.", 1.0, 1.6, speaker=9),
)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two seconds, which at 20 times real time are a tenth of one."""
    path = tmp_path / "reading.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 16_000 * 2))
    return path


async def _listen(server: DeepgramServer, recording: Path, *words: str) -> str:
    """What is printed of the recording that this server hears."""
    said = io.StringIO()
    words = ("--engine", "deepgram", "--url", server.url, "--speed", "20", "--no-save", *words)
    chosen = parser().parse_args(["listen", "--file", str(recording), *words])
    with redirect_stdout(said):
        assert await listen(chosen, recording.parent) == 0
    return said.getvalue()


def test_each_final_is_printed_once_with_its_voice(recording: Path) -> None:
    async def scene() -> str:
        async with DeepgramServer(TWO_VOICES) as server:
            return await _listen(server, recording, "--diarize", "engine")

    assert asyncio.run(scene()).splitlines() == [
        "[00:00] Speaker 1: It was the best of times.",
        "[00:01] Speaker 2: It was the worst of times.",
    ]


def test_the_server_is_asked_as_chosen_and_given_the_key_of_the_environment(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGRAM_API_KEY", KEY)
    terms = ["--keyterm", "Lindqvist", "two cities", "--keyterm", "Maya"]
    words = ["--model", "nova-3-medical", "--language", "multi", "--diarize", "engine", *terms]

    async def scene() -> Connection:
        async with DeepgramServer(silent, key=KEY) as server:
            await _listen(server, recording, *words)
            return server.connections[0]

    heard = asyncio.run(scene())

    assert heard.query["model"] == ["nova-3-medical"]
    assert heard.query["language"] == ["multi"]
    assert heard.query["keyterm"] == ["Lindqvist", "two cities", "Maya"]
    assert heard.query["diarize_model"] == ["latest"]
    assert heard.query["mip_opt_out"] == ["true"]
    assert heard.headers["Authorization"] == f"Token {KEY}"
    assert KEY not in str(heard.query)
    assert heard.seconds == pytest.approx(2.0)


def test_a_split_recording_is_recognised_side_by_side(recording: Path, tmp_path: Path) -> None:
    stereo = tmp_path / "stereo.wav"
    with wave.open(str(stereo), "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 2 * 16_000))

    async def scene() -> tuple[str, Connection]:
        async with DeepgramServer(says(spoken("Yes.", 0.2, 0.8, channel=1))) as server:
            return await _listen(server, stereo, "--channels", "split"), server.connections[0]

    printed, heard = asyncio.run(scene())

    assert printed == "[00:00] Right: Yes.\n"
    assert (heard.query["channels"], heard.query["multichannel"]) == (["2"], ["true"])


async def _everything(connection: Connection) -> None:
    await connection.wait_audio(1.0)
    await connection.speech_started(0.1)
    await connection.interim("Yes we", 0.1, 0.5)
    await connection.results("Yes we can.", 0.1, 0.8)
    await connection.utterance_end(0.9)
    await connection.warning("The sound is faint", "FAINT")
    await connection.error("Could not parse the message", "SchemaError")
    await connection.say({"type": "Weather", "sun": True})
    await connection.metadata()


def test_as_json_whatever_the_server_says_is_a_line_with_its_time(recording: Path) -> None:
    async def scene() -> str:
        async with DeepgramServer(_everything) as server:
            return await _listen(server, recording, "--json")

    lines = [json.loads(line) for line in asyncio.run(scene()).splitlines()]

    assert {line["type"] for line in lines} == {
        "connecting", "connected", "speech_started", "transcript", "caption", "utterance_end", "warning",
        "error", "unknown", "metadata", "closed",
    }  # fmt: skip
    assert all({"at", "audio"} <= set(line) for line in lines)
    assert lines[-1]["type"] == "closed"
    final = next(line for line in lines if line["type"] == "transcript" and line["is_final"])
    assert final["transcript"] == "Yes we can."
    assert final["words"][0]["punctuated_word"] == "Yes"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ConfigurationError),
        (401, AuthenticationError),
        (402, QuotaError),
        (403, PermissionDeniedError),
        (404, ConfigurationError),
    ],
)
def test_a_refusal_that_waiting_does_not_mend_ends_it_at_once(
    recording: Path, status: int, kind: type[CaptionerError]
) -> None:
    async def scene() -> DeepgramServer:
        async with DeepgramServer(refuse(status)) as server:
            with pytest.raises(kind) as caught:
                await _listen(server, recording)
            assert caught.value.request_id == server.handshakes[0].request_id
            assert caught.value.hint
            return server

    assert len(asyncio.run(scene()).handshakes) == 1


def test_a_refusal_that_waiting_mends_is_waited_out(recording: Path) -> None:
    async def scene() -> str:
        async with DeepgramServer(refuse(429, retry_after=0), TWO_VOICES) as server:
            return await _listen(server, recording)

    assert "best of times" in asyncio.run(scene())


def test_a_server_that_cannot_be_reached_is_waited_for_and_given_up(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("captioner.meeting.engine.PATIENCE", 0.2)

    async def scene() -> None:
        async with DeepgramServer() as server:
            url = server.url
        chosen = ["--engine", "deepgram", "--url", url, "--speed", "20", "--no-save"]
        await listen(parser().parse_args(["listen", "--file", str(recording), *chosen]), recording.parent)

    with pytest.raises(NetworkError, match=r"No way to 127\.0\.0\.1"):
        asyncio.run(scene())

    assert "sound are kept; next try in" in capsys.readouterr().err


async def _run(server: DeepgramServer, recording: Path, **environment: str) -> tuple[int | None, str, str]:
    """The program itself: exit code, stdout, stderr and log."""
    words = ["--engine", "deepgram", "--url", server.url, "--speed", "20", "--verbose", "--data-dir"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "captioner", "listen", "--file", str(recording), *words),
        str(recording.parent / "data"),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    log = (recording.parent / "data/logs/captioner.log").read_text()
    return process.returncode, out.decode(), err.decode() + log


def test_even_the_most_talkative_run_shows_neither_the_key_nor_what_was_said(recording: Path) -> None:
    async def scene() -> tuple[int | None, str, str]:
        async with DeepgramServer(TWO_VOICES, key=KEY) as server:
            return await _run(server, recording, DEEPGRAM_API_KEY=KEY)

    code, out, said = asyncio.run(scene())

    assert code == 0
    assert out.count("times.") == 2
    assert "/v1/listen?model=nova-3" in said
    assert KEY not in out + said
    assert "best of times" not in said


def test_a_refused_key_is_one_line_with_cause_cure_and_request(recording: Path) -> None:
    async def scene() -> tuple[tuple[int | None, str, str], str]:
        async with DeepgramServer(refuse(401)) as server:
            return await _run(server, recording, DEEPGRAM_API_KEY=KEY), server.handshakes[0].request_id

    (code, out, said), request_id = asyncio.run(scene())

    ours = [line for line in said.splitlines() if line.startswith("captioner: ")]
    assert (code, out) == (2, "")
    assert len(ours) == 1
    assert "does not know this key (401)" in ours[0]
    assert "make a new one" in ours[0]
    assert request_id in ours[0]
    assert KEY not in said
