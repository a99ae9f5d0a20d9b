"""The call heard twice: lines of the microphone that are the loudspeaker's are hidden from what is shown.

A line is a copy when its sound has nothing of the microphone's own and its words are the others' at that
time. Where the detector glued somebody's own words to the loudspeaker's, only the others' words are left out.
To lose a word of one's own is worse than to read one of the others twice: what is not certain is shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from captioner.audio.echo import Echo, EchoMeter
from captioner.meeting.alike import GUESSED_SECONDS
from captioner.meeting.copies import Finding, compare, without
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame
from captioner.transcript.model import Change, Segment, Verdict
from captioner.transcript.veil import Veil

MICROPHONE, SYSTEM = 0, 1

PATIENCE = 4.0
"""Seconds of sound that a line which is only the loudspeaker's waits for the others' words."""

YOUNG_SECONDS = 60.0
"""Seconds of sound for which a line is judged anew when the others are recognised differently."""

REMEMBERED_SECONDS = 1800.0
"""For how long the others' words are kept: as long as the sound."""

_UNLIKELY = 0.25
"""Share of the patience for a line with own words when the others' sound may be no speech at all."""

_NEWEST_SECONDS = 0.8
"""The newest words of a line that is being said are about so old."""


@dataclass(slots=True)
class _Line:
    """A line of the microphone, and what is shown of it.

    `arrived`: seconds of sound that had been heard when it last changed; -inf = so long ago that nothing is
    waited for. `waits`: for the others' words, `patience` seconds of sound.
    `decided`: it is a final copy, in whole or in part. What was cut does not come and go: what the others'
    finals say later can cut more of it only.
    """

    segment: Segment
    arrived: float
    look: Segment | None = None
    waits: bool = False
    patience: float = 0.0
    decided: Finding | None = None
    is_there: bool = True
    verdict: Verdict = False
    echo: Echo | None = None
    asked: tuple[float, float, int] | None = None


