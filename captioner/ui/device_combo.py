"""The list of sound devices: the system's default first, then every device, then what programs play."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QStandardItemModel

from captioner.transcript.plain import plain
from captioner.ui.controls import SHORT, ComboBox
from captioner.ui.fonts import ui_font
from captioner.ui.theme import Theme

_APPLICATION = "app:"
"""How the id of what one program plays begins; its name follows."""

_MARGINS = 44
"""What an entry of the open list needs besides its words, with a scroll bar."""


class DeviceChoice(Protocol):
    """A device as a list needs it: what to keep, and what to show.

    `kind`: "microphone", "system", or "application" = what one program plays. `is_telephone`: while it is
    recorded from, the headset that it belongs to sounds like a telephone.
    """

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def is_default(self) -> bool: ...

    @property
    def is_telephone(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the list. `device` None = the system's default; `name`: that of the device alone."""

    device: str | None
    words: str
    name: str
    is_telephone: bool = False
    is_application: bool = False


class DeviceCombo(ComboBox):
    """Which device is chosen. `device_changed(id)`, None = the default; `note_changed(words)`: what must be
    known of the chosen one, "" = nothing.

    An open list stays as it is; what came or went meanwhile is shown once it is closed.
    """

    device_changed = Signal(object)
    note_changed = Signal(str)

    def __init__(self, theme: Theme, name: str, kind: str = "plain") -> None:
        super().__init__(theme, name, kind)
        self._wanted: str | None = None
        self._entries: tuple[_Entry, ...] | None = None
        self._waiting: Sequence[DeviceChoice] | None = None
        self._names: dict[str, str] = {}
        """Every name that was ever seen: who is away is still called by it."""
        self.note = ""
        self.view().installEventFilter(self)
        self.set_devices(())
        self.activated.connect(self._on_activated)

    def set_devices(self, devices: Sequence[DeviceChoice]) -> None:
        """Fill the list; the choice stays, also when its device is away."""
        if self.view().isVisible():
            self._waiting = devices
            return
        entries = self._entries_of(devices)
        if entries == self._entries:
            return
        self._entries = entries
        self._names |= {entry.device: entry.name for entry in entries if entry.device}
        self._fill(entries)
        self.set_device(self._wanted)

    def set_device(self, device: str | None) -> None:
        """Show which device is chosen."""
        self._wanted = device
        place = 0 if device is None else self.findData(device)
        if place < 0:
            self.addItem(self._away(device or ""), device)
            place = self.count() - 1
        self.setCurrentIndex(place)
        self._show_note()

    def _entries_of(self, devices: Sequence[DeviceChoice]) -> tuple[_Entry, ...]:
        default = next((device for device in devices if device.is_default), None)
        name = words = self.tr("System default")
        if default:
            name = plain(default.name)
            words = self.tr("System default ({})").format(name)
        entries = [_Entry(None, words, name, bool(default and default.is_telephone))]
        for device in devices:
            name, is_application = plain(device.name), device.kind == "application"
            entries.append(_Entry(device.id, name, name, device.is_telephone, is_application))
        return tuple(sorted(entries, key=lambda entry: entry.is_application))

    def _fill(self, entries: Sequence[_Entry]) -> None:
        self.clear()
        has_heading = False
        for entry in entries:
            if entry.is_application and not has_heading:
                has_heading = True
                self._add_heading(self.tr("Only one application"))
            words = entry.words
            if entry.is_telephone:
                words = self.tr("{} · telephone quality").format(words)
            self.addItem(words, entry.device)
            self.setItemData(self.count() - 1, entry.name, SHORT)
            if entry.is_telephone:
                self.setItemData(self.count() - 1, self._telephone_note(), Qt.ItemDataRole.ToolTipRole)

    def _add_heading(self, words: str) -> None:
        self.addItem(words, "")  # no device has such an id; None would be the default's
        heading = cast(QStandardItemModel, self.model()).item(self.count() - 1)
        heading.setEnabled(False)
        heading.setFont(ui_font(12, 600))

    def _away(self, device: str) -> str:
        """What to call a chosen device that is not there."""
        if device.startswith(_APPLICATION):
            return self.tr("Not playing: {}").format(plain(device.removeprefix(_APPLICATION)))
        return self.tr("Not connected: {}").format(self._names.get(device) or plain(device))

    def _show_note(self) -> None:
        is_telephone = any(
            entry.is_telephone for entry in self._entries or () if entry.device == self._wanted
        )
        note = self._telephone_note() if is_telephone else ""
        if (self._wanted or "").startswith(_APPLICATION):
            note = self.tr("Nothing else that this computer plays is heard")
        if note != self.note:
            self.note = note
            self.note_changed.emit(note)
        self.setToolTip(" · ".join(part for part in (self.currentText(), note) if part))
        self.setAccessibleDescription(note)

    def _telephone_note(self) -> str:
        return self.tr("Telephone quality on the headset while it is recorded")

    def _on_activated(self, place: int) -> None:
        device = self.itemData(place)
        if device != self._wanted:
            self._wanted = device
            self._show_note()
            self.device_changed.emit(device)

    def showPopup(self) -> None:
        """Wide enough for the longest name, as far as the window goes."""
        wanted = self.view().sizeHintForColumn(0) + _MARGINS
        left = self.mapTo(self.window(), self.rect().topLeft()).x()
        self.view().setMinimumWidth(max(self.width(), min(wanted, self.window().width() - left - 8)))
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and watched is self.view() and self._waiting is not None:
            # Not at once: Qt hides the list before it asks which entry was chosen.
            QTimer.singleShot(0, self, self._catch_up)
        return super().eventFilter(watched, event)

    def _catch_up(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.set_devices(waiting)
