"""The provider's key: where it is looked for, where it is kept, and what a keyring may do to us."""

import asyncio
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

import keyring
import pytest
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from captioner.secrets import (
    ACCOUNT,
    ENVIRONMENT_NAME,
    SERVICE,
    ApiKey,
    checked_key,
    delete_key,
    read_key,
    store_key,
)
from captioner.streaming.errors import ConfigurationError, StoreError
from captioner.streaming.redact import RedactingFilter
from tests.keyrings import Chain, HangingKeyring, MemoryKeyring, PlainKeyring, ReadingKeyring, RefusingKeyring

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """A keyring of the test's own in place of the person's, and no key in the environment."""
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)
    memory = MemoryKeyring()
    monkeypatch.setattr("keyring.core._keyring_backend", memory)
    return memory


@pytest.fixture
def hanging() -> Iterator[HangingKeyring]:
    hanging = HangingKeyring()
    keyring.set_keyring(hanging)
    yield hanging
    hanging.over.set()


def test_without_a_key_anywhere_there_is_none() -> None:
    assert asyncio.run(read_key()) is None


def test_what_was_stored_is_read_until_it_is_deleted(memory: MemoryKeyring) -> None:
    async def all_three() -> tuple[ApiKey, ApiKey | None, ApiKey | None]:
        stored = await store_key(f"  {KEY}\r\n")
        read = await read_key()
        await delete_key()
        return stored, read, await read_key()

    assert asyncio.run(all_three()) == (ApiKey(KEY, "keyring"), ApiKey(KEY, "keyring"), None)
    assert memory.kept == {}


def test_the_key_lies_where_the_documentation_says(memory: MemoryKeyring) -> None:
    asyncio.run(store_key(KEY))

    assert memory.kept == {("captioner", "deepgram"): KEY}


def test_the_environment_comes_first_and_the_keyring_is_not_even_asked(
    hanging: HangingKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, f" {KEY}\n")

    assert asyncio.run(read_key(timeout=0)) == ApiKey(KEY, "environment")


@pytest.mark.parametrize("nothing", ["", " \n"])
def test_an_empty_key_is_none(nothing: str, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, nothing)
    memory.kept[SERVICE, ACCOUNT] = nothing

    assert asyncio.run(read_key()) is None


def test_deleting_what_is_not_there_is_no_error() -> None:
    asyncio.run(delete_key())


