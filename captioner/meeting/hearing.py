"""Whether everything is heard that should be: what is to be said of the devices, and what was missed."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from captioner.audio.level import Meter
from captioner.audio.losses import UNPLUGGED
from captioner.audio.source import Loss
from captioner.audio.voice import Voices
from captioner.meeting.holes import Holes, Missed
from captioner.meeting.listener import Notice
from captioner.meeting.notices import Notices
from captioner.meeting.plan import Mix
from captioner.meeting.pump import Choice
from captioner.streaming.events import AnyEvent, GapEvent, StreamEvent
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

LOST_SECONDS = 0.5
"""A source that is back within this is no matter for a notice."""

SILENT_SECONDS = {"microphone": 10.0, "system": 40.0}
"""Digital silence for so long is worth a word. A call is silent while nobody else is in it."""

UNHEARD_SECONDS, SPOKEN_SECONDS = 45, 180.0
"""So much speech without a word within the last three minutes, and something is wrong."""

CLIPPED_SAMPLES, CLIPPED_SECONDS = 160, 10.0
"""A microphone that cuts off so many samples within so many seconds is too loud."""

QUIET_DBFS, QUIET_SECONDS = -52.0, 10
"""A voice that is fainter, over so many seconds of speech, is hard to understand."""

SLEEP_SECONDS = 5.0
"""The meeting clock that is ahead of the loop's by more: the computer was asleep."""

STALL_SECONDS = 1.0
GRACE_SECONDS = 3.0
"""A loop that stood still for longer has not heard what the sources kept; they bring it within this, and what
they say of a loss meanwhile is not to be believed."""

NOT_CONNECTED = "The chosen sound device is not connected"

SOURCE_CODES = ("lost", "silent", "unheard", "loud", "quiet")


