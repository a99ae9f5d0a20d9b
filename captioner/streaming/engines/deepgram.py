"""Deepgram's live service, or any server that speaks its protocol."""

import logging
import ssl
import time
from dataclasses import replace
from typing import NoReturn

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidProxy, InvalidStatus, InvalidURI

from captioner.streaming.address import Address
from captioner.streaming.engines.deepgram_link import DeepgramLink
from captioner.streaming.engines.deepgram_refusal import refused
from captioner.streaming.engines.deepgram_server import ServerCapabilities
from captioner.streaming.engines.engine import Capabilities, LinkLost
from captioner.streaming.errors import (
    AuthenticationError,
    ConfigurationError,
    EngineError,
    EngineTimeoutError,
    NetworkError,
)
from captioner.streaming.options import StreamingOptions
from captioner.streaming.redact import RedactingFilter

OPEN_SECONDS, CLOSE_SECONDS = 10.0, 2.0

MESSAGE_BYTES = 2**20
"""The largest message that is taken; a Results of a minute has some 20 kB."""

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
            "deepgram", finals_tile=True, languages=None, max_channels=20, takes_encoded=True
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
            socket = await _Connect(
                options.url(self._address.url),
                additional_headers={"Authorization": self._authorization} if self._authorization else None,
                user_agent_header="captioner",
                compression=None,
                open_timeout=OPEN_SECONDS,
                close_timeout=CLOSE_SECONDS,
                ping_interval=None,  # ours waits for our own loop, too
                max_size=MESSAGE_BYTES,
                max_queue=_QUEUE,
                logger=_log,
                proxy=None if self._address.is_loopback else True,
            )
        except (OSError, InvalidHandshake, InvalidURI, InvalidProxy, ImportError) as error:
            # Its traceback leads to frames that hold the key, which some reporters of crashes write down.
            raise self._refusal(error) from error.with_traceback(None)
        return DeepgramLink(socket, options, self._server, self._name, self._forget_finalize)

    def _forget_finalize(self) -> None:
        self._server = replace(self._server, finalize=False)

    def _refusal(self, error: Exception) -> Exception:
        """LinkLost where trying again may help, else the error that ends the session."""
        if isinstance(error, InvalidStatus):
            ours = refused(error.response, self._name, time.time())
        elif isinstance(error, ssl.SSLCertVerificationError):
            ours = ConfigurationError(
                f"The certificate of {self._address.host} is not valid: {error.verify_message}",
                "Check the address and this computer's clock",
            )
        elif isinstance(error, InvalidURI):
            ours = ConfigurationError("base_url is not an address", "Write it as wss://host")
        elif isinstance(error, InvalidProxy | ImportError):  # the latter: of SOCKS, for which a package lacks
            reason = error.msg  # not the whole: the proxy's address may hold a password
            ours = ConfigurationError(
                f"The proxy of this computer's settings cannot be used: {reason}",
                "Change https_proxy or all_proxy",
            )
        elif isinstance(error, TimeoutError):
            ours = EngineTimeoutError(f"{self._name} does not answer", "Check the network")
        elif isinstance(error, ssl.SSLError):
            ours = NetworkError(
                f"{self._name} does not speak TLS at this address: {error.reason}",
                "Use ws:// where a server on this computer has no TLS",
            )
        elif isinstance(error, OSError):
            ours = NetworkError(
                f"No way to {self._name}: {error.strerror or str(error) or 'it hung up'}",
                "Check the network",
            )
        else:
            ours = NetworkError(
                f"{self._name} answers with something else than a stream: {error}", "Check the address"
            )
        if isinstance(ours, EngineError) and ours.recoverable:
            return LinkLost(ours.message, error=ours)
        return ours
