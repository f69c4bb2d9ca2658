"""State of a comparison: which clips are compared, which one is heard, and how they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.comparison.abx import AbxTest, choose_pair, draw_order, replace_in_pair
from producer_studio.domain.comparison.alignment import align_by_bar, has_bars
from producer_studio.domain.comparison.common_range import common_length_s
from producer_studio.domain.ids import ClipId, new_judgement_id
from producer_studio.ui.compare.compared_clip import (
    ComparedClip,
    CompareSlot,
    compared_clips,
    in_take_order,
    slot_failure_text,
    updated_clips,
)
from producer_studio.ui.compare.hidden_ratings import HiddenRatings
from producer_studio.ui.compare.transport import CompareTransport
from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.playback.tracks import PlaybackTrack


class Comparison(CompareTransport):
    """Plays 2 to 8 clips against one position, of which one is heard.

    Positions are seconds of the clip that is heard.

    Attributes:
        abx: The A/B/X test; None without one.
        abx_pair: Indices of its clips A and B.
        abx_session_id: The same for the answers of one test.
        session_id: The same for other answers, until names are hidden anew.
        round_number: 1-based number of the next of these.

    Signals:
        changed: Other clips, another order, or something else that rows show.
        heard_changed: Another row is heard.
        failed: A clip cannot be played; a sentence with its title, or its number if it is hidden.
        clip_heard: A clip was heard long enough to count as heard (id, seconds); once for each.
    """

    changed = Signal()
    heard_changed = Signal()
    failed = Signal(str)
    clip_heard = Signal(str, float)

    def __init__(
        self, output: AudioOutput, parent: QObject | None = None, random: Random | None = None
    ) -> None:
        super().__init__(output, parent)
        self._random = random
        self._clips: list[ComparedClip] = []
        self._order: list[int] = []
        self._heard = 0
        self._heard_before: int | None = None
        self._counted_s = 0.0
        self._heard_s: dict[ClipId, float] = {}
        self._is_blind = False
        self._is_matched = True
        self._aligns_bars = False
        self.hidden_ratings = HiddenRatings()
        self.abx: AbxTest | None = None
        self.abx_pair = (0, 1)
        self.abx_session_id = ""
        self.session_id = ""
        self.round_number = 1
        self._session.failed.connect(self._on_failed)
        self._session.opened.connect(self.changed)

    @property
    def clips(self) -> list[ComparedClip]:
        """The clips that are not in the trash, in the order in which they are shown."""
        return [self._clips[place] for place in self._order if self._is_left(place)]

    @property
    def slots(self) -> list[CompareSlot]:
        """The rows."""
        if self.abx is not None:
            first, second = self.abx_pair
            hides = self._is_blind
            return [
                CompareSlot("A", first, hides),
                CompareSlot("B", second, hides),
                CompareSlot("X", self.abx_pair[self.abx.x], is_hidden=True),
            ]
        return self.clip_slots

    @property
    def heard(self) -> int:
        """Index of the row that is heard."""
        return self._heard

    @property
    def heard_clip(self) -> ComparedClip | None:
        """The clip that is heard; None if there is none."""
        slots = self.slots
        return self._clips[slots[self._heard].clip] if self._heard < len(slots) else None

    @property
    def abx_clips(self) -> tuple[ComparedClip, ComparedClip]:
        """The clips A and B."""
        return self._clips[self.abx_pair[0]], self._clips[self.abx_pair[1]]

    @property
    def clip_slots(self) -> list[CompareSlot]:
        """The rows as outside of a test: one for each clip."""
        left = [place for place in self._order if self._is_left(place)]
        return [CompareSlot(str(key), place, self._is_blind) for key, place in enumerate(left, 1)]

    @property
    def is_blind(self) -> bool:
        return self._is_blind

    @property
    def is_matched(self) -> bool:
        """Whether all are played as loud as the quietest."""
        return self._is_matched

    @property
    def can_align_bars(self) -> bool:
        """Whether all tempos are known."""
        return bool(self._clips) and has_bars([one.timeline for one in self.clips])

    @property
    def aligns_bars(self) -> bool:
        """Whether a switch goes to the same bar instead of the same time.

        Never to a hidden clip: the jump of the position would tell which one it is.
        """
        return self._aligns_bars and self.can_align_bars and not self.hides_clips

    @property
    def hides_clips(self) -> bool:
        """Whether nothing may tell which clip is heard."""
        return self._is_blind or self.abx is not None

    @property
    def length_s(self) -> float:
        """Length of the longest clip; of its file if the library does not know it yet.

        While clips are hidden, that of the shortest: their ends would tell which one is heard.
        """
        if self.hides_clips:
            # Without those in the trash it would tell whether a discarded one was the shortest.
            places = self.abx_pair if not self._is_blind else range(len(self._clips))
            compared = [self._clips[place] for place in places]
            in_files = [self._length_in_file_s(one) for one in compared]
            return common_length_s([*in_files, *(one.clip.duration_s for one in compared)])
        known = max((one.clip.duration_s for one in self.clips), default=0.0)
        return known or self._session.length_s

    @property
    def end_s(self) -> float:
        heard = self.heard_clip
        if heard is None or self.hides_clips:
            return self.length_s
        return heard.clip.duration_s or self._length_in_file_s(heard) or self.length_s

    def clip_of(self, slot: CompareSlot) -> ComparedClip:
        """Returns the clip of a row."""
        return self._clips[slot.clip]

    def rating_of(self, slot: CompareSlot) -> tuple[int, bool]:
        """Returns stars and whether it is a favourite; of a hidden clip only what is new."""
        clip = self.clip_of(slot).clip
        return self.hidden_ratings.shown(clip) if slot.is_hidden else (clip.stars, clip.favourite)

    def position_in(self, slot: CompareSlot, position_s: float) -> float:
        """Returns where a switch to a row would go on."""
        heard = self.heard_clip
        if not self.aligns_bars or heard is None:
            return position_s
        return align_by_bar(position_s, heard.timeline, self._clips[slot.clip].timeline)

    def open(self, clips: Sequence[Clip], peaks: Mapping[ClipId, bytes]) -> None:
        """Compares other clips; the first that can be played is heard from its start.

        Takes of one press are in the order of their numbers.
        """
        clips = in_take_order(clips)
        self._clips = compared_clips(clips, peaks)
        self._order = list(range(len(clips)))
        self._is_blind = self._aligns_bars = False
        self._loop.remove()
        self.abx = None
        self._heard_before = None
        self._heard_s = {}
        self.session_id, self.round_number = new_judgement_id(), 1
        self._heard = next((place for place, clip in enumerate(clips) if clip.playable), 0)
        self._session.unload()
        self._load_files()
        self.changed.emit()

    def close(self) -> None:
        """Stops, and closes the files."""
        self._session.unload()
        self._clips, self._order, self.abx = [], [], None

    def update(self, clips: Sequence[Clip], peaks: Mapping[ClipId, bytes]) -> None:
        """Takes over changes of the library: files that arrived can be heard; clips in the trash,
        or gone, are no longer shown.
        """
        heard = self.heard_clip
        place = self._heard
        self._clips = updated_clips(self._clips, clips, peaks)
        if any(one.track is None and one.clip.playable for one in self._clips):
            self._load_files()
        self._apply_levels()
        slots = self.slots
        ids = [self._clips[slot.clip].clip.id for slot in slots]
        if self.abx is not None:
            if not all(self._is_left(one) for one in self.abx_pair):
                self.end_abx()
        elif heard is not None and heard.clip.id in ids:
            self._heard = ids.index(heard.clip.id)
        elif slots:
            self._hear(min(place, len(slots) - 1), self.position_s)
        self.changed.emit()

    def _load_files(self) -> None:
        """Loads all files that there are; what plays goes on at its position."""
        clips = [one.clip for one in self._clips if one.clip.playable]
        tracks = {clip.id: track for track, clip in enumerate(clips)}
        self._clips = [replace(one, track=tracks.get(one.clip.id)) for one in self._clips]
        if clips:
            selected = (self.heard_clip and self.heard_clip.track) or 0
            files = [PlaybackTrack(clip.path) for clip in clips if clip.path is not None]
            at_s = None if self._session.is_loaded else 0.0
            self._session.load(files, at_s, selected=selected)
            self._apply_levels()
            self._loop.apply()

    def hear(self, index: int) -> None:
        """Switches to a row at the same moment, playing or not; a row without sound is skipped."""
        slots = self.slots
        if not 0 <= index < len(slots) or self._clips[slots[index].clip].track is None:
            return
        before = self.heard_clip
        # What is rendered now is heard after the output's latency.
        ahead_s = self._output.latency_s if self._session.is_playing else 0.0
        position_s = self.position_in(slots[index], self.position_s + ahead_s)
        if self.aligns_bars and self.region is not None:
            self._loop.shift(*(self.position_in(slots[index], at) for at in self.region))
        if before is not None and before is not self._clips[slots[index].clip]:
            self._heard_before = self._clips.index(before)
        self._hear(index, position_s)
        if self.aligns_bars and self.loops:
            self._loop.apply()

    def hear_next(self) -> None:
        """Switches to the row below that has sound, or else above: before this one is removed."""
        count = len(self.slots)
        order = [*range(self._heard + 1, count), *range(self._heard - 1, -1, -1)]
        for index in order:
            if self._clips[self.slots[index].clip].track is not None:
                self.hear(index)
                return

    def set_matched(self, matched: bool) -> None:
        """Plays all as loud as the quietest, or as they are."""
        self._is_matched = matched
        self._apply_levels()
        self.changed.emit()

    def set_aligns_bars(self, aligns: bool) -> None:
        self._aligns_bars = aligns
        self.changed.emit()

    def set_blind(self, blind: bool) -> None:
        """Hides which clip is which, in an order drawn anew, also of a test; or shows it again."""
        heard = self.heard_clip
        self._is_blind = blind
        self.hidden_ratings.clear()
        if blind:
            self._order = draw_order(len(self._clips), self._random)
            self.session_id, self.round_number = new_judgement_id(), 1
        playable = [at for at, one in enumerate(self.clips) if one.track is not None]
        if self.abx is not None and blind:
            # The names of A and B were seen.
            first, second = (self.clip_slots[at].clip for at in playable[:2])
            self._begin_abx((first, second))
        elif self.abx is None and heard is not None:
            # The row that is heard would tell which clip it is.
            self._hear((playable or [0])[0] if blind else self.clips.index(heard), self.position_s)
        self._stay_within(self.length_s if self.hides_clips else 0.0)
        self.changed.emit()

    def begin_abx(self) -> None:
        """Begins rounds with the clip that is heard and the one before; without one, the next."""
        heard = self.slots[self._heard].clip if self.slots else -1
        places = [one.clip for one in self.clip_slots if self.clip_of(one).track is not None]
        pair = choose_pair(places, heard, self._heard_before)
        if pair is not None:
            self._begin_abx(pair)

    def set_abx_clip(self, side: int, clip: int) -> None:
        """Begins rounds with another clip as A (0) or B (1); the two change places if it is the
        other one already.

        Args:
            clip: Index of a clip of `clip_slots` that can be played.
        """
        if self.abx is not None and clip != self.abx_pair[side]:
            self._begin_abx(replace_in_pair(self.abx_pair, side, clip))

    def _begin_abx(self, pair: tuple[int, int]) -> None:
        self.abx_pair = pair
        self.abx, self.abx_session_id = AbxTest(self._random), new_judgement_id()
        self._hear(0, self.position_s)
        self._stay_within(self.length_s if self.hides_clips else 0.0)
        self.changed.emit()

    def end_abx(self) -> None:
        """Shows all clips again."""
        first = self.abx_pair[0]
        self.abx = None
        places = [slot.clip for slot in self.slots]
        if places:
            self._hear(places.index(first) if first in places else 0, self.position_s)
        self.changed.emit()

    def answer_abx(self, guess: int | None) -> bool | None:
        """Ends a round; see `AbxTest.answer`. Then A is heard."""
        assert self.abx is not None  # noqa: S101 - only called during a test
        is_right = self.abx.answer(guess)
        self._hear(0, self.position_s)
        self.changed.emit()
        return is_right

    def _is_left(self, place: int) -> bool:
        return self._clips[place].clip.trashed_at is None

    def _length_in_file_s(self, one: ComparedClip) -> float:
        return 0.0 if one.track is None else self._session.track_length_s(one.track)

    def _hear(self, index: int, position_s: float) -> None:
        self._count_heard(self.position_s)
        self._heard = index
        slots = self.slots
        track = self._clips[slots[index].clip].track if index < len(slots) else None
        if track is not None and self._session.selected != track:
            self._session.select(track, at_s=position_s if self.aligns_bars else None)
        self.heard_changed.emit()

    def _apply_levels(self) -> None:
        for one in self._clips:
            if one.track is not None:
                self._session.set_gain(one.track, one.level.gain_db if self._is_matched else 0.0)

    def _on_failed(self, track: int, reason: str) -> None:
        for slot in self.slots:
            if self.clip_of(slot).track == track:
                self.failed.emit(slot_failure_text(slot, self.clip_of(slot).clip, reason))
                return

    def _on_position_changed(self, seconds: float) -> None:
        self._count_heard(seconds)
        super()._on_position_changed(seconds)

    def _count_heard(self, seconds: float) -> None:
        """Adds what was played since the last position to what was heard."""
        step_s, self._counted_s = seconds - self._counted_s, seconds
        heard = self.heard_clip
        is_audible = self._session.is_playing and self._output.gain > 0.0
        if heard is None or not is_audible or not 0.0 < step_s < 1.0:
            return
        if self.abx is not None:
            self.abx.note_heard(self._heard, step_s)
        before_s = self._heard_s.get(heard.clip.id, 0.0)
        now_s = self._heard_s[heard.clip.id] = before_s + step_s
        if before_s < heard.needed_s <= now_s:
            self.clip_heard.emit(heard.clip.id, now_s)
