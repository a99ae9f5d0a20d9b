"""What the reading modes do to those who read: how much is taken back, and how late words come.

Each recording is heard once, in real time; what the engine said is then shown in every mode, and by what
there is to beat. `python tests/benchmarks/reading.py FOLDER` prints the same of `NAME.jsonl` files that
`captioner listen --json --speed 1` printed before.
"""

import json
import sys
import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import get_args

import jiwer
import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from words import SPEECH, SpokenWord, dialogue, words, worst_backlog

from captioner.streaming.events import AnyEvent, StreamEvent
from captioner.transcript.assemble import Assembler
from captioner.transcript.flicker import Figures, Flicker, WordTimes
from captioner.transcript.model import Change, Segment, Transcript
from captioner.transcript.stabilise import ReadingMode

Lines = Sequence[str]
Shown = Iterator[tuple[float, Change]]
"""What changes on the screen, and when: seconds on the clock of the recording."""

Listen = Callable[..., Lines]
"""Captions a recording with the program's own options: `(path, *options)`."""

SCORED = "ls_2spk"
"""The conversation of which is known when each word ended."""

_OPTIONS = ("--speed", "1", "--reading-mode")
_EVENT = msgspec.json.Decoder(AnyEvent)


def heard(lines: Lines) -> Iterator[tuple[float, AnyEvent]]:
    """The events of a run with `--json`, and when each came."""
    for line in lines:
        if '"type":"caption"' not in line:
            yield json.loads(line)["at"], _EVENT.decode(line)


def replay(lines: Lines, mode: ReadingMode) -> Shown:
    """What the program shows of these events in a reading mode, whichever they were printed in."""
    assembler = Assembler(Transcript(), mode)
    for at, event in heard(lines):
        for change in assembler.apply(event):
            yield at, change


def printed(lines: Lines) -> Shown:
    """What the program said that it showed."""
    said: dict[str, StreamEvent.Transcript] = {}
    for line in lines:
        caption = json.loads(line)
        if caption["type"] == "transcript":
            said[caption["segment_id"]] = msgspec.json.decode(line, type=StreamEvent.Transcript)
        elif caption["type"] == "caption":
            event, committed, tail = said[caption["segment"]], caption["committed"], caption["tail"]
            # A line that moves is printed as empty, and at once again.
            kind = "added" if committed or tail else "removed"
            yield caption["at"], Change(kind, 0, _row(event, committed, tail, is_final=caption["final"]))


def local_agreement(lines: Lines, votes: int) -> Shown:
    """Plain LocalAgreement-n (Liu et al., 2020), corrected by the final. No votes: the engine as it is."""
    interims: dict[str, list[list[str]]] = {}
    committed: dict[str, list[str]] = {}
    for at, event in heard(lines):
        if not isinstance(event, StreamEvent.Transcript):
            continue
        text, past = event.transcript.split(), interims.setdefault(event.segment_id, [])
        past.append(text)
        kept = committed.setdefault(event.segment_id, [])
        if event.is_final:
            kept[:] = text
        elif 0 < votes <= len(past):
            kept += text[len(kept) : _agreed(past[-votes:])]
        shown = " ".join(kept), " ".join(text[len(kept) :])
        yield at, Change("updated", 0, _row(event, *shown, is_final=event.is_final))


def _agreed(texts: Sequence[Sequence[str]]) -> int:
    """How many words at the front are the same but for case and punctuation."""
    side_by_side = zip(*([words(word) for word in text] for text in texts), strict=False)
    return sum(1 for _ in takewhile(lambda same: all(word == same[0] for word in same), side_by_side))


def _row(event: "StreamEvent.Transcript", committed: str, tail: str, *, is_final: bool) -> Segment:
    return Segment(
        id=event.segment_id,
        channel=event.channel_index,
        speaker=None,
        start=event.start,
        end=event.end,
        text=event.transcript,
        is_final=is_final,
        committed=committed,
        tail=tail,
    )


@dataclass(frozen=True)
class Read:
    """What one way of showing made of one recording: its figures, and the words that stand at the end."""

    figures: Figures
    words: list[WordTimes]

    @classmethod
    def of(cls, shown: Shown) -> "Read":
        """Follow it to the end."""
        flicker = Flicker()
        lines: list[tuple[float, Sequence[WordTimes]]] = []
        for at, change in shown:
            if times := flicker.follow(change, at):
                assert isinstance(change.row, Segment)
                lines.append((change.row.start, times))
        lines.sort(key=lambda line: line[0])
        return cls(flicker.figures(), [word for _, times in lines for word in times])

    def delays(self, reference: Sequence[SpokenWord]) -> tuple[list[float], list[float]]:
        """Seconds from the end of each word of the reference to its being shown, and to its being committed
        for good; of the words that were understood."""
        said = [(each, word) for word in self.words for each in words(word.text)]
        result = jiwer.process_words(
            " ".join("".join(words(word.text)) or "-" for word in reference),
            " ".join(each for each, _ in said),
        )
        shown: list[float] = []
        committed: list[float] = []
        for chunk in result.alignments[0]:
            for offset in range(chunk.ref_end_idx - chunk.ref_start_idx if chunk.type == "equal" else 0):
                end = reference[chunk.ref_start_idx + offset].end
                if end is not None:
                    word = said[chunk.hyp_start_idx + offset][1]
                    shown.append(word.shown - end)
                    committed.append(word.committed - end)
        return shown, committed


