"""An engine that plays a script: for tests, demonstrations and pictures."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from captioner.streaming.engines.engine import Capabilities, LinkLost, LinkMessage, Progress
from captioner.streaming.events import TranscriptEvent, UtteranceEndEvent
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples, Sound
from captioner.streaming.options import StreamingOptions


@dataclass(frozen=True, slots=True)
class Break:
    """In a script: the link breaks here."""

    reason: str = "the script broke the link"


Step = tuple[float, LinkMessage | Break]
"""When (seconds of sound given to the link) what is said."""


def spoken(
    text: str, start: float, end: float, channel: int = 0, segment: str | None = None
) -> tuple[Step, ...]:
    """The steps of one line, word by word, as an engine says it: interims, a final, the utterance's end."""
    words = text.split()
    name = segment or f"{channel}@{start}"
    steps: list[Step] = []
    for count in range(1, len(words) + 1):
        said = start + (end - start) * count / len(words)
        interim = TranscriptEvent(name, 0, " ".join(words[:count]), start, said, channel_index=channel)
        steps.append((said, interim))
    final = TranscriptEvent(
        name, 0, text, start, end, is_final=True, speech_final=True, channel_index=channel
    )
    return (*steps, (end, final), (end, UtteranceEndEvent(end, "pause", channel)))


class ScriptedEngine:
    """Says each step once as much sound was given. Each link after a `Break` begins the script anew.

    `scripts`: one for each link in order; the last one serves all further links.
    """

    def __init__(self, *scripts: Sequence[Step], name: str = "scripted") -> None:
        self._scripts = scripts or ((),)
        self.capabilities = Capabilities(name, finals_tile=False, languages=None, max_channels=20)
        self.links: list[ScriptedLink] = []

    async def connect(self, options: StreamingOptions) -> "ScriptedLink":
        """A link that plays the next script."""
        script = self._scripts[min(len(self.links), len(self._scripts) - 1)]
        link = ScriptedLink(script, options.speech_channels)
        self.links.append(link)
        return link


class ScriptedLink:
    """Plays one script against the sound it is given."""

    request_id = None

    def __init__(self, script: Sequence[Step], channels: int) -> None:
        self._steps = sorted(script, key=lambda step: step[0])
        self._channels = channels
        self._said: asyncio.Queue[LinkMessage | Break | None] = asyncio.Queue()
        self._open: dict[str, TranscriptEvent] = {}
        self._settled = [0.0] * channels
        self.given: list[Samples] = []
        self.configured: list[tuple[str, ...]] = []
        self.is_closed = False

    @property
    def seconds(self) -> float:
        """How much sound it was given."""
        return sum(len(samples) for samples in self.given) / SAMPLE_RATE

    async def send(self, sound: Sound) -> None:
        assert isinstance(sound, AudioFrame)
        self.given.append(sound.samples)
        self._play(self.seconds)

    async def keep_alive(self) -> None:
        """A script waits as long as it takes."""

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        self.configured.append(tuple(keyterms or ()))

    async def finalize(self) -> None:
        """Settle open lines with their newest words."""
        for interim in list(self._open.values()):
            final = TranscriptEvent(
                interim.segment_id,
                0,
                interim.transcript,
                interim.start,
                interim.end,
                is_final=True,
                channel_index=interim.channel_index,
            )
            self._say(final)
            self._say(UtteranceEndEvent(interim.end, "finish", interim.channel_index))

    async def finish(self) -> None:
        await self.finalize()
        self._said.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[LinkMessage]:
        while (message := await self._said.get()) is not None:
            if isinstance(message, Break):
                raise LinkLost(message.reason)
            yield message

    async def close(self) -> None:
        self.is_closed = True

    def _play(self, seconds: float) -> None:
        while self._steps and self._steps[0][0] <= seconds + 1e-9:
            self._say(self._steps.pop(0)[1])
        for channel in range(self._channels):
            starts = [line.start for line in self._open.values() if line.channel_index == channel]
            self._settled[channel] = max(self._settled[channel], min([seconds, *starts]))
            self._said.put_nowait(Progress(channel, seconds, self._settled[channel]))

    def _say(self, message: LinkMessage | Break) -> None:
        if isinstance(message, TranscriptEvent):
            if message.is_final:
                self._open.pop(message.segment_id, None)
            else:
                self._open[message.segment_id] = message
        self._said.put_nowait(message)
