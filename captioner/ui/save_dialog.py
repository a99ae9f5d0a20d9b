"""Where to write an export."""

from pathlib import Path

from PySide6.QtCore import QDir, Signal
from PySide6.QtWidgets import QFileDialog, QWidget


class SaveDialog(QFileDialog):
    """Asks for a file with one suffix. `path_chosen(path)`; open it with `open()`."""

    path_chosen = Signal(str)

    def __init__(self, parent: QWidget, name: str, suffix: str) -> None:
        super().__init__(parent, self.tr("Export"), QDir.homePath(), f"{name} (*{suffix})")
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setDefaultSuffix(Path(f"x{suffix}").suffix.removeprefix("."))
        self.fileSelected.connect(self.path_chosen)
