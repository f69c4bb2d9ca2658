"""Accounts with all that connects them to their services."""

from dataclasses import dataclass

from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.studio.accounts.balances import Balances
from producer_studio.studio.accounts.bucket_settings import BucketSettings
from producer_studio.studio.accounts.connections import Connections
from producer_studio.studio.demo import DemoStudio


@dataclass(frozen=True, slots=True)
class AccountServices:
    """The accounts, the connections to their services, and the services of this computer."""

    accounts: Accounts
    connections: Connections
    balances: Balances
    bucket: BucketSettings
    demo: DemoStudio

    async def close(self) -> None:
        """Closes the connections, then ends Demo Studio."""
        await self.connections.close()
        await self.bucket.close()
        await self.demo.close()