def test_the_key_is_in_no_repr_and_in_no_log() -> None:
    key = asyncio.run(store_key(KEY))
    record = logging.LogRecord("x", logging.INFO, "", 0, "it is %s", (key.value,), None)

    RedactingFilter().filter(record)

    assert record.getMessage() == "it is ***"
    assert f"{key!r} {key}" == "ApiKey(source='keyring') ApiKey(source='keyring')"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \t\n", "The key is empty. Paste"),
        ("abc def", "at place 4 of 7"),
        ("abc\r\nX-Header: 1", "at place 4 of"),
        ("abc\x00", "at place 4 of 4"),
        ("schlüssel", "at place 5 of 9"),
        ("\u200babc", "at place 1 of 4"),
    ],
)
def test_what_cannot_be_a_key_is_refused_without_being_shown(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        checked_key(text)

    assert said in str(refusal.value)
    assert not text.strip() or text.strip() not in str(refusal.value)


def test_a_strange_key_is_named_by_the_place_it_came_from(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.kept[SERVICE, ACCOUNT] = "a b"
    with pytest.raises(ConfigurationError, match=r"^The key in the keyring has a character"):
        asyncio.run(read_key())

    monkeypatch.setenv(ENVIRONMENT_NAME, "a b")
    with pytest.raises(ConfigurationError, match=f"^{ENVIRONMENT_NAME} has a character"):
        asyncio.run(read_key())


def test_the_keyring_is_asked_in_a_thread_of_its_own(memory: MemoryKeyring) -> None:
    asyncio.run(read_key())

    assert memory.threads == {"keyring"}


CALLS: list[Callable[[], Awaitable[object]]] = [
    lambda: read_key(timeout=0.02),
    lambda: delete_key(timeout=0.02),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_keyring_that_hangs_holds_up_neither_the_loop_nor_the_end(
    call: Callable[[], Awaitable[object]], hanging: HangingKeyring
) -> None:
    async def main() -> float:
        began = time.monotonic()
        with pytest.raises(StoreError, match=r"^The keyring does not answer. Unlock it and try again"):
            await call()
        return time.monotonic() - began

    began = time.monotonic()

    assert asyncio.run(main()) < 1
    assert time.monotonic() - began < 2
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "keyring")


def test_an_answer_that_comes_after_the_end_disturbs_nobody(hanging: HangingKeyring) -> None:
    with pytest.raises(StoreError):
        asyncio.run(read_key(timeout=0.02))

    hanging.over.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(1)
            assert not thread.is_alive()


def test_who_stops_waiting_is_free_at_once(hanging: HangingKeyring) -> None:
    async def main() -> None:
        reading = asyncio.create_task(read_key())
        await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(asyncio.wait_for(main(), 1))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            errors.NoKeyringError("x"),
            "No keyring on this system. The key cannot be kept safely. Set DEEPGRAM_API_KEY instead",
        ),
        (
            errors.KeyringLocked("x"),
            "The keyring is locked. Unlock it and try again, or set DEEPGRAM_API_KEY",
        ),
        (errors.InitError("x"), "The keyring cannot be opened. Set DEEPGRAM_API_KEY instead"),
        (
            errors.PasswordSetError(KEY),
            "The keyring did not do its work (PasswordSetError). Set DEEPGRAM_API_KEY instead",
        ),
        (OSError(KEY), "The keyring did not do its work (OSError). Set DEEPGRAM_API_KEY instead"),
        (TimeoutError(), "The keyring did not do its work (TimeoutError). Set DEEPGRAM_API_KEY instead"),
    ],
)
def test_every_refusal_says_what_to_do_and_not_the_key(error: Exception, said: str) -> None:
    for call in (read_key, lambda: store_key(KEY)):
        keyring.set_keyring(RefusingKeyring(error))

        with pytest.raises(StoreError) as refusal:
            asyncio.run(call())

        assert str(refusal.value) == said
        assert refusal.value.__cause__ is error


@pytest.mark.parametrize("nothing", [fail.Keyring, null.Keyring])
def test_a_keyring_that_keeps_nothing_is_none(nothing: type[KeyringBackend]) -> None:
    keyring.set_keyring(nothing())

    with pytest.raises(StoreError, match=r"^No keyring on this system"):
        asyncio.run(store_key(KEY))


def test_a_key_is_never_kept_in_plain_text() -> None:
    plain = PlainKeyring()
    keyring.set_keyring(plain)

    with pytest.raises(StoreError, match=r"does not keep secrets safely \(PlainKeyring\)"):
        asyncio.run(store_key(KEY))

    assert plain.kept == {}


def test_a_keyring_of_the_alternatives_is_refused_whatever_it_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_keyring(MemoryKeyring())
    monkeypatch.setattr(MemoryKeyring, "__module__", "keyrings.alt.file")

    with pytest.raises(StoreError, match="does not keep secrets safely"):
        asyncio.run(read_key())


def test_of_a_chain_only_the_safe_ones_are_used() -> None:
    reading, plain, safe = ReadingKeyring(), PlainKeyring(), MemoryKeyring()
    keyring.set_keyring(Chain(reading, plain, safe))

    asyncio.run(store_key(KEY))

    assert (reading.kept, plain.kept, safe.kept) == ({}, {}, {(SERVICE, ACCOUNT): KEY})
    assert asyncio.run(read_key()) == ApiKey(KEY, "keyring")


def test_deleting_reaches_every_keyring_of_a_chain() -> None:
    chain = [MemoryKeyring(), MemoryKeyring(), MemoryKeyring()]
    for each in chain[1:]:
        each.kept[SERVICE, ACCOUNT] = KEY
    keyring.set_keyring(Chain(*chain))

    asyncio.run(delete_key())

    assert [each.kept for each in chain] == [{}, {}, {}]


def test_a_chain_of_plain_files_is_no_keyring() -> None:
    keyring.set_keyring(Chain(PlainKeyring(), PlainKeyring()))

    with pytest.raises(StoreError, match="does not keep secrets safely"):
        asyncio.run(store_key(KEY))


def test_the_start_does_not_wait_for_the_keyring() -> None:
    question = "import sys, captioner.secrets; print('keyring' in sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, timeout=30, check=True
    )

    assert answer.stdout == "False\n"
