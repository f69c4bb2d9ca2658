"""Precondition of requests: the account has a key, and its decoders are loaded."""

import asyncio
from importlib import import_module

from producer_studio.domain.errors import NotAuthorised
from producer_studio.translation import mark


class DecoderLoader:
    """Checks for the key and imports the module that parses the responses.

    Args:
        module: Module of the parsers, imported in a thread at the first request.
    """

    def __init__(self, service: str, module: str, *, has_key: bool) -> None:
        self._service = service
        self._module = module
        self._has_key = has_key
        self._is_loaded = False

    async def __call__(self) -> None:
        """Raises NotAuthorised when there is no key: then nothing is sent."""
        if not self._has_key:
            raise NotAuthorised(
                mark(
                    "This account has no key for {service}. Nothing was sent. Add the key in "
                    "Settings.",
                    service=self._service,
                )
            )
        if not self._is_loaded:
            await asyncio.to_thread(import_module, self._module)
            self._is_loaded = True
