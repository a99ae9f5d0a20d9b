"""The door: a client for each engine, all with the same `client.listen.stream(options)`."""

from dataclasses import dataclass
from pathlib import Path

from captioner.streaming.engines.engine import Engine
from captioner.streaming.engines.local import LocalEngine
from captioner.streaming.options import StreamingOptions
from captioner.streaming.session import Session


@dataclass(frozen=True, slots=True)
class Listen:
    """Live transcription with one engine."""

    engine: Engine

    def stream(self, options: StreamingOptions | None = None) -> Session:
        """A session to be entered: `async with client.listen.stream(options) as session`.

        Raises ConfigurationError at once where the engine cannot do what the options ask.
        """
        return Session(self.engine, options or StreamingOptions())


class Client:
    """A client of any engine."""

    def __init__(self, engine: Engine) -> None:
        self.listen = Listen(engine)


class LocalClient(Client):
    """The embedded engine: English, offline, no key. `model` is the folder of another model."""

    def __init__(self, *, model: Path | None = None) -> None:
        super().__init__(LocalEngine(model))
