"""Content of the rows of a comparison."""

from collections.abc import Mapping

from producer_studio.domain.comparison.common_range import first_part
from producer_studio.domain.decibels import gain_text, loudness_text
from producer_studio.domain.ids import ClipId
from producer_studio.translation import tr, tr_message
from producer_studio.ui.compare.compared_clip import (
    ComparedClip,
    CompareSlot,
    are_takes,
)
from producer_studio.ui.compare.comparison import Comparison
from producer_studio.ui.compare.row import RowContent
from producer_studio.ui.widgets.text_format import format_time

_NO_BREAK = "\u2060"


def row_content(
    comparison: Comparison, slot: CompareSlot, sweep_labels: Mapping[ClipId, str]
) -> RowContent:
    """Returns the content of a row; of a hidden clip nothing that tells it from the others.

    Args:
        sweep_labels: Values of the axes of clips that are takes of a sweep.
    """
    compared = comparison.clip_of(slot)
    stars, is_favourite = comparison.rating_of(slot)
    shown_stars = stars if comparison.abx is None else None
    key = slot.label
    if slot.is_hidden:
        count = len(comparison.slots)
        is_number = key.isdigit()
        return RowContent(
            key=key,
            title=tr("A take")
            if is_number
            else tr("{key} is A or B", key=key)
            if key == "X"
            else tr("Take {key}", key=key),
            detail="",
            spoken=tr("Number {key} of {count}", key=key, count=count)
            if is_number
            else tr("Take {key}", key=key),
            badges=(),
            gain="",
            problem="" if compared.track is not None else tr("It cannot be played."),
            stars=shown_stars,
            peaks=b"",
            share=1.0,
            duration_s=comparison.length_s,
            # A mark at X would tell whether it is A or B.
            is_favourite=is_favourite and comparison.abx is None,
        )
    clip = compared.clip
    length_s = comparison.length_s
    share = clip.duration_s / length_s if length_s and clip.duration_s else 1.0
    title = _title(comparison, compared)
    usual = " · ".join(part for part in (clip.model, _seed_text(compared)) if part)
    detail = tr_message(sweep_labels.get(clip.id, usual))
    length = format_time(clip.duration_s) if clip.duration_s else ""
    loudness = clip.measured.loudness_lufs
    badges = [
        length,
        tr(loudness_text(loudness)) or tr("loudness unknown"),
    ]
    gain = ""
    if comparison.is_matched and compared.level.is_known:
        gain = tr(gain_text(compared.level.gain_db))
    spoken = f"{title}, {key}" if not key.isdigit() else f"{key}: {title}"
    return RowContent(
        key=key,
        title=title,
        detail=detail,
        spoken=spoken,
        badges=tuple(badge for badge in badges if badge),
        gain=gain,
        problem=compared.problem,
        stars=shown_stars,
        # Beside a hidden clip the ruler ends before the clip does.
        peaks=first_part(compared.peaks, 1 / share) if share > 1.0 else compared.peaks,
        share=min(1.0, share),
        duration_s=min(clip.duration_s, length_s) or length_s,
        is_favourite=is_favourite,
    )


def abx_choices(comparison: Comparison) -> list[tuple[str, int]]:
    """Returns name and index of each clip that can be A or B; the name of a hidden one is its key
    alone.
    """
    choices = []
    for slot in comparison.clip_slots:
        compared = comparison.clip_of(slot)
        shown = f"{slot.label}: {_title(comparison, compared)}"
        if compared.track is not None:
            choices.append(
                (tr("Number {key}", key=slot.label) if slot.is_hidden else shown, slot.clip)
            )
    return choices


def _title(comparison: Comparison, compared: ComparedClip) -> str:
    clip = compared.clip
    if are_takes([one.clip for one in comparison.clips]):
        return tr("Take {number}", number=clip.take)
    return tr_message(clip.display_title) or tr("Untitled")


def _seed_text(compared: ComparedClip) -> str:
    # On one line: it may be the only difference between takes.
    seed = compared.clip.short_seed.replace("…", f"…{_NO_BREAK}")
    return tr("seed\u00a0{seed}", seed=seed) if seed else ""
