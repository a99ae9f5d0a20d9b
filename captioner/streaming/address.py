"""The address of a server: where sound goes, and whether it may go there.

A refused address is never repeated in the message: it may hold a password.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NoReturn
from urllib.parse import quote, urlsplit

from captioner.streaming.errors import ConfigurationError

DEEPGRAM_URL = "wss://api.deepgram.com"

_DEEPGRAM = "deepgram.com"
_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
_PATH = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Address:
    """A server by the address of its /v1/listen, without a query."""

    url: str

    @classmethod
    def of(cls, base_url: str, *, allow_insecure: bool = False) -> "Address":
        """Checked. Raises ConfigurationError also for ws:// to another computer, unless that is allowed."""
        address = cls(listen_url(base_url))
        if address.url.startswith("ws:") and not address.is_loopback and not allow_insecure:
            _refuse_url(
                f"would send sound to {address.host} unprotected", "Begin it with wss:// instead of ws://"
            )
        return address

    @property
    def host(self) -> str:
        """Without the port."""
        return urlsplit(self.url).hostname or ""

    @property
    def name(self) -> str:
        """What people call it."""
        return "Deepgram" if self.is_deepgram else self.host

    @property
    def is_deepgram(self) -> bool:
        """Deepgram's own service, in any region."""
        return self.host == _DEEPGRAM or self.host.endswith(f".{_DEEPGRAM}")

    @property
    def is_regional(self) -> bool:
        """Deepgram's, but not the global one."""
        return self.is_deepgram and self.host != f"api.{_DEEPGRAM}"

    @property
    def is_loopback(self) -> bool:
        """This computer."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def listen_url(base_url: object) -> str:
    """The address of /v1/listen at `base_url`, as ws:// or wss:// and without a query.

    `base_url` begins with http(s):// or ws(s)://; it may hold a path prefix and may end with /v1/listen.
    """
    address = base_url if isinstance(base_url, str) else ""
    scheme, _, rest = address.partition("://")
    place, slash, path = rest.partition("/")
    if scheme.lower() not in _SCHEMES:
        _refuse_url("does not begin with wss://, ws://, https:// or http://", f"For instance {DEEPGRAM_URL}")
    if re.search(r"[\s\x00-\x1f\x7f\ud800-\udfff]", rest):
        _refuse_url("has characters that no address has", "Leave out spaces and line breaks")
    if "?" in rest or "#" in rest:
        _refuse_url("has a query or a fragment", "Give parameters as options")
    if "@" in place:
        _refuse_url("has a user or a password in it", "Give the key to the client")
    return f"{_SCHEMES[scheme.lower()]}://{_host(place)}{_listen_path(quote(slash + path, safe=_PATH))}"


def _refuse_url(fault: str, cure: str) -> NoReturn:
    raise ConfigurationError(f"base_url {fault}", cure)


def _host(place: str) -> str:
    """Host and port, checked: IPv6 in brackets, other names as the name service knows them."""
    try:
        parts = urlsplit(f"//{place}")
        name, port = parts.hostname or "", parts.port
        host = f"[{name}]" if ":" in name else name.encode("idna").decode()
    except ValueError:
        host, port = "", None
    if not re.fullmatch(r"[\w.-]+|\[[0-9a-f:.]+\]", host) or port == 0:
        _refuse_url("has no valid host and port", f"For instance {DEEPGRAM_URL} or ws://127.0.0.1:8000")
    return host if port is None else f"{host}:{port}"


def _listen_path(path: str) -> str:
    path = path.rstrip("/")
    if path.endswith("/v2/listen"):
        _refuse_url("ends with /v2/listen, which speaks another protocol (Flux)", "Leave the path out")
    return f"{path.removesuffix('/v1/listen').removesuffix('/v1').rstrip('/')}/v1/listen"
