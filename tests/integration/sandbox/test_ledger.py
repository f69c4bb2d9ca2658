import pytest

from producer_studio.sandbox.ledger import InsufficientCredits, SandboxLedger


def test_a_key_never_seen_has_the_opening_credits() -> None:
    assert SandboxLedger(50).balance("new") == 50
    assert not SandboxLedger(50).has_account("new")


def test_charge_and_refund_meet_at_the_opening_balance() -> None:
    ledger = SandboxLedger(12)
    ledger.add(ledger.grant("a"))
    ledger.add(ledger.charge("a", "t", 10))
    assert ledger.balance("a") == 2
    ledger.add(ledger.refund("a", "t", 10))
    assert ledger.balance("a") == 12


def test_an_entry_counts_only_once_it_is_added() -> None:
    ledger = SandboxLedger(12)
    ledger.charge("a", "t", 10)
    assert ledger.balance("a") == 12


def test_a_short_balance_is_told() -> None:
    ledger = SandboxLedger(9)
    with pytest.raises(InsufficientCredits) as short:
        ledger.charge("a", "t", 10)
    assert short.value.remaining == 9


def test_accounts_are_apart() -> None:
    ledger = SandboxLedger(10)
    ledger.add(ledger.grant("a"))
    ledger.add(ledger.charge("a", "t", 10))
    assert ledger.balance("b") == 10


def test_stored_entries_give_the_balance_again() -> None:
    ledger = SandboxLedger(30)
    for entry in (ledger.grant("a"), ledger.charge("a", "t", 10)):
        ledger.add(entry)
    assert SandboxLedger(999, ledger.entries).balances() == {"a": 20}
