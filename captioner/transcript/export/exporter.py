"""The port of an export format."""

from typing import Protocol

from captioner.transcript.model import StoredMeeting


class Exporter(Protocol):
    """Turns a saved meeting into the text of a file."""

    @property
    def name(self) -> str:
        """What `--format` calls it."""
        ...

    @property
    def suffix(self) -> str:
        """What its files end with, with the dot."""
        ...

    def render(self, meeting: StoredMeeting) -> str:
        """The whole file, with a line break at its end."""
        ...
