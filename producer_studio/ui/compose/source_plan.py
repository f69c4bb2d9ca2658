"""How the active account gets at the source clip."""

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import Fault
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Advice, Note
from producer_studio.studio.jobs.sources import Impossible, Known, Register, SourcePlan
from producer_studio.studio.studio import Studio
from producer_studio.ui.tasks import Tasks

_ASK = "plan the source"


class SourcePlanning(QObject):
    """Asks the studio once for each clip, account and operation; free.

    Signals:
        changed: The way is known now, or is asked for again.
    """

    changed = Signal()

    def __init__(self, studio: Studio, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._asked: tuple[str, str, Operation, object] | None = None
        self._plan: SourcePlan | None = None

    def ask(self, clip: Clip | None, account: AccountName | None, operation: Operation) -> None:
        """Follows the desk; what is known of the clip here is answered at once."""
        if clip is None or account is None or not operation.needs_source:
            self._asked = self._plan = None
            self._tasks.cancel(_ASK)
            return
        asked = (clip.id, account, operation, clip.registered)
        if asked == self._asked:
            return
        self._asked, self._plan = asked, None
        self._tasks.cancel(_ASK)
        known = clip.remote_at(account)
        if known is not None:
            self._plan = Known(*known)
            return
        self._tasks.start(
            _ASK,
            self._studio.jobs.plan_source(clip.id, account, operation),
            done=self._on_planned,
            failed=self._on_failed,
        )

    @property
    def price(self) -> float | None:
        """Credits for registering the clip first: 0 when it is known, None when nobody says."""
        return self._plan.price if isinstance(self._plan, Register) else 0.0

    @property
    def must_register(self) -> bool:
        return isinstance(self._plan, Register)

    def remark(self) -> Note | None:
        """What is to be known of the source before it is used; None when there is nothing."""
        if isinstance(self._plan, Register):
            return Note(Advice.WEAK, self._plan.sentence, "source")
        if isinstance(self._plan, Impossible):
            return Note(Advice.BLOCKING, self._plan.sentence, "source")
        return None

    def obstacle(self) -> Note | None:
        """Why the source cannot be used, or cannot be used yet."""
        if isinstance(self._plan, Impossible):
            return Note(Advice.BLOCKING, self._plan.sentence, "source")
        if self._asked is not None and self._plan is None:
            return Note(Advice.EMPTY, "Looking how this account gets at the clip…", "source")
        return None

    def _on_planned(self, plan: SourcePlan) -> None:
        self._plan = plan
        self.changed.emit()

    def _on_failed(self, fault: Fault) -> None:
        self._plan = Impossible(fault.message)
        self.changed.emit()
