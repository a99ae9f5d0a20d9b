"""The utterance that is being said, joined from its finals."""

import re

from captioner.streaming.events import AnyEvent, GapEvent, TranscriptEvent, UtteranceEndEvent

_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese with their punctuation: between their words is no space."""


def joined(texts: list[str]) -> str:
    """Texts one behind the other, with a space where their script has one."""
    whole = ""
    for text in texts:
        is_tight = whole and text and _UNSPACED.match(whole[-1]) and _UNSPACED.match(text[0])
        whole += text if is_tight or not whole else f" {text}"
    return whole


class Accumulated:
    """The finals of each channel since its last utterance end, as of the event last yielded.

    At `UtteranceEnd` the text still holds that utterance; the next event clears it.
    """

    def __init__(self) -> None:
        self._texts: dict[tuple[int, bool], list[str]] = {}  # what is heard late is accumulated apart
        self._ended: tuple[int, bool] | None = None
        self._channel = (0, False)

    @property
    def text(self) -> str:
        """That of the channel of the text or utterance end last yielded."""
        return joined(self._texts.get(self._channel, []))

    def yielded(self, event: AnyEvent) -> None:
        """Take the event that is handed to the reader now."""
        if self._ended is not None:
            self._texts.pop(self._ended, None)
            self._ended = None
        if isinstance(event, GapEvent) and event.state == "pending":
            # What was being said is said to its end where the gap is heard.
            for channel in [channel for channel, is_backfill in self._texts if not is_backfill]:
                self._texts[channel, True] = self._texts.pop((channel, False))
        if isinstance(event, TranscriptEvent):
            self._channel = event.channel_index, event.is_backfill
            if event.is_final and event.transcript:
                self._texts.setdefault(self._channel, []).append(event.transcript)
        elif isinstance(event, UtteranceEndEvent):
            self._channel = self._ended = event.channel_index, event.is_backfill
