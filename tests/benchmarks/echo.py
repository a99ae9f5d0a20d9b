"""The call heard twice: how many lines of the others are shown a second time, and what of one's own is lost.

Conversations of two people, one a channel, with the others' channel added to the microphone's, captioned by
the program as it is installed. The recognised text is the measure: what the engine did not understand nobody
could show.
"""

import json
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from words import SPEECH, words

from captioner.audio.echo import EchoMeter
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame
from captioner.transcript.script import joined

DIALOGUE = SPEECH / "dialogue"
AROUND = 3.0
"""Seconds before and after a line in which it may be shown a second time."""


@dataclass(frozen=True)
class Talk:
    """A conversation: (n, 2) in ±1, the one at the microphone first, and what that one says, turn by turn."""

    sound: np.ndarray
    own: list[str]


@dataclass(frozen=True)
class Scene:
    """A conversation and a room. `earlier`: seconds by which the others speak too early, and so at once.

    `gain` 0 = headphones; `lag` and `echoes` (the time in which the room falls silent) in seconds; `noise`
    of full scale.
    """

    name: str
    talk: Callable[[], Talk]
    gain: float = 0.25
    lag: float = 0.04
    earlier: float = 0.0
    echoes: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True)
class Line:
    """A final of a channel, and what was shown of it."""

    channel: int
    start: float
    end: float
    text: str
    shown: str


def recording(name: str) -> np.ndarray:
    """(n, channels) in ±1."""
    with wave.open(str(DIALOGUE / f"{name}.wav")) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return sound.reshape(-1, file.getnchannels()) / 32768


def turns_of(name: str) -> list[dict[str, Any]]:
    """Who says what from when to when."""
    return json.loads((DIALOGUE / f"{name}.json").read_text())


def readers(own: int = 0) -> Talk:
    """Two people who read to one another without a pause; `own` sits at the microphone."""
    turns = turns_of("ls_2spk")
    said = [turn["text"] for turn in turns if (turn["spk"] != turns[0]["spk"]) == bool(own)]
    return Talk(recording("ls_2spk_stereo")[:, [own, 1 - own]], said)


def readers_swapped() -> Talk:
    """The same with the other one at the microphone."""
    return readers(1)


def colleagues() -> Talk:
    """Two synthetic voices in a meeting, each on a side."""
    sound, turns = recording("espeak_2spk")[:, 0], turns_of("espeak_2spk")
    sides = np.zeros((len(sound), 2))
    for turn in turns:
        part = slice(round(turn["start"] * SAMPLE_RATE), round(turn["end"] * SAMPLE_RATE))
        sides[part, int(turn["spk"] != turns[0]["spk"])] = sound[part]
    return Talk(sides, [turn["text"] for turn in turns if turn["spk"] == turns[0]["spk"]])


def strangers() -> Talk:
    """Two people who talk at once, each a sentence."""
    text = (DIALOGUE / "stereo_diarization.txt").read_text().splitlines()[0]
    return Talk(recording("stereo_diarization"), [text.removeprefix("L: ")])


SCENES = (
    Scene("as measured", readers),
    Scene("2 s at once", readers, earlier=2),
    Scene("8 s at once", readers, 0.4, 0.08, earlier=8, echoes=0.2, noise=0.003),
    Scene("swapped", readers_swapped, 0.5, 0.2, earlier=1, echoes=0.25, noise=0.001),
    Scene("swapped, 6 s", readers_swapped, earlier=6),
    Scene("loud", readers, 0.7, 0.3, earlier=2),
    Scene("faint, far", readers, 0.05, 0.45, earlier=1),
    Scene("room, noise", readers, 0.25, 0.12, earlier=4, echoes=0.35, noise=0.002),
    Scene("colleagues", colleagues),
    Scene("interrupting", colleagues, earlier=1.5),
    Scene("strangers", strangers),
    Scene("headphones", readers, 0.0, earlier=3, noise=0.001),
)


