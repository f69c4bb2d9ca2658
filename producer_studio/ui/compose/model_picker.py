"""Combo box for the model."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.capabilities import DEFAULT_MODEL, MODELS, Model, Stability
from producer_studio.domain.model_record import ModelRecord
from producer_studio.translation import mark, tr
from producer_studio.ui.compose.field_parts import FieldHead
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.text_format import day_text

_MODEL_ROLE = int(Qt.ItemDataRole.UserRole)
_REFUSAL_ROLE = _MODEL_ROLE + 1
_RECORD_ROLE = _MODEL_ROLE + 2
_ROW_PX = 42
_RECORD_PX = 17
_UNUSED = mark("not used here yet")
_POPUP_PX = 320
_CHECK_MARK_PX = 14
_MARGIN_PX = 10
_GAP_PX = 8
_POPUP_BORDER_PX = 10
"""Frame and margins of the list around its rows."""
_STABILITY_COLOURS = {
    Stability.VERY_STABLE: "ok",
    Stability.STABLE: "ok",
    Stability.OCCASIONAL_FAILURES: "warn",
    Stability.LOW_SUCCESS: "bad",
}

STABILITY_TEXTS = {
    Stability.VERY_STABLE: mark("very stable"),
    Stability.STABLE: mark("stable"),
    Stability.OCCASIONAL_FAILURES: mark("occasional failures"),
    Stability.LOW_SUCCESS: mark("low success rate"),
}


class ModelPicker(QWidget):
    """Lists the account's models with duration, stability and the user's own record of each.

    Signals:
        edited: The user chose another model.
    """

    edited = Signal()

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._refused_models: dict[str, str] = {}
        self._records: dict[str, ModelRecord] = {}
        self._default_model = DEFAULT_MODEL
        self._is_chosen = False
        self.combo = ComboBox(tr("Model"))
        self._delegate = _ModelDelegate(style, self.combo)
        self.combo.setItemDelegate(self._delegate)
        self.combo.setMaxVisibleItems(12)
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setMinimumContentsLength(8)
        self.combo.activated.connect(self._on_model_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(FieldHead(tr("Model"), self.combo, style))
        column.addWidget(self.combo)
        style.changed.connect(self._restyle)
        self._restyle()
        self.set_models(MODELS)

    def model(self) -> str:
        return self.combo.currentText()

    def has_model(self, name: str) -> bool:
        return self.combo.findText(name) >= 0

    def set_models(
        self,
        models: Sequence[Model],
        default: str = DEFAULT_MODEL,
        refused: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Fills the list and preserves the selected model if it is still available.

        If the user never chose a model, the current default replaces the previous one.

        Args:
            default: The account's usual model.
            refused: Models that the service rejected, each with the day, ISO 8601.
        """
        names = [model.name for model in models]
        before = [self.combo.itemData(row, _MODEL_ROLE) for row in range(self.combo.count())]
        usual_before, self._default_model = self._default_model, default
        known = before == list(models) and self._refused_models == dict(refused)
        if known and usual_before == default:
            return
        self._refused_models = dict(refused)
        is_kept = self._is_chosen or self.model() != usual_before
        chosen = self.model() if is_kept else default
        self._is_chosen = self._is_chosen and chosen in names
        self.combo.clear()
        for model in models:
            self.combo.addItem(model.name, model)
            self._describe_row(self.combo.count() - 1)
        self._restyle()
        self.show_model(chosen if chosen in names else default)

    def set_records(self, records: Mapping[str, ModelRecord]) -> None:
        """Shows the user's record of each model, by its name, for the operation of the form."""
        if self._records == dict(records):
            return
        self._records = dict(records)
        for row in range(self.combo.count()):
            self._describe_row(row)
        # Rows with records are higher, and the list keeps the height that it was told.
        self._delegate.sizeHintChanged.emit(self.combo.model().index(0, 0))
        self._update_description()

    def _describe_row(self, row: int) -> None:
        """Sets what the row of a model shows and says besides its name."""
        model = self.combo.itemData(row, _MODEL_ROLE)
        refusal = refusal_text(self._refused_models.get(model.name, ""))
        record = self._records.get(model.name)
        own = tr("Your record: {record}", record=record.text()) if record is not None else ""
        said = ", ".join(
            part for part in (model.name, refusal or _describe_model(model), own) if part
        )
        tip = "\n".join(part for part in (refusal or tr(model.note), own) if part)
        self.combo.setItemData(row, said, Qt.ItemDataRole.AccessibleTextRole)
        self.combo.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self.combo.setItemData(row, refusal, _REFUSAL_ROLE)
        # All rows of the list have one height.
        unused = tr(_UNUSED) if self._records else ""
        short = tr(record.short_text()) if record is not None else unused
        self.combo.setItemData(row, short, _RECORD_ROLE)

    def show_model(self, name: str) -> None:
        """Shows a model without emitting `edited`; an unavailable one changes nothing."""
        row = self.combo.findText(name)
        if row >= 0:
            self.combo.setCurrentIndex(row)
        self._update_description()

    def keep_model(self) -> None:
        """Keeps the model with each account that offers it, as if the user had chosen it."""
        self._is_chosen = True

    def _update_description(self) -> None:
        model = self.combo.currentData(_MODEL_ROLE)
        refusal = refusal_text(self._refused_models.get(model.name, ""))
        self.combo.setToolTip(refusal or f"{_describe_model(model)}. {tr(model.note)}")
        self.combo.setAccessibleDescription(refusal or _describe_model(model))

    def _on_model_chosen(self, _row: int) -> None:
        self._is_chosen = True
        self._update_description()
        self.edited.emit()

    def _restyle(self) -> None:
        models = [self.combo.itemData(row, _MODEL_ROLE) for row in range(self.combo.count())]
        needed = max((self._delegate.needed_width(model) for model in models), default=0)
        self.combo.view().setMinimumWidth(max(self._style.px(_POPUP_PX), needed))


