"""What the program is doing, as an icon, a word and what it means for the person."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from captioner.meeting.listener import State
from captioner.ui.tokens import Tokens

StatusKind = Literal[
    "ready", "starting", "listening", "paused", "reconnecting", "stopping", "no_sound", "error", "good"
]


@dataclass(frozen=True, slots=True)
class Status:
    """One line of state. `detail`: what it means. `ahead`: what comes next, where else the time stands."""

    kind: StatusKind
    word: str
    detail: str = ""
    ahead: str = ""


@dataclass(frozen=True, slots=True)
class StatusLook:
    """How a kind of status looks: its icon, its colour and the tint behind it (None: no tint)."""

    icon: str
    colour: str
    tint: str | None


def status_of(state: State, detail: str = "", ahead: str = "") -> Status:
    """A meeting's state in words."""
    match state:
        case State.IDLE:
            return Status("ready", _tr("Ready"), detail, ahead)
        case State.STARTING:
            return Status("starting", _tr("Starting"), detail, ahead)
        case State.LISTENING:
            return Status("listening", _tr("Listening"), detail, ahead)
        case State.PAUSED:
            return Status("paused", _tr("Paused"), detail or _tr("Nothing is heard or kept"), ahead)
        case State.RECONNECTING:
            return Status("reconnecting", _tr("Reconnecting"), detail, ahead)
        case State.STOPPING:
            return Status("stopping", _tr("Saving"), detail or _tr("The last words are being heard"), ahead)


def look_of(kind: StatusKind, tokens: Tokens) -> StatusLook:
    """The look of a kind of status in a theme."""
    match kind:
        case "listening":
            return StatusLook("live", tokens.accent_text, None)
        case "ready":
            return StatusLook("caption", tokens.idle, None)
        case "starting":
            return StatusLook("local", tokens.idle, None)
        case "stopping":
            return StatusLook("clock", tokens.idle, None)
        case "paused":
            return StatusLook("pause", tokens.idle, tokens.idle_bg)
        case "reconnecting":
            return StatusLook("reconnect", tokens.warn, tokens.warn_bg)
        case "no_sound":
            return StatusLook("micoff", tokens.warn, tokens.warn_bg)
        case "error":
            return StatusLook("error", tokens.error, tokens.error_bg)
        case "good":
            return StatusLook("check", tokens.good, tokens.good_bg)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Status", text)
