"""The user's own record of each model."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from producer_studio.domain.ids import AccountName
from producer_studio.domain.learnt_price import LearntPrice
from producer_studio.domain.model_record import ModelRecord, RecordedJob
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.library.record_sql import RecordKey, RecordRow
from producer_studio.studio.accounts.prices import Prices


class ModelRecords:
    """Records of models; what no service charged for in the ledger is priced as learnt."""

    def __init__(self, library: Library, prices: Prices) -> None:
        self._library = library
        self._prices = prices

    async def all(self, account: AccountName | None = None) -> list[ModelRecord]:
        """Returns the records of an account or of all, those with most requests first."""
        rows = await self._library.ledger.list_records(account)
        prices = {
            key: self._prices.learnt(Recipe(operation=key[1], model=key[2]), key[0]) for key in rows
        }
        # There may be a hundred thousand jobs.
        return await asyncio.to_thread(_build_records, rows, prices)


def _build_records(
    rows: Mapping[RecordKey, Sequence[RecordRow]], prices: Mapping[RecordKey, LearntPrice | None]
) -> list[ModelRecord]:
    records = [
        ModelRecord.of(*key, [_with_learnt_price(row, prices[key]) for row in of_key])
        for key, of_key in rows.items()
    ]
    return sorted(records, key=lambda one: one.asked, reverse=True)


def _with_learnt_price(row: RecordRow, price: LearntPrice | None) -> RecordedJob:
    if row.recorded.credits is not None or price is None:
        return row.recorded
    return replace(row.recorded, credits=price.candidates(row.at)[0], is_estimated=True)
