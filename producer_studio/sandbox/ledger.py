"""Credits of each account: granted once, charged on acceptance, refunded on failure."""

import time
from collections import defaultdict
from collections.abc import Iterable

from producer_studio.sandbox.records import Entry


class CreditsShort(Exception):
    """The account cannot pay.

    Attributes:
        remaining: credits that it still has.
        price: credits that it would have needed.
    """

    def __init__(self, remaining: int, price: int) -> None:
        super().__init__(f"{remaining} credits remain of {price}")
        self.remaining = remaining
        self.price = price


class Ledger:
    """The sum of all entries is the balance; nothing is ever rewritten.

    The makers of entries below change nothing: the caller stores the entry with whatever it
    belongs to in one transaction, and only then adds it here.

    Args:
        grant: credits that a key has when it is first seen.
        entries: what was stored by an earlier run.
    """

    def __init__(self, grant: int, entries: Iterable[Entry] = ()) -> None:
        self.opening = grant
        self._balances: defaultdict[str, int] = defaultdict(int)
        self.entries: list[Entry] = []
        for entry in entries:
            self.add(entry)

    def knows(self, account: str) -> bool:
        return account in self._balances

    def balance(self, account: str) -> int:
        """Credits left; for a key never seen, the credits it would be granted."""
        return self._balances.get(account, self.opening)

    def balances(self) -> dict[str, int]:
        return dict(self._balances)

    def grant(self, account: str, amount: int | None = None) -> Entry:
        """The opening credits, or any amount (also negative) that a test wants."""
        given = self.opening if amount is None else amount
        return Entry(account=account, reason="grant", credits=given, at=time.time())

    def charge(self, account: str, task_id: str, price: int) -> Entry:
        """Raises CreditsShort when the balance does not cover the price."""
        if self.balance(account) < price:
            raise CreditsShort(self.balance(account), price)
        return Entry(
            account=account, reason="charge", credits=-price, at=time.time(), task_id=task_id
        )

    def refund(self, account: str, task_id: str, price: int) -> Entry:
        return Entry(
            account=account, reason="refund", credits=price, at=time.time(), task_id=task_id
        )

    def add(self, entry: Entry) -> None:
        """Counts an entry that is stored."""
        self._balances[entry.account] += entry.credits
        self.entries.append(entry)
