"""What a caller sends, passed on as it was encoded, with its place on the session's clock."""

from collections.abc import Iterator

from captioner.streaming.errors import ConfigurationError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, EncodedAudio
from captioner.streaming.options import StreamingOptions

_PIECE_SECONDS = 0.1
_PIECE_BYTES = 8192

_GUESSED_RATE = 4000.0
"""Bytes a second of an encoding without a constant rate (32 kbit/s): only for the length of a backlog."""


class EncodedReader:
    """Keeps whole samples together, and cuts long sends into pieces where the encoding allows it."""

    def __init__(self, options: StreamingOptions) -> None:
        self._declared = f"{options.encoding or 'a container'} at {options.sample_rate or 'its own'} Hz"
        self._rate = options.bytes_per_second or _GUESSED_RATE
        self._block = options.block or 0
        # A packet of a codec must stay whole; a container is a stream of bytes.
        self._piece = _PIECE_BYTES if options.encoding is None else 0
        if self._block:
            self._piece = max(1, round(self._rate * _PIECE_SECONDS / self._block)) * self._block
        self._rest = b""
        self._taken = 0

    def read(self, audio: bytes | memoryview | AudioFrame, position: int) -> Iterator[EncodedAudio]:
        """The pieces of `audio`. `position` is where the last one ended."""
        if isinstance(audio, AudioFrame):
            raise ConfigurationError(
                f"A frame is linear16 at {SAMPLE_RATE} Hz, and the options declare {self._declared}",
                "Send bytes, or leave encoding and sample_rate out",
            )
        data = self._rest + bytes(audio) if self._rest else bytes(audio)
        size = len(data) - len(data) % self._block if self._block else len(data)
        self._rest = data[size:]
        step = self._piece or max(1, size)
        for begin in range(0, size, step):
            piece = data[begin : min(begin + step, size)]
            self._taken += len(piece)
            # Never without length: sound is found by its place.
            end = max(position + 1, round(self._taken / self._rate * SAMPLE_RATE))
            yield EncodedAudio(position, end, piece, self._block)
            position = end

    def flush(self, position: int) -> Iterator[EncodedAudio]:
        """Nothing is held back but half a sample, which nobody can hear."""
        return iter(())
