"""How well the captions can be read just now, and how the program keeps up: figures for who wants to know."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from captioner.transcript.flicker import Figures, Rewriting
from captioner.transcript.stabilise import ReadingMode
from captioner.ui.button import Button
from captioner.ui.controls import Label, Line, Plane
from captioner.ui.focus_ring import FocusRing
from captioner.ui.notes import engine_name
from captioner.ui.settings_page import Row
from captioner.ui.theme import Theme

REFRESH_MS = 1000
"""How often the figures are asked for while the window is to be seen."""

_LEAST_PAGE = 300
_NONE = "–"


@dataclass(frozen=True, slots=True)
class DetailFigures:
    """What is shown. Times in seconds.

    `lag`: how long what is due waits for the program's loop, half of the time, in 99 of 100 and at worst,
    over the last minute. `backlog`: sound that waits for the engine; `kept`: sound held for a replay.
    `engine`: who listens, as the session says it. None = there is none yet, or no meeting runs.
    """

    mode: ReadingMode
    reading: Figures | None = None
    lag: tuple[float, float, float] | None = None
    backlog: float | None = None
    kept: float | None = None
    engine: str | None = None


class Details(QWidget):
    """A window that asks for its figures with `figures_requested`, every second while it can be seen."""

    figures_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._theme = theme
        self._mode_names: dict[ReadingMode, str] = {
            "instant": self.tr("Instant"),
            "balanced": self.tr("Balanced"),
            "steady": self.tr("Steady"),
        }
        self._values: dict[str, tuple[str, Label]] = {}
        self.copy_button = Button(theme, self.tr("&Copy"), kind="plain")
        self.close_button = Button(theme, self.tr("C&lose"), kind="primary")
        self._build()
        self.ring = FocusRing(theme, self)
        self._asking = QTimer(self, interval=REFRESH_MS)
        self._asking.timeout.connect(self.figures_requested)

    def show_figures(self, figures: DetailFigures) -> None:
        """Show these from now on."""
        self._say("mode", self._mode_names[figures.mode])
        self._say("engine", engine_name(figures.engine) if figures.engine else _NONE)
        self._say("backlog", _seconds(figures.backlog))
        self._say("kept", _seconds(figures.kept))
        self._say("lag", "  ·  ".join(f"{wait * 1000:.0f} ms" for wait in figures.lag or ()) or _NONE)
        reading = figures.reading
        self._say("updates", self._rewritten(reading.shown) if reading else _NONE)
        self._say("shown", self._taken_back(reading.shown) if reading else _NONE)
        self._say("committed", self._taken_back(reading.committed) if reading else _NONE)
        self._say("early", _NONE if reading is None or reading.early is None else _percent(reading.early))
        self._say("first", _seconds(reading.first_shown if reading else None))
        self._say("settled", _seconds(reading.committed_after if reading else None))

    @property
    def text(self) -> str:
        """All figures with their names, one a line."""
        return "\n".join(f"{name}: {label.text()}" for name, label in self._values.values())

    def _rewritten(self, shown: Rewriting) -> str:
        if not shown.updates:
            return _NONE
        return self.tr("{} of {}  ·  {}").format(shown.rewrites, shown.updates, _percent(shown.share))

    def _taken_back(self, rewriting: Rewriting) -> str:
        if not rewriting.words:
            return _NONE
        words = self.tr("{} for {} words  ·  {}")
        return words.format(rewriting.erased, rewriting.words, f"{rewriting.erasure:.2f}")

    def _say(self, key: str, value: str) -> None:
        name, label = self._values[key]
        if label.text() != value:
            label.setText(value)
            label.setAccessibleName(f"{name}: {value}")

    # -- how it is made

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Details – captioner"))
        self.setMinimumSize(400, 384)
        page = Plane("window")
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(Label(self.tr("Details"), "title"))
        self._build_reading(self._card(column, self.tr("Reading, in this meeting")))
        self._build_program(self._card(column, self.tr("The program now")))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page.setMinimumWidth(_LEAST_PAGE)
        area.setAccessibleName(self.tr("Figures"))
        area.setWidget(page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(area, 1)
        rows.addWidget(Line(self._theme))
        rows.addLayout(self._build_footer())
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def _build_reading(self, card: QVBoxLayout) -> None:
        self._add(card, "mode", self.tr("Reading mode"), self.tr("Chosen in the settings."))
        self._add(
            card,
            "updates",
            self.tr("Updates that change words"),
            self.tr("The others only add some. Case and punctuation do not count."),
        )
        self._add(
            card,
            "shown",
            self.tr("Words taken back"),
            self.tr("Counted from the first that differs, with the dim ones."),
        )
        self._add(
            card,
            "committed",
            self.tr("Committed words taken back"),
            self.tr("The same for those who read the bright words only."),
        )
        self._add(
            card,
            "early",
            self.tr("Committed before the line ended"),
            self.tr("Of all words that were committed."),
        )
        self._add(
            card,
            "first",
            self.tr("From a word's end until it is shown"),
            self.tr("Half of the words are faster. Guessed where the engine gives no times."),
        )
        self._add(
            card,
            "settled",
            self.tr("From a word's end until it is committed"),
            self.tr("The same for the bright words."),
        )

    def _build_program(self, card: QVBoxLayout) -> None:
        self._add(card, "engine", self.tr("Engine"), self.tr("Who listens now."))
        self._add(card, "backlog", self.tr("Sound that waits"), self.tr("Not heard by the engine yet."))
        self._add(
            card, "kept", self.tr("Sound that is kept"), self.tr("To be heard again if the engine is lost.")
        )
        self._add(
            card,
            "lag",
            self.tr("Waiting for the program"),
            self.tr("Half of the time, in 99 of 100, at worst, over the last minute."),
        )

    def _card(self, column: QVBoxLayout, title: str) -> QVBoxLayout:
        plane = Plane("card")
        column.addWidget(plane)
        rows = QVBoxLayout(plane)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(12)
        rows.addWidget(Label(title, "section"))
        return rows

    def _add(self, card: QVBoxLayout, key: str, name: str, text: str) -> None:
        value = Label(_NONE, "body")
        value.setAccessibleName(f"{name}: {_NONE}")
        self._values[key] = (name, value)
        card.addWidget(Line(self._theme))
        card.addWidget(Row(name, text, value))

    def _build_footer(self) -> QHBoxLayout:
        footer = QHBoxLayout()
        footer.setContentsMargins(24, 12, 20, 12)
        footer.setSpacing(8)
        footer.addStretch(1)
        footer.addWidget(self.copy_button)
        footer.addWidget(self.close_button)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.close)
        return footer

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self.copy_button.say(self.tr("&Copied"), "check")

    def sizeHint(self) -> QSize:
        return QSize(640, 720)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.figures_requested.emit()
        self._asking.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asking.stop()
        self.copy_button.say(self.tr("&Copy"))


def _seconds(seconds: float | None) -> str:
    return _NONE if seconds is None else f"{seconds:.1f} s"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
