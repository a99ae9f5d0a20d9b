"""The handshake with Deepgram: what is asked for, what is refused, and who gets to know the key."""

import asyncio
import logging
import shutil
import ssl
import subprocess
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from captioner.streaming import (
    AnyEvent,
    AuthenticationError,
    CaptionerError,
    ConfigurationError,
    DeepgramClient,
    NetworkError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
    ServerError,
    Session,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.engines.deepgram import DeepgramEngine
from captioner.streaming.engines.deepgram_server import ServerCapabilities
from captioner.streaming.retry import Retry
from tests.deepgram import DeepgramServer, HangUp, Refusal, refuse, says, silent, spoken
from tests.virtual_time import run

KEY = "0123456789abcdef0123456789abcdef01234567"


def _session(server: DeepgramServer, options: StreamingOptions | None = None) -> Session:
    """A session that waits exactly one second after the first loss, and two after every further one."""
    engine = DeepgramClient(KEY, base_url=server.url).listen.engine
    retry = Retry(uniform=lambda low, high: 1.0 if high < 1 else 2.0)
    return Session(engine, options or StreamingOptions(), retry=retry)


async def _rest(session: Session) -> list[AnyEvent]:
    await session.finish()
    return [event async for event in session]


async def _fails(server: DeepgramServer, **named: Any) -> tuple[CaptionerError, list[AnyEvent], float]:
    """The error, the events and the seconds of a session that cannot begin."""
    session = _session(server, **named)
    with pytest.raises(CaptionerError) as caught:
        async with session:
            pass
    events: list[AnyEvent] = []
    with suppress(type(caught.value)):
        async for event in session:
            events.append(event)  # noqa: PERF401 - it raises behind the last one
    return caught.value, events, asyncio.get_running_loop().time()


def test_options_and_key_are_sent_as_the_service_wants_them() -> None:
    options = StreamingOptions(
        keyterm=["Ada Lovelace", "Grüße & more"], diarize=True, endpointing=False, utterance_end_ms=None
    )

    async def scene() -> DeepgramServer:
        async with DeepgramServer(key=KEY) as server:
            async with _session(server, options) as session:
                await _rest(session)
            return server

    (handshake,) = run(scene()).handshakes

    assert handshake.path == "/v1/listen"
    assert {name: values[0] for name, values in handshake.query.items()} == {
        "model": "nova-3",
        "language": "en",
        "encoding": "linear16",
        "sample_rate": "16000",
        "channels": "1",
        "interim_results": "true",
        "endpointing": "false",
        "vad_events": "true",
        "smart_format": "true",
        "no_delay": "true",
        "diarize": "true",
        "keyterm": "Ada Lovelace",
        "mip_opt_out": "true",
    }
    assert handshake.query["keyterm"] == ["Ada Lovelace", "Grüße & more"]
    assert handshake.headers["Authorization"] == f"Token {KEY}"
    assert handshake.headers["User-Agent"].startswith("captioner")
    assert "Sec-WebSocket-Extensions" not in handshake.headers


def test_a_temporary_token_is_sent_as_one_and_without_a_key_nothing_is() -> None:
    async def scene() -> list[str | None]:
        async with DeepgramServer() as server:
            for client in (
                DeepgramClient(access_token="a.b.c", base_url=server.url),
                DeepgramClient("", base_url=server.url),
            ):
                await client.check()
            return [handshake.headers.get("Authorization") for handshake in server.handshakes]

    assert run(scene()) == ["Bearer a.b.c", None]


def test_the_request_id_of_the_provider_is_told() -> None:
    async def scene() -> None:
        async with DeepgramServer() as server, _session(server) as session:
            connected = [event for event in await _rest(session) if isinstance(event, StreamEvent.Connected)]
            assert [event.request_id for event in connected] == [server.connections[0].request_id]
            assert connected[0].request_id

    run(scene())


def test_nobody_but_the_server_gets_to_see_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    async def scene() -> None:
        async with DeepgramServer(says(spoken("Yes", 0, 1)), refuse(403), HangUp(), key=KEY) as server:
            client = DeepgramClient(KEY, base_url=server.url)
            seen.extend([repr(client), repr(client.listen), repr(client.listen.engine)])
            async with client.listen.stream() as session:
                await session.send(bytes(32_000))
                seen.extend([repr(session), *map(repr, await _rest(session))])
            for _ in range(2):
                with pytest.raises(CaptionerError) as caught:
                    await client.check()
                seen.extend(["".join(traceback.format_exception(caught.value)), repr(caught.value)])
            assert server.connections[0].headers["Authorization"] == f"Token {KEY}"

    run(scene())

    assert [text for text in (*seen, caplog.text) if KEY in text] == []
    assert "authorization: token ***" in caplog.text.lower()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ConfigurationError),
        (401, AuthenticationError),
        (402, QuotaError),
        (403, PermissionDeniedError),
        (404, ConfigurationError),
        (405, ConfigurationError),
        (307, ConfigurationError),
    ],
)
def test_what_trying_again_cannot_mend_is_tried_once(status: int, kind: type[CaptionerError]) -> None:
    async def scene() -> None:
        async with DeepgramServer(refuse(status, err_msg="because of this")) as server:
            error, events, seconds = await _fails(server)

            assert type(error) is kind
            assert "because of this" in error.message
            assert error.request_id == server.handshakes[0].request_id
            assert [event.type for event in events] == ["connecting", "error", "closed"]
            assert isinstance(events[1], StreamEvent.Error)
            assert (events[1].category, events[1].request_id) == (kind.category, error.request_id)
            assert not events[1].recoverable
            assert (len(server.handshakes), seconds) == (1, 0.0)

    run(scene())


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (refuse(429), RateLimitError),
        (refuse(408), RateLimitError),
        (refuse(500), ServerError),
        (refuse(503), ServerError),
        (HangUp(), NetworkError),
    ],
    ids=["429", "408", "500", "503", "hang up"],
)
def test_what_waiting_may_mend_is_tried_again_and_at_last_given_up(
    plan: Refusal | HangUp, kind: type[CaptionerError]
) -> None:
    async def scene() -> None:
        async with DeepgramServer(plan) as server:
            error, events, seconds = await _fails(server)
            times = [handshake.at for handshake in server.handshakes]

            assert type(error) is kind
            assert (error.request_id is None) is isinstance(plan, HangUp)
            lost = ["disconnected"] * (len(times) - 1)
            assert [event.type for event in events] == ["connecting", *lost, "error", "closed"]
            assert times[:4] == [0.0, 1.0, 3.0, 5.0]
            assert seconds <= 60.0

    run(scene())


