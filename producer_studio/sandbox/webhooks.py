"""Tells the end of a task to whoever asked for it, signed as services.md says."""

import asyncio
import hashlib
import hmac
import logging
import time
import uuid

from producer_studio.sandbox.outside import OutOfReach, post
from producer_studio.sandbox.records import Webhook

log = logging.getLogger(__name__)

#: Waits between the attempts, in seconds.
PAUSES_S = (0.5, 2.0, 5.0)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over timestamp, a full stop and the raw body, as hexadecimal digits."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


async def tell(webhook: Webhook, event: str, body: bytes) -> bool:
    """Delivers one event, trying again a few times; says whether it arrived.

    Args:
        webhook: where to, and the secret if there is one.
        event: `song.completed` or `song.failed`.
        body: JSON, sent byte for byte as it is signed.
    """
    # The same for every attempt, so that the receiver can tell a repetition from a new event.
    event_id = str(uuid.uuid4())
    for pause in (*PAUSES_S, None):
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Webhook-Id": event_id,
            "Idempotency-Key": event_id,
            "X-Webhook-Timestamp": timestamp,
            "X-Webhook-Event": event,
        }
        if webhook.secret:
            headers["X-Webhook-Signature"] = f"sha256={signature(webhook.secret, timestamp, body)}"
        try:
            await asyncio.to_thread(post, webhook.url, body, headers)
        except OutOfReach as problem:
            log.info("webhook %s did not arrive: %s", event, problem)
        else:
            return True
        if pause is not None:
            await asyncio.sleep(pause)
    return False
