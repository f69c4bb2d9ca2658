"""Clip as a row shows it: all texts are prepared before painting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.credits import format_credits
from producer_studio.domain.decibels import loudness_text, true_peak_text
from producer_studio.domain.ids import ClipId
from producer_studio.domain.key_text import key_text
from producer_studio.domain.operation import Operation
from producer_studio.domain.takes import title_with_take
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.clips import LIST_COLUMNS, FieldSpec, ValueKind
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import mark, tr, tr_message
from producer_studio.translation.dates import (
    format_short_date,
    format_short_month,
    format_weekday,
)
from producer_studio.translation.numbers import format_shortest
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.lower_label import lower_label
from producer_studio.ui.widgets.text_format import format_time

_TITLE_LIMIT = 300
_SOUND_LIMIT = 160
_LABEL_LIMIT = 100
_STEM = mark("Stem")
_SPECS = {spec.name: spec for spec, _ in LIST_COLUMNS}
_TEXT_COLUMNS = tuple((spec, column) for spec, column in LIST_COLUMNS if spec.name != "title")


def length_text(seconds: float) -> str:
    """Length such as "2:44"; empty when it is unknown."""
    return format_time(seconds) if seconds > 0 else ""


def added_text(at: datetime, today: date) -> str:
    """Date such as "today", "Tue" within a week, "12 Nov" within the year, else "Nov 2024".

    Empty for an unknown time.
    """
    if not is_known_time(at):
        return ""
    day = to_local_time(at).date()
    age = (today - day).days
    if age <= 0:
        return tr("today")
    if age < 7:
        return format_weekday(day)
    return format_short_date(day) if age < 330 else format_short_month(day)


def _short_key(key: str) -> str:
    """Key such as "F min"; other languages have shorter words."""
    return tr_message(key_text(key)).replace("minor", "min").replace("major", "maj")


def column_text(
    spec: FieldSpec, clip: Clip, today: date, charged: float | None = None, preset: str = ""
) -> str:
    """Text of a clip in a column of the list.

    Args:
        charged: Credits charged for the request that made it; None if unknown.
        preset: Name of the preset that it was made from; empty without one.
    """
    if spec.kind is ValueKind.CREDITS:
        return "" if charged is None else tr(format_credits(charged))
    if spec.kind is ValueKind.PRESET:
        return shorten(preset, _LABEL_LIMIT)
    value = spec.value(clip)
    match spec.kind:
        case ValueKind.TEMPO:
            return tr(clip.bpm_text)
        case ValueKind.KEY:
            return _short_key(value or "")
        case ValueKind.LOUDNESS:
            return tr(loudness_text(value))
        case ValueKind.TRUE_PEAK:
            return tr(true_peak_text(value))
        case ValueKind.OPERATION:
            return tr(clip.operation.label)
        case ValueKind.LENGTH:
            return length_text(value)
        case ValueKind.STRENGTH:
            return "" if value is None else format_shortest(value)
        case ValueKind.POSITION:
            return "" if value is None else format_time(value)
        case ValueKind.AGE:
            return added_text(value, today)
        case ValueKind.RATING:
            return tr("{stars} of 5 stars", stars=value) if value else tr("not rated")
        case _:
            return shorten(str(value or ""), _LABEL_LIMIT)


def spoken_text(spec: FieldSpec, text: str) -> str:
    """Text of a column for screen readers, with the name of the column where it says too little."""
    match spec.kind if text else None:
        case ValueKind.NUMBER:
            return f"{text} {lower_label(spec.label)}"
        case (
            ValueKind.TEXT
            | ValueKind.SEED
            | ValueKind.STRENGTH
            | ValueKind.POSITION
            | ValueKind.PRESET
        ):
            return f"{lower_label(spec.label)} {text}"
        case _:
            return text


def badge_text(clip: Clip) -> str:
    """Label of the operation, or the name of a stem; empty for Create."""
    if clip.stem:
        # The title of most contains it already, and the badge would only leave less space for it.
        return tr(_STEM) if clip.title.endswith(clip.stem) else shorten(clip.stem, _LABEL_LIMIT)
    return "" if clip.operation is Operation.CREATE else tr(clip.operation.label)


@dataclass(frozen=True, slots=True)
class ClipRow:
    """Values painted by the delegate for one clip.

    Attributes:
        title: With the number of the take, where there are several.
        song_title: Without it.
        take_label: Such as "take 2"; empty unless its press has several takes.
        short_seed: Last digits of the seed, such as "…0172".
        media_message: Message about the media, shown in place of the sound; empty without one.
        has_media_error: Whether that message is about an error.
        peaks: Stored magnitudes, one byte each; empty when there are none.
        texts: Texts of the list's columns besides the title, by the names of their fields.
        accessible_text: Text for screen readers, with the columns that are always read.
        press_price: Expected price of all takes of its press in credits; None if unknown.
        is_sweep: Whether its press is a sweep.
    """

    id: ClipId
    clip: Clip
    title: str
    song_title: str
    take_label: str
    short_seed: str
    badge: str
    sound: str
    media_message: str
    has_media_error: bool
    stars: int
    favourite: bool
    is_unheard: bool
    cover: Path | None
    peaks: bytes
    texts: Mapping[str, str]
    accessible_text: str
    press_price: float | None = None
    is_sweep: bool = False

    @property
    def title_ending(self) -> str:
        """End of the title that tells it from others: the take, or the stem; empty without one."""
        ending = f" · {self.take_label or self.clip.stem}"
        return ending if self.title.endswith(ending) else ""

    def spoken_with(self, columns: Sequence[str]) -> str:
        """Text for screen readers with that of columns which are not always read."""
        more = [spoken_text(_SPECS[name], self.texts[name]) for name in columns]
        return ", ".join(part for part in (self.accessible_text, *more) if part)


_MEDIA_MESSAGES = {
    MediaState.PENDING: mark("Downloading the sound…"),
    MediaState.REJECTED: mark("The sound could not be downloaded"),
    MediaState.MISSING: mark("The sound file is missing"),
}


_DEFAULT_SOUND_TEXTS = {
    Operation.UPLOAD: mark("Uploaded reference"),
    Operation.STEMS: mark("Split from a song"),
    Operation.IMPORT: mark("Imported song"),
}
"""Sound text of a clip without a style prompt."""


def _spoken_seed(clip: Clip) -> str:
    """The seed for screen readers: takes of one song may differ in nothing else."""
    if clip.short_seed == clip.seed:
        return tr("seed {seed}", seed=clip.seed) if clip.seed else ""
    return tr("seed ending {seed}", seed=clip.short_seed.lstrip("…"))


def build_clip_row(
    clip: Clip,
    peaks: bytes,
    today: date,
    press_price: float | None = None,
    *,
    charged: float | None = None,
    preset: str = "",
    is_sweep: bool = False,
) -> ClipRow:
    """Prepares a clip for painting.

    Args:
        press_price: Expected price of all takes of its press in credits; None if unknown.
        charged: Credits charged for the request that made it; None if unknown.
        preset: Name of the preset that it was made from; empty without one.
        is_sweep: Whether its press is a sweep.
    """
    name = " ".join(shorten(clip.title, _TITLE_LIMIT).split()) or tr("Untitled")
    title = tr_message(title_with_take(name, clip.take_label))
    badge = badge_text(clip)
    note = tr(_MEDIA_MESSAGES.get(clip.media, ""))
    sound = " ".join(clip.sound[:_SOUND_LIMIT].split())
    spoken_title = (
        tr("{title}, {take} of {takes}", title=name, take=clip.take_label, takes=clip.takes)
        if clip.take_label
        else name
    )
    texts = {
        spec.name: column_text(spec, clip, today, charged, preset) for spec, _ in _TEXT_COLUMNS
    }
    columns = [
        spoken_text(spec, texts[spec.name]) for spec, column in _TEXT_COLUMNS if column.is_spoken
    ]
    favourite = tr("favourite") if clip.favourite else ""
    spoken = [spoken_title, _spoken_seed(clip), badge, *columns, favourite, note]
    return ClipRow(
        id=clip.id,
        clip=clip,
        title=title,
        song_title=name,
        take_label=tr(clip.take_label),
        short_seed=clip.short_seed,
        badge=badge,
        sound=sound or tr(_DEFAULT_SOUND_TEXTS.get(clip.operation, "")),
        media_message=note,
        has_media_error=clip.media in {MediaState.REJECTED, MediaState.MISSING},
        stars=clip.stars,
        favourite=clip.favourite,
        is_unheard=not clip.heard,
        cover=clip.cover,
        peaks=peaks,
        texts=texts,
        accessible_text=", ".join(part for part in spoken if part),
        press_price=press_price,
        is_sweep=is_sweep,
    )
