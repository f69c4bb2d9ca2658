"""A clip of a comparison, and what its row shows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.comparison.alignment import Timeline
from producer_studio.domain.comparison.loudness import LevelMatch, match_loudness
from producer_studio.domain.ids import ClipId
from producer_studio.studio.play_history import HEARD_S
from producer_studio.translation import mark, ptr, tr
from producer_studio.ui.playback.failure_text import failure_text, quoted_title

_MEDIA_PROBLEMS = {
    MediaState.PENDING: mark("The sound is still being downloaded."),
    MediaState.REJECTED: mark("The service sent no sound for this clip."),
    MediaState.MISSING: mark("The sound file is not in the library folder."),
    MediaState.NONE: mark("This clip has lyrics only."),
}

_WHOLE_SHARE = 0.98
"""Part of a short clip that is the whole: positions are known every 40 ms."""


@dataclass(frozen=True, slots=True)
class ComparedClip:
    """One of the compared clips.

    Attributes:
        clip: As in the library.
        peaks: Of its waveform.
        track: Index of its track in the playback session; None if it cannot be played.
        level: Gain that matches its loudness to that of the others.
    """

    clip: Clip
    peaks: bytes
    track: int | None
    level: LevelMatch

    @property
    def problem(self) -> str:
        """Why it cannot be played; empty if it can."""
        if self.track is not None:
            return ""
        return tr(_MEDIA_PROBLEMS.get(self.clip.media, mark("This sound file cannot be played.")))

    @property
    def needed_s(self) -> float:
        """Seconds after which it counts as heard; a shorter one nearly to its end."""
        length_s = self.clip.duration_s or HEARD_S
        return min(HEARD_S, _WHOLE_SHARE * length_s)

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.clip.bpm, self.clip.measured.head_s or 0.0)


@dataclass(frozen=True, slots=True)
class CompareSlot:
    """A row of the comparison: a clip that a key plays.

    Attributes:
        label: Key that plays it, such as "1" or "X".
        clip: Index of the clip.
        is_hidden: Whether nothing is shown of the clip.
    """

    label: str
    clip: int
    is_hidden: bool = False


def compared_clips(clips: Sequence[Clip], peaks: Mapping[ClipId, bytes]) -> list[ComparedClip]:
    """Returns clips with the gains that match their loudness; none has a track yet."""
    levels = match_loudness([clip.measured.loudness_lufs for clip in clips])
    return [
        ComparedClip(clip, peaks.get(clip.id, b""), None, level)
        for clip, level in zip(clips, levels, strict=True)
    ]


def updated_clips(
    compared: Sequence[ComparedClip], clips: Sequence[Clip], peaks: Mapping[ClipId, bytes]
) -> list[ComparedClip]:
    """Returns the compared clips as the library has them now; one that is gone is in the trash."""
    found = {clip.id: clip for clip in clips}
    now = [
        found.get(one.clip.id, one.clip.with_changes(trashed_at=one.clip.added_at))
        for one in compared
    ]
    return [
        replace(one, track=old.track, peaks=one.peaks or old.peaks)
        for one, old in zip(compared_clips(now, peaks), compared, strict=True)
    ]


def comparison_title(clips: Sequence[Clip]) -> str:
    """Returns such as "Compare 4 takes of “Electric Skies”" or "Compare 3 clips"."""
    first, count = clips[0], len(clips)
    if count == 1:
        # Not which take: the names may be hidden.
        if not first.take_label:
            return tr("One clip")
        return tr("One take of “{title}”", title=first.title or tr("Untitled"))
    if all(clip.take_label and clip.press == first.press for clip in clips):
        return tr(
            "Compare {count} takes of “{title}”", count=count, title=first.title or tr("Untitled")
        )
    return tr("Compare {count} clips", count=count)


def are_takes(clips: Sequence[Clip]) -> bool:
    """Whether all are takes of one press, so that their titles do not tell them apart."""
    return all(clip.take_label and clip.press == clips[0].press for clip in clips)


def in_take_order(clips: Sequence[Clip]) -> list[Clip]:
    """Returns takes of one press by their numbers, whatever the list is sorted by; others as is."""
    return sorted(clips, key=lambda clip: clip.take or 0) if are_takes(clips) else list(clips)


def slot_failure_text(slot: CompareSlot, clip: Clip, reason: str) -> str:
    """Returns a sentence about a clip that cannot be played; of a hidden one only its key.

    Args:
        reason: Sentence of the sound engine.
    """
    if slot.is_hidden:
        # The reason may have the name of the file.
        return failure_text(
            # Translators: within "Could not play clip A: …".
            ptr("could not play", "clip {key}", key=slot.label),
            mark("The sound file is damaged or missing."),
        )
    return failure_text(quoted_title(clip.display_title), reason)
