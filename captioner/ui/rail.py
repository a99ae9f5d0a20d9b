"""Where one can go: Now, Library, Settings. At the left, or on top of narrow windows."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QSizePolicy

from captioner.ui.button import NavButton
from captioner.ui.controls import Plane
from captioner.ui.theme import Theme

_WIDTH = 84


class Rail(Plane):
    """`page_requested("now" | "library")`; settings are a window of their own."""

    page_requested = Signal(str)
    settings_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("sunken")
        self.now = NavButton(theme, self.tr("Now"), "live", is_stacked=True, keys="Ctrl+1")
        self.library = NavButton(theme, self.tr("Library"), "library", is_stacked=True, keys="Ctrl+2")
        self.settings = NavButton(theme, self.tr("Settings"), "settings", is_stacked=True, keys="Ctrl+,")
        self._build()

    def _build(self) -> None:
        self.settings.setCheckable(False)
        self.show_page("now")
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setSpacing(4)
        self._row.addWidget(self.now, 0, Qt.AlignmentFlag.AlignCenter)
        self._row.addWidget(self.library, 0, Qt.AlignmentFlag.AlignCenter)
        self._row.addStretch(1)
        self._row.addWidget(self.settings, 0, Qt.AlignmentFlag.AlignCenter)
        self.now.clicked.connect(lambda: self.page_requested.emit("now"))
        self.library.clicked.connect(lambda: self.page_requested.emit("library"))
        self.settings.clicked.connect(self.settings_requested)
        self.set_narrow(False)

    def show_page(self, page: str) -> None:
        """Mark where the person is."""
        self.now.setChecked(page == "now")
        self.library.setChecked(page == "library")

    def set_narrow(self, is_narrow: bool) -> None:
        """A bar of icons on top, or a rail at the left."""
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if is_narrow else QBoxLayout.Direction.TopToBottom
        )
        self._row.setContentsMargins(8, 4, 8, 4) if is_narrow else self._row.setContentsMargins(8, 10, 8, 12)
        for button in (self.now, self.library, self.settings):
            button.set_compact(is_narrow)
        self.setMinimumWidth(0 if is_narrow else _WIDTH)
        self.setMaximumWidth(16777215 if is_narrow else _WIDTH)
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred
        self.setSizePolicy(free if is_narrow else fixed, fixed if is_narrow else free)
