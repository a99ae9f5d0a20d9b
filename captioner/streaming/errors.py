"""Every error a caller can meet, split by the two questions that matter: whose fault, and does waiting help?

CaptionerError                   message (the cause) + hint (the cure); `str()` gives both on one line
├── ConfigurationError           the caller asked for something impossible; trying again does not help
├── ClientError                  the caller used the session in a way that cannot work
├── HandlerError                 a callback of the caller raised; the session goes on
├── EngineError                  the speech engine
│   ├── EngineUnavailableError   it cannot start here; trying again does not help
│   ├── EngineFailedError        it stopped and could not be brought back
│   ├── AuthenticationError      it does not know the key (401)
│   ├── QuotaError               its credit is used up (402)
│   ├── PermissionDeniedError    the key may not do this (403)
│   ├── FormatError              it cannot decode the sound as declared
│   ├── RateLimitError           too many streams at once (429); waiting helps
│   ├── NetworkError             it cannot be reached; waiting helps
│   ├── EngineTimeoutError       it did not answer in time; waiting helps
│   └── ServerError              it broke (5xx, 1011); waiting helps
├── SourceError                  the sound: a file, a device, the audio server (raised in `captioner.audio`)
└── StoreError                   the database or the settings (raised in `captioner.transcript`, `settings`)
"""

from typing import ClassVar


class CaptionerError(Exception):
    """What went wrong and what to do about it, in the person's words.

    `message` names the thing and the cause, `hint` the next step; neither ends in a line break. `request_id`
    is the provider's, for its support. `category` is stable and short, `recoverable` says whether waiting and
    trying again may help.
    """

    category: ClassVar[str] = "captioner"
    recoverable: ClassVar[bool] = False

    def __init__(self, message: str, hint: str = "", *, request_id: str | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint
        self.request_id = request_id

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class ConfigurationError(CaptionerError):
    """An option that cannot work; the message names the field."""

    category = "configuration"


class ClientError(CaptionerError):
    """The session was used in a way that cannot work."""

    category = "client"


class HandlerError(CaptionerError):
    """A callback raised; its own error is the cause of this one."""

    category = "handler"
    recoverable = True


class EngineError(CaptionerError):
    """The speech engine did not do its work.

    `retry_after`: seconds the provider asks to wait, None = it does not say.
    """

    category = "engine"

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint, request_id=request_id)
        self.retry_after = retry_after


class EngineUnavailableError(EngineError):
    """The engine cannot start on this machine, for instance because its package is missing."""


class EngineFailedError(EngineError):
    """The engine stopped, was started again, and stopped too often to go on."""


class AuthenticationError(EngineError):
    """The provider does not know the key."""

    category = "authentication"


class QuotaError(EngineError):
    """The provider's credit is used up."""

    category = "quota"


class PermissionDeniedError(EngineError):
    """The key is known but may not do this, for instance use this model."""

    category = "permission"


class FormatError(EngineError):
    """The provider cannot decode the sound as it was declared."""

    category = "format"


class RateLimitError(EngineError):
    """Too many streams at once."""

    category = "rate_limit"
    recoverable = True


class NetworkError(EngineError):
    """The provider cannot be reached, or the line to it broke."""

    category = "network"
    recoverable = True


class EngineTimeoutError(EngineError):
    """The provider did not answer in time."""

    category = "timeout"
    recoverable = True


class ServerError(EngineError):
    """The provider is out of order."""

    category = "server"
    recoverable = True


class SourceError(CaptionerError):
    """A sound source that cannot be opened, or that ended when it should not."""

    category = "source"


class StoreError(CaptionerError):
    """A file that keeps the person's data cannot be read or written."""

    category = "store"
