"""Messages about accounts that cannot be used."""

from collections.abc import Iterable

from producer_studio.domain.ids import AccountName
from producer_studio.settings.secrets import environment_variable
from producer_studio.translation import Message, join_texts, mark


def missing_key_message(account: AccountName) -> Message:
    """Says that no key is stored for an account, so that nothing was sent."""
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
