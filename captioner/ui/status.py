"""What the program is doing, as an icon, a word and what it means for the person."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from PySide6.QtCore import QCoreApplication

from captioner.meeting.listener import Notice, State
from captioner.transcript.plain import plain
from captioner.ui.notes import back_on, in_short, no_words_lost, span_words, took_over
from captioner.ui.tokens import Tokens

StatusKind = Literal[
    "ready",
    "starting",
    "listening",
    "paused",
    "reconnecting",
    "fallback",
    "stopping",
    "no_sound",
    "error",
    "good",
    "held",
    "catching_up",
]

_QUIET: frozenset[StatusKind] = frozenset({"ready", "starting", "listening", "good"})
"""What the reader need not know while captions are held. Trouble and a pause are said all the same."""


@dataclass(frozen=True, slots=True)
class Status:
    """One line of state. `detail`: what it means. `ahead`: what comes next, where else the time stands.

    `short` is said instead of `word` where that has no room. `is_behind`: `ahead` says how many words the
    reader has not seen. `is_answer`: to what the person just did; it comes before all else for a while.
    """

    kind: StatusKind
    word: str
    detail: str = ""
    ahead: str = ""
    short: str = ""
    is_behind: bool = False
    is_answer: bool = False


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
        case State.FALLBACK:
            return Status("fallback", took_over("local"), detail, ahead)
        case State.STOPPING:
            return Status("stopping", _tr("Saving"), detail or _tr("The last words are being heard"), ahead)


def reconnecting(kept: float, fallback_in: float | None, retry_in: float | None) -> Status:
    """Nobody listens: how much sound waits, and who comes next and when. All in seconds."""
    detail = _tr("{} of sound kept").format(span_words(kept))
    ahead = _next_try(retry_in)
    if fallback_in is not None:
        ahead = _tr("Local engine in {}").format(_countdown(fallback_in))
    return status_of(State.RECONNECTING, detail, ahead)


def fallback_listens(
    engine: str, reason: str, retry_in: float | None, *, is_understood: bool = True
) -> Status:
    """Another engine listens (`engine` as the session names it), why, and when the first one is tried.

    `is_understood`: it knows the language of the meeting.
    """
    detail = no_words_lost(in_short(reason)) if is_understood else _tr("It understands English only.")
    return Status("fallback", took_over(engine), detail, _next_try(retry_in))


def is_back(engine: str, server: str, heard_again: float) -> Status:
    """The first engine listens again; so many seconds are given to it once more."""
    detail = (
        _tr("{} are being heard again").format(span_words(round(heard_again))) if heard_again >= 2 else ""
    )
    return Status("good", back_on(engine, server), detail)


def is_improved(engine: str, server: str, seconds: float) -> Status:
    """The first engine has heard what another one had heard in its place."""
    return Status(
        "good", back_on(engine, server), _tr("{} heard again and improved").format(span_words(round(seconds)))
    )


def in_trouble(notice: Notice) -> Status:
    """A source is lost, silent or not understood, or nothing is saved: in the words of the notice."""
    short = {
        "lost": _tr("Device lost"),
        "silent": _tr("No sound"),
        "unheard": _tr("Nothing understood"),
        "disk": _tr("Not saved"),
    }
    kind = "error" if notice.severity == "error" or notice.code == "disk" else "no_sound"
    short_word = short.get(notice.code.partition(":")[0], "")
    return Status(kind, plain(notice.title), plain(notice.body), short=short_word)


def held(waiting: int, *, is_by_key: bool = False) -> Status:
    """Captions stand still, and how many words have come since. `is_by_key`: until it is pressed again."""
    detail = _tr("Scroll to look back, move away to catch up")
    if is_by_key:
        detail = _tr("Scroll to look back, same key to catch up")
    return Status("held", _tr("Held while you read"), detail, _more_words(waiting), is_behind=waiting > 0)


def catching_up(waiting: int) -> Status:
    """Words that came while captions stood still appear one by one; how many are left."""
    detail = _tr("Words come at a pace that can be read")
    return Status("catching_up", _tr("Catching up"), detail, _more_words(waiting), is_behind=waiting > 0)


def while_reading(
    status: Status,
    phase: Literal["live", "held", "catching_up"],
    waiting: int,
    *,
    is_by_key: bool = False,
) -> Status:
    """What the captions' strip says of a state. Trouble comes first, with what waits behind it."""
    if phase == "live":
        return status
    if status.kind in _QUIET and not status.is_answer:
        return held(waiting, is_by_key=is_by_key) if phase == "held" else catching_up(waiting)
    return replace(status, ahead=_more_words(waiting), is_behind=True) if waiting else status


def _more_words(count: int) -> str:
    if not count:
        return ""
    return _tr("+1 word") if count == 1 else _tr("+{} words").format(count)


def _next_try(retry_in: float | None) -> str:
    return "" if retry_in is None else _tr("Next try in {}").format(_countdown(retry_in))


def _countdown(seconds: float) -> str:
    """What is still to come is counted to the end: "0 s" would say that it is there."""
    return span_words(max(1, ceil(seconds)))


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
        case "fallback":
            return StatusLook("local", tokens.info, tokens.info_bg)
        case "no_sound":
            return StatusLook("micoff", tokens.warn, tokens.warn_bg)
        case "error":
            return StatusLook("error", tokens.error, tokens.error_bg)
        case "good":
            return StatusLook("check", tokens.good, tokens.good_bg)
        case "held":
            return StatusLook("pause", tokens.held, tokens.held_bg)
        case "catching_up":
            return StatusLook("down", tokens.held, tokens.held_bg)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Status", text)
