from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from captioner.settings.presets import PRESETS
from captioner.ui.studio.files import StyleFiles


@pytest.fixture
def files(qapp: QObject) -> StyleFiles:
    return StyleFiles(qapp)


def test_a_style_is_written_and_read_again(files: StyleFiles, qtbot: QtBot, tmp_path: Path):
    path = str(tmp_path / "mine.toml")

    with qtbot.waitSignal(files.exported) as exported:
        files.write(PRESETS["paper"], path)
    with qtbot.waitSignal(files.imported) as imported:
        files.read(path)

    assert exported.args == [path]
    assert imported.args == [PRESETS["paper"]]


def test_what_went_wrong_is_said_with_what_to_do(files: StyleFiles, qtbot: QtBot, tmp_path: Path):
    (tmp_path / "notes.toml").write_text("title = 'Notes'")

    with qtbot.waitSignal(files.failed) as failed:
        files.read(str(tmp_path / "notes.toml"))
    assert failed.args == ["notes.toml holds no caption style. Choose a file that was exported here"]

    with qtbot.waitSignal(files.failed) as failed:
        files.write(PRESETS["paper"], str(tmp_path / "gone" / "mine.toml"))
    assert failed.args is not None
    assert "cannot be written" in failed.args[0]
