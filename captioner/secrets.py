"""The provider's key: from the environment, else from the system keyring, and kept nowhere else.

A key that was read or checked here is hidden from every log from then on. The keyring is asked in a thread of
its own and for a limited time: it may be locked, wait for the person, or hang.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar, cast

from captioner.streaming.errors import ConfigurationError, StoreError
from captioner.streaming.redact import hide

ENVIRONMENT_NAME = "DEEPGRAM_API_KEY"
SERVICE, ACCOUNT = "captioner", "deepgram"
"""Where the key lies in the keyring; `keyring get captioner deepgram` shows it."""

LIMIT = 3.0
"""Seconds that a keyring may take."""

KeySource = Literal["environment", "keyring"]
T = TypeVar("T")

_INSTEAD = f"Set {ENVIRONMENT_NAME} instead"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, and where it came from; its repr does not show it."""

    value: str = field(repr=False)
    source: KeySource


class _Keyring(Protocol):
    """What we ask of a backend of the `keyring` package."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def checked_key(text: str, name: str = "The key") -> str:
    """The key as it is sent: without the white space that pasting brings. Raises ConfigurationError."""
    key = text.strip()
    hide(key)
    if not key:
        raise ConfigurationError(f"{name} is empty", "Paste a key from the Deepgram console")
    for place, sign in enumerate(key, start=1):
        if not "!" <= sign <= "~":
            raise ConfigurationError(
                f"{name} has a character that no key has, at place {place} of {len(key)}",
                "Copy the key again from the Deepgram console",
            )
    return key


async def read_key(*, timeout: float = LIMIT) -> ApiKey | None:
    """The key to use; None where there is none. The keyring is asked only if the environment has none.

    Raises StoreError where the keyring does not answer, ConfigurationError for what cannot be a key.
    """
    set_there = os.environ.get(ENVIRONMENT_NAME, "").strip()
    if set_there:
        return ApiKey(checked_key(set_there, ENVIRONMENT_NAME), "environment")
    kept = await _ask(_get, timeout)
    return ApiKey(checked_key(kept, "The key in the keyring"), "keyring") if kept and kept.strip() else None


async def store_key(text: str, *, timeout: float = LIMIT) -> ApiKey:
    """Keep the key in the keyring, in place of the one before. Raises ConfigurationError and StoreError.

    After "does not answer" the key may still be kept: when the person unlocks the keyring later.
    """
    key = checked_key(text)
    await _ask(lambda keyrings: _set(keyrings, key), timeout)
    return ApiKey(key, "keyring")


async def delete_key(*, timeout: float = LIMIT) -> None:
    """Forget the key that the keyring keeps, if it keeps one. Raises StoreError."""
    await _ask(_delete, timeout)


async def _ask(question: Callable[[list[_Keyring]], T], timeout: float) -> T:
    """The answer of the keyring to `question`.

    The default executor would do for the asking, but at the end of the program it waits for its threads.
    """
    answer: Future[T] = Future()
    answer.set_running_or_notify_cancel()  # from here on, who stops waiting leaves the thread its future

    def ask() -> None:
        try:
            answer.set_result(_with_keyrings(question))
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=ask, name="keyring", daemon=True).start()
    try:
        async with asyncio.timeout(timeout):
            return await asyncio.wrap_future(answer)
    except TimeoutError as error:
        raise StoreError(
            "The keyring does not answer", f"Unlock it and try again, or set {ENVIRONMENT_NAME}"
        ) from error


def _with_keyrings(question: Callable[[list[_Keyring]], T]) -> T:
    """In the keyring's thread: the slow import, the question, and its errors in the person's words."""
    from keyring import errors

    try:
        return question(_safe_keyrings())
    except StoreError:
        raise
    except errors.NoKeyringError as error:
        raise StoreError("No keyring on this system", f"The key cannot be kept safely. {_INSTEAD}") from error
    except errors.KeyringLocked as error:
        raise StoreError(
            "The keyring is locked", f"Unlock it and try again, or set {ENVIRONMENT_NAME}"
        ) from error
    except errors.InitError as error:
        raise StoreError("The keyring cannot be opened", _INSTEAD) from error
    except Exception as error:  # a keyring is a plug-in: D-Bus, Win32 and others raise what they like
        # Only its kind is told: its words may quote the key.
        raise StoreError(f"The keyring did not do its work ({type(error).__name__})", _INSTEAD) from error


def _safe_keyrings() -> list[_Keyring]:
    """What keeps a secret as a secret, best first. Never empty.

    The `keyring` package takes what is installed, alone or as a chain, plain files of `keyrings.alt` as well.
    Below a priority of one it does not recommend them; null and fail, which keep nothing, are among those.
    """
    import keyring
    from keyring.backends.chainer import ChainerBackend
    from keyring.errors import NoKeyringError

    chosen = keyring.get_keyring()
    found = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    kinds = [type(each) for each in found]
    safe = [
        cast(_Keyring, each)
        for each, kind in zip(found, kinds, strict=True)
        if each.priority >= 1 and not kind.__module__.startswith("keyrings.alt")
    ]
    if safe:
        return safe
    plain = [kind.__name__ for kind in kinds if not kind.__module__.startswith("keyring.backends.")]
    if not plain:
        raise NoKeyringError
    raise StoreError(f"The keyring of this system does not keep secrets safely ({plain[0]})", _INSTEAD)


def _get(keyrings: list[_Keyring]) -> str | None:
    for each in keyrings:
        if (key := each.get_password(SERVICE, ACCOUNT)) is not None:
            return key
    return None


def _set(keyrings: list[_Keyring], key: str) -> None:
    for each in keyrings[:-1]:
        try:
            return each.set_password(SERVICE, ACCOUNT, key)
        except NotImplementedError:  # one that only reads
            continue
    return keyrings[-1].set_password(SERVICE, ACCOUNT, key)


def _delete(keyrings: list[_Keyring]) -> None:
    for each in keyrings:
        if each.get_password(SERVICE, ACCOUNT) is not None:
            each.delete_password(SERVICE, ACCOUNT)
