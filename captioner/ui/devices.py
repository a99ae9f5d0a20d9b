"""Choosing a sound device, and the block of one source: on or off, which device, how loud."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from captioner.transcript.plain import plain
from captioner.ui.choices import TickBox
from captioner.ui.controls import ComboBox
from captioner.ui.meter import LevelMeter
from captioner.ui.theme import Theme


class DeviceChoice(Protocol):
    """A device as a list needs it: what to keep and what to show."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


class DeviceCombo(ComboBox):
    """The system's default first, then every device. `device_changed(id)`, None = the default."""

    device_changed = Signal(object)

    def __init__(self, theme: Theme, name: str, kind: str = "plain") -> None:
        super().__init__(theme, name, kind)
        self._wanted: str | None = None
        self._known: list[tuple[str, str]] | None = None
        self.set_devices(())
        self.activated.connect(self._on_activated)

    def set_devices(self, devices: Sequence[DeviceChoice]) -> None:
        """Fill the list; the choice stays, also when its device is away."""
        known = [(device.id, plain(device.name)) for device in devices]
        if known == self._known:
            return
        self._known = known
        self.clear()
        self.addItem(self.tr("System default"), None)
        for device, name in known:
            self.addItem(name, device)
        self.set_device(self._wanted)

    def set_device(self, device: str | None) -> None:
        """Show which device is chosen."""
        self._wanted = device
        place = 0 if device is None else self.findData(device)
        if place < 0:
            self.addItem(self.tr("Not connected: {}").format(plain(device or "")), device)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def _on_activated(self, place: int) -> None:
        device = self.itemData(place)
        if device != self._wanted:
            self._wanted = device
            self.device_changed.emit(device)


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
        hint = self.tr("Takes effect with the next Start or Resume")
        self.tick.setToolTip(hint)
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
        if not is_on:
            self.meter.set_level(None)
