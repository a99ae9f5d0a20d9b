"""Two voices: what people said and what the program says each have their own typeface."""

from PySide6.QtGui import QFont, QFontMetricsF

UI_FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]
SAID_FAMILIES = ["Atkinson Hyperlegible Next", "Inter", "Noto Sans", "DejaVu Sans"]

_SAMPLE = "And everyone else moves to twelve euros at the end of March, so we keep nine."


def ui_font(px: int, weight: int = 400, *, figures: bool = False) -> QFont:
    """The interface's typeface. `figures`: digits of equal width, for times and counters."""
    return _font(UI_FAMILIES, px, weight, figures)


def said_font(px: int, weight: int = 400) -> QFont:
    """The typeface of speech."""
    return _font(SAID_FAMILIES, px, weight, False)


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
