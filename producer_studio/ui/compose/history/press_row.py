"""Press as a row of the history shows it: all texts are prepared before painting."""

from dataclasses import dataclass
from datetime import date

from producer_studio.domain.ids import PressId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.history import PastPress
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import tr, tr_message
from producer_studio.translation.dates import format_clock
from producer_studio.ui.clips.row import added_text
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.text_format import format_time

_TOOLTIP_LIMIT = 600


@dataclass(frozen=True, slots=True)
class PressRow:
    """Values painted by the delegate for one press.

    Attributes:
        time: Such as "22:14", or "Tue" for an earlier day.
        badge: Operation, such as "Replace 0:20–0:36", or "Sweep".
        price: See `PastPress.price_text`.
        words: First words of what was asked for; of a sweep its axes.
        details: Model, takes, and what came of them.
        stars: Highest rating of its clips, 0 to 5.
    """

    id: PressId
    time: str
    badge: str
    price: str
    words: str
    details: str
    stars: int
    is_pinned: bool
    is_sweep: bool
    tooltip: str
    accessible_text: str


def build_press_row(press: PastPress, today: date) -> PressRow:
    """Prepares a press for painting."""
    first_words, badge = tr_message(press.first_words), operation_text(press.recipe)
    words = first_words
    if press.sweep is not None:
        is_create = press.recipe.operation is Operation.CREATE
        badge = (
            tr("Sweep")
            if is_create
            else tr("{operation}, sweep", operation=press.recipe.operation.label)
        )
        words = tr(press.sweep.axes_text) or words
    day = added_text(press.created_at, today)
    time = time_text(press, today)
    price = tr(press.price_text)
    swept = {axis.field for axis in press.sweep.axes} if press.sweep is not None else set()
    model = press.recipe.model if "model" not in swept else ""
    details = " · ".join(part for part in (model, *map(tr, press.outcome_texts)) if part)
    stars = press.outcome.stars
    is_expected = price.startswith("≈")
    amount = price.removeprefix("≈").strip()
    spoken_price = tr("about {price} expected", price=amount) if is_expected else price
    spoken = [
        words,
        first_words if press.sweep is not None else "",
        badge,
        f"{day} {time}" if time != day else day,
        details.replace(" · ", ", "),
        tr("{stars} of 5 stars", stars=stars) if stars else "",
        spoken_price,
        tr("pinned") if press.is_pinned else "",
    ]
    long_words = press.recipe.sound or press.recipe.prompt or press.recipe.lyrics or first_words
    if press.sweep is not None:
        long_words = f"{tr(press.sweep.axes_text)}\n{long_words}"
    return PressRow(
        id=press.id,
        time=time,
        badge=badge,
        price=price,
        words=words,
        details=details,
        stars=stars,
        is_pinned=press.is_pinned,
        is_sweep=press.is_sweep,
        tooltip=f"{shorten(long_words, _TOOLTIP_LIMIT)}\n{details}\n{press.account}",
        accessible_text=", ".join(part for part in spoken if part),
    )


def time_text(press: PastPress, today: date) -> str:
    """Returns the time of a press of today, or else the day."""
    at = to_local_time(press.created_at)
    if not is_known_time(press.created_at) or at.date() < today:
        return added_text(press.created_at, today)
    return format_clock(at)


def operation_text(recipe: Recipe) -> str:
    """Returns the operation with its times, such as "Replace 0:20–0:36"."""
    label, start, end = tr(recipe.operation.label), recipe.starts_at_s, recipe.ends_at_s
    if start is None:
        return label
    if recipe.operation is Operation.REPLACE and end is not None:
        return f"{label} {format_time(start)}–{format_time(end)}"
    return f"{label} {format_time(start)}"
