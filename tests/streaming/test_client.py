"""The door: keys, addresses, and a check that says at once what is wrong."""

import asyncio
import pickle
import traceback
from collections.abc import AsyncIterator
from typing import Any

import pytest

from captioner.streaming import (
    AuthenticationError,
    CaptionerError,
    Client,
    ConfigurationError,
    DeepgramClient,
    EngineTimeoutError,
    LocalClient,
    NetworkError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
    ServerError,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.engines.scripted import ScriptedEngine, spoken
from tests.deepgram import DeepgramServer, HangUp, Stall, refuse, silent
from tests.virtual_time import run

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def _no_key_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPGRAM_API_KEY", raising=False)


def check(*plans: Any, **client: Any) -> tuple[str | None, DeepgramServer, float]:
    """One check: the request id, the server, how long it took."""

    async def scene() -> tuple[str | None, DeepgramServer, float]:
        async with DeepgramServer(*plans) as server:
            request_id = await DeepgramClient(base_url=server.url, **client).check()
            took = asyncio.get_running_loop().time()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return request_id, server, took

    return run(scene())


def refused(*plans: Any, **client: Any) -> tuple[CaptionerError, float]:
    """The error of a check, after one attempt only, and how long that took."""

    async def scene() -> tuple[CaptionerError, float]:
        async with DeepgramServer(*plans) as server:
            with pytest.raises(CaptionerError) as raised:
                await DeepgramClient(base_url=server.url, **client).check()
            assert len(server.handshakes) == 1
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return raised.value, asyncio.get_running_loop().time()

    return run(scene())


def authorization(**client: Any) -> str | None:
    """What the server is shown."""
    _request_id, server, _took = check(silent, **client)
    return server.handshakes[0].headers.get("Authorization")


def address(base_url: str) -> str:
    """What a client says of itself."""
    return repr(DeepgramClient(KEY, base_url=base_url))


# -- keys


def test_the_key_goes_into_a_header() -> None:
    assert authorization(api_key=KEY) == f"Token {KEY}"
    assert authorization(api_key=f"  {KEY}\n") == f"Token {KEY}"


def test_a_token_is_shown_as_such() -> None:
    assert authorization(access_token="a.temporary.token") == "Bearer a.temporary.token"


def test_the_key_of_the_environment_serves_who_gives_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGRAM_API_KEY", KEY)

    assert authorization() == f"Token {KEY}"
    assert authorization(api_key="") == f"Token {KEY}"
    assert authorization(api_key="another") == "Token another"
    assert authorization(access_token="a.temporary.token") == "Bearer a.temporary.token"


def test_a_server_of_ones_own_needs_no_key() -> None:
    assert authorization() is None


def test_without_a_key_deepgram_is_not_even_asked() -> None:
    with pytest.raises(AuthenticationError, match="DEEPGRAM_API_KEY"):
        run(DeepgramClient().check())


def test_a_key_beside_a_token_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="Give one of them"):
        DeepgramClient(KEY, access_token="a.temporary.token")


@pytest.mark.parametrize("key", ["two words", "kéy", "line\r\nX-Header: 1", "\x00"])
def test_a_key_that_cannot_be_one_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ConfigurationError, match="Copy it again") as raised:
        DeepgramClient(key)

    assert key not in f"{raised.value!r}{raised.value}"


def test_a_client_does_not_show_its_key() -> None:
    client = DeepgramClient(KEY)

    shown = f"{client}{client!r}{client.listen!r}{client.listen.live()!r}{client.listen.stream()!r}"

    assert KEY not in shown
    assert "api.deepgram.com" in shown


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 429, 500])
def test_no_error_holds_the_key(status: int) -> None:
    error, _took = refused(refuse(status), api_key=KEY)

    told = "".join(traceback.format_exception(error))
    kept = pickle.dumps(error)

    assert KEY not in f"{error}{error!r}{error.hint}{told}"
    assert KEY.encode() not in kept
    assert str(pickle.loads(kept)) == str(error)
    assert pickle.loads(kept).request_id == error.request_id


# -- addresses


@pytest.mark.parametrize(
    "base_url", ["ws://{}", "http://{}", "ws://{}/", "ws://{}/v1/listen", "HTTP://{}/v1"]
)
def test_the_address_may_be_written_in_many_ways(base_url: str) -> None:
    async def scene() -> str:
        async with DeepgramServer() as server:
            await DeepgramClient(base_url=base_url.format(server.url.removeprefix("ws://"))).check()
            return server.handshakes[0].path

    assert run(scene()) == "/v1/listen"


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://api.eu.deepgram.com", "wss://api.eu.deepgram.com/v1/listen"),
        ("wss://host:8443/speech/v1/listen/", "wss://host:8443/speech/v1/listen"),
        ("ws://[::1]:8000", "ws://[::1]:8000/v1/listen"),
    ],
)
def test_a_client_shows_its_address(base_url: str, url: str) -> None:
    assert f"'{url}'" in address(base_url)


