"""The page of the settings that says what captions can do on this desktop, and tries it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from captioner.settings.choices import Settings
from captioner.ui.button import Button
from captioner.ui.controls import Label, Line, Plane
from captioner.ui.desktop.abilities import Ability
from captioner.ui.icons import draw_icon
from captioner.ui.settings_page import Row, SettingsPage
from captioner.ui.theme import Theme


class DesktopPage(SettingsPage):
    """Asks for what it says with `abilities_requested` whenever it is shown, and for a test with
    `test_requested`."""

    abilities_requested = Signal()
    test_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            self.tr("This desktop"),
            self.tr("What captions can do here, as the desktop says. The test reads it back from them."),
        )
        self.test = TestCard(theme)
        self._column.addWidget(self.test)
        self.abilities = AbilityList(theme)
        self._card().addWidget(self.abilities)
        self.test.button.clicked.connect(self._begin_test)
        self._end(self.tr("“captioner doctor” says the same in a terminal."))

    def show_settings(self, settings: Settings) -> None:
        """Nothing is chosen here."""

    def show_abilities(self, found: Sequence[Ability], *, can_test: bool) -> None:
        """Show what works. `can_test`: whether a window can be read back here."""
        self.abilities.show_all(found)
        self.test.setVisible(can_test)

    def show_results(self, found: Sequence[Ability]) -> None:
        """Show what became of the captions."""
        self.test.show_results(found)

    def _begin_test(self) -> None:
        self.test.button.setEnabled(False)
        self.test_requested.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.abilities_requested.emit()


class TestCard(Plane):
    """A button, and what came of it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("card")
        self.button = Button(theme, self.tr("&Test the captions"))
        self.results = AbilityList(theme)
        text = self.tr("Shows them for a moment and reads back what became of them.")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(12)
        rows.addWidget(Row(self.tr("The captions themselves"), text, self.button))
        rows.addWidget(self.results)
        self.results.hide()

    def show_results(self, found: Sequence[Ability]) -> None:
        """Show these; it can be tested again."""
        self.results.show_all(found)
        self.results.show()
        self.button.setEnabled(True)


class AbilityList(QWidget):
    """One row for each: a tick or a warning, what it is, and what to do where it does not work."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Ability, ...] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(12)

    @property
    def shown(self) -> tuple[Ability, ...]:
        """What it says."""
        return self._shown

    def show_all(self, found: Sequence[Ability]) -> None:
        """Show these and nothing else."""
        if tuple(found) == self._shown:
            return
        self._shown = tuple(found)
        while item := self._rows.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for place, ability in enumerate(found):
            if place:
                self._rows.addWidget(Line(self._theme))
            self._rows.addWidget(_Finding(self._theme, ability))


class _Finding(QWidget):
    """Nothing to press, but Tab stops at it: so it comes into sight, and is read aloud."""

    def __init__(self, theme: Theme, ability: Ability) -> None:
        super().__init__()
        what = ability.what[0].upper() + ability.what[1:]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(what, "strong"))
        words.addWidget(Label(f"{ability.words[0].upper()}{ability.words[1:]}.", "sub", wraps=True))
        if ability.remedy:
            words.addWidget(Label(f"{ability.remedy}.", "sub", wraps=True))
        row.addWidget(_Sign(theme, works=ability.works), alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        verdict = self.tr("Works") if ability.works else self.tr("Does not work")
        said = (f"{what}: {verdict}", ability.words, ability.remedy)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(". ".join(part for part in said if part))


class _Sign(QWidget):
    """A tick, or a warning: told apart by shape."""

    def __init__(self, theme: Theme, *, works: bool) -> None:
        super().__init__()
        self._theme = theme
        self._works = works
        self.setFixedSize(QSize(20, 20))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        icon, colour = ("check", tokens.good) if self._works else ("warn", tokens.warn)
        draw_icon(QPainter(self), icon, QRectF(0, 0, 20, 20), colour)
