"""The chosen engine: its client, what it is asked for, and who listens in its place."""

import math
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from captioner.settings.choices import Settings
from captioner.streaming.address import Address
from captioner.streaming.errors import ConfigurationError

if TYPE_CHECKING:  # windows ask for names only, and should not wait for NumPy and websockets
    from captioner.streaming import Client, DeepgramClient, Session, StreamingOptions

PATIENCE = 50.0
"""Seconds for which a recording waits for a server that cannot be reached; its last try may take 10 more."""


def session_of(
    settings: Settings,
    key: str | None = None,
    *,
    channels: int = 1,
    is_live: bool = False,
    speed: float = 1.0,
) -> "Session":
    """The session of a meeting, not entered yet. Raises ConfigurationError.

    What is said now (`is_live`) is not said again: it waits for the engine as long as that takes, and loses
    its oldest rather than being held up. `speed`: that of a recording.
    """
    options = options_of(
        settings, channels=channels, overflow="drop_oldest" if is_live else "wait", speed=speed
    )
    return client_of(settings, key).listen.stream(
        options,
        fallback=fallback_of(settings),
        start_seconds=math.inf if is_live else PATIENCE * options.speed,
    )


def has_fallback(settings: Settings) -> bool:
    """Whether another engine listens where the chosen one cannot."""
    is_wanted = settings.engine != "local" and settings.fallback
    return is_wanted and find_spec("moonshine_voice") is not None


def fallback_of(settings: Settings) -> "Client | None":
    """The embedded engine, if it is to take over from a network engine and can run on this computer."""
    if not has_fallback(settings):
        return None
    from captioner.streaming import LocalClient

    return LocalClient()


def client_of(settings: Settings, key: str | None = None) -> "Client":
    """The client of the chosen engine. Raises ConfigurationError.

    Without a `key` a network engine gets the environment's, or none.
    """
    match settings.engine:
        case "local":
            from captioner.streaming import LocalClient

            return LocalClient()
        case "deepgram":
            return deepgram_client(settings, key)


def deepgram_client(settings: Settings, key: str | None = None) -> "DeepgramClient":
    """The client of the chosen server, whether or not that engine is the chosen one."""
    from captioner.streaming import DeepgramClient

    with _address_in_words():
        return DeepgramClient(key, base_url=settings.deepgram_url)


def options_of(
    settings: Settings,
    *,
    channels: int = 1,
    overflow: Literal["wait", "drop_oldest"] = "wait",
    speed: float = 1.0,
) -> "StreamingOptions":
    """What the engine is asked for, with that many channels recognised apart. Raises ConfigurationError.

    `speed` is for network engines, which are timed; the embedded one takes sound as fast as it can.
    """
    from captioner.streaming import StreamingOptions

    if settings.engine == "local":
        if settings.diarization == "engine":
            raise ConfigurationError(
                "The embedded engine does not tell voices apart yet", "Choose Deepgram, or names by source"
            )
        return StreamingOptions(
            language=settings.language, channels=channels, multichannel=channels > 1, overflow=overflow
        )
    return StreamingOptions(
        model=settings.deepgram_model,
        language=settings.language,
        keyterm=settings.keyterms,
        diarize_model="latest" if settings.diarization == "engine" else None,
        mip_opt_out=settings.mip_opt_out,
        channels=channels,
        multichannel=channels > 1,
        overflow=overflow,
        backfill=settings.backfill,
        speed=speed,
    )


def server_of(settings: Settings) -> str:
    """Who is sent the sound: "Deepgram", or the host of another server. Raises ConfigurationError."""
    with _address_in_words():
        return Address.of(settings.deepgram_url).name


def needs_key(settings: Settings) -> bool:
    """Whether the chosen engine does nothing without a key. Another server than Deepgram's may not ask."""
    if settings.engine != "deepgram":
        return False
    with _address_in_words():
        return Address.of(settings.deepgram_url).is_deepgram


@contextmanager
def _address_in_words() -> Generator[None]:
    """The library names its parameter; a person knows an address."""
    try:
        yield
    except ConfigurationError as error:
        words = error.message.removeprefix("base_url")
        if words == error.message:
            raise
        raise ConfigurationError(f"The server's address{words}", error.hint) from error
