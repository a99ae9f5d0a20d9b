"""The address of a server, checked before anything is sent there."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import ConfigurationError
from captioner.streaming.address import Address, listen_url


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("wss://api.deepgram.com", "wss://api.deepgram.com/v1/listen"),
        ("https://api.eu.deepgram.com/", "wss://api.eu.deepgram.com/v1/listen"),
        ("http://127.0.0.1:8000/v1/listen", "ws://127.0.0.1:8000/v1/listen"),
        ("WS://LocalHost:8000/v1/listen/", "ws://localhost:8000/v1/listen"),
        ("ws://[::1]:8000", "ws://[::1]:8000/v1/listen"),
        ("wss://host/prefix", "wss://host/prefix/v1/listen"),
        ("wss://host/prefix/v1/listen", "wss://host/prefix/v1/listen"),
        ("https://host/v1", "wss://host/v1/listen"),
        ("wss://host/a@b%20ü", "wss://host/a@b%20%C3%BC/v1/listen"),
        ("wss://bücher.example", "wss://xn--bcher-kva.example/v1/listen"),
    ],
)
def test_an_address_becomes_that_of_the_service(base_url: str, expected: str) -> None:
    assert listen_url(base_url) == expected
    assert listen_url(expected) == expected


@pytest.mark.parametrize(
    "base_url",
    [
        None,
        b"wss://host",
        "",
        "api.deepgram.com",
        "localhost:8000",
        "ftp://host",
        "wss://",
        "wss:///v1/listen",
        "wss://:8000",
        "wss://user:5ecret@host",
        "wss://5ecret\\@host",
        "wss://host?token=5ecret",
        "wss://host/#5ecret",
        "wss://host?",
        "wss://host/5ecret\n",
        "wss://5ecret host",
        "wss://host:0",
        "wss://host:5ecret",
        "wss://host:99999",
        "wss://[::1",
        "wss://a..b",
        "wss://host/v2/listen",
    ],
)
def test_an_impossible_address_is_refused_and_not_repeated(base_url: object) -> None:
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        listen_url(base_url)

    assert caught.value.hint
    assert "5ecret" not in str(caught.value)


@given(st.text() | st.builds("{}://{}".format, st.sampled_from(["ws", "wss", "http", "https"]), st.text()))
def test_any_text_is_an_address_or_refused(base_url: str) -> None:
    try:
        address = urlsplit(listen_url(base_url))
    except ConfigurationError:
        return

    assert address.scheme in ("ws", "wss")
    assert address.hostname
    assert address.path.endswith("/v1/listen")
    assert (address.username, address.password, address.query, address.fragment) == (None, None, "", "")
    assert address.geturl().isascii()


@pytest.mark.parametrize(
    ("base_url", "name", "is_regional", "is_loopback"),
    [
        ("wss://api.deepgram.com", "Deepgram", False, False),
        ("wss://api.eu.deepgram.com", "Deepgram", True, False),
        ("wss://api.deepgram.com.example.org", "api.deepgram.com.example.org", False, False),
        ("wss://notdeepgram.com", "notdeepgram.com", False, False),
        ("ws://localhost:8000", "localhost", False, True),
        ("ws://127.1.2.3:8000", "127.1.2.3", False, True),
        ("ws://[::1]:8000", "::1", False, True),
    ],
)
def test_a_server_is_known_by_its_host(
    base_url: str, name: str, is_regional: bool, is_loopback: bool
) -> None:
    address = Address.of(base_url)

    assert (address.name, address.is_regional, address.is_loopback) == (name, is_regional, is_loopback)


def test_sound_goes_unprotected_only_to_this_computer_unless_that_is_allowed() -> None:
    with pytest.raises(ConfigurationError, match="base_url would send sound"):
        Address.of("ws://192.0.2.1:8000")

    assert Address.of("ws://192.0.2.1:8000", allow_insecure=True).host == "192.0.2.1"
