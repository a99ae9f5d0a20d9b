"""The settings: pages at the left, everything takes effect at once or says when it does."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from captioner.settings.choices import Settings, fitting
from captioner.ui.button import Button, NavButton
from captioner.ui.controls import Label, Line, Plane
from captioner.ui.desktop_page import DesktopPage
from captioner.ui.device_combo import DeviceChoice
from captioner.ui.engine_page import EnginePage
from captioner.ui.focus_ring import FocusRing
from captioner.ui.icons import draw_icon
from captioner.ui.settings_page import SettingsPage
from captioner.ui.settings_pages import CaptionsPage, SpeakersPage
from captioner.ui.sound_page import SoundPage
from captioner.ui.theme import Theme

_NARROW = 640
_LEAST_PAGE = 300


class SettingsDialog(QDialog):
    """`settings_changed(Settings)` with every change; `closed` when it goes away, by whatever way.

    It never blocks: open it with `show()`.
    """

    settings_changed = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self.sound = SoundPage(theme)
        self.engine = EnginePage(theme)
        self.speakers = SpeakersPage(theme)
        self.captions = CaptionsPage(theme)
        self.desktop = DesktopPage(theme)
        self.pages: tuple[SettingsPage, ...] = (
            self.sound,
            self.engine,
            self.speakers,
            self.captions,
            self.desktop,
        )
        self.navigation = (
            NavButton(theme, self.tr("&Sound"), "mic", is_stacked=False),
            NavButton(theme, self.tr("&Engine"), "live", is_stacked=False),
            NavButton(theme, self.tr("S&peakers"), "people", is_stacked=False),
            NavButton(theme, self.tr("&Captions"), "caption", is_stacked=False),
            NavButton(theme, self.tr("&This desktop"), "screen", is_stacked=False),
        )
        self.close_button = Button(theme, self.tr("C&lose"), kind="primary")
        self._build()
        self.ring = FocusRing(theme, self)
        self.set_settings(settings)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Settings – captioner"))
        self.setMinimumSize(400, 384)
        self.resize(900, 640)
        self._stack = QStackedWidget()
        self.engine.problem_changed.connect(self.navigation[1].set_needs_you)
        for page in self.pages:
            page.changed.connect(self._change)
            self._stack.addWidget(_scrolled(page))
        self._side = Plane("sunken")
        self._nav = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._side)
        self._nav.setSpacing(4)
        for place, button in enumerate(self.navigation):
            button.clicked.connect(lambda _=False, place=place: self.open_page(place))
            self._nav.addWidget(button)
        self._nav.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(Line(self._theme))
        right.addLayout(self._build_footer())
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._side)
        self._row.addLayout(right, 1)
        self.close_button.clicked.connect(self.close)
        self.close_button.setDefault(True)
        self.open_page(0)

    def _build_footer(self) -> QHBoxLayout:
        footer = QHBoxLayout()
        footer.setContentsMargins(24, 12, 20, 12)
        footer.setSpacing(8)
        footer.addWidget(_Tick(self._theme))
        footer.addWidget(Label(self.tr("Changes are saved as you make them"), "sub", wraps=True), 1)
        footer.addWidget(self.close_button)
        return footer

    def open_page(self, place: int) -> None:
        """Go to a page: 0 sound, 1 engine, 2 speakers, 3 captions, 4 this desktop."""
        for number, button in enumerate(self.navigation):
            button.setChecked(number == place)
        self._stack.setCurrentIndex(place)

    @property
    def settings(self) -> Settings:
        """What is shown."""
        return self._settings

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen, also when it was changed elsewhere."""
        self._settings = settings
        for page in self.pages:
            page.show_settings(settings)

    def set_devices(self, system: Sequence[DeviceChoice], microphones: Sequence[DeviceChoice]) -> None:
        """Fill both lists of devices."""
        self.sound.set_devices(system, microphones)

    def set_levels(self, system: float | None, microphone: float | None) -> None:
        """Show both levels in dBFS; None = that source is off."""
        self.sound.set_levels(system, microphone)

    def set_peaks(self, system: float | None, microphone: float | None) -> None:
        """Show the largest sample of both in dBFS; None = not measured."""
        self.sound.set_peaks(system, microphone)

    def _change(self, name: str, value: object) -> None:
        settings = fitting(replace(self._settings, **{name: value}))
        if settings != self._settings:
            self.set_settings(settings)
            self.settings_changed.emit(settings)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(down if is_narrow else across)
        self._nav.setDirection(across if is_narrow else down)
        self._nav.setContentsMargins(8, 4, 8, 4) if is_narrow else self._nav.setContentsMargins(
            12, 16, 12, 16
        )
        self._side.setMinimumWidth(0 if is_narrow else 200)
        for button in self.navigation:
            button.set_compact(is_narrow)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    page.setMinimumWidth(_LEAST_PAGE)
    area.setWidget(page)
    return area


class _Tick(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(QSize(18, 18))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_icon(QPainter(self), "check", QRectF(0, 0, 18, 18), self._theme.tokens.good)
