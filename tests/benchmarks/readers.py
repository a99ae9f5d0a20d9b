"""Three ways to read the same stream, each in a fresh process: `python readers.py NAME URL FINALS [stamped]`.

They do the same with every message: look at its text, count its words, stop at the last final. Prints what
they read as JSON. Runs in the environment of deepgram-sdk, too, so it imports what a reader needs only there.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from importlib import import_module
from time import monotonic_ns, perf_counter
from typing import Any

SOUND = bytes(3200)  # sets the server off


@dataclass
class Read:
    """What was read: `coalesced` interims made way for a newer one, `delays` are nanoseconds on the way."""

    messages: int = 0
    words: int = 0
    coalesced: int = 0
    seconds: float = 0.0
    delays: list[int] = field(default_factory=list[int])


async def bare(url: str, finals: int, stamped: bool) -> Read:
    """The least that a typed reader does: websockets, and msgspec into structs."""
    import msgspec
    from websockets.asyncio.client import connect

    class Word(msgspec.Struct):
        word: str
        start: float
        end: float
        confidence: float
        punctuated_word: str | None = None
        speaker: int | None = None
        language: str | None = None

    class Alternative(msgspec.Struct):
        transcript: str
        confidence: float
        words: list[Word]

    class Channel(msgspec.Struct):
        alternatives: list[Alternative]

    class Results(msgspec.Struct):
        type: str
        channel_index: list[int]
        start: float
        duration: float
        is_final: bool
        speech_final: bool
        channel: Channel

    decode, read = msgspec.json.Decoder(Results).decode, Read()
    async with connect(f"{url}/v1/listen", compression=None) as socket:
        await socket.send(SOUND)
        began = perf_counter()
        async for text in socket:
            message = decode(text)
            heard = message.channel.alternatives[0]
            read.messages += 1
            read.words += len(heard.words)
            if stamped:
                read.delays.append(monotonic_ns() - int(heard.transcript[:19]))
            if message.is_final and (finals := finals - 1) == 0:
                break
        read.seconds = perf_counter() - began
    return read


async def sdk(url: str, finals: int, stamped: bool) -> Read:
    """The official SDK."""
    deepgram = import_module("deepgram")
    environment = import_module("deepgram.environment").DeepgramClientEnvironment(
        base=url, production=url, agent=url, agent_rest=url
    )
    client, read = deepgram.AsyncDeepgramClient(api_key="key", environment=environment), Read()
    options = {"model": "nova-3", "encoding": "linear16", "sample_rate": 16000, "interim_results": True}
    async with client.listen.v1.connect(**options) as connection:
        await connection.send_media(SOUND)
        began = perf_counter()
        async for message in connection:
            heard = message.channel.alternatives[0]
            read.messages += 1
            read.words += len(heard.words)
            if stamped:
                read.delays.append(monotonic_ns() - int(heard.transcript[:19]))
            if message.is_final and (finals := finals - 1) == 0:
                break
        read.seconds = perf_counter() - began
    return read


async def captioner(url: str, finals: int, stamped: bool) -> Read:
    """Ours."""
    from captioner.streaming import DeepgramClient, StreamEvent, StreamingOptions

    read = Read()
    async with DeepgramClient("key", base_url=url).listen.stream(StreamingOptions()) as session:
        await session.send(SOUND)
        began = perf_counter()
        async for event in session:
            if not isinstance(event, StreamEvent.Transcript):
                continue
            read.messages += 1
            read.words += len(event.words)
            if stamped:
                read.delays.append(monotonic_ns() - int(event.transcript[:19]))
            if event.is_final and (finals := finals - 1) == 0:
                break
        read.seconds = perf_counter() - began
        read.coalesced = session.stats.coalesced
    return read


READERS: dict[str, Callable[[str, int, bool], Coroutine[Any, Any, Read]]] = {
    "bare": bare,
    "sdk": sdk,
    "captioner": captioner,
}

if __name__ == "__main__":
    done = asyncio.run(READERS[sys.argv[1]](sys.argv[2], int(sys.argv[3]), "stamped" in sys.argv[4:]))
    print(json.dumps(asdict(done)))
