"""The style studio: captions over three pictures at the left, everything that can be chosen at the right."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from captioner.settings.contrast import made_readable
from captioner.settings.presets import PresetName, preset_of, with_preset
from captioner.settings.style import CaptionStyle
from captioner.settings.style_file import SUFFIX, shortened
from captioner.transcript.plain import plain
from captioner.ui.button import Button, IconButton
from captioner.ui.controls import ElidedLabel, Label, Line, Menu, Plane
from captioner.ui.focus_ring import FocusRing
from captioner.ui.icons import menu_icon
from captioner.ui.overlay.look import Look
from captioner.ui.save_dialog import SaveDialog
from captioner.ui.studio.files import OpenDialog, StyleFiles
from captioner.ui.studio.guard import Guard
from captioner.ui.studio.previews import Previews
from captioner.ui.studio.sections import GroundSection, LinesSection, Section, TextSection
from captioner.ui.studio.tiles import Tiles, preset_tiles
from captioner.ui.studio.undo import Steps
from captioner.ui.theme import Theme

_NARROW = 900
_LOW = 560
_DRAWN = ("size", "behind_strength", "box_strength")
"""Fields that a slider changes many times in a row."""


class Studio(QWidget):
    """`style_changed(CaptionStyle)` with every change; `closed` when it goes away, by whatever way."""

    style_changed = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, style: CaptionStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._theme = theme
        self._style = style
        self._steps = Steps()
        self.previews = Previews(theme)
        self.guard = Guard(theme)
        self.undo = Button(theme, self.tr("&Undo"), "undo", "quiet", keys="Ctrl+Z")
        self.more = IconButton(theme, "more", self.tr("Import, export, default"))
        self.presets = Tiles(self.tr("Preset"))
        self.text = TextSection(theme)
        self.behind = GroundSection(theme, "behind", self.tr("Behind the words"))
        self.box = GroundSection(theme, "box", self.tr("Box"))
        self.lines = LinesSection(theme)
        self.note = Plane("good")
        self.note_words = Label("", "body", wraps=True)
        self._files = StyleFiles(self)
        self._build()
        self._connect()
        self.ring = FocusRing(theme, self)
        self._show()

    @property
    def style_shown(self) -> CaptionStyle:
        """The style that is shown, which is the one in force."""
        return self._style

    # How it is built

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Caption style – captioner"))
        self.setMinimumSize(400, 384)
        self.resize(QSize(1140, 760).boundedTo(self.screen().availableGeometry().size() * 0.95))
        preset_tiles(self._theme, self.presets)
        self._left = Plane("sunken")
        self._left_column = QVBoxLayout(self._left)
        self._left_column.setSpacing(12)
        self._left_column.addWidget(self.previews, 1)
        self._left_column.addWidget(self.guard)
        self._edge = Line(self._theme, is_vertical=True)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._left, 42)
        self._row.addWidget(self._edge)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._build_controls())
        self._row.addWidget(self._area, 58)
        self._build_menu()

    def _build_controls(self) -> QWidget:
        page = Plane("window")
        page.setMinimumWidth(330)
        self._column = column = QVBoxLayout(page)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(ElidedLabel(self.tr("Caption style"), "title"), 1)
        head.addWidget(self.undo)
        head.addWidget(self.more)
        column.addLayout(head)
        words = QHBoxLayout(self.note)
        words.setContentsMargins(16, 10, 16, 10)
        self.note_words.setMinimumWidth(1)  # a path has no place to break at: it must not widen the page
        words.addWidget(self.note_words, 1)
        self.note.hide()
        column.addWidget(self.note)
        column.addWidget(self.presets)
        for section in self._sections:
            if section is not self.text:
                column.addWidget(Line(self._theme))
            column.addWidget(section)
        column.addStretch(1)
        return page

    @property
    def _sections(self) -> tuple[Section, ...]:
        return (self.text, self.behind, self.box, self.lines)

    def _build_menu(self) -> None:
        self.menu_of_more = Menu(self)
        self.import_action = self.menu_of_more.addAction(self.tr("&Import a style…"))
        self.export_action = self.menu_of_more.addAction(self.tr("&Export this style…"))
        self.menu_of_more.addSeparator()
        self.default_action = self.menu_of_more.addAction(self.tr("&Back to the default"))

    def _connect(self) -> None:
        for section in self._sections:
            section.changed.connect(self._change_field)
        self.presets.chosen.connect(
            lambda name: self._change(with_preset(self._style, cast(PresetName, name)))
        )
        self.guard.help_requested.connect(self._help)
        self.undo.clicked.connect(self._undo)
        QShortcut(QKeySequence.StandardKey.Undo, self, self._undo)
        self.more.clicked.connect(self._open_more)
        self.import_action.triggered.connect(self._ask_for_import)
        self.export_action.triggered.connect(self._ask_for_export)
        self.default_action.triggered.connect(lambda: self._change(CaptionStyle()))
        self._files.imported.connect(self._take_imported)
        self._files.exported.connect(
            lambda path: self._say("good", self.tr("Exported to {}.").format(shortened(Path(path).name)))
        )
        self._files.failed.connect(lambda words: self._say("error", f"{words}."))

    # What is chosen

    def set_style(self, style: CaptionStyle) -> None:
        """Show a style that was chosen elsewhere; nothing is told."""
        if style != self._style:
            self._style = style
            self._show()

    def _show(self) -> None:
        for section in self._sections:
            section.show_style(self._style)
        self.presets.show_choice(preset_of(self._style))
        self.previews.show_style(self._style)
        self.guard.show_style(self._style)
        self.undo.setEnabled(bool(self._steps))

    def _change_field(self, field: str, value: object) -> None:
        changed = replace(self._style, **{field: value})  # type: ignore[arg-type]
        self._change(changed, field if field in _DRAWN else None)

    def _change(self, style: CaptionStyle, drawn: str | None = None) -> None:
        self.note.hide()
        if style != self._style:
            self._steps.keep(self._style, style, drawn)
            self._style = style
            self.style_changed.emit(style)
        self._show()

    def _undo(self) -> None:
        if self._steps:
            self._style = self._steps.back(self._style)
            self._show()
            self.style_changed.emit(self._style)

    def _help(self) -> None:
        readable = made_readable(self._style, speakers=lambda style: Look.of(style).tokens.speakers)
        self._change(readable)

    # Files

    def _open_more(self) -> None:
        tokens = self._theme.tokens
        self.import_action.setIcon(menu_icon("down", tokens.text2))
        self.export_action.setIcon(menu_icon("export", tokens.text2))
        self.default_action.setIcon(menu_icon("undo", tokens.text2))
        size = self.menu_of_more.sizeHint()
        self.menu_of_more.popup(
            self.more.mapToGlobal(QPoint(self.more.width() - size.width(), self.more.height() + 4))
        )

    def _ask_for_import(self) -> None:
        dialog = OpenDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._files.read)
        dialog.open()

    def _ask_for_export(self) -> None:
        dialog = SaveDialog(self, self.tr("Caption style"), SUFFIX)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        style = self._style
        dialog.path_chosen.connect(lambda path: self._files.write(style, path))
        dialog.open()

    def _take_imported(self, style: CaptionStyle) -> None:
        self._change(style)
        self._say("good", self.tr("The style is in force. Undo brings back the one before."))

    def _say(self, plane: str, words: str) -> None:
        self.note.set_plane(plane)
        self.note_words.setText(plain(words))
        self.note.show()
        self._area.ensureVisible(0, 0)

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow, is_low = self.width() < _NARROW, self.height() < _LOW
        self.previews.set_single(is_narrow or is_low)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(down if is_narrow else across)
        self._edge.setVisible(not is_narrow)
        self._left.setMaximumHeight(self._top_height() if is_narrow else 16_777_215)
        side = 16 if is_narrow else 20
        self._left_column.setContentsMargins(side, 12 if is_narrow else 20, side, 12 if is_narrow else 20)
        self._column.setContentsMargins(16 if is_narrow else 28, 16 if is_narrow else 24, 16, 20)
        self._place_guard(is_narrow)

    def _top_height(self) -> int:
        """Of the pane with the picture in a narrow window: it stays in sight while the controls scroll."""
        return max(176, min(250, self.height() * 2 // 5))

    def _place_guard(self, is_narrow: bool) -> None:
        """Under the pictures, or where there is no room for it there, above the controls."""
        if is_narrow and self._column.indexOf(self.guard) < 0:
            self._column.insertWidget(1, self.guard)
        elif not is_narrow and self._left_column.indexOf(self.guard) < 0:
            self._left_column.addWidget(self.guard)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.note.hide()
        self.closed.emit()
