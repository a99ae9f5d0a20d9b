"""Something that a computer plays on, where no sound server is asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """A loudspeaker or headset whose sound can be captured; `id` is the system's and stays."""

    id: str
    name: str
    is_default: bool
