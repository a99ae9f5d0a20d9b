"""Why a live source gives no sound, in words for people."""

from dataclasses import dataclass

from captioner.audio.source import Cause


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a loss: what happened, and what to do."""

    cause: Cause
    message: str
    hint: str


UNPLUGGED = Reason("unplugged", "The sound device was unplugged", "Connect it again, or choose another")
STOPPED = Reason("server", "The sound server stopped", "Captions go on when it is back")
HUNG = Reason("server", "The sound server does not answer", "Captions go on when it answers")
DUMB = Reason("server", "The sound server gives no sound", "Captions go on when it does")
BUSY = Reason("busy", "Another program holds the sound device", "Close that program, or choose another")
DENIED = Reason(
    "denied", "The system does not allow recording", "Allow this program to record in the system's settings"
)
FORMAT = Reason("format", "The sound device gives no sound that can be read", "Choose another sound device")
ELSEWHERE = Reason(
    "failed", "The sound server gave another device than the one asked for", "Choose another sound device"
)

_SAID = {
    # libpulse's words for its errors.
    "access denied": DENIED,
    "no authentication key": DENIED,
    "device or resource busy": BUSY,
    "entity exists": BUSY,
    "not supported": FORMAT,
    "invalid argument": FORMAT,
    "invalid sample specification": FORMAT,
    "entity killed": UNPLUGGED,
    "no such entity": UNPLUGGED,
    "connection terminated": STOPPED,
    "connection refused": STOPPED,
    "timeout": HUNG,
}


def reason_of(words: str) -> Reason:
    """What parec's last words mean; its own words where they are not known."""
    said = words.casefold()
    known = next((reason for text, reason in _SAID.items() if text in said), None)
    return known or Reason("failed", f"Recording does not work: {words}", "Choose another sound device")
