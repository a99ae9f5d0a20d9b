"""The utterance that is being said, joined from its finals."""

from captioner.streaming.events import AnyEvent, TranscriptEvent, UtteranceEndEvent


class Accumulated:
    """The finals of each channel since its last utterance end, as of the event last yielded.

    At `UtteranceEnd` the text still holds that utterance; the next event clears it.
    """

    def __init__(self) -> None:
        self._texts: dict[int, list[str]] = {}
        self._ended: int | None = None
        self._channel = 0

    @property
    def text(self) -> str:
        """That of the channel of the text or utterance end last yielded."""
        return " ".join(self._texts.get(self._channel, []))

    def yielded(self, event: AnyEvent) -> None:
        """Take the event that is handed to the reader now."""
        if self._ended is not None:
            self._texts.pop(self._ended, None)
            self._ended = None
        if isinstance(event, TranscriptEvent):
            self._channel = event.channel_index
            if event.is_final and event.transcript:
                self._texts.setdefault(event.channel_index, []).append(event.transcript)
        elif isinstance(event, UtteranceEndEvent):
            self._channel = self._ended = event.channel_index