def mixed(scene: Scene, talk: Talk) -> np.ndarray:
    """What both channels hear, as int16."""
    mine, others = talk.sound.T
    pad = round(8 * SAMPLE_RATE)
    mine = np.pad(mine, (pad, pad))
    others = np.pad(
        others, (pad - round(scene.earlier * SAMPLE_RATE), pad + round(scene.earlier * SAMPLE_RATE))
    )
    random = np.random.default_rng(5)
    echo = np.concatenate([np.zeros(round(scene.lag * SAMPLE_RATE)), others])[: len(others)]
    if scene.echoes:
        time_ = np.arange(round(scene.echoes * SAMPLE_RATE)) / SAMPLE_RATE
        room = random.normal(0, 1, len(time_)) * 10 ** (-3 * time_ / scene.echoes)
        room *= 0.6 / np.linalg.norm(room)
        room[0] += 1
        size = len(echo) + len(room)
        spectrum = np.fft.rfft(echo, size) * np.fft.rfft(room / np.linalg.norm(room), size)
        echo = np.fft.irfft(spectrum, size)[: len(echo)]
    microphone = mine + scene.gain * echo + random.normal(0, scene.noise or 1e-9, len(mine))
    return (np.clip(np.stack([microphone, others], axis=1), -1, 1) * 32767).astype("<i2")


def captioned(sound: np.ndarray) -> list[Line]:
    """The finals of a run of the program, and what it showed of each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "talk.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
            file.writeframes(sound.tobytes())
        options = ["--file", str(path), "--channels", "split", "--speed", "0", "--json", "--data-dir", folder]
        done = subprocess.run(
            [sys.executable, "-m", "captioner", "listen", *options],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    shown = {
        event["segment"]: joined(event["committed"], event["tail"])
        for event in events
        if event["type"] == "caption"
    }
    return [
        Line(
            event["channel_index"],
            event["start"],
            event["end"],
            event["transcript"],
            shown.get(event["segment_id"], ""),
        )
        for event in events
        if event["type"] == "transcript" and event["is_final"] and event["transcript"]
    ]


def echo_figures() -> Iterator[tuple[str, dict[str, float | str]]]:
    """(scene, figures), one scene after the other; some minutes."""
    for scene in SCENES:
        talk = scene.talk()
        lines = captioned(mixed(scene, talk))
        mine = [line for line in lines if line.channel == 0]
        others = [line for line in lines if line.channel == 1]
        heard, shown = (_understood(talk.own, texts) for texts in _texts(mine))
        yield (
            f"echo: {scene.name}",
            {
                "others' lines heard twice": _share(_is_again(line, mine, "text") for line in others),
                "others' lines shown twice": _share(_is_again(line, mine, "shown") for line in others),
                "own lines lost": _share(
                    2 * len(before & after) < len(before)
                    for before, after in zip(heard, shown, strict=True)
                    if before
                ),
                "own words lost": _share(
                    word not in after for before, after in zip(heard, shown, strict=True) for word in before
                ),
            },
        )
    yield "echo: cost", {"CPU % of a core": _cost()}


def _share(claims: Iterable[bool]) -> str:
    found = list(claims)
    return f"{sum(found)} of {len(found)}"


def _texts(lines: Sequence[Line]) -> tuple[str, str]:
    ordered = sorted(lines, key=lambda line: line.start)
    return " ".join(line.text for line in ordered), " ".join(line.shown for line in ordered)


def _is_again(line: Line, mine: Sequence[Line], what: str) -> bool:
    """Whether half of its words stand in lines of the microphone of that time, three or more in a row."""
    said = words(line.text)
    near = (one for one in mine if one.start < line.end + AROUND and one.end > line.start - AROUND)
    again = 0
    for one in near:
        blocks = SequenceMatcher(None, said, words(getattr(one, what)), autojunk=False).get_matching_blocks()
        again += sum(block.size for block in blocks if block.size >= min(3, len(said)))
    return 2 * again >= len(said)


def _understood(turns: Sequence[str], text: str) -> list[set[int]]:
    """Which words of each turn are in the text."""
    reference = [word for turn in turns for word in words(turn)]
    result = jiwer.process_words(" ".join(reference), " ".join(words(text)) or "-")
    found = {
        place
        for chunk in result.alignments[0]
        if chunk.type == "equal"
        for place in range(chunk.ref_start_idx, chunk.ref_end_idx)
    }
    ends = list(accumulate(len(words(turn)) for turn in turns))
    return [found & set(range(start, end)) for start, end in pairwise([0, *ends])]


def _cost() -> float:
    """Per cent of a core that listening takes, without the questions."""
    sound = mixed(SCENES[0], SCENES[0].talk())
    meter, began = EchoMeter(), time.process_time()
    for start in range(0, len(sound), 480):
        meter.hear(AudioFrame(start, sound[start : start + 480]))
    return 100 * (time.process_time() - began) * SAMPLE_RATE / len(sound)


if __name__ == "__main__":
    for name, figures in echo_figures():
        for figure, value in figures.items():
            print(
                f"{name:<22} {figure:<28} {value if isinstance(value, str) else f'{value:.2f}'}", flush=True
            )
