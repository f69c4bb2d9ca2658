"""End of the validity of signed links, as far as the link itself states it.

No service documents how long its links or files last (.github/docs/services.md, "Files and links"),
so nothing is known about a link without such a statement.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.timestamps import UNKNOWN_TIME, from_unix_time, parse_timestamp
from producer_studio.translation import mark, nmark

_STARTED_VENDORS = ("amz", "goog", "oss", "tos", "obs")
"""Vendors of the scheme with a start and a lifetime, such as X-Amz-Date and X-Amz-Expires."""

_MAX_LIFETIME_S = 100 * 365 * 86_400
_UNIX_SECONDS = re.compile(r"[0-9]{9,11}")
_LIFETIME = re.compile(r"[0-9]{1,10}")
_COMPACT_TIME = "%Y%m%dT%H%M%S%z"
_SIGNATURES_WITH_EXPIRES = frozenset({"signature", "key-pair-id", "ossaccesskeyid"})


def find_link_expiry(url: str) -> datetime | None:
    """Returns when a signed link ends, in UTC; None for a link that does not state it.

    Known are the signatures of Amazon S3, CloudFront, Google, Azure, Alibaba, Huawei, Tencent and
    Volcano Engine. A time without a signature beside it proves nothing.
    """
    try:
        query = parse_qsl(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return None
    values = {name.lower(): value for name, value in query}
    found = _started(values) or _stated(values)
    return None if found == UNKNOWN_TIME else found


def first_expiry(links: MediaLinks) -> datetime | None:
    """Returns when the first of several links ends; None if none states it."""
    urls = (links.audio, links.wav, links.image, links.video, links.archive)
    known = [find_link_expiry(url) for url in urls]
    return min((moment for moment in known if moment is not None), default=None)


def expiry_text(expiry: datetime | None, now: datetime) -> str:
    """Returns the time left as text, such as "5 days left", "3 hours left" or "ended"."""
    if expiry is None:
        return ""
    left = expiry - now
    if left <= timedelta(0):
        return mark("ended")
    if left.days:
        return nmark("{count} day left", "{count} days left", left.days)
    if hours := left.seconds // 3600:
        return nmark("{count} hour left", "{count} hours left", hours)
    if minutes := left.seconds // 60:
        return nmark("{count} minute left", "{count} minutes left", minutes)
    return mark("less than a minute left")


def _started(values: Mapping[str, str]) -> datetime | None:
    for vendor in _STARTED_VENDORS:
        prefix = f"x-{vendor}-"
        life = values.get(f"{prefix}expires", "")
        if f"{prefix}signature" not in values or not _LIFETIME.fullmatch(life):
            continue
        if int(life) > _MAX_LIFETIME_S:
            continue
        try:
            start = datetime.strptime(values.get(f"{prefix}date", ""), _COMPACT_TIME)  # noqa: DTZ007 - %z is in it
            return start.astimezone(UTC) + timedelta(seconds=int(life))
        except (ValueError, OverflowError):
            continue
    return None


def _stated(values: Mapping[str, str]) -> datetime | None:
    """Returns the end that is stated as such."""
    expires = values.get("expires", "")
    if _UNIX_SECONDS.fullmatch(expires) and not _SIGNATURES_WITH_EXPIRES.isdisjoint(values):
        return from_unix_time(int(expires))
    if "sig" in values and "se" in values:
        return parse_timestamp(values["se"])
    signed_for = values.get("q-sign-time", "").partition(";")[2]
    if "q-signature" in values and _UNIX_SECONDS.fullmatch(signed_for):
        return from_unix_time(int(signed_for))
    if "key-pair-id" in values and "policy" in values:
        return _policy_end(values["policy"])
    return None


def _policy_end(policy: str) -> datetime | None:
    """Returns the end in a policy of CloudFront: JSON in base64, with other letters for some."""
    try:
        text = base64.b64decode(policy.translate(str.maketrans("-_~", "+=/")), validate=True)
        statement: Any = json.loads(text)["Statement"][0]
        seconds = statement["Condition"]["DateLessThan"]["AWS:EpochTime"]
    except (binascii.Error, ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    return from_unix_time(seconds) if type(seconds) is int else None
