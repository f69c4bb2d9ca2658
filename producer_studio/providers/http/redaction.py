"""Blanks secrets in what a service answers, before anybody reads, keeps or shows it."""

import re
from collections.abc import Iterable

BLANK = "***"

_SHORTEST = 8
_STEP = 128 * 1024
_LONGEST_MATCH = 16 * 1024
_NO_WORD = 20
"""Letters alone that are shorter may be a word of the answer itself, such as "producer"."""

_ESCAPED_BY_JSON = '"\\/'
# By name too: the secret may have been changed since the request that is quoted here, and one that
# is an ordinary word is told apart from the answer's own words by nothing else.
# Every repetition is bounded, as are the steps of the search.
_NAMED = re.compile(
    rb'(webhook_?secret\\{0,9}"\s{0,9}:\s{0,9}(\\{0,9})")(.{0,2000}?)(?<!\\)\2"', re.IGNORECASE
)
_NAMED_BLANK = rb"\1" + BLANK.encode() + rb'\2"'  # fmt: skip


class Blanks:
    """What one account keeps to itself: its key, its tokens, the secret of its webhooks.

    Careless services quote a request in their answers, and a hostile one may quote anything.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        """Takes secrets in any number; those too short to be told from other text are left."""
        self._known = sorted({one for one in secrets if _is_distinct(one)}, key=len, reverse=True)
        self._pattern: re.Pattern[bytes] | None = None

    def in_bytes(self, body: bytes) -> bytes:
        """The body with its secrets blanked, however they are escaped; JSON stays JSON."""
        if self._known:
            if self._pattern is None:
                self._pattern = re.compile(b"|".join(map(_anyhow, self._known)))
            body = _substituted(self._pattern, BLANK.encode(), body)
        return _substituted(_NAMED, _NAMED_BLANK, body)

    def in_text(self, text: str) -> str:
        """The same for text."""
        return self.in_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def _substituted(pattern: re.Pattern[bytes], template: bytes, body: bytes) -> bytes:
    """`pattern.sub` in steps, so that a search on one thread does not hold up the others."""
    parts: list[bytes] = []
    done = 0
    for start in range(0, len(body), _STEP):
        # A match may reach over the end of its step.
        for found in pattern.finditer(body, max(start, done), start + _STEP + _LONGEST_MATCH):
            if found.start() >= start + _STEP:
                break
            parts += [body[done : found.start()], found.expand(template)]
            done = found.end()
    return b"".join([*parts, body[done:]]) if parts else body


def _is_distinct(secret: str) -> bool:
    return len(secret) >= _SHORTEST and (not secret.isalpha() or len(secret) >= _NO_WORD)


def _anyhow(secret: str) -> bytes:
    """A pattern for the secret with any of its signs escaped, as JSON and as addresses do it."""
    return b"".join(map(_sign_anyhow, secret))


def _sign_anyhow(sign: str) -> bytes:
    raw = sign.encode("utf-8", "replace")
    wide = sign.encode("utf-16-be", "replace")
    units = [wide[at : at + 2].hex() for at in range(0, len(wide), 2)]
    json_escaped = "".join(rf"\\u(?i:{unit})" for unit in units).encode()
    in_address = "".join(f"%(?i:{one:02x})" for one in raw).encode()
    ways = [re.escape(raw), json_escaped, in_address]
    if sign in _ESCAPED_BY_JSON:
        ways.append(rb"\\" + re.escape(raw))
    return b"(?:" + b"|".join(ways) + b")"
