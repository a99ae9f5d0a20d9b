"""Every error a caller can meet, split by the two questions that matter: whose fault, and does waiting help?

CaptionerError                   message (the cause) + hint (the cure); `str()` gives both on one line
├── ConfigurationError           the caller asked for something impossible; trying again does not help
├── EngineError                  the speech engine
│   ├── EngineUnavailableError   it cannot start here; trying again does not help
│   └── EngineFailedError        it stopped and could not be brought back
├── SourceError                  the sound: a file, a device, the audio server (raised in `captioner.audio`)
└── StoreError                   the database or the settings (raised in `captioner.transcript`, `settings`)
"""


class CaptionerError(Exception):
    """What went wrong and what to do about it, in the person's words.

    `message` names the thing and the cause, `hint` the next step; neither ends in a line break.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class ConfigurationError(CaptionerError):
    """An option that cannot work; the message names the field."""


class EngineError(CaptionerError):
    """The speech engine did not do its work."""


class EngineUnavailableError(EngineError):
    """The engine cannot start on this machine, for instance because its package is missing."""


class EngineFailedError(EngineError):
    """The engine stopped, was started again, and stopped too often to go on."""


class SourceError(CaptionerError):
    """A sound source that cannot be opened, or that ended when it should not."""


class StoreError(CaptionerError):
    """A file that keeps the person's data cannot be read or written."""
