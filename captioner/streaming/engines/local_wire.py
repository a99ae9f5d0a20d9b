"""What the program and the local engine's worker process say to each other through two pipes.

Each message is a length (4 bytes, little endian), a kind (1 byte) and a body. To the worker: `SOUND` (16-bit
interleaved PCM), `FINALIZE`, `FINISH`. From it: `READY`, `SAID` (a link message in msgpack), `FAILED` (text).
After the answer to `FINISH` the worker closes its pipe.
"""

import struct
from enum import IntEnum

HEADER = struct.Struct("<IB")


class Kind(IntEnum):
    """What a message is."""

    SOUND = 1
    FINALIZE = 2
    FINISH = 3
    READY = 4
    SAID = 5
    FAILED = 6


def pack(kind: Kind, body: bytes = b"") -> bytes:
    """One message as bytes."""
    return HEADER.pack(len(body), kind) + body
