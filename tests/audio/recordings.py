"""Recordings of every kind, made on the spot."""

import wave
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray


def sines(seconds: float, rate: int, *frequencies: float) -> NDArray[np.int16]:
    """One sine a channel, shape (n, channels)."""
    time = np.arange(round(seconds * rate)) / rate
    waves = [np.sin(2 * np.pi * frequency * time) * 10_000 for frequency in frequencies]
    return np.stack(waves, axis=1).astype(np.int16)


def write_wav(path: Path, samples: NDArray[np.int16], rate: int) -> Path:
    """A plain 16-bit wav."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def write(path: Path, codec: str, samples: NDArray[np.int16], rate: int) -> Path:
    """Whatever container the name asks for."""
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, AudioStream)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, layout, rate, frame_size=stream.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def write_film(path: Path) -> Path:
    """A second of pictures without sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def cut(path: Path, share: float) -> Path:
    """The same file with its end missing."""
    data = path.read_bytes()
    shorter = path.with_name(f"cut-{path.name}")
    shorter.write_bytes(data[: round(len(data) * share)])
    return shorter
