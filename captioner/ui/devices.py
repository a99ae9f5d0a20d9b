"""The block of one sound source: on or off, which device, how loud."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from captioner.ui.choices import TickBox
from captioner.ui.device_combo import DeviceCombo
from captioner.ui.meter import LevelMeter
from captioner.ui.theme import Theme


class SourceBlock(QWidget):
    """One source in the transport row: a tick, its device, its level."""

    is_on_changed = Signal(bool)
    device_changed = Signal(object)

    def __init__(self, theme: Theme, text: str, icon: str) -> None:
        super().__init__()
        self.tick = TickBox(theme, text, icon)
        name = self.tick.accessibleName()
        self.combo = DeviceCombo(theme, self.tr("Device for {}").format(name), "quiet")
        self.meter = LevelMeter(theme, self.tr("Level of {}").format(name))
        self.combo.setMinimumContentsLength(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.tick, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.combo)
        column.addWidget(self.meter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(230)
        self.tick.clicked.connect(self.is_on_changed)
        self.combo.device_changed.connect(self.device_changed)

    def set_choice(self, is_on: bool, device: str | None) -> None:
        """Show what is chosen."""
        self.tick.setChecked(is_on)
        self.combo.setEnabled(is_on)
        self.combo.set_device(device)
        words = (
            self.tr("Listened to. Off closes the device at once")
            if is_on
            else self.tr("Off: nothing of it is heard or kept. On acts at once")
        )
        self.tick.setToolTip(words)
        self.tick.setAccessibleDescription(words)
        if not is_on:
            self.meter.set_level(None)

    def enter(self) -> None:
        """Go to where another device is chosen: the open list, or the tick of a source that is off."""
        if not self.combo.isEnabled():
            self.tick.setFocus()
            return
        self.combo.setFocus()
        self.combo.showPopup()
