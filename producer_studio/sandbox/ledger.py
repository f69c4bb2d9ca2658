"""Credits of each account: granted once, charged on acceptance, refunded on failure."""

import time
from collections import defaultdict
from collections.abc import Iterable

from producer_studio.sandbox.records import CreditEntry


class InsufficientCredits(Exception):
    """The balance does not cover the price.

    Attributes:
        remaining: Credits of the account.
        price: Credits required.
    """

    def __init__(self, remaining: int, price: int) -> None:
        super().__init__(f"{remaining} credits remain of {price}")
        self.remaining = remaining
        self.price = price


class SandboxLedger:
    """Append-only ledger; the sum of the entries of an account is its balance.

    The methods that create entries change nothing: the caller stores the entry with the related
    rows in one transaction, and only then adds it here.

    Args:
        grant: Credits of a key when it is first used.
        entries: Entries stored by an earlier run.
    """

    def __init__(self, grant: int, entries: Iterable[CreditEntry] = ()) -> None:
        self.opening_balance = grant
        self._balances: defaultdict[str, int] = defaultdict(int)
        self.entries: list[CreditEntry] = []
        for entry in entries:
            self.add(entry)

    def has_account(self, account: str) -> bool:
        return account in self._balances

    def balance(self, account: str) -> int:
        """Returns the remaining credits; for an unknown key, the credits it would be granted."""
        return self._balances.get(account, self.opening_balance)

    def balances(self) -> dict[str, int]:
        return dict(self._balances)

    def grant(self, account: str, amount: int | None = None) -> CreditEntry:
        """Creates the entry of the opening balance, or of any amount (also negative) for tests."""
        given = self.opening_balance if amount is None else amount
        return CreditEntry(account=account, reason="grant", credits=given, at=time.time())

    def charge(self, account: str, task_id: str, price: int) -> CreditEntry:
        """Creates the entry of a charge; raises InsufficientCredits if the balance is too low."""
        if self.balance(account) < price:
            raise InsufficientCredits(self.balance(account), price)
        return CreditEntry(
            account=account, reason="charge", credits=-price, at=time.time(), task_id=task_id
        )

    def refund(self, account: str, task_id: str, price: int) -> CreditEntry:
        return CreditEntry(
            account=account, reason="refund", credits=price, at=time.time(), task_id=task_id
        )

    def add(self, entry: CreditEntry) -> None:
        """Adds a stored entry to the balance."""
        self._balances[entry.account] += entry.credits
        self.entries.append(entry)
