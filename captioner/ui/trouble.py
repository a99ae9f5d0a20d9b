"""What went wrong with an engine, as a notice: what happened, why, and what the person can do."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from captioner.meeting.listener import Notice, WayOut
from captioner.streaming.errors import CaptionerError
from captioner.streaming.events import ErrorEvent
from captioner.ui.notes import engine_name, in_short, sentence, span_words

CURABLE = frozenset({"authentication", "quota", "permission", "rate_limit", "configuration", "format"})
"""What stays wrong until somebody does something; the rest passes."""


def trouble_notice(error: ErrorEvent, server: str, meanwhile: str) -> Notice:
    """An error of the engine at `server` while the meeting goes on; `meanwhile`: how it goes on, in words."""
    title, why = _words(error, server)
    ways = ("settings",) if error.category in ("configuration", "format") else _ways(error.category, server)
    return Notice(f"engine:{error.category}", title, f"{why} {meanwhile}".strip(), ways=ways)


def lost_notice(reason: str, meanwhile: str) -> Notice:
    """The line broke, and nobody said more of it."""
    title, why = _apart(reason)
    return Notice("engine:lost", title, f"{why} {meanwhile}".strip())


def kept_meanwhile(seconds: float) -> str:
    """Nobody listens, and so much sound waits."""
    return _tr("{} of sound kept.").format(span_words(seconds))


def listens_meanwhile(engine: str, *, is_understood: bool) -> str:
    """Another engine listens, as the session names it; whether it knows the language."""
    goes_on = _tr("{} goes on.").format(_tr("The local engine") if engine == "local" else engine_name(engine))
    return f"{goes_on} {_tr('Nothing is lost.')}" if is_understood else goes_on


def in_our_words(notice: Notice) -> Notice:
    """A meeting's notice; what the session said in terms of its options is said for people."""
    if notice.code != "fallback_language":
        return notice
    title = _tr("The local engine understands English only")
    return replace(notice, title=title, body=_tr("What is said in another language comes out wrong."))


def ended_notice(code: str, error: CaptionerError, server: str) -> Notice:
    """What ended something, or did not let it begin, with the ways out that are known for it."""
    return Notice(code, error.message, error.hint, "error", _ways(error.category, server))


def _words(error: ErrorEvent, server: str) -> tuple[str, str]:
    """What happened, and why if that is known."""
    match error.category:
        case "authentication" if error.request_id:
            return (
                _tr("{} does not know this key").format(server),
                _tr("It may have been deleted, or a character is missing."),
            )
        case "quota":
            return _tr("{} says the credit is used up").format(server), ""
        case "permission":
            return _tr("This key may not do this"), sentence(error.message)
        case "rate_limit":
            return _tr("Too many sessions on this key"), _tr("Another program may use it.")
        case _:
            title, why = _apart(error.message)
            return title, f"{why} {sentence(error.hint)}".strip()


def _apart(message: str) -> tuple[str, str]:
    """`No way to Deepgram: connection refused` as a title and a sentence."""
    return sentence(in_short(message)).removesuffix("."), sentence(message.partition(": ")[2])


def _ways(category: str, server: str) -> tuple[WayOut, ...]:
    """The provider's own pages help only where it is the provider."""
    is_deepgram = server == "Deepgram"
    match category:
        case "authentication" | "permission":
            return ("settings", "console") if is_deepgram else ("settings",)
        case "quota":
            return ("billing",) if is_deepgram else ()
        case _:
            return ()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Trouble", text)