@pytest.mark.parametrize(
    "base_url",
    [
        "api.deepgram.com",
        "ftp://host",
        "wss://",
        "wss://host/v1/listen?model=nova-3",
        "wss://user:secret@host",
        "wss://host/v2/listen",
        "wss://host:99999",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url") as raised:
        DeepgramClient(KEY, base_url=base_url)

    assert "secret" not in str(raised.value)


def test_sound_goes_unprotected_to_this_computer_only_unless_that_is_wanted() -> None:
    for own in ("ws://localhost:1", "ws://127.0.0.1:1", "ws://[::1]:1", "http://captions.localhost"):
        assert "ws://" in address(own)
    for other in ("ws://10.0.0.5:8000", "http://example.org", "ws://localhost.example.org"):
        with pytest.raises(ConfigurationError, match="unprotected"):
            DeepgramClient(KEY, base_url=other)
        assert DeepgramClient(KEY, base_url=other, allow_insecure=True)


# -- the check


def test_a_good_check_gives_the_request_id_and_sends_no_sound() -> None:
    request_id, server, took = check(silent, api_key=KEY)

    assert request_id == server.handshakes[0].request_id
    assert took < 0.1
    assert server.connections[0].log == []
    assert server.connections[0].closed_code == 1000


@pytest.mark.parametrize(
    ("plan", "kind", "cure"),
    [
        (refuse(400, err_msg="No such model: x"), ConfigurationError, "No such model: x"),
        (refuse(401), AuthenticationError, "make a new one"),
        (refuse(402), QuotaError, "Add credit"),
        (refuse(403), PermissionDeniedError, "another model"),
        (refuse(404), ConfigurationError, "address"),
        (refuse(429, retry_after=30), RateLimitError, "Another program"),
        (refuse(503), ServerError, "Wait"),
        (HangUp(), NetworkError, "address"),
    ],
)
def test_a_check_says_at_once_what_is_wrong(plan: Any, kind: type[CaptionerError], cure: str) -> None:
    error, took = refused(plan, api_key=KEY)

    assert type(error) is kind
    assert cure in str(error)
    assert took < 0.1
    assert bool(error.request_id) == (not isinstance(plan, HangUp))


def test_a_check_passes_on_how_long_to_wait() -> None:
    error, _took = refused(refuse(429, retry_after=30))

    assert isinstance(error, RateLimitError)
    assert (error.retry_after, error.recoverable) == (30.0, True)


def test_a_check_does_not_wait_for_ever() -> None:
    error, took = refused(Stall())

    assert isinstance(error, EngineTimeoutError)
    assert took <= 10.1


def test_without_a_network_a_check_says_so() -> None:
    async def scene() -> None:
        async with DeepgramServer() as server:
            pass
        with pytest.raises(NetworkError, match="Check the network"):
            await DeepgramClient(KEY, base_url=server.url).check()
        assert asyncio.get_running_loop().time() < 0.1

    run(scene())


def test_a_check_asks_with_the_options_that_will_be_used() -> None:
    async def scene() -> list[str]:
        async with DeepgramServer() as server:
            await DeepgramClient(base_url=server.url).check(StreamingOptions(model="nova-2", language="de"))
            return [server.connections[0].option(name) for name in ("model", "language")]

    assert run(scene()) == ["nova-2", "de"]


# -- other engines


def test_the_example_of_the_documentation_runs_as_it_stands() -> None:
    client = Client(ScriptedEngine(spoken("Yes we can", 0.5, 1.0)))
    said: list[str] = []

    async def microphone() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(3200)

    async def scene() -> None:
        async with client.listen.stream(StreamingOptions()) as session:
            sending = asyncio.create_task(session.send_from(microphone()))
            async for event in session:
                match event:
                    case StreamEvent.Transcript(transcript=text, is_final=True):
                        said.append(f"Final: {text}")
                    case StreamEvent.UtteranceEnd():
                        said.append(session.accumulated_transcript)
                    case _:
                        pass
            await sending

    asyncio.run(scene())

    assert said == ["Final: Yes we can", "Yes we can"]


def test_the_local_client_needs_no_key_and_starts_nothing_by_itself() -> None:
    assert LocalClient().listen.engine.capabilities.name == "local"
