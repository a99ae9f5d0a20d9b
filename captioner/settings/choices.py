"""What the person chose: frozen values with their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from msgspec import Meta

from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle

ReadingMode = Literal["instant", "balanced", "steady"]
Diarization = Literal["off", "channels", "engine"]
ThemeChoice = Literal["system", "light", "dark"]
EngineName = Literal["local", "deepgram"]
Motion = Literal["system", "full", "reduced"]


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices with their defaults. A device None = the system's default device.

    `deepgram_*`: Deepgram, or another server that speaks its protocol. `language`: BCP-47, or "multi" =
    several at once. `keyterms`: names and words to expect. `mip_opt_out`: ask not to be used for training.
    `fallback`: where a network engine fails, the embedded one listens until it is back. `backfill`: what the
    network engine missed it hears later on a second stream, which is charged.

    `clear_after`: seconds after which captions go that no newer ones push out, None = they stay.
    `hold_on_hover`: captions stand still while the pointer is on them. `places`: where the captions were put,
    for each arrangement of screens.
    """

    microphone_on: bool = True
    microphone: str | None = None
    system_on: bool = True
    system: str | None = None
    engine: EngineName = "local"
    deepgram_url: str = "wss://api.deepgram.com"
    deepgram_model: str = "nova-3"
    language: str = "en"
    keyterms: tuple[str, ...] = ()
    mip_opt_out: bool = True
    fallback: bool = True
    backfill: bool = True
    diarization: Diarization = "channels"
    reading_mode: ReadingMode = "balanced"
    captions_visible: bool = True
    click_through: bool = False
    locked: bool = False
    hold_on_hover: bool = True
    clear_after: Annotated[int, Meta(ge=2, le=60)] | None = None
    motion: Motion = "system"
    theme: ThemeChoice = "system"
    style: CaptionStyle = field(default_factory=CaptionStyle)
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])


def fitting(settings: Settings) -> Settings:
    """The settings without what the chosen engine cannot do: the embedded one does not tell voices apart."""
    if settings.engine == "local" and settings.diarization == "engine":
        return replace(settings, diarization="channels")
    return settings
