"""Decisions of the user in a comparison: ratings, kept and discarded clips, judgements."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.comparison.abx import AbxTest
from producer_studio.domain.ids import ClipId
from producer_studio.domain.judgement import Judgement, JudgementResult
from producer_studio.domain.library_change import ClipField, FieldValue
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.studio.play_history import HEARD_S
from producer_studio.studio.studio import Studio
from producer_studio.translation import mark, tr
from producer_studio.ui.compare.comparison import Comparison
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.text_format import clips_text

_BEST = 5


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer of the user to which of some clips is better; only the last one of a round counts.

    A round lasts until other clips are compared, or names are hidden anew.
    """

    session: str
    clips: tuple[ClipId, ...]
    is_blind: bool
    round_number: int
    result: JudgementResult
    winner: ClipId | None = None

    def find_earlier(self, judgements: Sequence[Judgement]) -> Judgement | None:
        """Returns the answer that there is to the same question, also if it was given blind."""
        for one in judgements:
            if one.session == self.session and frozenset(one.clips) == frozenset(self.clips):
                return one
        return None

    def is_given_by(self, judgement: Judgement) -> bool:
        """Whether a judgement is this answer."""
        return (judgement.result, judgement.winner) == (self.result, self.winner)

    def may_replace(self, judgement: Judgement) -> bool:
        """Whether it is not an answer with names to what was answered without."""
        return self.is_blind or not judgement.is_blind


class _Outcome(Enum):
    """Effect of an answer."""

    NEW = auto()
    REPLACES = auto()
    SAME = auto()
    STANDS = auto()


_STANDS_TEXT = mark("Not recorded: the answer that was given without names stands.")
_RECORDED_TEXTS = {
    (JudgementResult.TIE, _Outcome.NEW): mark("Recorded: a tie between {clips}."),
    (JudgementResult.TIE, _Outcome.REPLACES): mark(
        "Recorded: a tie between {clips}, instead of the answer before."
    ),
    (JudgementResult.TIE, _Outcome.SAME): mark("Already recorded: a tie between {clips}."),
    (JudgementResult.NO_DIFFERENCE, _Outcome.NEW): mark("Recorded: no difference between {clips}."),
    (JudgementResult.NO_DIFFERENCE, _Outcome.REPLACES): mark(
        "Recorded: no difference between {clips}, instead of the answer before."
    ),
    (JudgementResult.NO_DIFFERENCE, _Outcome.SAME): mark(
        "Already recorded: no difference between {clips}."
    ),
}