class Doubles:
    """Between the full transcript and those who see it: takes its changes, gives what changes for them.

    Of a meeting with two channels, 0 the microphone and 1 the system. Lines without a sound of the
    loudspeaker pass at once. `patience` in seconds of sound, from the end of a line; of one that came later
    than that, from its arrival.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self.behind = 0.0
        """Seconds of sound that wait for the engine: so much later the others' words may come."""
        self._meter = EchoMeter()
        self._veil = Veil()
        self._reached = 0.0
        self._lines: dict[str, _Line] = {}
        self._others: dict[str, Segment] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._looks: dict[str, Segment | None] = {}  # of finals that are not shown whole
        self._is_hiding = True

    @property
    def hidden(self) -> int:
        """How many final lines are copies, whether or not they are shown all the same."""
        return sum(look is None for look in self._looks.values())

    def hear(self, frame: AudioFrame) -> None:
        """Take in a frame of two channels, before the engine hears it."""
        self._meter.hear(frame)
        self._reached = max(self._reached, frame.end / SAMPLE_RATE)

    def follow(self, changes: Sequence[Change]) -> Sequence[Change]:
        """What the changes of the full transcript change in what is shown."""
        shown: list[Change] = []
        for change in changes:
            match change.row:
                case Segment(channel=channel) as row if channel == MICROPHONE:
                    is_known = row.is_final or row.id in self._lines
                    is_name = is_known and self._veil.keeps_words(change)
                    shown += self._follow_name(change, row) if is_name else self._follow_line(change, row)
                case Segment() if self._veil.keeps_words(change):
                    shown += self._veil.follow((change,))
                case Segment(channel=channel) as row if channel == SYSTEM:
                    shown += self._veil.follow((change,))
                    shown += self._follow_others(change, row)
                case _:
                    shown += self._veil.follow((change,))
        return shown

    def tick(self) -> Sequence[Change]:
        """What changes because time goes on. To be called several times a second."""
        late = [line for line in self._lines.values() if line.waits and self._is_late(line)]
        shown = [change for line in late for change in self._judge(line)]
        self._forget_old()
        return shown

    def settle(self) -> Sequence[Change]:
        """What changes because no more sound comes for now, a pause or the end: nothing waits any longer."""
        waiting = [line for line in self._lines.values() if line.waits]
        for line in waiting:
            line.arrived = -math.inf
        return [change for line in waiting for change in self._judge(line)]

    def show(self) -> Sequence[Change]:
        """Show every line whole, until `hide`."""
        self._is_hiding = False
        waiting = [line.segment.id for line in self._lines.values() if line.look != line.segment]
        return [change for one in dict.fromkeys([*self._looks, *waiting]) for change in self._veil.show(one)]

    def hide(self) -> Sequence[Change]:
        """Hide again what `show` has shown."""
        self._is_hiding = True
        lines = (line for line in self._lines.values() if line.is_there and line.look != line.segment)
        looks = self._looks | {line.segment.id: line.look for line in lines}
        return [change for one, look in looks.items() for change in self._see(one, look)]

    def take_verdicts(self) -> Mapping[str, Verdict]:
        """What was decided of final lines since the last call, for the store."""
        taken, self._verdicts = self._verdicts, {}
        return taken

    # -- lines of the microphone

    def _follow_line(self, change: Change, row: Segment) -> list[Change]:
        line = self._lines.get(row.id)
        if change.kind == "removed":
            if line:
                line.is_there, line.decided = False, None  # it may be on its way to another place
            self._looks.pop(row.id, None)
            return self._veil.follow((change,))
        if line is None:
            line = self._lines[row.id] = _Line(row, self._reached)
        line.segment, line.arrived, line.is_there = row, self._reached, True
        self._decide(line)
        return self._veil.follow_as(change, line.look) if self._is_hiding else self._veil.follow((change,))

    def _follow_name(self, change: Change, row: Segment) -> list[Change]:
        """Nothing is judged anew, nor waited for any longer, because a line has another name."""
        line = self._lines.get(row.id)
        look = self._looks.get(row.id, line.look if line else row)
        if look:
            look = replace(look, speaker=row.speaker, label=row.label, saved=row.saved)
        if row.id in self._looks:
            self._looks[row.id] = look
        if line:
            line.segment, line.look = row, look
        return self._veil.follow_as(change, look) if self._is_hiding else self._veil.follow((change,))

    def _judge(self, line: _Line) -> list[Change]:
        before = line.look
        self._decide(line)
        return self._see(line.segment.id, line.look) if line.look != before and self._is_hiding else []

    def _see(self, segment_id: str, look: Segment | None) -> list[Change]:
        return self._veil.show_as(look) if look else self._veil.hide(segment_id)

    def _decide(self, line: _Line) -> None:
        """Find out what is shown of the line now, and whether that is for good."""
        row = line.segment
        finding = self._compare(line, f"{row.committed} {row.tail}")
        if line.decided and not _is_more(finding, line.decided):
            return
        is_likely = finding.kind == "unsure" or finding.is_answered
        line.patience = (self._patience + self.behind) * (1.0 if is_likely else _UNLIKELY)
        line.waits = self._must_wait(line, finding)
        if not line.waits:
            line.look = _look(row, finding)
            if row.is_final:
                self._conclude(line, finding)
        elif finding.kind == "unsure":
            line.look = None

    def _compare(self, line: _Line, text: str) -> Finding:
        return compare(text, line.segment, self._hear_again(line), list(self._others.values()))

    def _must_wait(self, line: _Line, finding: Finding) -> bool:
        row = line.segment
        if finding.kind in ("own", "copy") or self._is_late(line):
            return False
        if finding.kind == "unsure":
            return not finding.is_settled
        # Interims with own words are shown, but for a moment in which only the others' words come to them.
        if finding.is_covered:
            return False
        return row.is_final or (line.look is not None and not _speaks_at(row.end, line.echo))

    def _is_late(self, line: _Line) -> bool:
        end = line.segment.end
        since = end if -math.inf < line.arrived < end + line.patience else line.arrived
        return self._reached > since + line.patience

    def _conclude(self, line: _Line, finding: Finding) -> None:
        row = line.segment
        verdict: Verdict = finding.kind == "copy"
        if finding.kind == "mixed" and finding.cut:
            # What is shown may be an older wording than what is kept.
            kept = finding if row.committed == row.text else self._compare(line, row.text)
            verdict = without(row.text, kept.cut) or True
        if line.look == row:
            self._looks.pop(row.id, None)
        else:
            self._looks[row.id] = line.look
        line.decided = finding if verdict is not False else None
        if verdict != line.verdict:
            line.verdict = self._verdicts[row.id] = verdict

    def _hear_again(self, line: _Line) -> Echo | None:
        """What the sound says of the line; asked again while more of it, or of what came after, is heard."""
        row = line.segment
        asked = (row.start, row.end, int(min(self._reached, row.end + PATIENCE)))
        if asked != line.asked:
            line.asked, line.echo = asked, self._meter.ask(row.start, row.end)
        return line.echo

    def _forget_old(self) -> None:
        for segment_id, line in list(self._lines.items()):
            if max(line.segment.end, line.arrived) + YOUNG_SECONDS < self._reached and not line.waits:
                del self._lines[segment_id]
        for segment_id, other in list(self._others.items()):
            if other.end + REMEMBERED_SECONDS < self._reached:
                del self._others[segment_id]

    # -- lines of the others

    def _follow_others(self, change: Change, row: Segment) -> list[Change]:
        if change.kind == "removed":
            self._others.pop(row.id, None)
        else:
            self._others[row.id] = row
        near = [line for line in self._lines.values() if line.is_there and _touch(line.segment, row)]
        if change.kind == "removed":
            for line in near:
                # Something else will be heard in its place: the copy waits for that.
                line.arrived, line.decided = self._reached, None
        return [shown for line in near if not line.decided or row.is_final for shown in self._judge(line)]


def _touch(line: Segment, other: Segment) -> bool:
    return other.start < line.end + GUESSED_SECONDS and other.end > line.start - GUESSED_SECONDS


def _is_more(finding: Finding, decided: Finding) -> bool:
    """Whether all that was cut of a line stays cut, and other words with it."""
    if decided.kind == "copy" or finding.kind not in ("copy", "mixed"):
        return False
    return finding.kind == "copy" or finding.cut > decided.cut


def _speaks_at(end: float, echo: Echo | None) -> bool:
    """Whether the newest words of a line that is being said may be somebody's own."""
    return not (echo and echo.own) or echo.own[-1][1] > end - _NEWEST_SECONDS


def _look(row: Segment, finding: Finding) -> Segment | None:
    if finding.kind == "copy":
        return None
    if not finding.cut:
        return row
    committed = without(row.committed, finding.cut)
    tail = without(row.tail, finding.cut, before=len(row.committed.split()))
    if not committed and not tail:
        return None
    is_timed = len(row.words) == len(row.text.split())
    words = tuple(word for place, word in enumerate(row.words) if place not in finding.cut)
    text = without(row.text, finding.cut)
    return replace(row, text=text, committed=committed, tail=tail, words=words if is_timed else ())
