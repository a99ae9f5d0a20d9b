"""A caption style as fonts and colours to paint with."""

from dataclasses import dataclass, replace

from PySide6.QtGui import QColor, QFont

from captioner.settings.contrast import contrast, far_from, weakest
from captioner.settings.style import CaptionStyle, Edge
from captioner.ui.fonts import caption_font
from captioner.ui.tokens import CAPTION_TAIL, DARK, LIGHT, Tokens

_DIMMEST = 35
"""How much of the ground the tail takes on, in percent; less where it could not be read any more."""
_TAIL_SHARE = 4.5 / 7
"""Words of 7 to 1 have a tail of 4.5 to 1, others one as much weaker."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What captions of a style are painted with; made once by `Look.of`.

    `text`, `tail`, `behind` and `box` carry their strength as alpha. `tokens`: the speakers' and the states'
    colours that stand out from what lies behind the words.
    """

    style: CaptionStyle
    font: QFont
    name_font: QFont
    text: QColor
    tail: QColor
    behind: QColor
    box: QColor
    edge_colour: QColor
    tokens: Tokens

    @classmethod
    def of(cls, style: CaptionStyle) -> "Look":
        """Measure a style: the tail stays at 4.5 to 1 wherever the words have 7 to 1."""
        words, names = (700, 800) if style.bold else (500, 650)
        ground = _ground(style)
        return cls(
            style=style,
            font=caption_font(style.font, style.px, words),
            name_font=caption_font(style.font, style.px, names),
            text=_colour(style.text, style.text_strength),
            tail=_colour(_tail(style, ground), style.text_strength),
            behind=_colour(style.behind, style.behind_strength),
            box=_colour(style.box, style.box_strength),
            edge_colour=QColor(far_from(style.text)),
            tokens=DARK if contrast(ground, "#FFFFFF") >= contrast(ground, "#000000") else LIGHT,
        )

    @property
    def px(self) -> int:
        """The height of the letters."""
        return self.style.px

    @property
    def edge(self) -> Edge:
        """The kind of edge around the letters."""
        return self.style.edge

    @property
    def name_edge(self) -> QColor:
        """The edge of names and shapes: their colours are all light or all dark."""
        return QColor("#000000" if self.tokens is DARK else "#FFFFFF")

    @property
    def bold(self) -> bool:
        """Whether the words are heavy."""
        return self.style.bold

    @property
    def gutter(self) -> int:
        """The room for a speaker's shape before every line."""
        return round(self.px * 1.1)

    @property
    def name_gap(self) -> int:
        """What parts a name from the words."""
        return round(self.px * 0.6)


def _colour(colour: str, strength: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(strength)
    return made


def _ground(style: CaptionStyle) -> str:
    """What is behind the words over a picture they can be read on."""
    box = mixed(far_from(style.text), style.box, style.box_strength)
    return mixed(box, style.behind, style.behind_strength)


def _tail(style: CaptionStyle, ground: str) -> str:
    """The words' colour with as much of the ground in it as still can be read."""
    least = min(4.5, weakest(style).ratio * _TAIL_SHARE)
    dims = [mixed(style.text, ground, percent / 100) for percent in range(_DIMMEST, 0, -5)]
    if style.text.upper() == "#FFFFFF":
        dims.insert(0, CAPTION_TAIL)
    return next((dim for dim in dims if weakest(replace(style, text=dim)).ratio >= least), style.text)


def mixed(one: str, other: str, share: float) -> str:
    """`share` of the other colour over the first, as a screen mixes them."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02X}" for a, b in pairs)
