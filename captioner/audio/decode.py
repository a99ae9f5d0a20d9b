"""A recording of any common format as 16 kHz blocks (PyAV), and whether all of it was there."""

import struct
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.audio.frame import AudioFrame as DecodedFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from captioner.audio.resample import to_float, to_int16
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, Samples

Channels = Literal["mix", "split"]

TOLERANCE = 0.5
"""Seconds by which a header may promise more than there is: encoders pad, containers round."""

JUMP = 0.25
"""Seconds of missing time stamps from which on silence is put in, so that later words keep their place."""

CONTAINERS = (
    "wav,w64,aiff,au,caf,flac,mp3,aac,ac3,eac3,ogg,matroska,webm,mov,mp4,m4a,3gp,avi,asf,flv,"
    "mpegts,mpeg,amr,amrnb,amrwb,ape,wv,tta,dsf,gsm,sln,mpc,mpc8,tak,oma,mxf,nut,rm,dv,live_flv"
)
"""What FFmpeg may take a file for. Left to itself it reads text as pictures and follows playlists to other
files and addresses, where it can wait for ever."""

FORMATS_HINT = "Try a wav, flac, mp3, m4a, ogg, webm or mp4 file"


class Recording:
    """An opened recording: iterate once over its blocks, shape (n, 1) for "mix", (n, 2) for "split".

    Opening raises `SourceError` unless there is at least one sample of sound. Not thread-safe; all of it
    blocks. After the iteration `damage` says what could not be read, None for a whole recording.
    """

    def __init__(self, path: Path, channels: Channels) -> None:
        self._name = f'"{path.name}"'
        self._width = 1 if channels == "mix" else 2
        self._container = _open(path, self._name)
        try:
            self._choose_stream(channels)
            self.duration = self._declared(path)
            self.damage: str | None = None
            self._packets_lost = 0
            self._reached = 0.0
            self._delivered = 0
            self._blocks = self._resampled()
            self._first = next(self._blocks, None)
        except BaseException:
            self._container.close()
            raise
        if self._first is None:
            self._container.close()
            raise SourceError(f"{self._name} holds no sound that can be read", FORMATS_HINT)

    def __iter__(self) -> Iterator[Samples]:
        with closing(self._blocks):
            if self._first is not None:
                yield self._first
            yield from self._blocks
        self.damage = self._judge()

    def close(self) -> None:
        """Let go of the file."""
        self._blocks.close()
        self._container.close()

    def _choose_stream(self, channels: Channels) -> None:
        stream = self._container.streams.best("audio")
        if not isinstance(stream, AudioStream):
            what = "pictures but no sound" if self._container.streams.video else "no sound that can be read"
            raise SourceError(f"{self._name} holds {what}", FORMATS_HINT)
        self._stream = stream
        if channels == "split" and self._stream.codec_context.channels < 2:
            raise SourceError(f"{self._name} has one channel and cannot be split", "Play it mixed")

    def _declared(self, path: Path) -> float | None:
        """Seconds that the file promises; None where it promises nothing, or a guess from its size."""
        kind = self._container.format.name
        if kind == "wav":
            return _seconds_in_wav_header(path)
        if kind == "mp3" and not _has_mp3_frame_count(path):
            return None
        duration = self._container.duration
        return None if duration is None or duration <= 0 else duration / av.time_base

    def _decoded(self) -> Iterator[DecodedFrame]:
        origin = (self._container.start_time or 0) / av.time_base
        packets = self._container.demux()
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError) as error:
                self._packets_lost += isinstance(error, FFmpegError)
                return
            self._note_reach(packet, origin)
            if packet.stream.index != self._stream.index:
                continue
            try:
                frames = packet.decode()
            except FFmpegError:
                # One bad packet is not the end: what follows may be whole.
                self._packets_lost += 1
                continue
            for frame in frames:
                if isinstance(frame, DecodedFrame) and frame.samples:
                    yield frame

    def _note_reach(self, packet: "Packet[Stream]", origin: float) -> None:
        # Pictures count, too: in a film the sound may end before the declared length.
        if packet.pts is not None:
            end = float((packet.pts + (packet.duration or 0)) * packet.time_base) - origin
            self._reached = max(self._reached, end)

    def _resampled(self) -> Generator[Samples]:
        resampler: AudioResampler | None = None
        form: tuple[str, str, int] | None = None
        for frame in self._decoded():
            now = (frame.format.name, frame.layout.name, frame.sample_rate)
            if resampler is None or now != form:
                # A recording may change its format on the way (chained ogg, a call that was re-joined).
                if resampler is not None:
                    yield from self._taken(resampler.resample(None))
                resampler = AudioResampler(format="fltp", layout=frame.layout, rate=SAMPLE_RATE)
                form = now
            yield from self._silence_before(frame)
            frame.pts = None
            yield from self._taken(resampler.resample(frame))
        if resampler is not None:
            yield from self._taken(resampler.resample(None))

    def _taken(self, frames: list[DecodedFrame]) -> Iterator[Samples]:
        for frame in frames:
            planes = to_float(frame.to_ndarray())
            if self._width == 1:
                # Not FFmpeg's mono: that adds the sides to more than full scale, which clips.
                planes = planes.mean(axis=0, keepdims=True)
            elif planes.shape[0] == 1:
                planes = np.repeat(planes, 2, axis=0)
            block = to_int16(planes[: self._width].T)
            if block.shape[0]:
                self._delivered += block.shape[0]
                yield block

    def _silence_before(self, frame: DecodedFrame) -> Iterator[Samples]:
        if frame.time is None or self.duration is None:
            return
        due = frame.time - (self._container.start_time or 0) / av.time_base
        missing = due - self._delivered / SAMPLE_RATE
        if missing < JUMP or due > self.duration + TOLERANCE:
            return
        for _ in range(int(missing)):
            yield self._silence(SAMPLE_RATE)
        yield self._silence(round(missing % 1 * SAMPLE_RATE))

    def _silence(self, samples: int) -> Samples:
        self._delivered += samples
        return np.zeros((samples, self._width), np.int16)

    def _judge(self) -> str | None:
        heard = self._delivered / SAMPLE_RATE
        # Raw wav packets are bytes, cut anywhere; their reach is what was decoded.
        reached = max(heard, self._reached) if self._container.format.name != "wav" else heard
        if self.duration is not None and reached < self.duration - TOLERANCE:
            return f"only the first {heard:.1f} s of {self.duration:.1f} s could be read"
        if self._packets_lost:
            return f"{self._packets_lost} damaged pieces were left out, {heard:.1f} s could be read"
        return None


