"""What is told of a meeting while it runs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from captioner.streaming.events import AnyEvent
from captioner.transcript.model import Change


class State(StrEnum):
    """What a meeting is doing."""

    IDLE = "idle"
    STARTING = "starting"
    LISTENING = "listening"
    PAUSED = "paused"
    RECONNECTING = "reconnecting"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person must know: what happened, and why or what to do. `code` is stable."""

    code: str
    title: str
    body: str
    severity: Literal["info", "warning", "error"] = "warning"


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
