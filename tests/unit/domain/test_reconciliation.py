"""Balances compared with the ledger: what each single cause looks like."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.reconciliation import reconcile

START = datetime(2026, 11, 1, tzinfo=UTC)
BALANCE, CHARGED, REFUNDED = EntryKind.BALANCE, EntryKind.CHARGED, EntryKind.REFUNDED
ONE, TWO = JobId("one"), JobId("two")
Line = tuple[EntryKind, float | None, JobId | None]


def ledger(*lines: Line) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            account=AccountName("a"),
            kind=kind,
            amount=amount,
            job=job,
            at=START + timedelta(hours=hour),
        )
        for hour, (kind, amount, job) in enumerate(lines)
    ]


FULL: Line = (BALANCE, 100, None)


@pytest.mark.parametrize(
    ("lines", "candidates", "gone", "added"),
    [
        ([], {}, 0, 0),
        ([FULL], {}, 0, 0),
        ([FULL, (CHARGED, 10, ONE), (BALANCE, 90, None)], {}, 0, 0),
        ([FULL, (CHARGED, 10, ONE), (BALANCE, 85, None)], {}, 5, 0),
        ([FULL, (BALANCE, 600, None)], {}, 0, 500),
        # Both are told, not their difference.
        ([FULL, (BALANCE, 70, None), (BALANCE, 570, None)], {}, 30, 500),
        # A price that is not even learnt is not explained, a learnt one is.
        ([FULL, (CHARGED, None, ONE), (BALANCE, 90, None)], {}, 10, 0),
        ([FULL, (CHARGED, None, ONE), (BALANCE, 90, None)], {ONE: (10,)}, 0, 0),
        ([FULL, (CHARGED, None, ONE), (BALANCE, 88, None)], {ONE: (10, 12)}, 0, 0),
        # Refunded before the balance was read; and after it.
        ([FULL, (CHARGED, None, ONE), (REFUNDED, None, ONE), FULL], {ONE: (10, 12)}, 0, 0),
        (
            [FULL, (CHARGED, None, ONE), (BALANCE, 88, None), (REFUNDED, None, ONE), FULL],
            {ONE: (10, 12)},
            0,
            0,
        ),
        # Charged at the end of the task, when the balance had been read.
        ([FULL, (CHARGED, 10, ONE), FULL, (BALANCE, 90, None)], {}, 0, 0),
        # The balance rose before the refund was listed, beside something bought or charged.
        (
            [
                FULL,
                (CHARGED, 10, ONE),
                (BALANCE, 90, None),
                (BALANCE, 600, None),
                (REFUNDED, 10, ONE),
                (BALANCE, 600, None),
            ],
            {},
            0,
            500,
        ),
        (
            [
                FULL,
                (CHARGED, 10, ONE),
                (BALANCE, 90, None),
                FULL,
                (REFUNDED, 10, ONE),
                (BALANCE, 97, None),
            ],
            {},
            3,
            0,
        ),
        # It fell after the charge was listed, beside something bought or charged.
        ([FULL, (CHARGED, 10, ONE), (BALANCE, 600, None), (BALANCE, 590, None)], {}, 0, 500),
        ([FULL, (CHARGED, 10, ONE), FULL, (BALANCE, 87, None)], {}, 3, 0),
        # Not what the request cost: both are told.
        ([FULL, (CHARGED, 10, ONE), (BALANCE, 600, None), (BALANCE, 597, None)], {}, 3, 510),
        # Charged when it was accepted, and the amount reported with the result, also after the
        # last balance.
        (
            [
                FULL,
                (CHARGED, None, ONE),
                (BALANCE, 90, None),
                (CHARGED, 10, ONE),
                (CHARGED, None, TWO),
                (BALANCE, 77, None),
                (CHARGED, 10, TWO),
            ],
            {},
            3,
            0,
        ),
        # Charged with the result.
        (
            [FULL, (CHARGED, None, ONE), FULL, (CHARGED, 10, ONE), (BALANCE, 87, None)],
            {},
            3,
            0,
        ),
        # Corrected by the service later.
        (
            [FULL, (CHARGED, None, ONE), (CHARGED, 11, ONE), (BALANCE, 89, None)],
            {ONE: (10,)},
            0,
            0,
        ),
    ],
)
def test_what_is_not_explained(
    lines: Sequence[Line], candidates: dict[JobId, tuple[float, ...]], gone: float, added: float
) -> None:
    found = reconcile(ledger(*lines), candidates)
    assert (found.gone, found.added) == (gone, added)
    assert found.unexplained == gone - added


def test_a_refund_that_nobody_reported_is_found_once() -> None:
    lines = ledger(
        FULL,
        (CHARGED, 10, ONE),
        (CHARGED, None, TWO),
        (BALANCE, 78, None),
        (BALANCE, 90, None),
        (BALANCE, 102, None),
    )
    found = reconcile(lines, {TWO: (12,)}, {TWO})
    assert [(one.job, one.credits) for one in found.refunds] == [(TWO, 12)]
    assert (found.gone, found.added) == (0, 12)
    # One that has a result is owed nothing.
    assert reconcile(lines, {TWO: (12,)}).added == 24


def test_a_gap_names_what_was_under_way() -> None:
    lines = ledger(FULL, (CHARGED, None, ONE), (CHARGED, 5, TWO), (BALANCE, 80, None))
    (gap,) = reconcile(lines, {}).gaps
    assert (gap.jobs, gap.unpriced, gap.credits) == ((ONE, TWO), (ONE,), 15)
    assert (gap.since, gap.until) == (START, START + timedelta(hours=3))


THREE = JobId("three")
PRICES = {ONE: (10,), TWO: (12,), THREE: (10,)}


@pytest.mark.parametrize(
    ("after", "ended", "refunds", "gone", "added"),
    [
        # Two that failed were refunded together, the third was not.
        (90, (ONE, TWO, THREE), [(THREE, 10), (TWO, 12)], 0, 0),
        # 3 went elsewhere while the first was refunded; it must not look like 7 that were bought.
        (75, (ONE,), [(ONE, 10)], 3, 0),
        (75, (), [], 0, 7),
        # More than all of them cost was bought.
        (168, (ONE, TWO, THREE), [], 0, 100),
        # A sum of earlier failures proves nothing, a single one that fits does.
        (88, (), [], 0, 20),
        (80, (), [(TWO, 12)], 0, 0),
    ],
)
def test_refunds_at_the_failure_of_requests(
    after: float,
    ended: Sequence[JobId],
    refunds: list[tuple[JobId, float]],
    gone: float,
    added: float,
) -> None:
    lines = ledger(
        FULL,
        (CHARGED, None, ONE),
        (CHARGED, None, TWO),
        (CHARGED, None, THREE),
        (BALANCE, 68, None),
        (BALANCE, after, None),
    )
    times = dict.fromkeys(ended, START + timedelta(hours=4, minutes=30))
    found = reconcile(lines, PRICES, set(PRICES), times)
    assert [(one.job, one.credits) for one in found.refunds] == refunds
    assert (found.gone, found.added) == (gone, added)
    assert {one.gone for one in found.refunds} <= {gone}


def test_charges_at_the_end_of_overlapping_tasks_are_explained() -> None:
    lines = ledger(
        FULL,
        (CHARGED, None, ONE),
        FULL,
        (CHARGED, None, TWO),
        FULL,
        (BALANCE, 90, None),
        (BALANCE, 78, None),
    )
    ends = {ONE: START + timedelta(hours=4, minutes=30), TWO: START + timedelta(hours=6)}
    found = reconcile(lines, PRICES, ended=ends)
    assert (found.gone, found.added) == (0, 0)
    # Another drop of that size is no charge of theirs.
    lines += ledger(*[FULL] * 7, (BALANCE, 66, None))[7:]
    assert reconcile(lines, PRICES, ended=ends).gone == 12


def test_a_changed_price_that_is_charged_at_the_end_is_explained() -> None:
    lines = ledger(FULL, (CHARGED, None, ONE), FULL, (BALANCE, 88, None))
    found = reconcile(lines, {ONE: (10, 12)})
    assert (found.gone, found.added, found.estimated) == (0, 0, 12)


def test_equal_balances_of_several_processes_are_one() -> None:
    lines = ledger(
        FULL,
        (CHARGED, None, ONE),
        *[FULL] * 3,
        (BALANCE, 90, None),
        (BALANCE, 90, None),
        (BALANCE, 80, None),
    )
    found = reconcile(lines, PRICES)
    assert (found.opening, found.closing, found.estimated) == (100, 80, 10)
    (gap,) = found.gaps
    assert (gap.credits, gap.since) == (10, START + timedelta(hours=6))


@pytest.mark.parametrize(
    ("lines", "rest"),
    [
        # Only expected: it was not sent, so that nothing of it can be refunded.
        (
            [FULL, (EntryKind.EXPECTED, None, ONE), (CHARGED, None, TWO), (BALANCE, 94, None)],
            -6,
        ),
        # The learnt price may be wrong, of this request and of others at the same time.
        ([FULL, (CHARGED, None, ONE), (BALANCE, 94, None)], -4),
        (
            [
                FULL,
                (CHARGED, None, ONE),
                (BALANCE, 90, None),
                (CHARGED, None, TWO),
                (BALANCE, 83, None),
            ],
            -5,
        ),
    ],
)
def test_no_refund_is_guessed_where_the_charge_is_in_doubt(
    lines: Sequence[Line], rest: float
) -> None:
    entries = ledger(*lines)
    found = reconcile(entries, PRICES, {ONE}, {ONE: entries[-1].at})
    assert found.refunds == ()
    assert [one.credits for one in found.gaps] == [rest]


def test_requests_that_were_charged_and_refunded_before_their_failure_was_known_are_found() -> None:
    lines = ledger(FULL, (CHARGED, None, ONE), (CHARGED, None, THREE), FULL)
    found = reconcile(lines, PRICES, {ONE, THREE}, {ONE: START + timedelta(days=1)})
    assert {one.job for one in found.refunds} == {ONE, THREE}
    assert found.gaps == ()


def test_balances_of_another_key_are_not_compared_with_those_before() -> None:
    entries = ledger(
        FULL,
        (CHARGED, 10, ONE),
        (BALANCE, 88, None),
        (CHARGED, 7, TWO),
        (BALANCE, 5000, None),
        (BALANCE, 4990, None),
    )
    sources = ["host a", "", "host a", "", "host b", "host b"]
    entries = [replace(one, source=source) for one, source in zip(entries, sources, strict=True)]
    found = reconcile(entries, {})
    assert (found.opening, found.closing, found.known) == (100, 4990, 10)
    assert [gap.credits for gap in found.gaps] == [2, 10]
    assert found.restarts == (entries[4].at,)
    # One that an earlier version has stored is compared with both.
    unknown = [replace(one, source="") if one.amount == 5000 else one for one in entries]
    assert reconcile(unknown, {}).restarts == (entries[5].at,)
