"""The button that asks for a file: its menu lists the formats there are."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from captioner.ui.button import Button
from captioner.ui.controls import Menu
from captioner.ui.icons import menu_icon
from captioner.ui.theme import Theme


class ExportButton(Button):
    """`export_requested("txt" | "json")` when a format is chosen."""

    export_requested = Signal(str)

    def __init__(self, theme: Theme, kind: str = "quiet", parent: QWidget | None = None) -> None:
        super().__init__(theme, self.tr("E&xport"), "export", kind, parent, keys="Ctrl+E")
        self.formats = Menu(self)
        for text, name in ((self.tr("&Text (.txt)"), "txt"), (self.tr("&JSON (.json)"), "json")):
            action = self.formats.addAction(text)
            action.triggered.connect(lambda _=False, name=name: self.export_requested.emit(name))
        self.clicked.connect(self.open_menu)

    def open_menu(self) -> None:
        """Show the formats below the button."""
        for action in self.formats.actions():
            action.setIcon(menu_icon("text", self._theme.tokens.text2))
        self.formats.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
