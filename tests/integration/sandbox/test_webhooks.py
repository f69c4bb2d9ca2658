"""Webhooks as a real receiver gets them."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable

from tests.support.apiframe_client import Framer
from tests.support.musicapi_client import SOUND, Musician
from tests.support.sandbox_process import SandboxProcess
from tests.support.webhook_receiver import Delivery, Receiver

PROMPT = "a bittersweet goodbye to a small town"


def test_a_signed_delivery(musician: Musician, receiver: Receiver) -> None:
    task_id = musician.submit(
        "lyrics-create", prompt=PROMPT, webhook_url=receiver.url, webhook_secret="s3cret"
    )
    headers, body = receiver.deliveries.get(timeout=120)
    signed = headers["x-webhook-timestamp"].encode() + b"." + body
    expected = hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == f"sha256={expected}"
    assert headers["x-webhook-id"] == headers["idempotency-key"]
    assert headers["x-webhook-event"] == "song.completed"
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    assert (told["code"], told["message"], told["task_id"]) == (200, "success", task_id)
    assert told["data"][0]["lyrics"]


def test_a_failed_task_is_told_unsigned_without_a_secret(
    musician: Musician, receiver: Receiver
) -> None:
    musician.submit("create", task_type="create_music", sound="test", webhook_url=receiver.url)
    headers, body = receiver.deliveries.get(timeout=120)
    assert "x-webhook-signature" not in headers
    assert headers["x-webhook-event"] == "song.failed"
    told = json.loads(body)
    assert (told["code"], told["data"], told["message"]) == (500, [], "Task failed")


def test_a_delivery_that_is_not_acknowledged_comes_again(
    musician: Musician, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    musician.submit("lyrics-create", prompt=PROMPT, webhook_url=receiver.url)
    first = receiver.deliveries.get(timeout=120)
    second = receiver.deliveries.get(timeout=120)
    assert first.headers["x-webhook-id"] == second.headers["x-webhook-id"]
    assert first.body == second.body


def is_genuine(delivery: Delivery, secret: bytes) -> bool:
    signed = delivery.headers["x-webhook-timestamp"].encode() + b"." + delivery.body
    expected = hmac.new(secret, signed, hashlib.sha256).hexdigest()
    return delivery.headers["x-webhook-signature"] == f"sha256={expected}"


def test_a_delivery_that_comes_twice(
    sandbox: SandboxProcess, musician: Musician, receiver: Receiver
) -> None:
    sandbox.set_faults([{"where": "webhook", "kind": "twice", "times": 1}])
    musician.submit("lyrics-create", prompt=PROMPT, webhook_url=receiver.url, webhook_secret="s")
    first, second = (receiver.deliveries.get(timeout=120) for _ in range(2))
    assert first.headers["x-webhook-id"] == second.headers["x-webhook-id"]
    assert first.body == second.body


def test_a_forged_and_a_stale_delivery(
    sandbox: SandboxProcess, musician: Musician, receiver: Receiver
) -> None:
    order = {"prompt": PROMPT, "webhook_url": receiver.url, "webhook_secret": "s"}
    sandbox.set_faults([{"where": "webhook", "kind": "forged", "times": 1}])
    musician.submit("lyrics-create", **order)
    forged = receiver.deliveries.get(timeout=120)
    assert json.loads(forged.body)["message"] == "success"
    assert not is_genuine(forged, b"s")
    sandbox.set_faults([{"where": "webhook", "kind": "stale", "times": 1}])
    musician.submit("lyrics-create", **order)
    stale = receiver.deliveries.get(timeout=120)
    assert is_genuine(stale, b"s")
    assert int(stale.headers["x-webhook-timestamp"]) <= time.time() - 3500


def test_a_lost_delivery(sandbox: SandboxProcess, musician: Musician, receiver: Receiver) -> None:
    sandbox.set_faults([{"where": "webhook", "kind": "lost", "times": 1}])
    lost = musician.submit("lyrics-create", prompt=PROMPT, webhook_url=receiver.url)
    musician.wait(lost)
    told = musician.submit("lyrics-create", prompt=PROMPT, webhook_url=receiver.url)
    assert json.loads(receiver.deliveries.get(timeout=120).body)["task_id"] == told
    assert receiver.deliveries.empty()


def test_apiframe_signs_the_raw_body_with_the_hash_of_the_key(
    frame: Callable[..., Framer], sandbox: SandboxProcess, receiver: Receiver
) -> None:
    framer = frame(sandbox.url)
    asked = {"prompt": SOUND, "model": "producer", "webhookUrl": receiver.url}
    job_id = framer.ask({**asked, "producerParams": {"seed": "2"}}).json()["jobId"]
    headers, body = receiver.deliveries.get(timeout=120)
    key = hashlib.sha256(framer.key.encode()).digest()
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == f"sha256={expected}"
    assert headers["x-webhook-event"] == "job.completed"
    told = json.loads(body)
    assert (told["jobId"], told["status"]) == (job_id, "COMPLETED")
    assert len(told["result"]["tracks"]) == 2
    audio = framer.http.get(told["result"]["tracks"][1]["audioUrl"])
    assert audio.headers["content-type"] == "audio/mp4"
    key_hex = key.hex()
    assert key_hex not in json.dumps(sandbox.state())


def test_apiframe_tells_only_the_ends_that_are_wanted(
    frame: Callable[..., Framer], sandbox: SandboxProcess, receiver: Receiver
) -> None:
    framer = frame(sandbox.url)
    sandbox.set_faults([{"where": "create", "kind": "fail", "error": "Out of tune"}])
    asked = {"prompt": SOUND, "model": "producer", "webhookUrl": receiver.url}
    unwanted = framer.ask({**asked, "webhookEvents": ["completed"]}).json()["jobId"]
    framer.wait(unwanted)
    wanted = framer.ask({**asked, "webhookEvents": ["failed"]}).json()["jobId"]
    headers, body = receiver.deliveries.get(timeout=120)
    assert headers["x-webhook-event"] == "job.failed"
    assert (json.loads(body)["jobId"], json.loads(body)["error"]) == (wanted, "Out of tune")
    assert receiver.deliveries.empty()
