"""A window as a video call has one: it fills the screen in one colour and counts its clicks in its title."""

import sys

from PySide6.QtWidgets import QApplication, QPushButton

COLOUR = "#2060A0"


class CallWindow(QPushButton):
    """Its title is "Call" and the number of clicks it got."""

    def __init__(self) -> None:
        super().__init__()
        self._clicks = 0
        self.setWindowTitle("Call 0")
        self.setStyleSheet(f"CallWindow {{background: {COLOUR}; border: none}}")
        self.pressed.connect(self._count)

    def _count(self) -> None:
        self._clicks += 1
        self.setWindowTitle(f"Call {self._clicks}")


if __name__ == "__main__":
    app = QApplication(sys.argv)
    window = CallWindow()
    window.showMaximized()
    app.exec()
