"""Preview of a request: what would be sent, without its secrets."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from producer_studio.domain.text import escape_control_characters

KEY_VARIABLE = "$PRODUCER_KEY"
"""Stands for the account's key. Secrets are shown as variables of a shell, so that a copied command
works where they are set."""

WEBHOOK_SECRET_VARIABLE = "$PRODUCER_WEBHOOK_SECRET"  # noqa: S105 - stands in its place
IDEMPOTENCY_KEY_VARIABLE = "$PRODUCER_IDEMPOTENCY_KEY"

WEBHOOK_SECRET_FIELD = "webhook_secret"  # noqa: S105 - a field's name


@dataclass(frozen=True, slots=True)
class RequestPreview:
    """One request as it would be sent.

    Attributes:
        headers: With variables instead of secrets.
        body: JSON object of the request, likewise; URLs end before their signatures.
        notes: Sentences about what is determined only when the request is sent.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "url": self.url,
            "headers": dict(self.headers),
            "body": dict(self.body),
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """Returns the request as lines: address, headers, and the indented body."""
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        body = escape_control_characters(json.dumps(self.body, ensure_ascii=False, indent=2))
        return [f"{self.method} {self.url}", *headers, "", *body.split("\n")]

    def to_curl(self) -> str:
        """Returns a command for a POSIX shell that sends the request.

        The shell replaces the variables of secrets, and nothing in the user's texts.
        """
        parts = [f"curl -X {self.method} {shlex.quote(self.url)}"]
        # Headers contain no text of the user's.
        parts += [f'-H "{name}: {value}"' for name, value in self.headers.items()]
        # A terminal would act on control characters that are pasted, even within quotes.
        content = json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))
        body = shlex.quote(escape_control_characters(content))
        # Within a string of JSON the quotes around the name would be escaped.
        secret = f'"{WEBHOOK_SECRET_FIELD}":"{WEBHOOK_SECRET_VARIABLE}"'
        outside = f'"{WEBHOOK_SECRET_FIELD}":"\'"{WEBHOOK_SECRET_VARIABLE}"\'"'
        parts.append(f"--data-raw {body.replace(secret, outside)}")
        # The response is compressed, as Accept-Encoding allows it. Brackets and braces of an
        # address are not patterns: curl would send a paid request for each match, or none.
        parts.append("--compressed --globoff")
        return " \\\n  ".join(parts)
