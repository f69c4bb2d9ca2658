"""Delivery of webhooks at the end of a task, signed as in .github/docs/services.md."""

import asyncio
import hashlib
import hmac
import logging
import time
import uuid
from typing import Literal

from producer_studio.sandbox.outbound_http import UrlUnreachable, post
from producer_studio.sandbox.records import WebhookSubscription

log = logging.getLogger(__name__)

#: Delays between the attempts, in seconds.
RETRY_DELAYS_S = (0.5, 2.0, 5.0)
#: Age of a stale delivery, in seconds.
STALE_AGE_S = 3600.0

#: Flaw of a delivery: never sent, sent twice, signed for another body, an hour old.
DeliveryFlaw = Literal["lost", "twice", "forged", "stale"]


def sign_timestamped(secret: str, timestamp: str, body: bytes) -> str:
    """Returns the HMAC-SHA256 of timestamp, a full stop and the raw body, as hexadecimal digits."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def sign_body(secret: str, body: bytes) -> str:
    """Returns the HMAC-SHA256 of the raw body; the secret is hexadecimal digits of the key."""
    return hmac.new(bytes.fromhex(secret), body, hashlib.sha256).hexdigest()


def _build_headers(
    webhook: WebhookSubscription, event: str, event_id: str, at: float, body: bytes
) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if webhook.signing == "none":
        return headers
    headers["X-Webhook-Event"] = f"{webhook.noun}.{event}"
    if webhook.signing == "raw-body":
        if webhook.secret:
            headers["X-Webhook-Signature"] = f"sha256={sign_body(webhook.secret, body)}"
        return headers
    timestamp = str(int(at))
    headers |= {
        "X-Webhook-Id": event_id,
        "Idempotency-Key": event_id,
        "X-Webhook-Timestamp": timestamp,
    }
    if webhook.secret:
        headers["X-Webhook-Signature"] = (
            f"sha256={sign_timestamped(webhook.secret, timestamp, body)}"
        )
    return headers


async def deliver_webhook(
    webhook: WebhookSubscription,
    event: Literal["completed", "failed"],
    body: bytes,
    flaw: DeliveryFlaw | None = None,
) -> bool:
    """Delivers one event with a few retries; returns whether it was received or is not subscribed.

    Args:
        webhook: Subscription with the URL and the secret, if any.
        event: Outcome of the task.
        body: JSON, sent byte for byte as it is signed.
        flaw: Flaw of this delivery, for tests of a receiver.
    """
    if event not in webhook.ends or flaw == "lost":
        return True
    # The same for every attempt, so that the receiver can detect a retry.
    event_id = str(uuid.uuid4())
    for pause in (*RETRY_DELAYS_S, None):
        at = time.time() - (STALE_AGE_S if flaw == "stale" else 0.0)
        headers = _build_headers(webhook, event, event_id, at, body)
        # Signed for another body: the receiver must reject it.
        sent = body + b" " if flaw == "forged" else body
        try:
            for _copy in range(2 if flaw == "twice" else 1):
                await asyncio.to_thread(post, webhook.url, sent, headers)
        except UrlUnreachable as problem:
            log.info("cannot deliver webhook %s: %s", event, problem)
        else:
            return True
        if pause is not None:
            await asyncio.sleep(pause)
    return False
