"""Deepgram's live service, or any server that speaks its protocol."""

import asyncio
import logging
import os
import re
import socket
import ssl
import time
from dataclasses import replace
from typing import NoReturn

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    InvalidHandshake,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    InvalidURI,
)

from captioner.streaming.address import Address
from captioner.streaming.engines.deepgram_line import CLOSE_SECONDS
from captioner.streaming.engines.deepgram_link import DeepgramLink
from captioner.streaming.engines.deepgram_patience import Patience, in_time
from captioner.streaming.engines.deepgram_refusal import refused, said_by_server
from captioner.streaming.engines.deepgram_server import ServerCapabilities
from captioner.streaming.engines.engine import Capabilities, LinkLost
from captioner.streaming.errors import (
    AuthenticationError,
    CaptionerError,
    ConfigurationError,
    EngineError,
    EngineTimeoutError,
    NetworkError,
)
from captioner.streaming.options import StreamingOptions
from captioner.streaming.redact import RedactingFilter
from captioner.streaming.tasks import end

OPEN_SECONDS = 10.0

MESSAGE_BYTES = 2**20
"""The largest message that is taken; a Results of a minute has some 20 kB."""

MAX_RATE = 1.2
"""The provider takes sound at 1.25 times real time at most."""

ANSWERS_WITHIN = 12.0
"""Seconds of sound without a Results that covers them: it does not listen, whatever its pings say."""

_QUEUE = 4096
"""Messages that wait for our reader, which waits for nobody; a low mark costs a pause at every turn."""

# websockets writes the headers of the handshake, the key among them, to its log at DEBUG.
_log = logging.getLogger("websockets.client.captioner")
_log.addFilter(RedactingFilter())


class _Connect(connect):
    """Without redirects: sound goes where it was sent, or nowhere."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class DeepgramEngine:
    """Starts conversations at `base_url`. `authorization` is the whole header, None where none is needed."""

    def __init__(
        self,
        base_url: str,
        authorization: str | None,
        server: ServerCapabilities,
        *,
        allow_insecure: bool = False,
    ) -> None:
        self._address = Address.of(base_url, allow_insecure=allow_insecure)
        self._name = self._address.name
        self._authorization = authorization
        # The regional hosts cannot change key terms on the way (PROTOCOL P4).
        self._server = replace(server, configure=False) if self._address.is_regional else server
        self.capabilities = Capabilities(
            "deepgram",
            finals_tile=server.finals_tile,
            languages=None,
            max_channels=20,
            takes_encoded=True,
            word_times=True,
            max_rate=MAX_RATE,
            answers_within=ANSWERS_WITHIN if server.interims and server.finals_tile else None,
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds a key: make a new one in the other process")

    def __repr__(self) -> str:
        return f"DeepgramEngine({self._address.url!r})"

    async def connect(self, options: StreamingOptions) -> DeepgramLink:
        """Shake hands. Raises LinkLost with its error where waiting may help, else the error itself."""
        if self._address.is_deepgram and not self._authorization:
            raise AuthenticationError(
                "There is no key for Deepgram", "Set DEEPGRAM_API_KEY, or give the key to the client"
            )
        try:
            socket = await self._open(options)
        except (OSError, InvalidHandshake, InvalidURI, InvalidProxy, ImportError) as error:
            # Its traceback leads to frames that hold the key, which some reporters of crashes write down.
            raise self._refusal(error) from error.with_traceback(None)
        return DeepgramLink(socket, options, self._server, self._name, self._forget_finalize)

    async def _open(self, options: StreamingOptions) -> ClientConnection:
        """Shake hands in bounded time. Raises TimeoutError; whoever is cancelled leaves no socket behind."""
        connecting = asyncio.create_task(self._shake_hands(options), name="deepgram handshake")
        is_through = False
        try:
            is_through = await in_time(connecting, Patience(options.speed).answer(OPEN_SECONDS))
        finally:
            if not is_through:
                await end(connecting)
                if not connecting.cancelled() and not connecting.exception():
                    connecting.result().transport.abort()
        if not is_through:
            raise TimeoutError
        return connecting.result()

    async def _shake_hands(self, options: StreamingOptions) -> ClientConnection:
        return await _Connect(
            options.url(self._address.url),
            additional_headers={"Authorization": self._authorization} if self._authorization else None,
            user_agent_header="captioner",
            compression=None,
            open_timeout=None,  # ours waits for our own loop, too, and so does our ping
            ping_interval=None,
            close_timeout=CLOSE_SECONDS,
            max_size=MESSAGE_BYTES,
            max_queue=_QUEUE,
            logger=_log,
            proxy=None if self._address.is_loopback else True,
        )

    def _forget_finalize(self) -> None:
        self._server = replace(self._server, finalize=False)

    def _refusal(self, error: Exception) -> Exception:
        """LinkLost where trying again may help, else the error that ends the session."""
        ours = self._error(error)
        if isinstance(ours, EngineError) and ours.recoverable:
            return LinkLost(ours.message, error=ours)
        return ours

    def _error(self, error: Exception) -> CaptionerError:
        if isinstance(error, InvalidStatus):
            return refused(error.response, self._name, time.time())
        if isinstance(error, InvalidURI):
            return ConfigurationError("base_url is not an address", "Write it as wss://host")
        if isinstance(error, InvalidProxyStatus) and error.response.status_code < 500:
            return ConfigurationError(
                f"The proxy of this computer's settings refuses the way to {self._name} "
                f"({error.response.status_code})",
                "Change https_proxy or all_proxy, or ask who runs it",
            )
        if isinstance(error, InvalidProxy | ImportError):  # the latter: of SOCKS, for which a package lacks
            reason = error.msg  # not the whole: the proxy's address may hold a password
            return ConfigurationError(
                f"The proxy of this computer's settings cannot be used: {reason}",
                "Change https_proxy or all_proxy",
            )
        if isinstance(error, OSError):
            return self._no_way(error)
        if isinstance(error.__cause__, EOFError):
            return NetworkError(f"{self._name} hung up before it answered", "Check network and address")
        return NetworkError(
            f"{self._name} answers with something else than a stream: {said_by_server(str(error))}",
            "Check the address",
        )

    def _no_way(self, error: OSError) -> CaptionerError:
        """TCP, TLS and names."""
        if isinstance(error, ssl.SSLCertVerificationError):
            return ConfigurationError(
                f"The certificate of {self._address.host} is not valid: {error.verify_message}",
                "Check the address and this computer's clock",
            )
        if isinstance(error, TimeoutError):
            return EngineTimeoutError(f"{self._name} does not answer", "Check the network")
        if isinstance(error, ssl.SSLError):
            return NetworkError(
                f"{self._name} does not speak TLS at this address: {error.reason or error}",
                "Use ws:// where a server on this computer has no TLS",
            )
        return NetworkError(f"No way to {self._name}: {_cause(error)}", "Check the network")


def _cause(error: OSError) -> str:
    """In the system's words; asyncio's own repeat the address, or those of several attempts."""
    number = error.errno if not isinstance(error, socket.gaierror) else None
    if number is None and (tried := re.search(r"\[Errno (\d+)\]", str(error))):
        number = int(tried[1])
    return os.strerror(number) if number else error.strerror or str(error) or "it hung up"
