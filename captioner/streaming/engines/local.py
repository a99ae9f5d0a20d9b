"""The embedded engine: moonshine-voice in a worker process, so that a native crash costs no text."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import msgspec

import captioner
from captioner.streaming.engines.engine import Capabilities, LinkLost, LinkMessage
from captioner.streaming.engines.local_wire import HEADER, Kind, pack
from captioner.streaming.errors import ConfigurationError, EngineUnavailableError
from captioner.streaming.frames import AudioFrame, Sound
from captioner.streaming.options import StreamingOptions

WORKER = "captioner.streaming.engines.local_worker"

START_SECONDS = 60.0
"""How long the model may take to load on a slow disk."""

_NO_PACKAGE = EngineUnavailableError(
    "The embedded engine is not installed here",
    "It runs on Linux (x86-64, arm64), Windows (x86-64) and macOS (Apple silicon): set the program up again",
)

_decode = msgspec.msgpack.Decoder(LinkMessage).decode


class LocalEngine:
    """English on this computer, offline. `model` is the folder of another model of the same kind."""

    capabilities = Capabilities(
        "local",
        finals_tile=False,
        languages=frozenset({"en"}),
        max_channels=2,
        options=frozenset({"language", "multichannel", "interim_results", "mip_opt_out"}),
    )

    def __init__(self, model: Path | None = None) -> None:
        self._model = model

    async def connect(self, options: StreamingOptions) -> "LocalLink":
        """Start a worker and wait until its model is loaded."""
        if find_spec("moonshine_voice") is None:
            raise _NO_PACKAGE
        arguments = [sys.executable, "-P", "-m", WORKER, str(options.speech_channels)]
        if self._model:
            arguments.append(str(self._model))
        link = LocalLink(await _start(arguments))
        try:
            async with asyncio.timeout(START_SECONDS):
                await link.wait_until_ready()
        except TimeoutError:
            await link.close()
            raise EngineUnavailableError(
                f"The embedded engine did not start within {START_SECONDS:.0f} s", "Close other programs"
            ) from None
        except BaseException:
            await link.close()
            raise
        return link


class LocalLink:
    """One worker process."""

    request_id = None

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._finished = False

    @property
    def process_id(self) -> int:
        """The worker's, for measuring."""
        return self._process.pid

    async def wait_until_ready(self) -> None:
        """Wait for the model. Raises EngineUnavailableError or LinkLost."""
        kind, body = await self._receive()
        if kind is Kind.FAILED:
            raise EngineUnavailableError(
                f"The embedded engine cannot load: {body.decode(errors='replace')}",
                "Set the program up again",
            )

    async def send(self, sound: Sound) -> None:
        assert isinstance(sound, AudioFrame)
        await self._write(pack(Kind.SOUND, sound.samples.astype("<i2", copy=False).tobytes()))

    async def keep_alive(self) -> None:
        """A worker waits as long as it lives."""

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        raise ConfigurationError("The embedded engine has no key terms", "Use Deepgram for those")

    async def finalize(self) -> None:
        await self._write(pack(Kind.FINALIZE))

    async def finish(self) -> None:
        self._finished = True
        await self._write(pack(Kind.FINISH))

    async def __aiter__(self) -> AsyncIterator[LinkMessage]:
        while True:
            try:
                kind, body = await self._receive()
            except LinkLost:
                if self._finished and await self._process.wait() == 0:
                    return
                raise
            if kind is Kind.FAILED:
                raise LinkLost(f"The embedded engine failed: {body.decode(errors='replace')}")
            yield _decode(body)

    async def close(self) -> None:
        self._stdin.close()
        if self._process.returncode is None:
            # Nothing in the worker is worth saving: what it said is here, what it was given is kept.
            self._process.kill()
        await self._process.wait()

    async def _write(self, message: bytes) -> None:
        try:
            self._stdin.write(message)
            await self._stdin.drain()
        except OSError as error:
            raise await self._lost() from error

    async def _receive(self) -> tuple[Kind, bytes]:
        try:
            length, kind = HEADER.unpack(await self._stdout.readexactly(HEADER.size))
            return Kind(kind), await self._stdout.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise await self._lost() from error

    async def _lost(self) -> LinkLost:
        code = await self._process.wait()
        return LinkLost(f"The embedded engine ended ({_how_it_ended(code)})", code)


async def _start(arguments: list[str]) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": _import_path()},
            start_new_session=True,  # Ctrl+C in the terminal stops the program, which drains the worker
        )
    except OSError as error:
        raise EngineUnavailableError(
            f"The embedded engine's process cannot start: {error.strerror}", "Close other programs"
        ) from error


def _how_it_ended(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _import_path() -> str:
    """Where the worker finds this package: it starts without the current folder on its path (-P)."""
    paths = [str(Path(captioner.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return os.pathsep.join(path for path in paths if path)
