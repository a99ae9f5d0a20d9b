"""What is told of a meeting while it runs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from captioner.streaming.events import AnyEvent
from captioner.transcript.model import Change


class State(StrEnum):
    """What a meeting is doing.

    `RECONNECTING`: no engine listens, the sound is kept. `FALLBACK`: another one listens than was chosen.
    """

    IDLE = "idle"
    STARTING = "starting"
    LISTENING = "listening"
    PAUSED = "paused"
    RECONNECTING = "reconnecting"
    FALLBACK = "fallback"
    STOPPING = "stopping"


HEARING = frozenset({State.LISTENING, State.RECONNECTING, State.FALLBACK})
"""The states in which sound is taken in."""

WayOut = Literal["settings", "console", "billing", "sources", "doubled"]
"""Where a trouble can be ended: the engine's settings, the provider's pages for keys and for money, the list
of devices; or by showing, or hiding again, the lines that were heard twice."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person must know: what happened, and why or what to do.

    `code` is stable; that of a source ends in its name, as in "lost:microphone" and "silent:system".
    """

    code: str
    title: str
    body: str
    severity: Literal["info", "warning", "error"] = "warning"
    ways: tuple[WayOut, ...] = ()


class Listener:
    """What is told of a meeting while it runs; each method may be overridden. On the meeting's loop."""

    def heard(self, event: AnyEvent) -> None:
        """An event. A final is in the database by now, or a notice says that it cannot be saved yet."""

    def changed(self, change: Change) -> None:
        """What the event just heard changed in the transcript, or that a row was saved after all."""

    def state_changed(self, state: State) -> None:
        """The meeting does something else now."""

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        """All that the person must know at this moment, in the order in which it came up."""
