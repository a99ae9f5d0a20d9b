"""Reads and writes styles without holding up the windows: a file may lie on a slow disk."""

from pathlib import Path

from PySide6.QtCore import QDir, QObject, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from captioner.settings.style import CaptionStyle
from captioner.settings.style_file import SUFFIX, export_style, import_style
from captioner.streaming.errors import CaptionerError


class StyleFiles(QObject):
    """`imported(CaptionStyle)`, `exported(path)`, or `failed(str)`: the cause and the cure."""

    imported = Signal(object)
    exported = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def read(self, path: str) -> None:
        """Take the style from a file."""
        self._pool.start(lambda: self._read(Path(path)))

    def write(self, style: CaptionStyle, path: str) -> None:
        """Put the style into a file."""
        self._pool.start(lambda: self._write(style, Path(path)))

    def _read(self, path: Path) -> None:
        try:
            style = import_style(path)
        except CaptionerError as error:
            self.failed.emit(str(error))
        else:
            self.imported.emit(style)

    def _write(self, style: CaptionStyle, path: Path) -> None:
        try:
            export_style(style, path)
        except CaptionerError as error:
            self.failed.emit(str(error))
        else:
            self.exported.emit(str(path))


class OpenDialog(QFileDialog):
    """Asks for the file of a style. `fileSelected(path)`; open it with `open()`."""

    def __init__(self, parent: QWidget) -> None:
        name = self.tr("Caption style")
        super().__init__(parent, self.tr("Import a style"), QDir.homePath(), f"{name} (*{SUFFIX})")
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
