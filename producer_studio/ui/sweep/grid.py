"""Grid of a sweep: a button for each cell, and headers that compare a row or a column."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from producer_studio.domain.ids import ClipId, PressId
from producer_studio.domain.sweep import AxisValue, SweepAxis
from producer_studio.domain.sweep_status import SweepCell, SweepStatus, best_clip
from producer_studio.translation import join_texts, mark, nmark, tr, tr_message
from producer_studio.translation.numbers import format_shortest
from producer_studio.ui.style.style import Style
from producer_studio.ui.sweep.cell_button import SweepCellButton
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.text_format import literal_text

_GAP = 8


class SweepGrid(QWidget):
    """Shows the cells by axis.

    A sweep of one axis is a list of rows with one cell each, as its values may be long.

    Signals:
        play_requested: Play a clip (id).
        open_requested: Show a clip in the library (id).
        rating_requested: Clips of a cell, and stars.
        compare_requested: Cells of a row or a column, with its name.
        current_changed: Another cell is current.
    """

    play_requested = Signal(str)
    open_requested = Signal(str)
    rating_requested = Signal(object, int)
    compare_requested = Signal(object)
    current_changed = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._status: SweepStatus | None = None
        self._press: PressId | None = None
        self._playing: ClipId | None = None
        self.current_take = 1
        self.cells: list[SweepCellButton] = []
        self.headers: list[QPushButton] = []
        self._takes_of: dict[QPushButton, list[int]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)

    @property
    def current_cell(self) -> SweepCell | None:
        """The cell that the line below the grid is about."""
        if self._status is None or not 1 <= self.current_take <= len(self._status.cells):
            return None
        return self._status.cells[self.current_take - 1]

    def show_status(self, status: SweepStatus) -> None:
        """Shows a sweep; the buttons of the same one stay."""
        if status.press.id != self._press:
            self._press = status.press.id
            self.current_take = next((one.take for one in status.cells if one.clips), 1)
            self._create_cells(status)
        self._status = status
        for button, cell in zip(self.cells, status.cells, strict=True):
            button.show_cell(cell)
        for header, takes in self._takes_of.items():
            self._show_header(header, [status.cells[take - 1] for take in takes])
        self._show_states()

    def set_playing(self, clip: ClipId | None) -> None:
        """Marks the cell of the clip in the player."""
        self._playing = clip
        self._show_states()

    def focus_current(self) -> None:
        if self.cells:
            self.cells[self.current_take - 1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _create_cells(self, status: SweepStatus) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.cells, self.headers, self._takes_of = [], [], {}
        sweep = status.sweep
        width = len(sweep.columns)
        is_grid = len(sweep.axes) > 1
        for index in range(len(status.cells)):
            row, column = divmod(index, width)
            button = SweepCellButton(self._style, tr(sweep.take_text(index + 1)), self)
            button.clicked.connect(partial(self._on_clicked, index))
            button.became_current.connect(partial(self._set_current, index + 1))
            button.step_requested.connect(partial(self._step, index))
            button.rating_requested.connect(partial(self._rate, index))
            button.open_requested.connect(partial(self._open, index))
            self._grid.addWidget(button, row + is_grid, column + 1)
            self.cells.append(button)
        if not sweep.axes:
            return
        for row, value in enumerate(sweep.rows):
            takes = [row * width + column + 1 for column in range(width)]
            header = self._create_header(sweep.axes[0], value, takes)
            header.setStyleSheet("text-align: left;")
            self._grid.addWidget(header, row + is_grid, 0)
        if is_grid:
            corner = label(tr(sweep.axes[1].label), "caption", self)
            corner.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(corner, 0, 0)
            for column, value in enumerate(sweep.axes[1].values):
                takes = [row * width + column + 1 for row in range(len(sweep.rows))]
                header = self._create_header(sweep.axes[1], value, takes)
                self._grid.addWidget(header, 0, column + 1)
        self._grid.setColumnStretch(width + 1, 1)

    def _create_header(self, axis: SweepAxis, value: AxisValue, takes: list[int]) -> QPushButton:
        header = QPushButton(self)
        header.setProperty("role", "ghost")
        header.setProperty("value", tr_message(axis.value_text(value)))
        header.setProperty("axis", tr(axis.label))
        header.setProperty("axis_name", tr(axis.name))
        self._takes_of[header] = takes
        self.headers.append(header)
        header.clicked.connect(partial(self._compare, takes))
        return header

    def _show_header(self, header: QPushButton, cells: Sequence[SweepCell]) -> None:
        """Shows the mean of the stars behind the value; only rated cells count."""
        value, axis = str(header.property("value")), str(header.property("axis"))
        axis_name = str(header.property("axis_name"))
        rated = [cell.stars for cell in cells if cell.stars]
        mean = format_shortest(sum(rated) / len(rated), 1) if rated else ""
        header.setText(literal_text(f"{value}  ★ {mean}" if mean else value))
        playable = sum(bool(cell.clips) for cell in cells)
        spoken = (
            nmark(
                "{mean} stars on average of {count} rated",
                "{mean} stars on average of {count} rated",
                len(rated),
                mean=mean,
            )
            if mean
            else ""
        )
        name = mark("Compare {axis} {value}", axis=axis, value=value)
        header.setAccessibleName(tr(join_texts((name, spoken))))
        header.setEnabled(playable > 1)
        header.setToolTip(
            tr(join_texts((_comparison(playable, axis_name, value), spoken)))
            if playable > 1
            else tr("Takes can be compared once there are two here.")
        )

    def _show_states(self) -> None:
        for take, button in enumerate(self.cells, 1):
            clips = button.cell.clips if button.cell is not None else ()
            button.set_state(
                is_playing=any(clip.id == self._playing for clip in clips),
                is_current=take == self.current_take,
            )

    def _set_current(self, take: int) -> None:
        if take != self.current_take:
            self.current_take = take
            self._show_states()
            self.current_changed.emit()

    def _step(self, index: int, rows: int, columns: int) -> None:
        width = len(self._status.sweep.columns) if self._status is not None else 1
        row, column = divmod(index, width)
        row, column = row + rows, column + columns
        if 0 <= column < width and 0 <= row * width + column < len(self.cells):
            self.cells[row * width + column].setFocus(Qt.FocusReason.OtherFocusReason)
            self._set_current(row * width + column + 1)

    def _on_clicked(self, index: int) -> None:
        cell = self.cells[index].cell
        if cell is None or not cell.clips:
            return
        ids = [clip.id for clip in cell.clips]
        if self._playing in ids and len(ids) > 1:
            # The other song of the same request.
            self.play_requested.emit(ids[(ids.index(self._playing) + 1) % len(ids)])
        else:
            self.play_requested.emit(best_clip(cell).id)

    def _rate(self, index: int, stars: int) -> None:
        clip = self._clip_of(index)
        if clip is not None:
            self.rating_requested.emit([clip], stars)

    def _open(self, index: int) -> None:
        clip = self._clip_of(index)
        if clip is not None:
            self.open_requested.emit(clip)

    def _clip_of(self, index: int) -> ClipId | None:
        """Returns the clip of a cell that plays, or else its best one."""
        cell = self.cells[index].cell
        if cell is None or not cell.clips:
            return None
        playing = [clip.id for clip in cell.clips if clip.id == self._playing]
        return playing[0] if playing else best_clip(cell).id

    def _compare(self, takes: Sequence[int]) -> None:
        if self._status is not None:
            self.compare_requested.emit([self._status.cells[take - 1] for take in takes])


def _comparison(takes: int, axis: str, value: str) -> str:
    # Translators: axis and value are such as "weirdness" and "0.40".
    return nmark(
        "Compare {count} take with {axis} {value}",
        "Compare {count} takes with {axis} {value}",
        takes,
        axis=axis,
        value=value,
    )
