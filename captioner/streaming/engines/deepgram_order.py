"""The finals of one channel in the order of their time, and each stretch of it once. Sans-I/O.

Finals of a server like Deepgram tile the time line: each begins where the one before ended. So one that
begins later has overtaken another and waits for it; one that begins earlier says again what was said, and of
that only the words that are new remain. What counts is time, never the text: "yes." "yes." are two.
"""

from bisect import insort
from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from msgspec.structs import replace

from captioner.streaming.accumulated import joined
from captioner.streaming.engines.deepgram_wire import Channel, Results, UtteranceEnd

SLACK_SECONDS = 0.05
"""Two windows nearer than this touch each other: servers round."""

PARKED_MESSAGES, PARKED_SECONDS = 32, 10.0
"""What is held back behind a hole, at most: messages, and sound from the hole's end on."""

QUIET_SECONDS, SOON_SECONDS = 2.0, 0.25
"""Whoever was overtaken comes at once, or not at all: what waits is released when the server says nothing for
so long. The latter where the hole looks like silence that was passed over, as other servers do."""

_MOST_HOLES = 32

Span = tuple[float, float]


class Piece(NamedTuple):
    """A message and the stretch of time it is about."""

    start: float
    end: float
    message: Results | UtteranceEnd


class Order:
    """`reached`: how far the finals go. `parked`: what waits for a hole behind that to be filled, in order.

    `seen_from`: where the first interim since the last final began, None = there was none.
    """

    __slots__ = ("_holes", "_is_patient", "parked", "reached", "seen_from")

    def __init__(self) -> None:
        self.reached = 0.0
        self.seen_from: float | None = None
        self.parked: list[Piece] = []
        self._is_patient = True
        self._holes: list[Span] = []  # passed over; what fills them later is heard all the same

    @property
    def patience(self) -> float:
        """Seconds without a message after which what waits is to be released."""
        return QUIET_SECONDS if self._is_patient and self.reached else SOON_SECONDS

    def final(self, start: float, end: float, message: Results) -> list[Piece]:
        """A final that is not simply the next one: what may be said now."""
        piece = Piece(start, end, message)
        if not message.duration:
            return [piece]  # it does not tell its time
        if start > self.reached + SLACK_SECONDS:
            if not self.parked:
                # Interims came, and all lie behind the hole: nothing was begun in it.
                self._is_patient = self.seen_from is None or self.seen_from < start - SLACK_SECONDS
            return self._park(piece)
        return [*self._fresh(piece), *self._follow()]

    def interim(self, start: float, end: float, message: Results) -> list[Piece]:
        """An interim that is late, or comes while finals wait: what may be said now."""
        if not message.duration:
            return [Piece(start, end, message)]
        if end <= self.reached + SLACK_SECONDS:
            return []
        if start < self.reached - SLACK_SECONDS:
            rest = _cut(message, [(self.reached, inf)])
            return [Piece(self.reached, end, rest)] if _has_text(rest) else []
        said = self._overdue(end) if start > self.reached + SLACK_SECONDS else []
        if self.parked and start > self.reached + SLACK_SECONDS:
            return said
        self.seen_from = start if self.seen_from is None else self.seen_from
        return [*said, Piece(start, end, message)]

    def utterance_end(self, at: float, message: UtteranceEnd) -> list[Piece]:
        """The end of an utterance waits for the finals before it."""
        piece = Piece(at, at, message)
        return self._park(piece) if self.parked and at > self.reached + SLACK_SECONDS else [piece]

    def release(self) -> list[Piece]:
        """All that waits, over the holes: they will not be filled any more."""
        said: list[Piece] = []
        while self.parked:
            self._pass_over(self.parked[0].start)
            said += self._follow()
        return said

    def _park(self, piece: Piece) -> list[Piece]:
        insort(self.parked, piece, key=lambda other: other.start)
        return self._overdue(piece.end)

    def _overdue(self, at: float) -> list[Piece]:
        """The server is at `at`: what has waited for too long."""
        said: list[Piece] = []
        while self.parked and self._is_overdue(at):
            self._pass_over(self.parked[0].start)
            said += self._follow()
            self._is_patient = True  # with the next hole
        return said

    def _is_overdue(self, at: float) -> bool:
        first = self.parked[0]
        return (
            len(self.parked) > PARKED_MESSAGES
            or at - first.start > PARKED_SECONDS
            or (not self._is_patient and at > first.end + SLACK_SECONDS)
        )

    def _follow(self) -> list[Piece]:
        """What has waited for what was just said."""
        said: list[Piece] = []
        while self.parked and self.parked[0].start <= self.reached + SLACK_SECONDS:
            said += self._fresh(self.parked.pop(0))
        return said

    def _pass_over(self, start: float) -> None:
        if start > self.reached:
            self._holes = [*self._holes, (self.reached, start)][-_MOST_HOLES:]
            self.reached = start

    def _fresh(self, piece: Piece) -> list[Piece]:
        """What a piece says of time that nothing was said of before."""
        start, end, message = piece
        if isinstance(message, UtteranceEnd):
            return [piece]
        if end > self.reached and start >= self.reached - SLACK_SECONDS:
            self.reached, self.seen_from = end, None
            return [piece]
        spans = [
            span for hole in self._holes if (span := (max(hole[0], start), min(hole[1], end)))[0] < span[1]
        ]
        is_ahead = end > self.reached + SLACK_SECONDS
        if is_ahead:
            spans.append((self.reached, inf))
            self.reached, self.seen_from = end, None
        if not spans:
            return []
        self._fill(start, end)
        rest = _cut(message, spans)
        # Silence that comes late takes back nothing that is shown by now.
        return [Piece(spans[0][0], min(spans[-1][1], end), rest)] if is_ahead or _has_text(rest) else []

    def _fill(self, start: float, end: float) -> None:
        left = [(hole[0], min(hole[1], start)) for hole in self._holes]
        right = [(max(hole[0], end), hole[1]) for hole in self._holes]
        self._holes = sorted(span for span in (*left, *right) if span[0] < span[1])[-_MOST_HOLES:]


def _has_text(message: Results) -> bool:
    return bool(message.channel.alternatives and message.channel.alternatives[0].transcript)


def _cut(message: Results, spans: Sequence[Span]) -> Results:
    """Only the words whose middle lies in one of the spans; a text without times counts as one word."""

    def is_inside(start: float, end: float) -> bool:
        return any(span[0] <= (start + end) / 2 < span[1] for span in spans)

    if not _has_text(message):
        return message
    heard = message.channel.alternatives[0]
    if heard.words and heard.words[-1].end:
        words = tuple(word for word in heard.words if is_inside(word.start, word.end))
        if len(words) == len(heard.words):
            return message
        text = joined([word.punctuated_word or word.word for word in words])
        heard = replace(heard, transcript=text, words=words)
    elif not is_inside(message.start, message.start + message.duration):
        heard = replace(heard, transcript="", words=())
    return replace(message, channel=Channel((heard,)))
