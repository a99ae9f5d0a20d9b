"""The door: a client for each engine, all with the same `client.listen.stream(options)`."""

import os
from dataclasses import dataclass
from pathlib import Path

from captioner.streaming.address import DEEPGRAM_URL
from captioner.streaming.callbacks import LiveConnection, Versions
from captioner.streaming.engines.deepgram import DeepgramEngine
from captioner.streaming.engines.deepgram_server import ServerCapabilities
from captioner.streaming.engines.engine import Engine, LinkLost
from captioner.streaming.engines.local import LocalEngine
from captioner.streaming.errors import ConfigurationError, EngineFailedError
from captioner.streaming.links import START_SECONDS
from captioner.streaming.options import StreamingOptions
from captioner.streaming.redact import hide
from captioner.streaming.session import Session

KEY_VARIABLE = "DEEPGRAM_API_KEY"


@dataclass(frozen=True, slots=True)
class Listen:
    """Live transcription with one engine."""

    engine: Engine

    def stream(
        self,
        options: StreamingOptions | None = None,
        *,
        fallback: "Client | None" = None,
        start_seconds: float = START_SECONDS,
    ) -> Session:
        """A session to be entered: `async with client.listen.stream(options) as session`.

        `fallback` listens while this engine cannot, for instance `LocalClient()`; nothing is lost in between.
        `start_seconds`: how long entering waits for an engine that is not there (yet). Raises
        ConfigurationError at once where an engine cannot do what the options ask.
        """
        return Session(
            self.engine,
            options or StreamingOptions(),
            fallback=fallback.listen.engine if fallback else None,
            start_seconds=start_seconds,
        )

    def live(self, options: StreamingOptions | None = None) -> LiveConnection:
        """The same with callbacks: `connection.on(...)`, `await connection.start()`."""
        return LiveConnection(self.stream, options)

    @property
    def asyncwebsocket(self) -> Versions:
        """The older spelling of `live()`: `client.listen.asyncwebsocket.v("1")`."""
        return Versions(self.live)


class Client:
    """A client of any engine."""

    def __init__(self, engine: Engine) -> None:
        self.listen = Listen(engine)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.listen.engine!r})"


class LocalClient(Client):
    """The embedded engine: English, offline, no key. `model` is the folder of another model."""

    def __init__(self, *, model: Path | None = None) -> None:
        super().__init__(LocalEngine(model))


class DeepgramClient(Client):
    """Deepgram, or a server that speaks its live protocol v1.

    `api_key`: None = the environment's DEEPGRAM_API_KEY; a server of one's own may need none.
    `access_token`: a temporary token instead of a key. `base_url`: ws, wss, http or https, with or without
    /v1/listen. `allow_insecure` sends sound over ws:// to other computers than this one. `server`: what a
    server cannot do that Deepgram can. Raises ConfigurationError.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        access_token: str | None = None,
        base_url: str = DEEPGRAM_URL,
        allow_insecure: bool = False,
        server: ServerCapabilities | None = None,
    ) -> None:
        if api_key and access_token:
            raise ConfigurationError("api_key stands beside access_token", "Give one of them")
        key = api_key or (None if access_token else os.environ.get(KEY_VARIABLE))
        authorization = _authorization("Token", key) or _authorization("Bearer", access_token)
        super().__init__(
            DeepgramEngine(
                base_url, authorization, server or ServerCapabilities(), allow_insecure=allow_insecure
            )
        )

    async def check(self, options: StreamingOptions | None = None) -> str | None:
        """Shake hands once and part: the provider's request id, or the error that says what is wrong."""
        try:
            link = await self.listen.engine.connect(options or StreamingOptions())
        except LinkLost as lost:
            raise lost.error or EngineFailedError(lost.reason) from lost
        await link.close()
        return link.request_id


def _authorization(scheme: str, secret: str | None) -> str | None:
    if not secret:
        return None
    if not (secret := secret.strip()).isascii() or not secret.isprintable() or " " in secret:
        raise ConfigurationError("The key has characters that no key has", "Copy it again")
    hide(secret)
    return f"{scheme} {secret}"
