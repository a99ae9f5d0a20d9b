"""Keyrings for tests, through the keyring package's own door: `keyring.set_keyring(MemoryKeyring())`."""

import threading

from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import chainer


class MemoryKeyring(KeyringBackend):
    """A keyring that nobody finds who does not name it."""

    priority = 5  # pyright: ignore[reportAssignmentType]
    viable = False  # pyright: ignore[reportAssignmentType]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.threads: set[str] = set()

    def get_password(self, service: str, username: str) -> str | None:
        self.threads.add(threading.current_thread().name)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise errors.PasswordDeleteError("No such password!")


class PlainKeyring(MemoryKeyring):
    """As the file of keyrings.alt: the keyring package itself does not recommend it."""

    priority = 0.5  # pyright: ignore[reportAssignmentType]


class RefusingKeyring(MemoryKeyring):
    """Raises the same at every call."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self._error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self._error


class HangingKeyring(MemoryKeyring):
    """Never answers, until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.over.wait()
        return None


class ReadingKeyring(MemoryKeyring):
    """Keeps what others put there."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


class Chain(chainer.ChainerBackend):
    """What the keyring package makes of several."""

    viable = False  # pyright: ignore[reportAssignmentType]
    backends = ()  # pyright: ignore[reportAssignmentType]

    def __init__(self, *backends: KeyringBackend) -> None:
        super().__init__()
        self.backends = backends  # pyright: ignore[reportAttributeAccessIssue]
