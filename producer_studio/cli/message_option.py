"""Option whose help has values, such as names, and can still be translated."""

from collections.abc import Sequence
from typing import Any

import click

from producer_studio.translation import Message


class MessageOption(click.Option):
    """Option that keeps its help as a message; click keeps the English text alone.

    Attributes:
        message: Help with its values.
    """

    def __init__(
        self,
        param_decls: Sequence[str],
        *,
        help: Message,  # noqa: A002 - the base class's
        **attributes: Any,  # noqa: ANN401 - the base class's
    ) -> None:
        super().__init__(param_decls, help=help, **attributes)
        self.message = help