class _ModelDelegate(QStyledItemDelegate):
    """Paints name and remark beside duration and stability; the selected one has a check mark."""

    def __init__(self, style: Style, combo: QComboBox) -> None:
        super().__init__(combo)
        self._style = style
        self._combo = combo

    def needed_width(self, model: Model) -> int:
        """Returns the width in pixels at which remark and stability stand beside each other."""
        metrics = QFontMetricsF(self._style.font(11))
        words = (tr(model.note), _stability_text(model))
        beside = 2 * (_MARGIN_PX + _GAP_PX) + _POPUP_BORDER_PX + self._style.px(_CHECK_MARK_PX)
        return round(sum(map(metrics.horizontalAdvance, words))) + beside + _GAP_PX

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        record_px = _RECORD_PX if index.data(_RECORD_ROLE) else 0
        return QSize(self._style.px(_POPUP_PX), self._style.px(_ROW_PX + record_px))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        model = index.data(_MODEL_ROLE)
        if not isinstance(model, Model):
            super().paint(painter, option, index)
            return
        theme = self._style.theme
        box = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.hover)
            painter.drawRoundedRect(box, 6, 6)
        inside = box.adjusted(_MARGIN_PX, 4, -_MARGIN_PX, -4)
        sign = self._style.px(_CHECK_MARK_PX)
        if index.row() == self._combo.currentIndex():
            place = QPointF(inside.left(), box.center().y() - sign / 2)
            painter.drawPixmap(place, self._style.pixmap("check", "accent", _CHECK_MARK_PX))
        inside.setLeft(inside.left() + sign + _GAP_PX)
        record = index.data(_RECORD_ROLE)
        record_px = self._style.px(_RECORD_PX) if record else 0
        line_px = (inside.height() - record_px) / 2
        upper = QRectF(inside.left(), inside.top(), inside.width(), line_px)
        lower = upper.translated(0, line_px)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._style.font(13, 500))
        painter.setPen(theme.text1)
        painter.drawText(upper, left | middle, model.name)
        painter.setFont(self._style.font(11, 400))
        painter.setPen(theme.text2)
        painter.drawText(upper, right | middle, _duration_text(model))
        if record:
            below = QRectF(inside.left(), lower.bottom(), inside.width(), record_px)
            painter.drawText(below, left | middle, record)
        refusal = index.data(_REFUSAL_ROLE)
        if refusal:
            painter.setPen(theme.bad)
            painter.drawText(lower, left | middle, refusal)
            painter.restore()
            return
        painter.setPen(theme.text3)
        painter.drawText(lower, left | middle, tr(model.note))
        painter.setPen(self._style.colour(_STABILITY_COLOURS[model.stability]))
        painter.drawText(lower, right | middle, _stability_text(model))
        painter.restore()


def refusal_text(day: str) -> str:
    """Formats text such as "Refused here on 21 November 2026"; empty without a rejection."""
    return tr("Rejected on {day}", day=day_text(day)) if day else ""


def _duration_text(model: Model) -> str:
    low, high = model.typical_s
    return tr("{low}–{high} s", low=low, high=high) if low < high else tr("about {low} s", low=low)


def _stability_text(model: Model) -> str:
    return tr(STABILITY_TEXTS[model.stability])


def _describe_model(model: Model) -> str:
    return f"{_duration_text(model)}, {_stability_text(model)}"
