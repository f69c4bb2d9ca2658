"""Buttons of a job's row: which ones it has, and the names and tooltips of each."""

from dataclasses import dataclass

from producer_studio.translation import join_texts, mark, tr
from producer_studio.ui.library.job_row import JobRow, JobRowKind
from producer_studio.ui.operations import ASK_AGAIN_TOOLTIP
from producer_studio.ui.widgets.lower_label import lower_label

FREE_ACTIONS = frozenset({"details", "look-again", "fetch-again", "ask-again"})
"""All other actions of a job cost credits, or end something irrevocably."""

_SAME = mark("Sends the same request again: {price}")
_TWICE = mark("May be charged a second time: {price}")
_NOW = mark("Sends it now: {price}")
_FORGET_PAID = mark("Removes the job from the list; budgets still count what it may have cost")


@dataclass(frozen=True, slots=True)
class JobButton:
    """One button of a row.

    Attributes:
        action: cancel, retry, dismiss, details, look-again, fetch-again, ask-again, send-again,
            forget or send.
        accessible_name: Unique among all rows.
        text: Empty for a button that shows its icon alone.
        icon: Empty for a button without one.
    """

    action: str
    accessible_name: str
    text: str = ""
    icon: str = ""
    tooltip: str = ""

    @property
    def is_free(self) -> bool:
        """Whether pressing it neither costs credits nor ends something irrevocably."""
        return self.action in FREE_ACTIONS


def list_buttons(job_row: JobRow, title: str) -> list[JobButton]:
    """Lists the buttons of a row from left to right, in the language of the window.

    Args:
        title: Title for accessible names, unique among the rows.
    """

    def push(text: str, action: str, tooltip: str, icon: str = "") -> JobButton:
        return JobButton(action, tr(join_texts((text, title))), text, icon, tooltip)

    def push_paid(text: str, action: str, tooltip: str, icon: str = "") -> JobButton:
        amount = job_row.price.amount_text() if job_row.price.is_known else ""
        label = tr(join_texts((text, amount), " · "))
        return push(label, action, tr(tooltip, price=job_row.price.text()), icon)

    details = JobButton(
        "details",
        tr("Error details, {title}, {phase}", title=title, phase=lower_label(job_row.phase)),
        icon="info",
    )
    if job_row.kind is JobRowKind.RUNNING:
        buttons = [JobButton("cancel", tr("Cancel {title}", title=title), icon="x")]
    elif job_row.kind is JobRowKind.FAILED:
        buttons = [
            details,
            push_paid(tr("Retry"), "retry", _SAME, "rotate-cw"),
            push(tr("Allow again"), "ask-again", tr(ASK_AGAIN_TOOLTIP)),
            JobButton("dismiss", tr("Dismiss {title}", title=title), icon="x"),
        ]
    elif job_row.kind is JobRowKind.UNKNOWN:
        buttons = [
            details,
            push(tr("Check again"), "look-again", tr("Free: asks the service for the status")),
            push_paid(tr("Send again"), "send-again", _TWICE),
            push(tr("Forget"), "forget", tr(_FORGET_PAID)),
        ]
    elif job_row.kind is JobRowKind.UNDELIVERED:
        buttons = [
            details,
            push(tr("Download again"), "fetch-again", tr("Free: it was charged already")),
            JobButton("cancel", tr("Stop downloading {title}", title=title), icon="x"),
        ]
    else:
        buttons = [
            push_paid(tr("Send"), "send", _NOW),
            push(tr("Forget"), "cancel", tr("Removes the job from the list")),
        ]
    return [button for button in buttons if button.action not in job_row.disabled_actions]