@dataclass(slots=True)
class _Channel:
    """What is known of one channel since it hears `choice`."""

    choice: Choice
    begun: int
    fresh: int
    """From where it is heard, and from where silence counts (16 kHz samples)."""
    device: str | None = None  # the last one that was heard
    was_there: bool = False  # the device itself was heard, not only what stands in for it
    cause: str = ""  # of the last loss of what was heard
    is_lost: bool = False
    spoken: deque[int] = field(default_factory=deque[int])  # where each second of speech since a word lies
    voices: deque[float] = field(default_factory=lambda: deque[float](maxlen=QUIET_SECONDS))
    clipped: deque[tuple[int, int]] = field(default_factory=deque[tuple[int, int]])

    @property
    def name(self) -> str:
        return self.choice[0] or ""


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is looked: `position` on the meeting clock, and `seconds` on the loop's.

    `heard` is what each channel is to hear, None = off. `is_listening`: an engine hears, and is not behind.
    """

    position: int
    seconds: float
    mix: Mix | None
    heard: Sequence[Choice | None]
    is_listening: bool


class Hearing:
    """Hears every frame and every event of a meeting, and is asked to `look` a few times a second.

    What the person must know goes to `notices`, what was not heard is returned. Nothing is said of a channel
    that is off, nor of a pause (`end`). Whatever has no devices, a recording, is only measured.
    """

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._holes = Holes()
        self._meter: Meter | None = None
        self._voices: Voices | None = None
        self._spoken_before = False
        self._channels: dict[int, _Channel] = {}
        self._reached: int | None = None
        self._leap: tuple[int, int] | None = None
        self._is_told = False  # whether the leap is, as a loss of every channel
        self._stood: int | None = None  # since when nothing was done, until `_excused`
        self._looked: Moment | None = None
        self._excused = 0  # until there (16 kHz samples) no loss is believed

    @property
    def levels(self) -> tuple[float, ...]:
        """Loudness of each channel of late, in dBFS; empty while nothing is heard."""
        return self._meter.levels if self._meter else ()

    @property
    def peaks(self) -> tuple[float, ...]:
        """The highest samples of each channel of late, in dBFS; empty while nothing is heard."""
        return self._meter.peaks if self._meter else ()

    # -- what comes in

    def hear(self, frame: AudioFrame) -> None:
        """The next frame of the source."""
        if self._meter is None or self._voices is None:
            self._meter = Meter(frame.channels, start=frame.start)
            self._voices = Voices(frame.channels)
        self._meter.hear(frame)
        self._holes.hear(frame)
        if self._reached is not None and frame.start - self._reached > SAMPLE_RATE:
            self._leap = (self._reached, frame.start)
            self._is_told = all(channel.is_lost for channel in self._channels.values())
        self._reached = frame.end
        if self._channels:
            for loudness in self._voices.hear(frame):
                self._note_voices(loudness)

    def follow(self, event: AnyEvent) -> None:
        """What the session says: words of a channel say that it is understood."""
        match event:
            case StreamEvent.Transcript(transcript=text, channel_index=index) if text.strip():
                if channel := self._channels.get(index):
                    channel.spoken.clear()
                    self._notices.forget(f"unheard:{channel.name}")
            case _:
                pass

    def _note_voices(self, loudness: tuple[float | None, ...]) -> None:
        """A second in which somebody spoke on some channels, and how loud."""
        is_call = len(loudness) > 1 and loudness[1] is not None
        for index, voice in enumerate(loudness):
            channel = self._channels.get(index)
            if channel is None or voice is None:
                continue
            # While the others speak, a voice in the microphone may be theirs, out of the loudspeaker.
            if index == 0 and (is_call or self._spoken_before):
                continue
            channel.spoken.append(self._looked.position if self._looked else 0)
            channel.voices.append(voice)
        self._spoken_before = is_call

    # -- what is found

    def look(self, moment: Moment) -> list[Missed]:
        """See how things stand; returns what was not heard."""
        before, self._looked = self._looked, moment
        self._attend(moment)
        stood = self._see_standstill(before, moment) if before else []
        for index, channel in self._channels.items():
            loss = moment.mix.losses[index] if moment.mix else None
            if loss is None or moment.position >= self._excused:
                self._see_loss(index, channel, loss, moment)
            if loss:
                channel.fresh = moment.position  # that it is silent is no wonder
                channel.spoken.clear()
                channel.voices.clear()
            self._see_device(channel, moment.mix.devices[index] if moment.mix else None)
            self._see_silence(index, channel, moment.position)
            self._see_speech(channel, moment)
            if channel.name == "microphone":
                self._see_clipping(index, channel, moment.position)
        return [*stood, *self._holes.missed(moment.position)]

    def end(self) -> list[Missed]:
        """Nothing is captured any more: a pause, or the end."""
        for index in tuple(self._channels):
            self._leave(index)
        missed = self._holes.end(self._looked.position) if self._looked else []
        self._looked = self._meter = self._voices = self._reached = self._leap = self._stood = None
        return missed

    def _attend(self, moment: Moment) -> None:
        """Begin with a channel that is on, and let go of one that is off, or is to hear another device."""
        for index, choice in enumerate(moment.heard):
            known = self._channels.get(index)
            if known and known.choice != choice:
                self._leave(index)
            if choice and (known is None or known.choice != choice):
                self._channels[index] = _Channel(choice, moment.position, moment.position)

    def _leave(self, index: int) -> None:
        channel = self._channels.pop(index)
        self._notices.forget(*(f"{code}:{channel.name}" for code in SOURCE_CODES))
        if self._looked:
            self._holes.close(index, self._looked.position)

    def _see_standstill(self, before: Moment, moment: Moment) -> list[Missed]:
        """Between two looks the loop stood still, or the program, or the whole computer.

        Of the sound meanwhile the sources kept some, and bring it; what they did not keep was missed.
        """
        stood = moment.seconds - before.seconds
        slept = (moment.position - before.position) / SAMPLE_RATE - stood
        leap, self._leap = self._leap, None
        if max(slept, stood) > STALL_SECONDS:
            self._stood = before.position
            self._excused = moment.position + round(GRACE_SECONDS * SAMPLE_RATE)
            for channel in self._channels.values():
                channel.fresh = moment.position
        if slept > SLEEP_SECONDS:
            self._stood = None
            reached = before.position if self._reached is None else self._reached
            # Frames may have come since it awoke. What a device is missing beyond that is a loss of its own.
            since, until = leap or (reached, moment.position)
            return self._missed(since, until, "The computer was asleep")
        if leap is None or self._stood is None or self._is_told:
            return []
        # Silence of a program is a leap, too: only what lies about the standstill is its own.
        since, until = max(leap[0], self._stood - SAMPLE_RATE), min(leap[1], self._excused)
        return self._missed(since, until, "The program stood still") if until - since > SAMPLE_RATE else []

    def _missed(self, since: int, until: int, cause: str) -> list[Missed]:
        gap = GapEvent(since / SAMPLE_RATE, until / SAMPLE_RATE, cause, "final")
        return [Missed(gap, is_over=True)] if self._channels else []

    def _see_loss(self, index: int, channel: _Channel, loss: Loss | None, moment: Moment) -> None:
        code = f"lost:{channel.name}"
        channel.is_lost = loss is not None
        if loss:
            if loss.cause != "missing":  # nobody has missed anything of a microphone that never was there
                channel.cause = loss.message
                self._holes.open(index, max(loss.since, channel.begun), loss.message)
            if moment.position - loss.since >= LOST_SECONDS * SAMPLE_RATE:
                self._notices.note(Notice(code, loss.message, _sentence(loss.hint), ways=("sources",)))
            return
        self._holes.close(index, moment.position)
        if moment.mix and moment.mix.substitutes[index] and (device := moment.mix.devices[index]):
            title = channel.cause or (UNPLUGGED.message if channel.was_there else NOT_CONNECTED)
            self._notices.note(Notice(code, title, f"Captions go on with {device}.", ways=("sources",)))
        else:
            channel.was_there |= bool(moment.mix and moment.mix.devices[index])
            self._notices.forget(code)

    def _see_device(self, channel: _Channel, device: str | None) -> None:
        """How loud a voice was on another device says nothing of this one."""
        if device != channel.device:
            channel.device = device
            channel.voices.clear()

    def _see_silence(self, index: int, channel: _Channel, position: int) -> None:
        silent = (position - channel.fresh) / SAMPLE_RATE
        if self._meter:
            silent = min(silent, self._meter.silent_for(position)[index])
        least = SILENT_SECONDS[channel.name]
        code = f"silent:{channel.name}"
        if silent < least:
            self._notices.forget(code)
        elif channel.name == "microphone":
            body = "It is muted in the system, or the wrong one is chosen."
            self._notices.note(Notice(code, "Your microphone is silent", body, ways=("sources",)))
        else:
            title = f"No sound from the call for {least:.0f} s"
            body = "The call may play on another device."
            self._notices.note(Notice(code, title, body, ways=("sources",)))

    def _see_speech(self, channel: _Channel, moment: Moment) -> None:
        while channel.spoken and channel.spoken[0] < moment.position - SPOKEN_SECONDS * SAMPLE_RATE:
            channel.spoken.popleft()
        if len(channel.spoken) >= UNHEARD_SECONDS and moment.is_listening:
            what = "your microphone" if channel.name == "microphone" else "the call"
            title = f"No words from {what} for {UNHEARD_SECONDS} s"
            body = "Somebody speaks, and nothing is understood. It may be another language."
            self._notices.note(Notice(f"unheard:{channel.name}", title, body, ways=("settings", "sources")))
        if channel.name == "microphone":
            self._see_voice(channel)

    def _see_voice(self, channel: _Channel) -> None:
        code = f"quiet:{channel.name}"
        if len(channel.voices) == QUIET_SECONDS and median(channel.voices) < QUIET_DBFS:
            body = "Come closer to it, or turn it up in the system."
            self._notices.note(Notice(code, "Your microphone is very quiet", body, "info", ("sources",)))
        else:
            self._notices.forget(code)

    def _see_clipping(self, index: int, channel: _Channel, position: int) -> None:
        if self._meter is None:
            return
        counts = channel.clipped
        counts.append((position, self._meter.clipped[index]))
        while counts[0][0] < position - CLIPPED_SECONDS * SAMPLE_RATE:
            counts.popleft()
        code = f"loud:{channel.name}"
        if counts[-1][1] - counts[0][1] > CLIPPED_SAMPLES:
            body = "Parts of it are cut off. Turn it down in the system."
            self._notices.note(Notice(code, "Your microphone is too loud", body, "info"))
        else:
            self._notices.forget(code)


def _sentence(hint: str) -> str:
    return f"{hint}." if hint and not hint.endswith(".") else hint
