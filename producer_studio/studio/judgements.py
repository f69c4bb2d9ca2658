"""Judgements of the user about compared clips."""

from collections.abc import Mapping, Sequence

from producer_studio.domain.ids import ClipId, new_judgement_id
from producer_studio.domain.judgement import Judgement, JudgementResult
from producer_studio.domain.library_change import ClipField, FieldValue
from producer_studio.library.library import Library
from producer_studio.studio.clips import Clips, UndoStep


class Judgements:
    """Records judgements, each a step of the library's undo history."""

    def __init__(self, library: Library, clips: Clips) -> None:
        self._library = library
        self._clips = clips

    async def record(
        self,
        clips: Sequence[ClipId],
        result: JudgementResult,
        *,
        winner: ClipId | None = None,
        is_blind: bool = False,
        session: str = "",
        round_number: int = 1,
        winner_values: Mapping[ClipField, FieldValue] | None = None,
        origin: object | None = None,
        replaced: Judgement | None = None,
    ) -> UndoStep:
        """Records the result of one round of a comparison.

        Args:
            clips: The compared clips, in the order in which they were shown.
            winner: The better one, if the result is that one is preferred.
            is_blind: Whether the user did not know which clip was which.
            winner_values: Fields of the winner that are changed in the same undo step.
            session: The same text for all rounds of one comparison.
            replaced: Earlier answer of the same round, which is removed in the same undo step.

        Returns:
            The undo step.

        Raises:
            ValueError: The clips or the winner do not agree with the result.
            StorageError: The library cannot be written.
        """
        judgement = Judgement(
            id=new_judgement_id(),
            clips=tuple(clips),
            result=result,
            winner=winner,
            is_blind=is_blind,
            session=session,
            round=round_number,
        )
        return await self._clips.add_judgement(judgement, origin, winner_values, replaced)

    async def list_of_clip(self, clip: ClipId) -> list[Judgement]:
        """Returns the judgements of a clip, latest first."""
        return await self._library.judgements.list_of_clip(clip)
