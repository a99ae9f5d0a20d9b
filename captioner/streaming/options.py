"""What a session is asked to do, checked before anything is started."""

from dataclasses import dataclass
from typing import Literal

from captioner.streaming.errors import ConfigurationError
from captioner.streaming.frames import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class StreamingOptions:
    """The options of `client.listen.stream(...)`. Raises ConfigurationError, naming the field.

    `encoding`, `sample_rate` (Hz) and `channels` describe the bytes given to `send()`; frames describe
    themselves. `channels` interleaved channels are recognised separately. `event_buffer` bounds the events
    not yet read, `backlog_seconds` the sound not yet settled; when that is full, `send()` waits, or drops
    the oldest sound with `overflow="drop_oldest"`.
    """

    language: str = "en"
    encoding: Literal["linear16"] = "linear16"
    sample_rate: int = SAMPLE_RATE
    channels: int = 1
    interim_results: bool = True
    event_buffer: int = 1000
    backlog_seconds: float = 1200.0
    overflow: Literal["wait", "drop_oldest"] = "wait"

    def __post_init__(self) -> None:
        if self.encoding != "linear16":
            raise ConfigurationError(f"encoding is {self.encoding!r}", 'Send 16-bit PCM, encoding="linear16"')
        self._check("sample_rate", self.sample_rate, 8_000, 192_000)
        self._check("channels", self.channels, 1, 20)
        self._check("event_buffer", self.event_buffer, 10, 1_000_000)
        self._check("backlog_seconds", self.backlog_seconds, 1, 3600)
        if self.overflow not in ("wait", "drop_oldest"):
            raise ConfigurationError(f"overflow is {self.overflow!r}", 'Choose "wait" or "drop_oldest"')

    def _check(self, field: str, value: float, low: float, high: float) -> None:
        if not low <= value <= high:
            raise ConfigurationError(f"{field} is {value}", f"Choose {low} to {high}")
