"""Redaction of secrets in a service's responses, before they are logged, stored or shown."""

import re
from collections.abc import Iterable

REDACTED = "***"

_MIN_SECRET_LENGTH = 8
_CHUNK_BYTES = 128 * 1024
_MAX_MATCH_BYTES = 16 * 1024
_MIN_WORD_LENGTH = 20
"""Shorter secrets of letters alone may be a word of the response itself, such as "producer"."""

_JSON_ESCAPED_CHARACTERS = '"\\/'
# By name too: the secret may have been changed since the request that is quoted here, and one that
# is an ordinary word cannot be distinguished from the response's own text in any other way.
# Every repetition is bounded, as are the steps of the search.
_NAMED_SECRET_PATTERN = re.compile(
    rb'(webhook_?secret\\{0,9}"\s{0,9}:\s{0,9}(\\{0,9})")(.{0,2000}?)(?<!\\)\2"', re.IGNORECASE
)
_NAMED_SECRET_REPLACEMENT = rb"\1" + REDACTED.encode() + rb'\2"'  # fmt: skip


class SecretRedactor:
    """Redacts the secrets of one account: its key, its tokens, the secret of its webhooks.

    Careless services quote a request in their responses, and a hostile one may quote anything.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        """Stores the secrets; those too short to be distinguished from other text are ignored."""
        self._secrets = sorted(
            {one for one in secrets if _is_redactable(one)}, key=len, reverse=True
        )
        self._pattern: re.Pattern[bytes] | None = None

    def redact_bytes(self, body: bytes) -> bytes:
        """Redacts the secrets in a body, however they are escaped; JSON stays JSON."""
        if self._secrets:
            if self._pattern is None:
                self._pattern = re.compile(b"|".join(map(_escaped_secret_pattern, self._secrets)))
            body = _substitute_in_chunks(self._pattern, REDACTED.encode(), body)
        return _substitute_in_chunks(_NAMED_SECRET_PATTERN, _NAMED_SECRET_REPLACEMENT, body)

    def redact(self, text: str) -> str:
        """Redacts the secrets in a text."""
        return self.redact_bytes(text.encode("utf-8", "surrogatepass")).decode(
            "utf-8", "surrogatepass"
        )


def _substitute_in_chunks(pattern: re.Pattern[bytes], template: bytes, body: bytes) -> bytes:
    """Runs `pattern.sub` in steps, so that a search on one thread does not block the others."""
    parts: list[bytes] = []
    done = 0
    for start in range(0, len(body), _CHUNK_BYTES):
        # A match may extend over the end of its step.
        for found in pattern.finditer(
            body, max(start, done), start + _CHUNK_BYTES + _MAX_MATCH_BYTES
        ):
            if found.start() >= start + _CHUNK_BYTES:
                break
            parts += [body[done : found.start()], found.expand(template)]
            done = found.end()
    return b"".join([*parts, body[done:]]) if parts else body


def _is_redactable(secret: str) -> bool:
    return len(secret) >= _MIN_SECRET_LENGTH and (
        not secret.isalpha() or len(secret) >= _MIN_WORD_LENGTH
    )


def _escaped_secret_pattern(secret: str) -> bytes:
    """Returns a pattern for the secret with any character escaped, as in JSON and in URLs."""
    return b"".join(map(_escaped_character_pattern, secret))


def _escaped_character_pattern(character: str) -> bytes:
    raw = character.encode("utf-8", "replace")
    wide = character.encode("utf-16-be", "replace")
    units = [wide[at : at + 2].hex() for at in range(0, len(wide), 2)]
    json_escaped = "".join(rf"\\u(?i:{unit})" for unit in units).encode()
    in_address = "".join(f"%(?i:{one:02x})" for one in raw).encode()
    alternatives = [re.escape(raw), json_escaped, in_address]
    if character in _JSON_ESCAPED_CHARACTERS:
        alternatives.append(rb"\\" + re.escape(raw))
    return b"(?:" + b"|".join(alternatives) + b")"
