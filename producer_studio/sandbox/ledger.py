"""Credits of each account: granted once, charged on acceptance, refunded on failure."""

import time
from collections import defaultdict
from collections.abc import Iterable

from producer_studio.sandbox.records import CreditEntry


class InsufficientCredits(Exception):
    """The account cannot pay.

    Attributes:
        remaining: credits that it still has.
        price: credits that it would have needed.
    """

    def __init__(self, remaining: int, price: int) -> None:
        super().__init__(f"{remaining} credits remain of {price}")
        self.remaining = remaining
        self.price = price


class SandboxLedger:
    """The sum of all entries is the balance; nothing is ever rewritten.

    The makers of entries below change nothing: the caller stores the entry with whatever it
    belongs to in one transaction, and only then adds it here.

    Args:
        grant: credits that a key has when it is first seen.
        entries: what was stored by an earlier run.
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
        """Credits left; for a key never seen, the credits it would be granted."""
        return self._balances.get(account, self.opening_balance)

    def balances(self) -> dict[str, int]:
        return dict(self._balances)

    def grant(self, account: str, amount: int | None = None) -> CreditEntry:
        """The opening credits, or any amount (also negative) that a test wants."""
        given = self.opening_balance if amount is None else amount
        return CreditEntry(account=account, reason="grant", credits=given, at=time.time())

    def charge(self, account: str, task_id: str, price: int) -> CreditEntry:
        """Raises CreditsShort when the balance does not cover the price."""
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
        """Counts an entry that is stored."""
        self._balances[entry.account] += entry.credits
        self.entries.append(entry)
