"""Messages between the program and the local engine's worker."""

import pytest

from captioner.streaming.engines.local_wire import HEADER, Kind, pack


def test_a_message_is_its_length_little_endian_its_kind_and_its_body() -> None:
    assert pack(Kind.SOUND, b"abc") == b"\x03\x00\x00\x00\x01abc"


def test_an_order_without_a_body_is_a_header_alone() -> None:
    assert pack(Kind.FINISH) == b"\x00\x00\x00\x00\x03"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_header_says_how_much_follows_and_what_it_is(kind: Kind) -> None:
    message = pack(kind, bytes(70_000)) + pack(Kind.READY)

    length, number = HEADER.unpack(message[: HEADER.size])

    assert (length, Kind(number)) == (70_000, kind)
    assert message[HEADER.size + length :] == pack(Kind.READY)
