"""What can be chosen about a style, part by part: each says `changed(field, value)` of a `CaptionStyle`."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontInfo, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from captioner.settings.style import CAPTION_PX, CaptionStyle, Edge, FontStyle
from captioner.ui.button import Button
from captioner.ui.controls import ComboBox, Label
from captioner.ui.fonts import caption_family, caption_font, said_font
from captioner.ui.slider import Slider
from captioner.ui.studio.one_of import Segments
from captioner.ui.studio.swatches import Swatches
from captioner.ui.studio.tiles import EdgeTile, Tiles
from captioner.ui.theme import Theme

_LABEL = 96
_GAP = 12
_LABEL_ABOVE_BELOW = 440
_STRENGTHS = {"solid": 1.0, "half": 0.5, "none": 0.0}


class FieldRow(QWidget):
    """What is chosen at the left, its controls at the right; one above the other where it is narrow.

    `fills`: the first of the controls takes what room there is.
    """

    def __init__(self, words: str, *parts: QWidget, fills: bool = False) -> None:
        super().__init__()
        self._controls = parts
        self._fills = fills
        self._label = Label(words, "body")
        self._label.setBuddy(parts[0])  # on Linux a list is read aloud by what labels it
        self._label.setFixedWidth(max(_LABEL, self._label.sizeHint().width() + _GAP))
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._parts.setSpacing(_GAP)
        for place, part in enumerate(parts):
            side = Qt.AlignmentFlag(0) if fills else Qt.AlignmentFlag.AlignLeft
            self._parts.addWidget(part, int(fills and place == 0), side)
        if not fills:
            self._parts.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addWidget(self._label)
        self._row.addLayout(self._parts, 1)

    def minimumSizeHint(self) -> QSize:
        """As wide as its widest control: it gets narrower than they are beside each other."""
        widest = max(part.minimumSizeHint().width() for part in self._controls)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        is_narrow = self.width() < _LABEL_ABOVE_BELOW
        self._row.setDirection(down if is_narrow else across)
        if not self._fills:
            room = self.width() - (0 if is_narrow else self._label.width() + 4)
            wanted = sum(part.sizeHint().width() + _GAP for part in self._controls) - _GAP
            self._parts.setDirection(down if wanted > room else across)


class Section(QWidget):
    """A heading and its rows."""

    changed = Signal(str, object)

    def __init__(self, title: str) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        if title:
            self._column.addWidget(Label(title, "strong"))

    def show_style(self, style: CaptionStyle) -> None:
        """Show what is chosen."""
        raise NotImplementedError


class TextSection(Section):
    """The letters: colour, strength, size, font, edge."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.tr("Text"))
        self._theme = theme
        self._style = CaptionStyle()
        self.colours = Swatches(theme, self.tr("Text colour"))
        self.strength = Segments(
            theme, self.tr("Text strength"), {"solid": self.tr("Solid"), "half": self.tr("Half")}
        )
        self.size_slider = Slider(self.tr("Text size"), 50, 200, 10)
        self.size_figure = _figure()
        self.font_style = ComboBox(theme, self.tr("Font"))
        self.bold = Button(theme, self.tr("&Bold"), kind="chip")
        self.edges = Tiles(self.tr("Edge of the letters"))
        self._build()
        self._connect()

    def _build(self) -> None:
        self.bold.setCheckable(True)
        for name, words in self._font_names().items():
            self.font_style.addItem(f"{words}  ·  {self._face(name)}", name)
        for edge, words in self._edge_names().items():
            self.edges.add(edge, EdgeTile(self._theme, edge, words))
        self._column.addWidget(FieldRow(self.tr("Colour"), self.colours, self.strength))
        self._column.addWidget(FieldRow(self.tr("Size"), self._build_size(), fills=True))
        self._column.addWidget(FieldRow(self.tr("Font"), self.font_style, self.bold, fills=True))
        self._column.addWidget(FieldRow(self.tr("Edge"), self.edges, fills=True))

    def _face(self, name: FontStyle) -> str:
        """What stands for a font style here, and whether it only stands in."""
        # A system may say who made it, too: "Z003 [urw]".
        family = QFontInfo(caption_font(name, CAPTION_PX, 500)).family().split(" [")[0]
        return family if caption_family(name) else self.tr("none installed, {} instead").format(family)

    def _build_size(self) -> QWidget:
        small, large = Label("A", "letter"), Label("A", "letter")
        small.setFont(said_font(13, 600))
        large.setFont(said_font(24, 600))
        return _beside(small, self.size_slider, large, self.size_figure)

    def _font_names(self) -> dict[FontStyle, str]:
        return {
            "default": self.tr("Clear"),
            "sans": self.tr("Sans"),
            "serif": self.tr("Serif"),
            "mono_sans": self.tr("Typewriter sans"),
            "mono_serif": self.tr("Typewriter serif"),
            "casual": self.tr("Casual"),
            "cursive": self.tr("Cursive"),
            "small_caps": self.tr("Small capitals"),
        }

    def _edge_names(self) -> dict[Edge, str]:
        return {
            "none": self.tr("None"),
            "raised": self.tr("Raised"),
            "depressed": self.tr("Sunken"),
            "uniform": self.tr("Outline"),
            "drop_shadow": self.tr("Shadow"),
        }

    def _connect(self) -> None:
        self.colours.chosen.connect(lambda colour: self.changed.emit("text", colour))
        self.strength.chosen.connect(self._choose_strength)
        self.size_slider.valueChanged.connect(lambda size: self.changed.emit("size", size))
        self.font_style.activated.connect(
            lambda place: self.changed.emit("font", self.font_style.itemData(place))
        )
        self.bold.clicked.connect(lambda is_on: self.changed.emit("bold", is_on))
        self.edges.chosen.connect(lambda edge: self.changed.emit("edge", edge))

    def _choose_strength(self, value: str) -> None:
        if value != _half_or(self._style.text_strength):
            self.changed.emit("text_strength", _STRENGTHS[value])

    def show_style(self, style: CaptionStyle) -> None:
        self._style = style
        self.colours.show_choice(style.text)
        self.strength.show_choice(_half_or(style.text_strength))
        self.size_slider.show_value(style.size)
        self.size_figure.setText(self.tr("{} %").format(style.size))
        self.font_style.setCurrentIndex(self.font_style.findData(style.font))
        self.bold.setChecked(style.bold)
        self.edges.show_choice(style.edge)


