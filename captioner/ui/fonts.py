"""Two voices: what people said and what the program says each have their own typeface."""

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from captioner.settings.style import FontStyle

UI_FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]
SAID_FAMILIES = ["Atkinson Hyperlegible Next", "Inter", "Noto Sans", "DejaVu Sans"]

_CAPTION_FAMILIES: dict[FontStyle, list[str]] = {
    "default": SAID_FAMILIES,
    "mono_serif": [
        "Courier Prime",
        "Courier New",
        "Courier",
        "Liberation Mono",
        "Nimbus Mono PS",
        "FreeMono",
    ],
    "serif": [
        "Noto Serif",
        "Georgia",
        "Times New Roman",
        "Times",
        "Liberation Serif",
        "DejaVu Serif",
        "P052",
    ],
    "mono_sans": ["Cascadia Mono", "Consolas", "Menlo", "Noto Sans Mono", "DejaVu Sans Mono"],
    "sans": ["Segoe UI", "Helvetica Neue", "Arial", "Noto Sans", "Liberation Sans", "DejaVu Sans"],
    "casual": ["Comic Neue", "Comic Sans MS", "Chalkboard SE", "Comic Relief", "Humor Sans", "URW Gothic"],
    "cursive": ["Segoe Script", "Snell Roundhand", "Dancing Script", "Z003", "URW Chancery L", "Kristi"],
    "small_caps": ["Arial", "Noto Sans", "Liberation Sans", "DejaVu Sans"],
}
"""The eight styles of 47 CFR 79.103 (c) (6), each from what the systems bring along, the best first."""

_HINTS: dict[FontStyle, QFont.StyleHint] = {
    "mono_serif": QFont.StyleHint.TypeWriter,
    "serif": QFont.StyleHint.Serif,
    "mono_sans": QFont.StyleHint.Monospace,
    "cursive": QFont.StyleHint.Cursive,
}

_SAMPLE = "And everyone else moves to twelve euros at the end of March, so we keep nine."


def ui_font(px: int, weight: int = 400, *, figures: bool = False) -> QFont:
    """The interface's typeface. `figures`: digits of equal width, for times and counters."""
    return _font(UI_FAMILIES, px, weight, figures)


def said_font(px: int, weight: int = 400) -> QFont:
    """The typeface of speech."""
    return _font(SAID_FAMILIES, px, weight, False)


def caption_font(style: FontStyle, px: int, weight: int) -> QFont:
    """The typeface of captions. Where nothing of the style is installed, it is the default one."""
    font = _font(_CAPTION_FAMILIES[style] + SAID_FAMILIES, px, weight, False)
    font.setStyleHint(_HINTS.get(style, QFont.StyleHint.SansSerif))
    if style == "small_caps":
        font.setCapitalization(QFont.Capitalization.SmallCaps)
    return font


def caption_family(style: FontStyle) -> str | None:
    """The installed family that a font style is shown in; None: there is none, the default one stands in."""
    return next(filter(QFontDatabase.hasFamily, _CAPTION_FAMILIES[style]), None)


def mean_advance(font: QFont) -> float:
    """The width of an average character of English speech in pixels."""
    return QFontMetricsF(font).horizontalAdvance(_SAMPLE) / len(_SAMPLE)


def _font(families: list[str], px: int, weight: int, figures: bool) -> QFont:
    font = QFont(families)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    if figures:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font