def test_the_provider_s_own_waiting_time_wins() -> None:
    async def scene() -> None:
        plans = (refuse(429, retry_after=7), refuse(503), silent)
        async with DeepgramServer(*plans) as server, _session(server) as session:
            waits = [
                event.retry_in
                for event in await _rest(session)
                if isinstance(event, StreamEvent.Disconnected)
            ]

            assert waits == [7.0, 2.0]
            assert [handshake.at for handshake in server.handshakes] == [0.0, 7.0, 9.0]

    run(scene())


@pytest.mark.parametrize("url", ["ws://example.org", "http://10.0.0.7:8000", "ws://127.0.0.1.example.org"])
def test_sound_does_not_leave_this_computer_unprotected(url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url"):
        DeepgramEngine(url, None, ServerCapabilities())

    assert DeepgramEngine(url, None, ServerCapabilities(), allow_insecure=True)


@pytest.mark.parametrize(
    "url", ["ws://127.0.0.1:9", "ws://127.8.8.8", "ws://[::1]:9", "ws://localhost", "http://a.localhost:9"]
)
def test_on_this_computer_sound_needs_no_protection(url: str) -> None:
    assert DeepgramEngine(url, None, ServerCapabilities())


@pytest.mark.parametrize("host", ["api.deepgram.com", "api.eu.deepgram.com", "deepgram.com"])
def test_deepgram_without_a_key_is_not_even_asked(host: str) -> None:
    engine = DeepgramEngine(f"wss://{host}", None, ServerCapabilities())

    with pytest.raises(AuthenticationError, match="key") as caught:
        run(engine.connect(StreamingOptions()))

    assert "DEEPGRAM_API_KEY" in caught.value.hint


def test_a_certificate_that_is_not_valid_is_no_outage(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made = ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *curve, *made], check=True, capture_output=True, timeout=20)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    async def scene() -> CaptionerError:
        async with DeepgramServer(tls=tls) as server:
            return (await _fails(server))[0]

    error = run(scene())

    assert isinstance(error, ConfigurationError)
    assert "certificate" in error.message


def test_a_server_that_hangs_up_on_tls_gives_a_cause_in_words() -> None:
    async def scene() -> None:
        async with DeepgramServer() as server:
            client = DeepgramClient("key", base_url=server.url.replace("ws:", "wss:"))
            with pytest.raises(NetworkError, match="hung up"):
                await client.check()

    run(scene())


def test_the_cause_of_a_refusal_leads_to_no_frame_with_the_key() -> None:
    async def scene() -> str:
        async with DeepgramServer(refuse(401, "INVALID_AUTH", "no")) as server:
            try:
                await DeepgramClient("k3y-of-somebody", base_url=server.url).check()
            except AuthenticationError as error:
                return "".join(
                    traceback.TracebackException.from_exception(error, capture_locals=True).format()
                )
        return ""

    trace = run(scene())

    assert "AuthenticationError" in trace
    assert trace.count("k3y-of-somebody") == 1  # this test's own source line


@pytest.mark.parametrize("proxy", ["ftp://proxy", "http://", "http://user@proxy:1", "socks5://proxy:1"])
def test_a_proxy_that_cannot_be_used_is_told_by_an_error_of_ours(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setenv("wss_proxy", proxy)

    with pytest.raises(ConfigurationError, match="proxy") as caught:
        asyncio.run(
            DeepgramEngine("wss://example.org", None, ServerCapabilities()).connect(StreamingOptions())
        )

    assert "user" not in caught.value.message.replace("username", "")


def test_nobody_waits_for_hours_for_a_first_connection() -> None:
    async def scene() -> float:
        async with DeepgramServer(refuse(429, "TOO_MANY", "later", retry_after=86_400)) as server:
            with pytest.raises(RateLimitError) as caught:
                async with _session(server):
                    pass
            return caught.value.retry_after or 0.0

    assert run(scene()) == 86_400
