"""A slider for percents and seconds."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider


class Slider(QSlider):
    """From `least` to `most`; a page is `page`. Its value is not changed by scrolling past it."""

    def __init__(self, name: str, least: int, most: int, page: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(least, most)
        self.setPageStep(page)
        self.setAccessibleName(name)
        self.setMinimumHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_value(self, value: int) -> None:
        """Show a value that was chosen elsewhere: nothing is told."""
        before = self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(before)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
