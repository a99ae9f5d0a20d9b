"""What speakers are called: by the engine or their channel, and by the person who reads. Pure."""

from collections.abc import Iterable, Mapping

from captioner.transcript.model import Segment
from captioner.transcript.plain import plain


class Names:
    """Who is heard under a label ("You", "Speaker 2") has it for a name, until a person gives another.

    Labels of one name are one speaker. Each line keeps its label, so that they can be parted again.
    """

    def __init__(self, segments: Iterable[Segment] = ()) -> None:
        self._names: dict[str, str] = {}
        for segment in segments:
            if segment.speaker:
                self._names[segment.label or segment.speaker] = segment.speaker

    def name(self, label: str) -> str:
        """What the speaker with this label is called."""
        return self._names.setdefault(label, label)

    def renamed(self, old: str, new: str) -> dict[str, str]:
        """The labels that change, by their new names, if all who are called `old` were called `new`.

        Empty = as their labels say again. Nothing is changed before `give`.
        """
        new = plain(new)
        names = {label: new or label for label, name in self._names.items() if name == old}
        return {label: name for label, name in names.items() if name != old}

    def give(self, names: Mapping[str, str]) -> None:
        """Call the speakers with these labels so from now on."""
        self._names |= names


def label_of(segment: Segment) -> str | None:
    """Who speaks, as the engine or the channel says it; None = unknown."""
    return segment.label or segment.speaker
