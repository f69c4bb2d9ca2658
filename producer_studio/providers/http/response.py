"""HTTP response with its body, as far as it was received."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar

from producer_studio.providers.http.json_parser import NOT_JSON, parse_json

P = ParamSpec("P")
T = TypeVar("T")

INLINE_PARSE_LIMIT_BYTES = 16 * 1024
"""Larger bodies are redacted, parsed and decoded on another thread."""

RAW_BODY_LIMIT_BYTES = 256 * 1024


@dataclass(frozen=True)
class Response:
    """HTTP response.

    Attributes:
        headers: Names in lower case.
        body: Complete, or the part received when a rejection (4xx) broke off; secrets are redacted.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    @cached_property
    def json(self) -> object:
        """The body as JSON, parsed once; `NOT_JSON` when it is not JSON."""
        try:
            return parse_json(self.body)
        except ValueError:
            return NOT_JSON

    async def parse(
        self, parser: Callable[Concatenate["Response", P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Applies a parser to the response; a large one is parsed on another thread."""
        if len(self.body) <= INLINE_PARSE_LIMIT_BYTES:
            return parser(self, *args, **kwargs)
        return await asyncio.to_thread(parser, self, *args, **kwargs)
