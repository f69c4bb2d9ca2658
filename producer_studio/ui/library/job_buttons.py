"""Buttons of a job's row: which ones it has, and the names and tooltips of each."""

from dataclasses import dataclass

from producer_studio.ui.library.job_row import JobRow, JobRowKind
from producer_studio.ui.operations import ASK_AGAIN_TOOLTIP

FREE_ACTIONS = frozenset({"details", "look-again", "fetch-again", "ask-again"})
"""All other actions of a job cost credits, or end something irrevocably."""


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
    """Lists the buttons of a row from left to right.

    Args:
        title: Title for accessible names, unique among the rows.
    """

    def push(text: str, action: str, tooltip: str, icon: str = "") -> JobButton:
        return JobButton(action, f"{text}, {title}", text, icon, tooltip)

    price = job_row.price.text()
    again = f" · {job_row.price.amount_text()}" if job_row.price.is_known else ""
    details = JobButton("details", f"Error details, {title}, {job_row.phase.lower()}", icon="info")
    forget = "Removes the job from the list"
    may_cost = f"{forget}; budgets still count what it may have cost"
    if job_row.kind is JobRowKind.RUNNING:
        buttons = [JobButton("cancel", f"Cancel {title}", icon="x")]
    elif job_row.kind is JobRowKind.FAILED:
        same = f"Sends the same request again: {price}"
        buttons = [
            details,
            push(f"Retry{again}", "retry", same, "rotate-cw"),
            push("Allow again", "ask-again", ASK_AGAIN_TOOLTIP),
            JobButton("dismiss", f"Dismiss {title}", icon="x"),
        ]
    elif job_row.kind is JobRowKind.UNKNOWN:
        twice = f"May be charged a second time: {price}"
        buttons = [
            details,
            push("Check again", "look-again", "Free: asks the service for the status"),
            push(f"Send again{again}", "send-again", twice),
            push("Forget", "forget", may_cost),
        ]
    elif job_row.kind is JobRowKind.UNDELIVERED:
        buttons = [
            details,
            push("Download again", "fetch-again", "Free: it was charged already"),
            JobButton("cancel", f"Stop downloading {title}", icon="x"),
        ]
    else:
        buttons = [
            push(f"Send{again}", "send", f"Sends it now: {price}"),
            push("Forget", "cancel", forget),
        ]
    return [button for button in buttons if button.action not in job_row.disabled_actions]
