"""Word error rate and latency, read from the JSON lines that the program prints."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jiwer
import numpy as np

from captioner.transcript.script import joined

SPEECH = Path(__file__).parents[3] / "shared" / "speech"
"""Recordings with references beside a checkout; what needs them is left out where they are absent."""


@dataclass(frozen=True)
class SpokenWord:
    """A word of the reference and when it ended (seconds), where that is known."""

    text: str
    end: float | None


@dataclass
class Segment:
    """One segment as it was printed: (at, shown text) in order, and its final."""

    channel: int
    start: float = 0.0
    shown: list[tuple[float, str]] = field(default_factory=list)
    final: str = ""
    final_at: float = 0.0


def words(text: str) -> list[str]:
    """Lower case, no punctuation."""
    return re.sub(r"[^\w' ]+", " ", text.lower()).split()


def dialogue(name: str) -> list[SpokenWord]:
    """The reference of a file in `dialogue/`."""
    ends = json.loads((SPEECH / "word_ends.json").read_text())
    spoken: list[SpokenWord] = []
    for turn in json.loads((SPEECH / "dialogue" / f"{name}.json").read_text()):
        text = turn["text"].split()
        times = ends.get(turn["file"]) or [None] * len(text)
        spoken += [
            SpokenWord(word, turn["start"] + end if end is not None else None)
            for word, end in zip(text, times, strict=True)
        ]
    return spoken


def segments(lines: Iterable[str]) -> list[Segment]:
    """The segments of a run with `--json`, in order of their start."""
    found: dict[str, Segment] = {}
    for line in lines:
        event: dict[str, Any] = json.loads(line)
        if event["type"] == "transcript":
            segment = found.setdefault(event["segment_id"], Segment(event["channel_index"]))
            segment.start = event["start"]
            if event["is_final"]:
                segment.final, segment.final_at = event["transcript"], event["at"]
        elif event["type"] == "caption":
            text = joined(event["committed"], event["tail"])
            found[event["segment"]].shown.append((event["at"], text))
    return sorted((segment for segment in found.values() if segment.final), key=lambda segment: segment.start)


def worst_backlog(lines: Iterable[str]) -> float:
    """The most that the engine was behind the sound, in seconds, in a run at real time."""
    events = [json.loads(line) for line in lines]
    length = max(event["audio"] for event in events)
    return max(min(event["at"], length) - event["audio"] for event in events)


def score(found: list[Segment], reference: list[SpokenWord]) -> dict[str, float]:
    """WER in percent, and latencies in seconds: first shown after the word, final after its last word."""
    said = [(word, segment, index) for segment in found for index, word in enumerate(words(segment.final))]
    result = jiwer.process_words(
        " ".join(words(word.text)[0] if words(word.text) else "-" for word in reference),
        " ".join(word for word, _, _ in said),
    )
    shown: list[float] = []
    last: dict[int, tuple[Segment, float]] = {}
    for chunk in result.alignments[0]:
        if chunk.type != "equal":
            continue
        for ref, hyp in zip(
            range(chunk.ref_start_idx, chunk.ref_end_idx),
            range(chunk.hyp_start_idx, chunk.hyp_end_idx),
            strict=True,
        ):
            word, segment, index = said[hyp]
            end = reference[ref].end
            if end is None:
                continue
            need = words(segment.final)[: index + 1].count(word)
            shown.append(next(at for at, text in _showing(segment) if words(text).count(word) >= need) - end)
            last[id(segment)] = (segment, end)
    finals = [segment.final_at - end for segment, end in last.values()]
    return {
        "WER %": result.wer * 100,
        "first shown p50 s": _quantile(shown, 50),
        "first shown p95 s": _quantile(shown, 95),
        "final p50 s": _quantile(finals, 50),
        "final p95 s": _quantile(finals, 95),
    }


def _showing(segment: Segment) -> list[tuple[float, str]]:
    return [*segment.shown, (segment.final_at, segment.final)]


def _quantile(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else float("nan")
