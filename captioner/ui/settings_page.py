"""What the pages of the settings are made of: a page, its cards of choices, its rows."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QVBoxLayout, QWidget

from captioner.settings.choices import Settings
from captioner.ui.choices import ChoiceCard
from captioner.ui.controls import Label, Plane
from captioner.ui.theme import Theme

_CARDS_STACK_BELOW = 560
_ROW_STACKS_BELOW = 460


class SettingsPage(Plane):
    """A title, a sentence, and cards. `changed(field, value)` names a field of `Settings`."""

    changed = Signal(str, object)

    def __init__(self, theme: Theme, title: str, text: str) -> None:
        super().__init__("window")
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(32, 24, 32, 24)
        self._column.setSpacing(16)
        self._column.addWidget(Label(title, "title"))
        self._column.addWidget(Label(text, "body", wraps=True))

    def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        raise NotImplementedError

    def _end(self, note: str) -> None:
        """Close the page with when its changes take effect."""
        self._column.addWidget(Label(note, "quiet", wraps=True))
        self._column.addStretch(1)

    def _card(self) -> QVBoxLayout:
        plane = Plane("card")
        self._column.addWidget(plane)
        rows = QVBoxLayout(plane)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(12)
        return rows


class Cards(QWidget):
    """Cards side by side, one above the other where it is narrow. `chosen(value)`."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: dict[str, ChoiceCard] = {}
        self._group = QButtonGroup(self)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)

    def add(self, value: str, card: ChoiceCard) -> None:
        self.cards[value] = card
        self._group.addButton(card)
        self._row.addWidget(card)
        card.clicked.connect(lambda: self.chosen.emit(value))

    def show_choice(self, value: str) -> None:
        self.cards[value].setChecked(True)
        # Tab goes to the chosen card and arrows to the others; Qt would stop at the first.
        for name, card in self.cards.items():
            policy = Qt.FocusPolicy.StrongFocus if name == value else Qt.FocusPolicy.ClickFocus
            card.setFocusPolicy(policy)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        is_stacked = self.width() < _CARDS_STACK_BELOW
        self._row.setDirection(
            QBoxLayout.Direction.TopToBottom if is_stacked else QBoxLayout.Direction.LeftToRight
        )


class Row(QWidget):
    """A setting: what it is and what it does at the left, its control at the right; stacked where narrow."""

    def __init__(self, title: str, text: str, control: QWidget) -> None:
        super().__init__()
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        name = Label(title, "strong", wraps=True)
        name.setBuddy(control)  # on Linux a list is read aloud by what labels it, not by its own name
        self._words.addWidget(name)
        self._text = Label(text, "sub", wraps=True)
        self._words.addWidget(self._text)
        self._problem = Label("", "error", wraps=True)
        self._problem.hide()
        self._words.addWidget(self._problem)
        self._words.addStretch(1)  # beside a tall control the words stay together
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(control)

    @property
    def problem(self) -> str:
        """What is said to be wrong with it, "" = nothing."""
        return self._problem.text()

    def show_problem(self, problem: str) -> None:
        """Say what is wrong with what was entered; "" = nothing is."""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    @property
    def text(self) -> str:
        """What it says of itself."""
        return self._text.text()

    def say(self, text: str) -> None:
        """Change what it says of itself."""
        self._text.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(down if self.width() < _ROW_STACKS_BELOW else across)
