"""Messages about accounts: those that cannot be used, or that share their credits."""

from collections.abc import Iterable, Sequence

from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import Job
from producer_studio.settings.secrets import environment_variable
from producer_studio.translation import Message, join_texts, mark, nmark


def missing_key_message(account: AccountName, *, is_locked: bool) -> Message:
    """Says that no key is known for an account, so that nothing was sent.

    Args:
        is_locked: Whether the keychain could not be unlocked, which may have it.
    """
    if is_locked:
        return mark(
            "The key of “{account}” could not be read, as the keychain of this computer did not "
            "respond or was not unlocked. Nothing was sent. Unlock it and try again, or enter the "
            "key in Settings.",
            account=account,
        )
    return mark(
        "No key is stored for “{account}”. Nothing was sent. Add the key in Settings, or set "
        "{variable}.",
        account=account,
        variable=environment_variable(account),
    )


def unsupported_profiles_message(accounts: Iterable[str]) -> Message:
    """Says that accounts have a profile of a later version."""
    return mark(
        "This version does not support the profile of {names}. The account is kept and becomes "
        "available again in a version that supports it.",
        names=join_texts(mark("“{name}”", name=name) for name in accounts),
    )


def changed_address_message(job: Job) -> Message:
    """Says that a job was sent to an address that its account no longer has."""
    return mark(
        "This was sent to {address}, and the account “{account}” now has another address.",
        address=job.endpoint,
        account=job.account,
    )


def changed_key_message(job: Job) -> Message:
    """Says that a job was sent with a key that its account no longer has."""
    return mark(
        "This was sent with another key than the account “{account}” has now.", account=job.account
    )


def same_key_message(others: Sequence[AccountName]) -> str:
    """Says that other accounts have the same address and key; empty if there are none."""
    if not others:
        return ""
    return nmark(
        "{names} has the same key: both spend the same credits, but the budget of each account "
        "counts only its own requests.",
        "{names} have the same key: all of them spend the same credits, but the budget of each "
        "account counts only its own requests.",
        len(others),
        names=join_texts(mark("“{name}”", name=one) for one in others),
    )
