"""Signature of a request to an S3-compatible store (AWS Signature Version 4, in headers)."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_SIGNED_HEADERS = "host;x-amz-content-sha256;x-amz-date"
_DEFAULT_PORTS = {"https": 443, "http": 80}


def object_path(base: str, key: str) -> str:
    """Returns the path of an object below the store's URL, encoded as it is signed."""
    return f"{urlsplit(base).path.rstrip('/')}/{quote(key, safe='/~')}"


def signed_headers(
    method: str,
    base: str,
    path: str,
    *,
    key_id: str,
    secret: str,
    region: str,
    now: datetime | None = None,
) -> Mapping[str, str]:
    """Returns the headers that a request needs, its Host among them.

    The body is not signed, so that it can be streamed: TLS protects it.

    Args:
        base: Scheme and host of the store.
        path: From `object_path`.
        now: Time of sending; stores reject a request whose time differs by 15 minutes.
    """
    parts = urlsplit(base)
    host = parts.hostname or ""
    if parts.port not in {None, _DEFAULT_PORTS.get(parts.scheme)}:
        host = f"{host}:{parts.port}"
    moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    canonical = "\n".join(
        (
            method,
            path,
            "",
            f"host:{host}",
            f"x-amz-content-sha256:{_UNSIGNED}",
            f"x-amz-date:{moment}",
            "",
            _SIGNED_HEADERS,
            _UNSIGNED,
        )
    )
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(
        key, "\n".join((_ALGORITHM, moment, scope, digest)).encode(), "sha256"
    ).hex()
    return {
        "Host": host,
        "X-Amz-Content-Sha256": _UNSIGNED,
        "X-Amz-Date": moment,
        "Authorization": f"{_ALGORITHM} Credential={key_id}/{scope}, "
        f"SignedHeaders={_SIGNED_HEADERS}, Signature={signature}",
    }