def _open(path: Path, name: str) -> InputContainer:
    try:
        if path.is_dir():
            raise SourceError(f"{name} is a folder", "Name one recording in it")
        if path.exists() and not path.is_file():
            # Opening a pipe waits for its writer, and nothing can interrupt that.
            raise SourceError(f"{name} is no file", "Name a recording")
        if path.is_file() and path.stat().st_size == 0:
            raise SourceError(f"{name} is empty", "Copy or record it again")
        # An absolute path is never taken for an address.
        options = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS}
        return av.open(str(path.absolute()), options=options)
    except FileNotFoundError as error:
        raise SourceError(f"{name} does not exist", "Check the name and the folder") from error
    except PermissionError as error:
        raise SourceError(f"{name} may not be read", "Ask its owner for permission to read it") from error
    except (FFmpegError, OSError, ValueError) as error:
        raise SourceError(f"{name} holds no sound that can be read", FORMATS_HINT) from error


def _seconds_in_wav_header(path: Path) -> float | None:
    """FFmpeg shortens a wav's duration to what is there, so the promise is read from the header itself."""
    with path.open("rb") as file:
        if file.read(12)[:4] != b"RIFF":
            return None
        bytes_a_second = 0
        while len(head := file.read(8)) == 8:
            kind, size = struct.unpack("<4sI", head)
            if kind == b"data":
                # A recorder that streams writes 0 or the greatest number: it promises nothing.
                is_known = bytes_a_second > 0 and 0 < size < 0xFFFF_F000
                return size / bytes_a_second if is_known else None
            body = file.read(min(size, 64)) if kind == b"fmt " else b""
            if len(body) >= 12:
                bytes_a_second = struct.unpack_from("<I", body, 8)[0]
            file.seek(size + size % 2 - len(body), 1)
    return None


def _has_mp3_frame_count(path: Path) -> bool:
    """Whether an encoder wrote how many frames there are; otherwise the duration is a guess from the size."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    return b"Xing" in head or b"Info" in head or b"VBRI" in head
