"""The colours: two frozen sets with the same roles, dark and light."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme's colours as `#RRGGBB`. A role's name says where it is used, not which hue it has.

    `*_bg` is the tint behind a state's words; `control` the edge of something that can be pressed; `line`
    only decoration. `speakers` are the eight colours in slot order, slot 0 = "You".
    """

    name: str
    window: str
    surface: str
    raised: str
    sunken: str
    hover: str
    line: str
    control: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_text: str
    accent_bg: str
    focus: str
    hit: str
    hit_text: str
    hit_now: str
    on_hit_now: str
    good: str
    good_bg: str
    warn: str
    warn_bg: str
    error: str
    error_bg: str
    info: str
    info_bg: str
    idle: str
    idle_bg: str
    held: str
    held_bg: str
    speakers: tuple[str, ...]


DARK = Tokens(
    name="dark",
    window="#12171D",
    surface="#181E25",
    raised="#212932",
    sunken="#0C1014",
    hover="#28323C",
    line="#2B3641",
    control="#748391",
    text="#F0F4F7",
    text2="#BAC5CF",
    text3="#98A5B1",
    accent="#4FD1C5",
    accent_hover="#74E0D6",
    on_accent="#04201E",
    accent_text="#66DACF",
    accent_bg="#12383A",
    focus="#FFFFFF",
    hit="#5B4A00",
    hit_text="#FFF3C2",
    hit_now="#FFD54A",
    on_hit_now="#1B1500",
    good="#5FD38D",
    good_bg="#153325",
    warn="#FFC04D",
    warn_bg="#3A2B0C",
    error="#FF9385",
    error_bg="#45201D",
    info="#8FB8FF",
    info_bg="#1B2F52",
    idle="#AEB9C4",
    idle_bg="#2B343D",
    held="#FFD54A",
    held_bg="#2E2509",
    speakers=("#F4F6F8", "#F7F34A", "#5ADCFB", "#B1E4AF", "#6C99F9", "#D291B2", "#FF7E2D", "#AC9B7A"),
)

LIGHT = Tokens(
    name="light",
    window="#F3F5F5",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#E9EDEE",
    hover="#E3E9EA",
    line="#D5DCDF",
    control="#75828D",
    text="#141B22",
    text2="#3F4A55",
    text3="#56626D",
    accent="#0A6A69",
    accent_hover="#085655",
    on_accent="#FFFFFF",
    accent_text="#085F5E",
    accent_bg="#DCF0EE",
    focus="#0A3D62",
    hit="#FFE9A3",
    hit_text="#141B22",
    hit_now="#F2B400",
    on_hit_now="#1B1500",
    good="#136B3A",
    good_bg="#DDF3E5",
    warn="#7D4B00",
    warn_bg="#FFEFCF",
    error="#A52A1C",
    error_bg="#FDE6E2",
    info="#1D4FA8",
    info_bg="#E1EBFC",
    idle="#4A5662",
    idle_bg="#E4E9EB",
    held="#6B5200",
    held_bg="#FFF1C4",
    speakers=("#17202B", "#826213", "#2F7080", "#0A4B39", "#1A48BC", "#590062", "#6E3108", "#AD115C"),
)

CAPTION_BOX = "#0A0D10"
CAPTION_BOX_OPACITY = 0.9
"""Behind captions: white text keeps 15 to 1 over a white slide, and slides do not ghost through."""
CAPTION_TAIL = "#A9B5BF"
