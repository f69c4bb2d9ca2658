"""Decisions of the user in a comparison: ratings, kept and discarded clips, judgements."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.comparison.abx import AbxTest
from producer_studio.domain.ids import ClipId
from producer_studio.domain.judgement import Judgement, JudgementResult
from producer_studio.domain.library_change import ClipField, FieldValue
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.studio.studio import Studio
from producer_studio.ui.compare.comparison import Comparison
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.text_format import clips_text

_BEST = 5


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer of the user, which counts once in a comparison."""

    session: str
    clips: tuple[ClipId, ...]
    result: JudgementResult
    winner: ClipId | None = None

    def is_given_by(self, judgement: Judgement) -> bool:
        """Whether a judgement is this answer."""
        return (
            judgement.session == self.session
            and frozenset(judgement.clips) == frozenset(self.clips)
            and (judgement.result, judgement.winner) == (self.result, self.winner)
        )


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
        self._record(JudgementResult.TIE, "Recorded: a tie between {}.")

    def record_no_difference(self) -> None:
        """Records that no difference is heard."""
        self._record(JudgementResult.NO_DIFFERENCE, "Recorded: no difference between {}.")

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
        work = self._judge(clips, result, number, is_blind=True)
        self._start("judge", self._note_recorded(test, number, work))
        return True

    async def recount_abx(self) -> None:
        """Leaves answers that were undone out of the result of the test."""
        test, session = self._comparison.abx, self._comparison.session_id
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

    def _record(self, result: JudgementResult, sentence: str) -> None:
        clips = [one.clip.id for one in self._comparison.clips]
        if len(clips) < 2 or self._comparison.abx is not None:
            return
        number = self._next_round()
        work = self._judge(clips, result, number, is_blind=self._comparison.is_blind)
        answer = _Answer(self._comparison.session_id, tuple(clips), result)
        self._start("judge", self._tell(answer, work, sentence.format(clips_text(len(clips)))))

    async def _tell(
        self, answer: _Answer, work: Coroutine[Any, Any, UndoStep], sentence: str
    ) -> None:
        is_new = await self._judge_once(answer, work) is not None
        self.recorded.emit(sentence if is_new else f"Already {sentence[0].lower()}{sentence[1:]}")

    async def _judge_once(
        self, answer: _Answer, work: Coroutine[Any, Any, UndoStep]
    ) -> UndoStep | None:
        """Records an answer; None if it is recorded already, and was not undone since."""
        try:
            async with self._judging:
                known = await self._studio.judgements.list_of_clip(answer.clips[0])
                return None if any(answer.is_given_by(one) for one in known) else await work
        finally:
            work.close()

    def _next_round(self) -> int:
        number = self._comparison.round_number
        self._comparison.round_number += 1
        return number

    async def _rate(self, clip: ClipId, stars: int) -> None:
        await self._studio.clips.edit([clip], stars=stars)

    async def _tell_kept(self, key: str, work: Coroutine[Any, Any, UndoStep | None]) -> None:
        step = await work
        if step is not None:
            self.undo_available.emit(f"Number {key} is kept, as a favourite.", step)

    def _keep(self, clip: Clip) -> Coroutine[Any, Any, UndoStep | None]:
        clips = [one.clip.id for one in self._comparison.clips]
        stars = None if clip.stars else _BEST
        if len(clips) == 1:
            return self._studio.clips.edit([clip.id], favourite=True, stars=stars)
        values: dict[ClipField, FieldValue] = {ClipField.FAVOURITE: True}
        if not clip.stars:
            values[ClipField.STARS] = _BEST
        work = self._judge(
            clips,
            JudgementResult.PREFERRED,
            self._next_round(),
            winner=clip.id,
            is_blind=self._comparison.is_blind,
            winner_values=values,
        )
        session = self._comparison.session_id
        answer = _Answer(session, tuple(clips), JudgementResult.PREFERRED, clip.id)
        return self._keep_once(answer, work, stars)

    async def _keep_once(
        self, answer: _Answer, work: Coroutine[Any, Any, UndoStep], stars: int | None
    ) -> UndoStep | None:
        step = await self._judge_once(answer, work)
        if step is None and answer.winner is not None:
            # It may be no favourite any more.
            return await self._studio.clips.edit([answer.winner], favourite=True, stars=stars)
        return step

    async def _discard(self, clips: Sequence[ClipId]) -> None:
        step = await self._studio.clips.trash(clips)
        if step is not None:
            self.undo_available.emit(change_message(step), step)

    def _judge(
        self,
        clips: Sequence[ClipId],
        result: JudgementResult,
        number: int,
        *,
        winner: ClipId | None = None,
        is_blind: bool,
        winner_values: Mapping[ClipField, FieldValue] | None = None,
    ) -> Coroutine[Any, Any, UndoStep]:
        # Not a coroutine itself: the comparison may be closed before that begins to run.
        return self._studio.judgements.record(
            clips,
            result,
            winner=winner,
            is_blind=is_blind,
            session=self._comparison.session_id,
            round_number=number,
            winner_values=winner_values,
            origin=self,
        )

    def _start(self, action: str, work: Coroutine[Any, Any, object]) -> None:
        # A task of its own: the next decision must not wait for this one.
        self._serial += 1
        self._tasks.start(f"compare: {action} {self._serial}", work)