class GroundSection(Section):
    """A ground under the words: `behind` or `box`, its colour and its strength."""

    def __init__(self, theme: Theme, field: str, title: str) -> None:
        super().__init__(title)
        self._field = field
        self.colours = Swatches(theme, self.tr("{}, colour").format(title))
        self.strength = Segments(
            theme,
            self.tr("{}, strength").format(title),
            {"solid": self.tr("Solid"), "half": self.tr("Half"), "none": self.tr("None")},
        )
        self.slider = Slider(self.tr("{}, strength in percent").format(title), 0, 100, 10)
        self.figure = _figure()
        self._column.addWidget(FieldRow(self.tr("Colour"), self.colours, self.strength))
        self._column.addWidget(FieldRow(self.tr("Strength"), _beside(self.slider, self.figure), fills=True))
        self.colours.chosen.connect(lambda colour: self.changed.emit(field, colour))
        self.strength.chosen.connect(self._choose_strength)
        self.slider.valueChanged.connect(
            lambda percent: self.changed.emit(f"{field}_strength", percent / 100)
        )

    def _choose_strength(self, value: str) -> None:
        if value != _half_or(self.slider.value() / 100):
            self.changed.emit(f"{self._field}_strength", _STRENGTHS[value])

    def show_style(self, style: CaptionStyle) -> None:
        percent = round(getattr(style, f"{self._field}_strength") * 100)
        self.colours.show_choice(getattr(style, self._field))
        self.strength.show_choice(_half_or(percent / 100))
        self.slider.show_value(percent)
        self.figure.setText(self.tr("{} %").format(percent))


class LinesSection(Section):
    """How much is to be seen at once."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("")
        self.lines = Segments(theme, self.tr("Lines"), {str(count): str(count) for count in range(1, 9)})
        self.length = Segments(
            theme,
            self.tr("Line length"),
            {"short": self.tr("Short"), "normal": self.tr("Normal"), "wide": self.tr("Wide")},
        )
        self._column.addWidget(FieldRow(self.tr("Lines"), self.lines))
        self._column.addWidget(FieldRow(self.tr("Line length"), self.length))
        self.lines.chosen.connect(lambda count: self.changed.emit("lines", int(count)))
        self.length.chosen.connect(lambda length: self.changed.emit("line_length", length))

    def show_style(self, style: CaptionStyle) -> None:
        self.lines.show_choice(str(style.lines))
        self.length.show_choice(style.line_length)


def _half_or(strength: float) -> str:
    """The name of a strength: "half" is all that is between none and solid."""
    return {0.0: "none", 1.0: "solid"}.get(strength, "half")


def _figure() -> Label:
    """The figure behind a slider, as wide as its widest."""
    label = Label("200 %", "strong")
    label.setMinimumWidth(label.sizeHint().width())
    return label


def _beside(*parts: QWidget) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    for part in parts:
        row.addWidget(part, int(isinstance(part, Slider)), Qt.AlignmentFlag.AlignVCenter)
    return whole
