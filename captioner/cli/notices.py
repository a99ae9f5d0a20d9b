"""What a meeting says beside its captions: on stderr, one line for each matter."""

import sys
import time

from captioner.meeting.listener import HEARING, Listener, Notice
from captioner.meeting.meeting import Meeting
from captioner.secrets import ENVIRONMENT_NAME
from captioner.streaming import AnyEvent, StreamEvent
from captioner.transcript.plain import plain
from captioner.transcript.wording import clock

REPEAT = 5.0
"""Seconds for which it is not said again that the engine is still lost."""

_BACK = {"lost:microphone": "Your microphone is heard again", "lost:system": "The call is heard again"}
"""What is said when a device is back, by the code of the notice that it was lost."""


class NoticeLines(Listener):
    """Each notice once; who is lost, who listens instead and who is back; what is not heard, or late.

    `server`: what people call the network engine's server.
    """

    def __init__(self, meeting: Meeting, server: str) -> None:
        self._meeting = meeting
        self._server = server
        self._said: dict[str, str] = {}
        self._cause = ""  # why the engine is lost, if that was said: it is said once
        self._refusal = ""  # the same, where trying again does not help
        self._told_at = 0.0

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        standing = {notice.code: f"{notice.title}. {notice.body}".strip() for notice in notices}
        known = set(self._said.values())  # a server that is gone takes two devices with it
        for code, words in standing.items():
            # Of a device that is lost there may be more to say, as what is heard in its place.
            is_new = code not in self._said or (code in _BACK and words != self._said[code])
            if is_new and words not in known:
                _complain(words)
                known.add(words)
        if self._meeting.state in HEARING:
            for code in sorted(_BACK.keys() & self._said.keys() - standing.keys()):
                _complain(_BACK[code])
        self._said = standing

    def heard(self, event: AnyEvent) -> None:
        match event:
            case StreamEvent.Disconnected():
                self._tell_loss(event)
            case StreamEvent.Error(recoverable=True):
                self._cause = self._refusal = event.message
                _complain(_error_words(event))
            case StreamEvent.EngineChanged(new="deepgram"):
                self._cause = ""
                _complain(f"Back on {self._server}")
            case StreamEvent.EngineChanged():
                self._tell_relief(event)
            case StreamEvent.Reconnected(outage=outage, replayed=replayed):
                self._cause = ""
                again = f"; {replayed:.1f} s of sound are heard again" if replayed else ""
                _complain(f"{self._server} is back after {outage:.1f} s{again}")
            case _ if line := _missing(event):
                _complain(line)
            case _:
                pass

    def _tell_loss(self, event: StreamEvent.Disconnected) -> None:
        now, is_known = time.monotonic(), event.reason == self._cause
        if is_known and now - self._told_at < REPEAT:
            return
        cause = f"{self._server} is still lost" if is_known else _words(event.reason)
        self._cause, self._told_at = event.reason, now
        kept = self._meeting.session.stats.kept
        _complain(f"{cause}. {kept:.0f} s of sound are kept; next try in {event.retry_in:.1f} s")

    def _tell_relief(self, event: StreamEvent.EngineChanged) -> None:
        cause = "" if event.reason == self._cause else f": {_words(event.reason)}"
        is_over = event.reason == self._refusal
        cure = "" if is_over else f"; {self._server} is tried again every few seconds"
        _complain(f"Local engine took over{cause}. Nothing is lost{cure}")


def _error_words(event: StreamEvent.Error) -> str:
    """Cause and cure; the provider's support asks for the request's name."""
    is_missing = event.category == "authentication" and event.request_id is None
    cure = f"Set {ENVIRONMENT_NAME}, or keep a key in the program's settings" if is_missing else event.hint
    request = f" (request {event.request_id})" if event.request_id else ""
    return f"{_words(event.message)}. {cure}{request}"


def _missing(event: AnyEvent) -> str:
    """What is said of sound that nobody has heard, empty for everything else."""
    match event:
        case StreamEvent.Gap(start=start, end=end, state="pending"):
            return f"{_stretch(start, end)} was missed. It is heard now, beside what is said"
        case StreamEvent.Gap(start=start, end=end, cause=cause):
            return f"{_stretch(start, end)} is not heard: {_words(cause)}"
        case StreamEvent.GapFilled(start=start, end=end):
            return f"{_stretch(start, end)} was heard after all"
        case StreamEvent.Superseded(start=start, end=end):
            return f"{_stretch(start, end)} was heard again: the transcript has the better text"
        case _:
            return ""


def _stretch(start: float, end: float) -> str:
    return f"Sound of {end - start:.1f} s at {clock(start)}"


def _words(reason: str) -> str:
    return reason.rstrip(".")


def _complain(words: str) -> None:
    print(plain(f"captioner: {words}"), file=sys.stderr, flush=True)  # some are a server's own
