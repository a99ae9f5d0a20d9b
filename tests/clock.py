"""A clock that a test moves by hand."""

from dataclasses import dataclass


@dataclass
class Clock:
    """Called, it says what time it is: `now`, in seconds."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now
