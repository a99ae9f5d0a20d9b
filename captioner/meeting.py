"""One meeting from sound to store: frames in, events out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


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
