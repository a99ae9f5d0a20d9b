"""The table of rows: it follows the newest until the person scrolls up."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QPersistentModelIndex, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from captioner.transcript.plain import plain
from captioner.transcript.wording import line_of
from captioner.ui.controls import Menu
from captioner.ui.icons import menu_icon
from captioner.ui.theme import Theme
from captioner.ui.transcript_model import Index, TranscriptModel
from captioner.ui.transcript_row import RowMeasures, RowPainter

TEXT_PX = 16
TEXT_PX_RANGE = (13, 32)
_MANY = 2000
_NEAR = 4
"""So many pixels from the end still count as the end."""


class TranscriptTable(QTableView):
    """One column painted by `RowPainter`; the heights of rows are kept in the model."""

    following_changed = Signal(bool)
    copied = Signal(int)
    escaped = Signal()

    def __init__(self, theme: Theme, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = model
        self._painter = RowPainter(model)
        self._px = TEXT_PX
        self._is_following = True
        self._is_own_scroll = False
        self._held: tuple[QPersistentModelIndex, int] | None = None
        self._reflow_soon = QTimer(self, singleShot=True, interval=0)
        self._reflow_soon.timeout.connect(self.reflow)
        self._build()
        self.setModel(model)
        self.setItemDelegate(_RowDelegate(theme, self._painter, self))
        model.rowsAboutToBeInserted.connect(lambda: self._hold())
        model.rowsInserted.connect(lambda _, first, last: self._fit(first, last))
        model.rowsAboutToBeRemoved.connect(lambda _, first, last: self._hold(first, last))
        model.rowsRemoved.connect(self._stay)
        model.dataChanged.connect(lambda top, bottom: self._refit(top.row(), bottom.row()))
        model.modelReset.connect(self.reflow)
        model.hits_changed.connect(self.viewport().update)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._note_scroll)
        bar.rangeChanged.connect(self._keep_up)
        theme.changed.connect(self._repaint)

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Transcript"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header = self.verticalHeader()
        header.hide()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(8)
        header.setDefaultSectionSize(36)

    # Following

    @property
    def is_following(self) -> bool:
        """Whether new rows scroll it."""
        return self._is_following

    def follow(self) -> None:
        """Go to the newest row and stay there."""
        self._set_following(True)
        self._to_end()

    def read_from_start(self) -> None:
        """Go to the first row and stay there whatever comes."""
        self._set_following(False)
        self.scrollToTop()

    def _to_end(self) -> None:
        self._is_own_scroll = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self._is_own_scroll = False

    def _keep_up(self) -> None:
        """More to scroll: go with it, but not under a hand that is selecting."""
        if self._is_following and not self._is_selecting():
            self._to_end()

    def _note_scroll(self, value: int) -> None:
        if not self._is_own_scroll:
            self._set_following(value >= self.verticalScrollBar().maximum() - _NEAR)

    def _set_following(self, is_following: bool) -> None:
        if is_following != self._is_following:
            self._is_following = is_following
            self.following_changed.emit(is_following)

    def _hold(self, first: int = -1, last: int = -1) -> None:
        """Rows are about to change, perhaps above: remember what the person reads, and where it stands.

        `first` to `last` are about to go, so they are no hold.
        """
        place = self.rowAt(0)
        if first <= place <= last:
            place = last + 1
        is_reading = not self._is_following or self._is_selecting()
        top = QPersistentModelIndex(self._rows.index(place, 0))
        self._held = (top, self.rowViewportPosition(place)) if is_reading and top.isValid() else None

    def _stay(self) -> None:
        """What was heard late is put in above without moving what the person reads."""
        held, self._held = self._held, None
        if held and held[0].isValid() and (by := self.rowViewportPosition(held[0].row()) - held[1]):
            self.updateGeometries()  # or the scroll bar would still end where it did
            self._is_own_scroll = True
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + by)
            self._is_own_scroll = False

    def _is_selecting(self) -> bool:
        return self.state() == QAbstractItemView.State.DragSelectingState

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._keep_up()

    # Sizes

    @property
    def text_px(self) -> int:
        """The size of the text."""
        return self._px

    def set_text_px(self, px: int) -> None:
        """Set the size of the text, 13 to 32."""
        low, high = TEXT_PX_RANGE
        self._px = min(high, max(low, px))
        self.reflow()

    def reflow(self) -> None:
        """Measure all rows for the present width. The row at the top stays where it is."""
        top = self.rowAt(0)
        measures = RowMeasures(self.viewport().width(), self._px, self._rows.has_names)
        if measures != self._painter.measures:
            self._painter.measures = measures
            self._painter.forget()
            self._rows.forget_heights()
        self._fit(0, self._rows.rowCount() - 1)
        if self._is_following:
            self._to_end()
        elif top >= 0:
            self._is_own_scroll = True
            self.scrollTo(self._rows.index(top, 0), QAbstractItemView.ScrollHint.PositionAtTop)
            self._is_own_scroll = False

    def _fit(self, first: int, last: int) -> None:
        if self._rows.has_names != self._painter.measures.has_names:
            self._reflow_soon.start()
        header = self.verticalHeader()
        for place in range(first, last + 1):
            height = self._rows.height(place, self._painter.height)
            if header.sectionSize(place) != height:
                header.resizeSection(place, height)
        self._stay()

    def _refit(self, first: int, last: int) -> None:
        self._hold()
        self._fit(first, last)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        if self.viewport().width() != self._painter.measures.width:
            # 10 000 rows take a third of a second: they wait until the hand rests.
            self._reflow_soon.start(0 if self._rows.rowCount() < _MANY else 150)

    def _repaint(self) -> None:
        self._painter.forget()
        self.viewport().update()

    # Selecting and copying

    def selected_places(self) -> list[int]:
        """The numbers of the selected rows, from above."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def copy(self, places: list[int]) -> None:
        """Put these rows on the clipboard as lines of text."""
        lines = [plain(line_of(self._rows.rows[place])) for place in places]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))
            self.copied.emit(len(lines))

    def show_row(self, place: int) -> None:
        """Bring a row into view and stop following unless it is the last."""
        index = self._rows.index(place, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy(self.selected_places())
        elif event.key() == Qt.Key.Key_End and not event.modifiers():
            self.follow()
        elif event.key() == Qt.Key.Key_Home and not event.modifiers():
            self.scrollToTop()
        elif event.key() == Qt.Key.Key_Escape:
            self.clearSelection()
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.row_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def row_menu(self) -> QMenu:
        """What can be done with rows."""
        menu = Menu(self)
        ink = self._theme.tokens.text2
        copy = menu.addAction(menu_icon("text", ink), self.tr("&Copy"))
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setEnabled(bool(self.selected_places()))
        copy.triggered.connect(lambda: self.copy(self.selected_places()))
        every = menu.addAction(menu_icon("check", ink), self.tr("Select &all"))
        every.setShortcut(QKeySequence.StandardKey.SelectAll)
        every.triggered.connect(self.selectAll)
        return menu


class _RowDelegate(QStyledItemDelegate):
    """Hands the painting of a row to `RowPainter`."""

    def __init__(self, theme: Theme, painter: RowPainter, view: QTableView) -> None:
        super().__init__(view)
        self._theme = theme
        self._painter = painter
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        box = QRectF(option.rect)  # pyright: ignore[reportAttributeAccessIssue]
        by_keyboard = self._view.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        is_current = by_keyboard and self._view.hasFocus() and index == self._view.currentIndex()
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        self._painter.paint(
            painter, index.row(), box, self._theme.tokens, is_selected=is_selected, is_current=is_current
        )
        painter.restore()

    def helpEvent(self, event: QEvent, view: QAbstractItemView, option, index) -> bool:
        """No tool-tips on rows: what engines say is never shown as anything but plain text."""
        return False