class CompareDecisions(QObject):
    """Carries out decisions; each is a step of the library's undo history.

    Signals:
        undo_available: Message about a change, and its `UndoStep`.
        recorded: What was recorded, as a sentence that tells nothing about hidden clips.
    """

    undo_available = Signal(str, object)
    recorded = Signal(str)

    def __init__(
        self, studio: Studio, tasks: Tasks, comparison: Comparison, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._comparison = comparison
        self._serial = 0
        self._recorded: list[tuple[AbxTest, int]] = []
        self._judging = asyncio.Lock()
        comparison.clip_heard.connect(self._count_play)

    def rate(self, clip: Clip, stars: int) -> None:
        self._comparison.hidden_ratings.rate(clip.id, stars)
        # The same rating is no change of the library, but shown from now on if names are hidden.
        self._comparison.changed.emit()
        self._start("rate", self._rate(clip.id, stars))

    def keep(self) -> None:
        """Keeps the clip that is heard: a favourite, with five stars unless it is rated."""
        heard = self._comparison.heard_clip
        if heard is not None and self._comparison.abx is None:
            key = self._comparison.slots[self._comparison.heard].label
            self._comparison.hidden_ratings.keep(heard.clip.id)
            self._comparison.changed.emit()
            self._start("keep", self._tell_kept(key, self._keep(heard.clip)))

    def discard(self) -> None:
        """Moves the clip that is heard to the trash; the next one goes on."""
        heard = self._comparison.heard_clip
        if heard is not None and self._comparison.abx is None:
            self._comparison.hear_next()
            self._start("discard", self._discard([heard.clip.id]))

    def discard_rest(self) -> None:
        """Moves all but the clip that is heard to the trash."""
        heard = self._comparison.heard_clip
        if heard is not None and self._comparison.abx is None:
            rest = [one.clip.id for one in self._comparison.clips if one is not heard]
            if rest:
                self._start("discard the rest", self._discard(rest))

    def record_tie(self) -> None:
        """Records that all are equally good."""
        self._record(JudgementResult.TIE)

    def record_no_difference(self) -> None:
        """Records that no difference is heard."""
        self._record(JudgementResult.NO_DIFFERENCE)

    def answer_abx(self, guess: int | None) -> bool:
        """Ends a round of the A/B/X test and records its result; see `AbxTest.answer`.

        Returns:
            False if there is no test, or not enough was heard; nothing is done then.
        """
        test = self._comparison.abx
        if test is None or test.listening_request:
            return False
        clips = [one.clip.id for one in self._comparison.abx_clips]
        number = test.round_number
        is_right = self._comparison.answer_abx(guess)
        result = {
            True: JudgementResult.RIGHT,
            False: JudgementResult.WRONG,
            None: JudgementResult.NO_DIFFERENCE,
        }[is_right]
        work = self._studio.judgements.record(
            clips,
            result,
            is_blind=True,
            session=self._comparison.abx_session_id,
            round_number=number,
            origin=self,
        )
        self._start("judge", self._note_recorded(test, number, work))
        return True

    async def recount_abx(self) -> None:
        """Leaves answers that were undone out of the result of the test."""
        test, session = self._comparison.abx, self._comparison.abx_session_id
        if test is None:
            return
        recorded = [number for one, number in self._recorded if one is test]
        first, _ = self._comparison.abx_clips
        found = await self._studio.judgements.list_of_clip(first.clip.id)
        there = {one.round for one in found if one.session == session}
        test.set_undone(number for number in recorded if number not in there)

    async def _note_recorded(
        self, test: AbxTest, number: int, work: Coroutine[Any, Any, UndoStep]
    ) -> None:
        await work
        self._recorded.append((test, number))

    def _record(self, result: JudgementResult) -> None:
        if len(self._comparison.clips) < 2 or self._comparison.abx is not None:
            return
        answer = self._answer(result)
        self._start("judge", self._tell(answer))

    def _answer(self, result: JudgementResult, winner: ClipId | None = None) -> _Answer:
        comparison = self._comparison
        clips = tuple(one.clip.id for one in comparison.clips)
        number, comparison.round_number = comparison.round_number, comparison.round_number + 1
        return _Answer(comparison.session_id, clips, comparison.is_blind, number, result, winner)

    async def _tell(self, answer: _Answer) -> None:
        outcome, _ = await self._answer_once(answer)
        text = _RECORDED_TEXTS.get((answer.result, outcome), _STANDS_TEXT)
        self.recorded.emit(tr(text, clips=clips_text(len(answer.clips))))

    async def _answer_once(
        self, answer: _Answer, winner_values: Mapping[ClipField, FieldValue] | None = None
    ) -> tuple[_Outcome, UndoStep | None]:
        """Records an answer, instead of an earlier one of the same round that was not undone.

        Returns:
            What was done, and the undo step; None if nothing was recorded.
        """
        async with self._judging:
            known = await self._studio.judgements.list_of_clip(answer.clips[0])
            earlier = answer.find_earlier(known)
            if earlier is not None and answer.is_given_by(earlier):
                return _Outcome.SAME, None
            if earlier is not None and not answer.may_replace(earlier):
                return _Outcome.STANDS, None
            step = await self._studio.judgements.record(
                answer.clips,
                answer.result,
                winner=answer.winner,
                is_blind=answer.is_blind,
                session=answer.session,
                round_number=earlier.round if earlier is not None else answer.round_number,
                winner_values=winner_values,
                origin=self,
                replaced=earlier,
            )
            return (_Outcome.NEW if earlier is None else _Outcome.REPLACES), step

    def _count_play(self, clip: ClipId, seconds: float) -> None:
        # Shorter clips are whole then.
        whole = seconds < HEARD_S
        work = self._studio.play_history.record_play(clip, seconds, reached_end=whole, origin=self)
        self._start("count play", work)

    async def _rate(self, clip: ClipId, stars: int) -> None:
        await self._studio.clips.edit([clip], stars=stars)

    async def _tell_kept(self, key: str, work: Coroutine[Any, Any, UndoStep | None]) -> None:
        step = await work
        if step is not None:
            self.undo_available.emit(tr("Number {key} is kept, as a favourite.", key=key), step)

    def _keep(self, clip: Clip) -> Coroutine[Any, Any, UndoStep | None]:
        clips = [one.clip.id for one in self._comparison.clips]
        stars = None if clip.stars else _BEST
        if len(clips) == 1:
            return self._studio.clips.edit([clip.id], favourite=True, stars=stars)
        values: dict[ClipField, FieldValue] = {ClipField.FAVOURITE: True}
        if not clip.stars:
            values[ClipField.STARS] = _BEST
        answer = self._answer(JudgementResult.PREFERRED, clip.id)
        return self._keep_once(answer, values, clip.id, stars)

    async def _keep_once(
        self,
        answer: _Answer,
        values: Mapping[ClipField, FieldValue],
        clip: ClipId,
        stars: int | None,
    ) -> UndoStep | None:
        _, step = await self._answer_once(answer, values)
        if step is None:
            # It may be no favourite any more.
            return await self._studio.clips.edit([clip], favourite=True, stars=stars)
        return step

    async def _discard(self, clips: Sequence[ClipId]) -> None:
        step = await self._studio.clips.trash(clips)
        if step is not None:
            self.undo_available.emit(tr(change_message(step)), step)

    def _start(self, action: str, work: Coroutine[Any, Any, object]) -> None:
        # A task of its own: the next decision must not wait for this one.
        self._serial += 1
        self._tasks.start(f"compare: {action} {self._serial}", work, is_change=True)
