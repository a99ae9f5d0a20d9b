"""How well the captions can be read over any picture, and an offer to make it better. It forbids nothing."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from captioner.settings.contrast import EASY, READABLE, Over, weakest, weakest_name
from captioner.settings.style import CaptionStyle
from captioner.ui.button import Button
from captioner.ui.controls import Label, Plane
from captioner.ui.icons import draw_icon
from captioner.ui.overlay.look import Look
from captioner.ui.theme import Theme


class Guard(Plane):
    """The figure of a style in words. `help_requested`: make it 7 to 1."""

    help_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("good")
        self._mark = _Mark(theme)
        self.title = Label("", "strong", wraps=True)
        self.text = Label("", "body", wraps=True)
        self.help = Button(theme, self.tr("&Make it 7 to 1"))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.text)
        words.addSpacing(2)
        words.addWidget(self.help, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(14)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.help.clicked.connect(self.help_requested)

    def show_style(self, style: CaptionStyle) -> None:
        """Compute the figure anew, for words and for the names of speakers."""
        words = weakest(style)
        name = min(weakest_name(style, colour) for colour in Look.of(style).tokens.speakers)
        if words.ratio < READABLE:
            self._say("warning", self._hard(words.over).format(_shown(words.ratio)), self._which(words.over))
        elif name.ratio < READABLE:
            title = self.tr("Names are hard to read: {} to 1").format(_shown(name.ratio))
            self._say(
                "warning", title, self.tr("The words themselves are at {} to 1.").format(_shown(words.ratio))
            )
        elif words.ratio < EASY:
            title = self.tr("Readable. {} to 1 at worst").format(_shown(words.ratio))
            self._say("info", title, self.tr("Easy to read begins at 7 to 1."))
        else:
            title = self.tr("Easy to read everywhere: {} to 1 at worst").format(_shown(words.ratio))
            self._say("good", title, self.tr("Computed for white, black and any video."))

    def _say(self, plane: str, title: str, text: str) -> None:
        self.set_plane(plane)
        self._mark.show_plane(plane)
        self.title.setText(title)
        self.text.setText(text)
        self.setAccessibleName(f"{title}. {text}")
        self.help.setVisible(plane != "good")
        self.help.set_kind("primary" if plane == "warning" else "plain")

    def _hard(self, over: Over) -> str:
        return {
            "light": self.tr("Hard to read on light pictures: {} to 1"),
            "dark": self.tr("Hard to read on dark pictures: {} to 1"),
            "some": self.tr("Hard to read on some pictures: {} to 1"),
            "all": self.tr("Hard to read on every picture: {} to 1"),
        }[over]

    def _which(self, over: Over) -> str:
        if over == "some":
            return self.tr("Pictures in the colour of the words hide them.")
        return self.tr("4.5 to 1 is the least, 7 to 1 is easy.")


def _shown(ratio: float) -> str:
    """One decimal, rounded down: what is under a limit is not shown as having reached it."""
    return f"{int(ratio * 10 + 1e-6) / 10:.1f}"


class _Mark(QWidget):
    """The icon of what the guard says."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._plane = "good"
        self.setFixedSize(QSize(20, 20))
        theme.changed.connect(self.update)

    def show_plane(self, plane: str) -> None:
        self._plane = plane
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        icon, colour = {
            "good": ("check", tokens.good),
            "info": ("info", tokens.info),
            "warning": ("warn", tokens.warn),
        }[self._plane]
        draw_icon(QPainter(self), icon, QRectF(0, 0, 20, 20), colour)
