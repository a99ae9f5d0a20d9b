"""Addresses and values, checked before they are sent."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import ConfigurationError
from captioner.streaming.query import FrozenMapping, check_keyterms, listen_url, shown


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


def test_terms_are_counted_by_the_least_that_they_can_be() -> None:
    assert check_keyterms(["word"] * 500) == ("word",) * 500
    with pytest.raises(ConfigurationError, match="at least 501 tokens"):
        check_keyterms(["word"] * 501)
    with pytest.raises(ConfigurationError, match="keyterm"):
        check_keyterms("x" * 24 * 501)


def test_what_is_refused_is_shown_short_and_on_one_line() -> None:
    assert shown(10**5000) == "of type int"
    assert "\n" not in shown("a\u2028b\nc")
    assert len(shown("x" * 100_000)) == 60


def test_unknown_parameters_compare_without_their_order() -> None:
    one = FrozenMapping([("a", ("1",)), ("b", ("2",))])
    other = FrozenMapping([("b", ("2",)), ("a", ("1",))])

    assert one == other == {"a": ("1",), "b": ("2",)}
    assert hash(one) == hash(other)
    assert list(one) == ["a", "b"]
