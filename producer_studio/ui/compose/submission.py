"""Sends what Generate asks for, and asks before the same is bought twice."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.errors import DuplicateRequest, Fault
from producer_studio.domain.ids import AccountName
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.studio import Studio
from producer_studio.ui.compose.suggestion_line import OfferLine
from producer_studio.ui.tasks import Tasks


class Submission(QObject):
    """One press of Generate at a time or several: each is an action of its own.

    Where the same was sent already, the offer line asks once, with the price; the answer sends
    exactly what was pressed, seeds included.

    Signals:
        failed: Nothing was queued.
        asked: The question is there.
    """

    failed = Signal()
    asked = Signal()

    def __init__(self, studio: Studio, tasks: Tasks, offer: OfferLine, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._offer = offer
        self._count = 0
        self._asks = False

    def send(
        self,
        recipes: Sequence[Recipe],
        account: AccountName,
        *,
        register: bool,
        again: bool = False,
    ) -> None:
        """Queue the takes of one press.

        Args:
            register: Whether the source may be uploaded first.
            again: Whether the user has said that the same may be bought twice.
        """
        self._count += 1

        def refused(fault: Fault) -> None:
            self.failed.emit()
            if not isinstance(fault, DuplicateRequest):
                self._tasks.report(fault)
                return
            self._asks = True
            self._offer.offer(
                fault.message,
                "Send again",
                lambda: self.send(recipes, account, register=register, again=True),
                spends=True,
            )
            self.asked.emit()

        self.withdraw()
        self._tasks.start(
            f"generate {self._count}",
            self._submit(recipes, account, register=register, again=again),
            failed=refused,
        )

    def withdraw(self) -> None:
        """Takes the question back, because the form says something else by now."""
        if self._asks:
            self._asks = False
            self._offer.withdraw(keep_room=True)

    async def _submit(
        self, recipes: Sequence[Recipe], account: AccountName, *, register: bool, again: bool
    ) -> None:
        jobs, source = self._studio.jobs, recipes[0].source
        if source is None:
            await jobs.submit(recipes, account, refuse_duplicates=not again)
            return
        # The line below the source and the price beside the button were the question.
        await jobs.submit_with_source(
            recipes, account, source, register=register, refuse_duplicates=not again
        )
