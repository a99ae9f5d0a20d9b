"""What the program itself says in a transcript: sound that was not heard, and who listens from here on."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from captioner.meeting.engine import server_of
from captioner.settings.choices import Settings
from captioner.streaming.errors import ConfigurationError
from captioner.transcript.model import GapRow, SeamRow
from captioner.transcript.plain import plain
from captioner.transcript.wording import clock

NoteKind = Literal["warn", "info", "good"]
"""The state whose colour a note wears, by its role among the colours."""


@dataclass(frozen=True, slots=True)
class Note:
    """A row in the program's own words. `is_band`: it stands for time of its own, so it is a band."""

    icon: str
    kind: NoteKind
    title: str
    detail: str
    is_band: bool

    @property
    def text(self) -> str:
        """All of it, as it is read aloud and searched."""
        return f"{self.title}. {self.detail}" if self.detail else self.title


def note_of(row: GapRow | SeamRow) -> Note:
    """The words of a row that nobody said."""
    if isinstance(row, GapRow):
        times = _tr("{} to {}").format(clock(row.start), clock(row.end))
        detail = f"{sentence(in_short(row.cause))} {times}".strip()
        return Note("gap", "warn", _gap_title(row), detail, is_band=True)
    if row.new == "local":
        return Note("local", "info", took_over(row.new), no_words_lost(in_short(row.reason)), is_band=False)
    title = back_on(row.new) if row.old == "local" else took_over(row.new)
    return Note("cloud", "good", title, sentence(in_short(row.reason)), is_band=False)


def engine_name(name: str) -> str:
    """An engine as people call it; `name` as the session says it."""
    match name:
        case "deepgram":
            return "Deepgram"
        case "local":
            return _tr("Local engine")
        case _:
            return plain(name)


def server_shown(engine: str, settings: Settings) -> str:
    """Where an engine listens: the server's name, its address where that has none, or here."""
    if engine != "deepgram":
        return _tr("On this computer")
    try:
        return server_of(settings)
    except ConfigurationError:
        return settings.deepgram_url


def took_over(name: str) -> str:
    """`Local engine took over`."""
    return _tr("{} took over").format(engine_name(name))


def back_on(engine: str, server: str = "") -> str:
    """`Back on Deepgram`; `server` is what people call a network engine's server, where that is known."""
    if engine == "local":
        return _tr("Back on the local engine")
    return _tr("Back on {}").format(server or engine_name(engine))


def no_words_lost(reason: str) -> str:
    """Why another engine listens, and that it began where the first one ended."""
    return f"{sentence(reason)} {_tr('No words lost.')}".strip()


def in_short(reason: str) -> str:
    """A cause without its number and what stands behind it: `Deepgram does not know this key`."""
    return plain(reason).partition(": ")[0].partition(" (")[0]


def sentence(text: str) -> str:
    """A cause as a sentence: a capital in front, a full stop behind."""
    text = plain(text).strip()
    if not text:
        return ""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")


def span_words(seconds: float) -> str:
    """A length: `6 s`, `1 min 5 s`, from ten minutes on `12 min`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return _tr("{} s").format(whole)
    minutes, rest = divmod(whole, 60)
    if minutes >= 10 or not rest:
        return _tr("{} min").format(minutes)
    return _tr("{} min {} s").format(minutes, rest)


def _gap_title(gap: GapRow) -> str:
    seconds = max(1, round(gap.end - gap.start))
    if gap.state == "final":
        return _tr("{} not heard").format(span_words(seconds))
    words = _tr("{} is being heard again") if seconds == 1 else _tr("{} are being heard again")
    return words.format(span_words(seconds))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Notes", text)
