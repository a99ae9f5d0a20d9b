"""One line of what `captioner doctor` finds."""

from dataclasses import dataclass
from typing import Literal

from captioner.transcript.plain import plain

Verdict = Literal["ok", "warning", "failed"]

Need = Literal["sound source", "engine", "data directory"]
"""What captions cannot do without."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and what to do about it.

    `proves`: with this, captions have one of the things that they need.
    """

    verdict: Verdict
    what: str
    words: str
    remedy: str = ""
    proves: Need | None = None

    def __str__(self) -> str:
        remedy = f"  → {plain(self.remedy)}" if self.remedy else ""
        return plain(f"{self.what}: {self.words}") + remedy