WAYS: Mapping[str, Callable[[Lines], Shown]] = {
    "raw engine": lambda lines: local_agreement(lines, 0),
    "plain LocalAgreement-2": lambda lines: local_agreement(lines, 2),
    "plain LocalAgreement-3": lambda lines: local_agreement(lines, 3),
    "instant": lambda lines: replay(lines, "instant"),
    "balanced": lambda lines: replay(lines, "balanced"),
    "steady": lambda lines: replay(lines, "steady"),
}

_HEAD = (
    "taken back of all that was shown",
    "taken back of committed words",
    "the same to the letter",
    "updates that change words",
    "committed before the final",
    "first shown p50 / p95, ls_2spk",
    "first shown p50 / p95, utterances",
    "committed p50 / p95, ls_2spk",
    "committed p50 / p95, utterances",
)


def reading_tables(listen: Listen, sample: Path) -> Iterator[str]:
    """Every recording in every way of showing, and one as the program itself shows it. Twenty minutes."""
    paths = [*sorted((SPEECH / "dialogue").glob("*.wav")), sample]
    paths += [path for path in sorted((SPEECH / "utterances").glob("*.wav")) if _reference(path.stem)]
    recordings = {path.stem: listen(path, *_sides(path), *_OPTIONS, "instant") for path in paths}
    yield from replayed(recordings)
    yield ""
    path = SPEECH / "dialogue" / f"{SCORED}.wav"
    shown: dict[str, dict[str, Read]] = {}
    for mode in get_args(ReadingMode):
        lines = recordings[SCORED] if mode == "instant" else listen(path, *_OPTIONS, mode)
        shown[f"{mode}, as printed"] = {SCORED: Read.of(printed(lines))}
        shown[f"{mode}, replayed"] = {SCORED: Read.of(replay(lines, mode))}
    yield from tables(shown)


def _sides(path: Path) -> list[str]:
    """Whose two sides are two people is heard as two channels."""
    with wave.open(str(path)) as file:
        return ["--channels", "split"] if file.getnchannels() == 2 else []


def replayed(recordings: Mapping[str, Lines]) -> Iterator[str]:
    """What was heard, in every way of showing. On a busy machine the engine is behind, and delays grow."""
    yield from tables(
        {
            way: {name: Read.of(show(lines)) for name, lines in recordings.items()}
            for way, show in WAYS.items()
        }
    )
    yield ""
    behind = ", ".join(
        f"{name} {worst_backlog(lines):.1f} s"
        for name, lines in recordings.items()
        if not _is_utterance(name)
    )
    yield f"The engine was behind the sound by at most: {behind}"


def tables(read: Mapping[str, Mapping[str, Read]]) -> Iterator[str]:
    """Ways of showing as the rows of a table in Markdown; then what each took back of each long recording."""
    names = next(iter(read.values()))
    references = {name: reference for name in names if (reference := _reference(name))}
    long = [name for name in names if not _is_utterance(name)]
    yield "| | " + " | ".join(_HEAD) + " |"
    yield "|---" * (len(_HEAD) + 1) + "|"
    for way, each in read.items():
        yield f"| {way} | " + " | ".join(_cells(each, long, references)) + " |"
    yield ""
    yield "| committed words taken back | " + " | ".join(long) + " |"
    yield "|---" * (len(long) + 1) + "|"
    for way, each in read.items():
        erasures = [f"{each[name].figures.committed.erasure:.2f}" for name in long]
        yield f"| {way} | " + " | ".join(erasures) + " |"


def _cells(
    read: Mapping[str, Read], long: Sequence[str], references: Mapping[str, Sequence[SpokenWord]]
) -> Iterator[str]:
    """Shares and what was taken back: the mean over the long recordings; delays: over all words."""
    figures = [read[name].figures for name in long]
    yield f"{np.mean([each.shown.erasure for each in figures]):.2f}"
    yield f"{np.mean([each.committed.erasure for each in figures]):.2f}"
    yield f"{np.mean([each.committed.exact_erasure for each in figures]):.2f}"
    yield f"{np.mean([each.shown.share for each in figures]):.0%}"
    yield f"{np.mean([each.early or 0.0 for each in figures]):.0%}"
    delays = {name: read[name].delays(reference) for name, reference in references.items()}
    for kind in (0, 1):
        for names in ([SCORED], [name for name in references if name != SCORED]):
            values = [delay for name in names if name in delays for delay in delays[name][kind]]
            yield " / ".join(f"{np.percentile(values, rank):.2f}" for rank in (50, 95)) if values else "–"


def _reference(name: str) -> list[SpokenWord]:
    """The words of a recording and when each ended; empty where nobody knows."""
    if name == SCORED:
        return dialogue(name)
    ends = json.loads((SPEECH / "word_ends.json").read_text()).get(f"librispeech-test-other/{name}.wav")
    if not ends:
        return []
    text = (SPEECH / "utterances" / f"{name}.txt").read_text().split()
    return [SpokenWord(word, end) for word, end in zip(text, ends, strict=True)]


def _is_utterance(name: str) -> bool:
    return (SPEECH / "utterances" / f"{name}.wav").exists()


def main(folder: Path) -> None:
    """Print the table for a folder of runs."""
    recordings = {path.stem: path.read_text().splitlines() for path in sorted(folder.glob("*.jsonl"))}
    for line in replayed(recordings):
        print(line)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
