"""Which colours the windows wear: palette, style sheet and the wish to follow the system."""

from dataclasses import asdict
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from captioner.settings.choices import ThemeChoice
from captioner.ui.fonts import ui_font
from captioner.ui.resources import resource_path
from captioner.ui.tokens import DARK, LIGHT, Tokens

_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """The theme in force. Painted widgets read `tokens` and repaint on `changed`."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: ThemeChoice = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = choice
        self.tokens = self._wanted()
        app.setStyle("Fusion")
        app.setFont(ui_font(14))
        app.styleHints().colorSchemeChanged.connect(self._refresh)
        self._set_scheme()
        self.tokens = self._wanted()
        apply(app, self.tokens)

    @property
    def app(self) -> QApplication:
        """The application that wears it."""
        return self._app

    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system, or be light or dark whatever it says."""
        if choice != self._choice:
            self._choice = choice
            self._set_scheme()
            self._refresh()

    def _set_scheme(self) -> None:
        """Let title bars and native menus follow. Unset = the system's, where it has one."""
        self._app.styleHints().setColorScheme(_SCHEMES[self._choice])

    def _wanted(self) -> Tokens:
        if self._choice == "system":
            return DARK if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted is not self.tokens:
            self.tokens = wanted
            apply(self._app, wanted)
            self.changed.emit()


def apply(app: QApplication, tokens: Tokens) -> None:
    """Give every window of `app` the colours of `tokens`."""
    app.setPalette(_palette(tokens))
    template = Template(resource_path("theme.qss").read_text(encoding="utf-8"))
    app.setStyleSheet(template.substitute(asdict(tokens)))


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.sunken,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.text3,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.error,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.accent_bg,
        role.HighlightedText: tokens.text,
        role.Accent: tokens.accent,
        role.Link: tokens.accent_text,
        role.LinkVisited: tokens.accent_text,
        role.Light: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.control,
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.text3))
    return palette
